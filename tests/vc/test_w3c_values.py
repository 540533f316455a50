"""Every value that the W3C publishes with its Data Integrity vectors, one file at a time; and a count of all vectors.

`pytest -s -k published_vectors tests/vc/test_w3c_values.py` tells the count.
"""

import json
import re
import sys
from pathlib import Path

import pytest

from app.vc import keys, proof
from app.vc.cryptosuite import suite_of
from app.vc.multiformats import multibase_encode
from tests.vc.test_jsonld import vector_contexts
from tests.vc.test_proof import EDDSA, SIGNED, private_key

VECTORS = Path(__file__).parents[1] / "vectors"
CONTEXTS = vector_contexts()
FOLDERS = {
    **{folder: (mark, pair) for folder, mark, pair, _ in SIGNED},
    f"{EDDSA}/Ed25519Signature2020": ("EdSig", "keyPair"),
}
FILES = [(folder, path.name) for folder in FOLDERS for path in sorted((VECTORS / folder).iterdir()) if path.is_file()]
CHAIN = VECTORS / EDDSA / "proof-set-chain"
SD = VECTORS / "w3c-vc-di-ecdsa"
# Where an unsigned document stands that is signed in a folder: the folder itself names it.
UNSIGNED = {"employ": "employmentAuth.json"}


def steps(folder):
    """Every value on the way from the unsigned document to the signed one, by the name that its file begins with."""
    mark, pair = FOLDERS[folder]
    signed = json.loads((VECTORS / folder / f"signed{mark}.json").read_text())
    unsigned = json.loads(
        (VECTORS / folder.split("/")[0] / UNSIGNED.get(Path(folder).name, "unsigned.json")).read_text()
    )
    unsigned["@context"] = signed["@context"]  # Ed25519Signature2020 adds one
    options = {name: value for name, value in signed["proof"].items() if name not in ("proofValue", "@context")}
    configuration = {**options, "@context": unsigned["@context"]}
    private, suite = private_key(folder, pair), suite_of(options)
    hash_name = "sha384" if private.key_type == "P-384" else "sha256"
    document_hash, proof_hash = (suite.digest(one, private.key_type, CONTEXTS) for one in (unsigned, configuration))
    signature = private.sign(proof_hash + document_hash)
    kept = configuration if suite.keeps_context else options
    return {
        "canonDoc": suite.transform(unsigned, hash_name, CONTEXTS).decode(),
        "docHash": document_hash.hex(),
        "proofConfig": configuration,
        "proofCanon": suite.transform(configuration, hash_name, CONTEXTS).decode(),
        "proofHash": proof_hash.hex(),
        "combinedHash": (proof_hash + document_hash).hex(),
        "sigHex": signature.hex(),
        "sigBTC58": multibase_encode("z", signature),
        "signed": {**unsigned, "proof": {**kept, "proofValue": multibase_encode("z", signature)}},
    }


@pytest.mark.parametrize(("folder", "name"), FILES, ids=["/".join(one) for one in FILES])
def test_every_value_of_a_signature(folder, name):
    step = name.removesuffix(Path(name).suffix).removesuffix(FOLDERS[folder][0])
    published = (VECTORS / folder / name).read_text()
    assert steps(folder)[step] == (json.loads(published) if name.endswith(".json") else published)


def read(name):
    return json.loads((CHAIN / f"{name}.json").read_text())


def test_every_value_of_proof_sets_and_chains():
    """Four proofs one after the other: a set of two, and two links that build on what was there."""
    pairs, document = read("multiKeyPairs"), {**read("unsigned"), "proof": []}
    expected = ["signedProofSet1", "signedProofSet2", "signedProofChain1", "signedProofChain2"]
    named = ["proofSetConfig", "proofSetConfig", "proofChainConfig", "proofChainConfig"]
    for number, (result, configuration) in enumerate(zip(expected, named, strict=True), start=1):
        private = keys.private_from_multikey(pairs[f"keyPair{number}"]["privateKeyMultibase"])
        part = (number + 1) % 2 + 1
        options = read(f"{configuration}{part}")
        if configuration == "proofChainConfig":
            assert proof._unsecured(document, options, "/proof") == read(f"proofChainTempDoc{part}")
        data = proof.verify_data(document, options, "Ed25519", contexts=CONTEXTS)
        document = proof.attach(document, options, private.sign(data))
        assert document["proof"][-1] == read(configuration.replace("Config", f"ConfigSigned{part}"))
        signed = read(result)
        assert document == {**signed, "proof": proof.proofs_of(signed)}


def test_the_pointers_of_selective_disclosure_are_the_published_ones():
    from tests.vc.test_ecdsa_sd_vectors import SELECTIVE, load, without_proof

    for name, folder in (("employ", "employ"), ("prCred", "prc")):
        assert json.loads((SD / f"{name}Mandatory.json").read_text()) == ["/issuer"]
        assert json.loads((SD / f"{name}Selective.json").read_text()) == SELECTIVE
        unsigned = "employmentAuth" if name == "employ" else "prCredUnsigned"
        signed = load(folder, "addSignedSDBase.json")
        assert without_proof(signed).keys() == json.loads((SD / f"{unsigned}.json").read_text()).keys()


def test_no_file_of_selective_disclosure_is_left_out():
    source = (Path(__file__).parent / "test_ecdsa_sd_vectors.py").read_text()
    used = set(re.findall(r'"(\w+\.(?:json|txt))"', source))
    for folder in ("employ", "prc"):
        assert {path.name for path in (SD / "ecdsa-sd-2023" / folder).iterdir()} <= used


def counts():
    """Vectors by specification: (how many, how many published values of them are compared)."""
    manifest = json.loads((VECTORS / "w3c-rdf-canon" / "manifest.jsonld").read_text())["entries"]
    did_key = json.loads((VECTORS / "w3c-ccg-did-key" / "did-key.json").read_text())
    sd_jwt = json.loads((VECTORS / "ietf-sd-jwt" / "examples.json").read_text())["examples"]
    sd_jwts = sum(name in example for example in sd_jwt.values() for name in ("issued", "presented"))
    eddsa = [one for one in FILES if one[0].startswith(EDDSA)]
    ecdsa = [one for one in FILES if not one[0].startswith(EDDSA)]
    chain = len(list(CHAIN.iterdir())) - 2  # the keys and the unsigned document are given
    sd_values = len(list((SD / "ecdsa-sd-2023").rglob("*/*")))
    return {
        "RDFC-1.0: evaluations, maps, one poison graph": (len(manifest), len(manifest)),
        "vc-di-eddsa: signed documents": (len({folder for folder, _ in eddsa}), len(eddsa)),
        "vc-di-eddsa: proof sets and chains": (4, chain),
        "vc-di-ecdsa: signed documents": (len({folder for folder, _ in ecdsa}), len(ecdsa)),
        "vc-di-ecdsa: ecdsa-sd-2023 base and derived": (4, sd_values),
        "did:key": (sum(map(len, did_key.values())), sum(map(len, did_key.values()))),
        "SD-JWT and SD-JWT VC: as issued and as presented": (len(sd_jwt), sd_jwts),
    }


def test_published_vectors_are_many():
    told = counts()
    for name, (vectors, values) in told.items():
        sys.stdout.write(f"{vectors:4} vectors, {values:4} values  {name}\n")
    vectors, values = (sum(column) for column in zip(*told.values(), strict=True))
    sys.stdout.write(f"{vectors:4} vectors, {values:4} values  in all\n")
    assert vectors > 100
    assert values > 240
