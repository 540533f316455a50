import json
from pathlib import Path

import pytest

from app.vc import pinned_contexts
from app.vc.cryptosuite import SUITES, suite_of
from app.vc.keys import KEY_TYPES
from app.vc.outcome import Unsound

VECTORS = Path(__file__).parents[1] / "vectors"
# folder, marker in the file names, suite, key type
FOLDERS = [
    ("w3c-vc-di-eddsa/eddsa-jcs-2022", "JCS", "eddsa-jcs-2022", "Ed25519"),
    ("w3c-vc-di-ecdsa/ecdsa-jcs-2019-p256", "JCSECDSAP256", "ecdsa-jcs-2019", "P-256"),
    ("w3c-vc-di-ecdsa/ecdsa-jcs-2019-p384", "JCSECDSAP384", "ecdsa-jcs-2019", "P-384"),
]


@pytest.mark.parametrize("name", SUITES)
def test_suites_go_by_their_name_and_take_known_keys(name):
    assert SUITES[name].name == name
    assert set(SUITES[name].key_types) <= set(KEY_TYPES)
    assert SUITES[name].keeps_context == ("jcs" in name)


@pytest.mark.parametrize(("folder", "mark", "suite", "key_type"), FOLDERS)
def test_w3c_transformed_bytes_and_hashes(folder, mark, suite, key_type):
    def text(kind):
        return (VECTORS / folder / f"{kind}{mark}.txt").read_text()

    signed = json.loads((VECTORS / folder / f"signed{mark}.json").read_text())
    configuration = signed.pop("proof")
    del configuration["proofValue"]
    contexts = pinned_contexts.verifying()
    assert SUITES[suite].transform(signed, "sha256", contexts).decode() == text("canonDoc")
    assert SUITES[suite].transform(configuration, "sha256", contexts).decode() == text("proofCanon")
    assert SUITES[suite].digest(signed, key_type, contexts).hex() == text("docHash")
    assert SUITES[suite].digest(configuration, key_type, contexts).hex() == text("proofHash")


@pytest.mark.parametrize("value", [2**53, float("nan"), "\ud800"])
def test_values_that_rfc_8785_cannot_write_are_refused(value):
    with pytest.raises(Unsound) as caught:
        SUITES["eddsa-jcs-2022"].digest({"a": value}, "Ed25519", pinned_contexts.verifying())
    assert caught.value.finding.code == "not_canonicalizable"


@pytest.mark.parametrize(
    ("proof", "name"),
    [
        ({"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022"}, "eddsa-rdfc-2022"),
        ({"type": "DataIntegrityProof", "cryptosuite": "ecdsa-sd-2023"}, "ecdsa-sd-2023"),
        ({"type": "Ed25519Signature2020"}, "Ed25519Signature2020"),
        ({"type": "Ed25519Signature2020", "cryptosuite": "eddsa-rdfc-2022"}, "Ed25519Signature2020"),
        ({"type": "DataIntegrityProof", "cryptosuite": "Ed25519Signature2020"}, None),
        ({"type": "eddsa-rdfc-2022", "cryptosuite": "eddsa-rdfc-2022"}, None),
        ({"type": "eddsa-rdfc-2022"}, None),
        ({"type": ["DataIntegrityProof"], "cryptosuite": "eddsa-rdfc-2022"}, None),
        ({"type": "DataIntegrityProof", "cryptosuite": ["eddsa-rdfc-2022"]}, None),
        ({"type": "DataIntegrityProof"}, None),
        ({}, None),
    ],
)
def test_the_suite_of_a_proof(proof, name):
    suite = suite_of(proof)
    assert (suite and suite.name) == name


def test_suites_that_sign_more_than_two_hashes_are_not_made_by_signing_two():
    assert [suite.name for suite in SUITES.values() if suite.read_value] == ["ecdsa-sd-2023", "Ed25519Signature2018"]
    older = ["Ed25519Signature2020", "Ed25519Signature2018"]
    assert [suite.name for suite in SUITES.values() if not suite.is_made] == ["ecdsa-sd-2023", *older]
