"""Ed25519Signature2020 (https://www.w3.org/TR/vc-di-eddsa/ section 3.4): verified, not made."""

import json
from pathlib import Path

import pytest

from app.vc import jsonld, keys, proof
from app.vc.cryptosuite import SUITES
from app.vc.outcome import Outcome, Unsound
from tests.vc.test_jsonld import vector_contexts
from tests.vc.test_keys import PRIVATE_KEYS
from tests.vc.test_proof import NOW, leaves, one_character_changed, with_leaf

VECTORS = Path(__file__).parents[1] / "vectors" / "w3c-vc-di-eddsa"
FOLDER = VECTORS / "Ed25519Signature2020"
CONTEXTS = vector_contexts()
SUITE = SUITES["Ed25519Signature2020"]
SIGNED = json.loads((FOLDER / "signedEdSig.json").read_text())
PAIR = json.loads((VECTORS / "keyPair.json").read_text())
KEY = keys.from_multikey(PAIR["publicKeyMultibase"])
PRIVATE = keys.private_from_multikey(PAIR.get("secretKeyMultibase") or PAIR["privateKeyMultibase"])


def text(name):
    return (FOLDER / f"{name}EdSig.txt").read_text()


def verify(document, key=KEY, **more):
    return proof.verify_proof(document, document["proof"], key, **{"now": NOW, "contexts": CONTEXTS, **more})


def test_w3c_vector_with_every_intermediate_value():
    unsecured = {name: value for name, value in SIGNED.items() if name != "proof"}
    configuration = json.loads((FOLDER / "proofConfigEdSig.json").read_text())
    assert jsonld.canonicalize(unsecured, contexts=CONTEXTS) == text("canonDoc")
    assert jsonld.canonicalize(configuration, contexts=CONTEXTS) == text("proofCanon")
    document_hash = SUITE.digest(unsecured, "Ed25519", CONTEXTS)
    configuration_hash = SUITE.digest(configuration, "Ed25519", CONTEXTS)
    assert document_hash.hex() == text("docHash")
    assert configuration_hash.hex() == text("proofHash")
    assert (configuration_hash + document_hash).hex() == text("combinedHash")
    assert PRIVATE.sign(configuration_hash + document_hash).hex() == text("sigHex")
    assert SIGNED["proof"]["proofValue"] == text("sigBTC58")


def test_w3c_vector_verifies():
    assert verify(SIGNED) == ()
    as_array = {**SIGNED, "proof": [SIGNED["proof"]]}
    assert proof.verify_proof(as_array, SIGNED["proof"], KEY, now=NOW, contexts=CONTEXTS) == ()


@pytest.mark.parametrize("path", sorted(leaves(SIGNED), key=str), ids=str)
def test_a_changed_character_anywhere_is_caught(path):
    for position in (0, 7, 20):
        changed = with_leaf(SIGNED, path, lambda value, at=position: one_character_changed(value, at, "q"))
        assert verify(changed)


def presentation(**options):
    """A presentation as LearnCard and the Learner Credential Wallet make it."""
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://w3id.org/security/suites/ed25519-2020/v1"],
        "type": ["VerifiablePresentation"],
        "holder": "did:example:holder",
    }
    made = {
        "type": "Ed25519Signature2020",
        "created": "2026-11-20T11:59:00Z",
        "verificationMethod": "did:example:holder#key",
        "proofPurpose": "authentication",
        "challenge": "1234",
        "domain": "issuer.example",
        **options,
    }
    configuration = {**made, "@context": document["@context"]}
    data = b"".join(SUITE.digest(value, "Ed25519", CONTEXTS) for value in (configuration, document))
    return proof.attach(document, made, PRIVATE_KEYS["Ed25519"].sign(data))


def codes_of(document, **expected):
    (one,) = document["proof"]
    expected = {"expected_purpose": "authentication", "domain": "issuer.example", "challenge": "1234", **expected}
    key = PRIVATE_KEYS["Ed25519"].public
    return [finding.code for finding in proof.verify_proof(document, one, key, now=NOW, **expected)]


def test_presentations_with_domain_and_challenge():
    document = presentation()
    assert codes_of(document) == []
    assert codes_of(document, domain="other.example") == ["wrong_domain"]
    assert codes_of(document, challenge="4321") == ["wrong_challenge"]
    assert codes_of(document, expected_purpose="assertionMethod") == ["wrong_proof_purpose"]
    assert codes_of(presentation(expires="2026-11-20T12:00:00Z")) == ["proof_expired"]
    assert codes_of({**document, "holder": "did:example:other"}) == ["bad_signature"]


def test_the_type_is_not_a_cryptosuite_and_the_other_way_round():
    as_cryptosuite = {**SIGNED["proof"], "type": "DataIntegrityProof", "cryptosuite": "Ed25519Signature2020"}
    (finding,) = verify({**SIGNED, "proof": as_cryptosuite})
    assert (finding.code, finding.outcome) == ("unsupported_cryptosuite", Outcome.UNKNOWN)
    finding, *_ = verify({**SIGNED, "proof": {**SIGNED["proof"], "type": "eddsa-rdfc-2022"}})
    assert (finding.code, finding.outcome) == ("unsupported_proof_type", Outcome.UNKNOWN)


def test_without_its_context_the_proof_means_nothing():
    document = {**SIGNED, "@context": SIGNED["@context"][:2]}
    assert [finding.code for finding in verify(document)] == ["bad_signature"]  # another type, by a @vocab
    badge = presentation()
    assert codes_of({**badge, "@context": badge["@context"][:1]}) == ["undefined_term"]


def test_other_keys_do_not_fit():
    assert [finding.code for finding in verify(SIGNED, PRIVATE_KEYS["P-256"].public)] == ["key_type_does_not_fit"]
    assert [finding.code for finding in verify(SIGNED, PRIVATE_KEYS["Ed25519"].public)] == ["bad_signature"]


def test_it_is_not_made():
    options = {name: value for name, value in SIGNED["proof"].items() if name != "proofValue"}
    with pytest.raises(Unsound) as caught:
        proof.add_proof(SIGNED, PRIVATE, options)
    assert caught.value.finding.code == "unsupported_cryptosuite"
