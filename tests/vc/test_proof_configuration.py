import itertools

import pytest

from app.vc import jsonld, pinned_contexts, proof_configuration
from app.vc.european import EUROPEAN_CONTEXT
from app.vc.outcome import Unsound
from app.vc.proof_configuration import Templates
from tests.vc.test_safe_expansion import OB, V2

V1 = "https://www.w3.org/2018/credentials/v1"
DATA_INTEGRITY = "https://w3id.org/security/data-integrity/v2"
CONTEXTS = ([V2], [V2, OB], [V2, OB, EUROPEAN_CONTEXT], [V1, DATA_INTEGRITY], [V1])
KINDS = ({"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022"}, {"type": "Ed25519Signature2020"})
MOMENTS = (
    *("2026-01-31T12:00:00Z", "2025-12-31T23:59:59.5+01:00", "1999-01-01T00:00:00Z", "9999-99-99T99:99:99Z"),
    *("2026-01-31", "2026-01-31T12:00:00Z ", 'a"b', "", "urn:x", None, 5, ["2026-01-31T12:00:00Z"], {"@value": "x"}),
)
MORE = (
    {},
    {"challenge": "2026-01-31T12:00:00Z"},
    {"nonce": "1999-01-01T00:00:00Z", "domain": ["a.example", "b.example"]},
    {"expires": "2026-01-31T12:00:00Z"},
    {"id": "urn:uuid:0f9ad3b1-0a3e-4b6c-9c9a-7a3b7f5f2c11"},
    {"previousProof": "urn:uuid:0f9ad3b1-0a3e-4b6c-9c9a-7a3b7f5f2c12"},
    {"verificationMethod": "did:example:2026-01-31T12:00:00Z#1"},
    {"verificationMethod": {"type": "Multikey", "controller": "did:example:1"}},
    {"verificationMethod": "relative"},
    {"undefined": 1},
)


def fresh():
    return pinned_contexts.verifying().with_documents({})


def judged(canonicalize):
    try:
        return canonicalize()
    except Unsound as problem:
        return problem.finding


@pytest.mark.parametrize("context", CONTEXTS, ids=lambda context: str(len(str(context))))
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind["type"])
def test_configurations_are_what_the_general_path_makes_of_them(context, kind):
    contexts = fresh()
    for more, created in itertools.product(MORE, MOMENTS):
        options = {
            **kind,
            "created": created,
            "verificationMethod": "did:example:1#2",
            "proofPurpose": "assertionMethod",
            **more,
            "@context": context,
        }
        expected = judged(lambda options=options: jsonld.canonicalize_generally(options, contexts=contexts))
        for _ in range(2):
            found = judged(lambda options=options: proof_configuration.canonicalize(options, "sha256", contexts))
            assert found == expected


def test_two_blank_nodes_may_change_their_labels_with_the_moment():
    contexts = fresh()
    texts = set()
    for second in range(30):
        method = {"name": "Two blank nodes"}
        options = {**KINDS[0], "created": f"2026-01-31T12:00:{second:02}Z", "verificationMethod": method}
        options["@context"] = [V2]
        text = proof_configuration.canonicalize(options, "sha256", contexts)
        assert text == jsonld.canonicalize_generally(options, contexts=contexts)
        texts.add(text.replace(options["created"], ""))
    assert len(texts) == 2


def test_only_the_first_of_a_kind_is_walked():
    contexts = fresh()
    for second in range(50):
        created = f"2026-01-31T12:00:{second:02}Z"
        options = {**KINDS[0], "created": created, "@context": [V2], "proofPurpose": "assertionMethod"}
        assert created in proof_configuration.canonicalize(options, "sha256", contexts)
    assert len(contexts.once(Templates).known) == 1


def test_templates_do_not_fill_the_memory():
    contexts = fresh()
    for number in range(proof_configuration.MAX_TEMPLATES + 10):
        options = {**KINDS[0], "created": MOMENTS[0], "@context": [V2], "verificationMethod": f"did:example:{number}"}
        proof_configuration.canonicalize(options, "sha256", contexts)
    long = {**options, "challenge": "x" * proof_configuration.MAX_OPTIONS}
    proof_configuration.canonicalize(long, "sha256", contexts)
    assert len(contexts.once(Templates).known) == 10
