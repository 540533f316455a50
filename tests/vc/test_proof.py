import copy
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.vc import did, keys, pinned_contexts, proof
from app.vc.cryptosuite import SUITES
from app.vc.multiformats import multibase_encode
from app.vc.outcome import Outcome, Unsound
from tests.examples import examples
from tests.vc.test_jsonld import vector_contexts
from tests.vc.test_keys import PRIVATE_KEYS
from tests.vc.test_safe_expansion import BADGE

VECTORS = Path(__file__).parents[1] / "vectors"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
CONTEXTS = vector_contexts()
EDDSA, ECDSA = "w3c-vc-di-eddsa", "w3c-vc-di-ecdsa"
# folder, marker in the file names, key file, key type
SIGNED = [
    (f"{EDDSA}/eddsa-rdfc-2022", "DataInt", "keyPair", "Ed25519"),
    (f"{EDDSA}/eddsa-rdfc-2022/employ", "DataInt", "keyPair", "Ed25519"),
    (f"{EDDSA}/eddsa-jcs-2022", "JCS", "keyPair", "Ed25519"),
    (f"{ECDSA}/ecdsa-rdfc-2019-p256", "ECDSAP256", "p256KeyPair", "P-256"),
    (f"{ECDSA}/ecdsa-rdfc-2019-p256/employ", "ECDSAP256", "p256KeyPair", "P-256"),
    (f"{ECDSA}/ecdsa-rdfc-2019-p384", "ECDSAP384", "p384KeyPair", "P-384"),
    (f"{ECDSA}/ecdsa-rdfc-2019-p384/employ", "ECDSAP384", "p384KeyPair", "P-384"),
    (f"{ECDSA}/ecdsa-jcs-2019-p256", "JCSECDSAP256", "p256KeyPair", "P-256"),
    (f"{ECDSA}/ecdsa-jcs-2019-p384", "JCSECDSAP384", "p384KeyPair", "P-384"),
]
EACH_VECTOR = pytest.mark.parametrize(("folder", "mark", "pair", "key_type"), SIGNED, ids=[one[0] for one in SIGNED])
SUITE_KEYS = [(name, key_type) for name, suite in SUITES.items() if suite.is_made for key_type in suite.key_types]
EACH_SUITE_AND_KEY = pytest.mark.parametrize(("suite", "key_type"), SUITE_KEYS)


def load(*path):
    return json.loads(VECTORS.joinpath(*path).read_text())


def private_key(folder, pair):
    known = load(folder.split("/")[0], f"{pair}.json")
    private = keys.private_from_multikey(known.get("secretKeyMultibase") or known["privateKeyMultibase"])
    assert private.public.multikey() == known["publicKeyMultibase"]
    return private


def verify(document, one, key, **more):
    return proof.verify_proof(document, one, key, **{"now": NOW, "contexts": CONTEXTS, **more})


@EACH_VECTOR
def test_w3c_hashes_and_proof_values_are_made_byte_for_byte(folder, mark, pair, key_type):
    signed = load(folder, f"signed{mark}.json")
    expected = signed.pop("proof")
    options = {name: value for name, value in expected.items() if name not in {"proofValue", "@context"}}
    private = private_key(folder, pair)
    data = proof.verify_data(signed, options, key_type, contexts=CONTEXTS)
    half = len(data) // 2
    assert data[:half].hex() == (VECTORS / folder / f"proofHash{mark}.txt").read_text()
    assert data[half:].hex() == (VECTORS / folder / f"docHash{mark}.txt").read_text()
    assert data.hex() == (VECTORS / folder / f"combinedHash{mark}.txt").read_text()
    assert private.sign(data).hex() == (VECTORS / folder / f"sigHex{mark}.txt").read_text()
    assert proof.attach(signed, options, private.sign(data)) == {**signed, "proof": [expected]}


@EACH_VECTOR
def test_w3c_signed_documents_verify_and_changed_ones_do_not(folder, mark, pair, key_type):
    signed = load(folder, f"signed{mark}.json")
    key = private_key(folder, pair).public
    assert verify(signed, signed["proof"], key) == ()
    assert key == did.verification_key(
        did.self_described(signed["proof"]["verificationMethod"]), signed["proof"]["verificationMethod"], at=NOW
    )
    for changed in ({**signed, "name": "Another"}, {**signed, "validFrom": "2000-01-01T00:00:00Z"}):
        (finding,) = verify(changed, changed["proof"], key)
        assert (finding.code, finding.pointer) == ("bad_signature", "/proof/proofValue")
        assert finding.problem_type == "https://w3id.org/security#PROOF_VERIFICATION_ERROR"


SETS_AND_CHAINS = ("signedProofSet1", "signedProofSet2", "signedProofChain1", "signedProofChain2")


@pytest.mark.parametrize("name", SETS_AND_CHAINS)
def test_w3c_proof_sets_and_chains_verify(name):
    signed = load(EDDSA, "proof-set-chain", f"{name}.json")
    for one in proof.proofs_of(signed):
        key = keys.from_multikey(one["verificationMethod"].partition("#")[2])
        assert verify(signed, one, key) == ()


@pytest.mark.parametrize(("name", "number"), [("signedProofChain1", 3), ("signedProofChain2", 4)])
def test_w3c_chains_are_made_byte_for_byte(name, number):
    signed = load(EDDSA, "proof-set-chain", f"{name}.json")
    *before, last = signed["proof"]
    pair = load(EDDSA, "proof-set-chain", "multiKeyPairs.json")[f"keyPair{number}"]
    options = {member: value for member, value in last.items() if member != "proofValue"}
    document = {**signed, "proof": before}
    private = keys.private_from_multikey(pair["privateKeyMultibase"])
    data = proof.verify_data(document, options, "Ed25519", contexts=CONTEXTS)
    assert proof.attach(document, options, private.sign(data)) == signed


def test_a_link_of_a_chain_covers_the_proofs_before_it():
    signed = load(EDDSA, "proof-set-chain", "signedProofChain2.json")
    *_, third, last = signed["proof"]
    key = keys.from_multikey(last["verificationMethod"].partition("#")[2])
    changed = {**signed, "proof": [*signed["proof"][:2], {**third, "created": "2023-02-26T22:06:39Z"}, last]}
    assert [finding.code for finding in verify(changed, last, key)] == ["bad_signature"]
    missing = {**signed, "proof": [*signed["proof"][:2], last]}
    (finding,) = verify(missing, last, key)
    assert (finding.code, finding.pointer) == ("previous_proof_missing", "/proof/2/previousProof")


def signed_badge(suite, key_type, **more):
    options = proof.proof_options(suite, "did:example:issuer#key", "2026-01-01T00:00:00Z", **more)
    return proof.add_proof(BADGE, PRIVATE_KEYS[key_type], options)


def own(document, key_type="Ed25519", **more):
    return proof.verify_proof(document, document["proof"][-1], PRIVATE_KEYS[key_type].public, **{"now": NOW, **more})


@EACH_SUITE_AND_KEY
def test_signed_then_verified(suite, key_type):
    document = signed_badge(suite, key_type)
    assert own(document, key_type) == ()
    assert isinstance(document["proof"], list)
    assert "proof" not in BADGE
    assert ("@context" in document["proof"][0]) == SUITES[suite].keeps_context


@EACH_SUITE_AND_KEY
def test_a_second_proof_stands_beside_the_first(suite, key_type):
    first = signed_badge("eddsa-rdfc-2022", "Ed25519")
    options = proof.proof_options(suite, "did:example:other#key", "2026-01-02T00:00:00Z")
    both = proof.add_proof(first, PRIVATE_KEYS[key_type], options)
    assert both["proof"][:1] == first["proof"]
    assert proof.verify_proof(both, both["proof"][0], PRIVATE_KEYS["Ed25519"].public, now=NOW) == ()
    assert own(both, key_type) == ()


def leaves(value, *path):
    if isinstance(value, dict):
        for name, member in value.items():
            yield from leaves(member, *path, name)
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from leaves(item, *path, position)
    else:
        yield path


def with_leaf(document, path, change):
    changed = copy.deepcopy(document)
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = change(place[path[-1]])
    return changed


def one_character_changed(text, position, replacement):
    at = position % (len(text) + 1)
    return text[:at] + replacement + text[at + 1 :]


def changed_value(value, position, replacement):
    if isinstance(value, str):
        return one_character_changed(value, position, replacement)
    return not value if isinstance(value, bool) else value + 1


def catches_a_change(suite, key_type, data):
    document = signed_badge(suite, key_type)
    path = data.draw(st.sampled_from(sorted(leaves(document), key=str)))
    position, replacement = data.draw(st.integers(0, 100)), data.draw(st.sampled_from("abz019./:#-ZT é"))
    changed = with_leaf(document, path, lambda value: changed_value(value, position, replacement))
    if changed != document:
        assert own(changed, key_type)


@EACH_SUITE_AND_KEY
@examples(25)
@given(data=st.data())
def test_any_changed_character_is_caught(suite, key_type, data):
    catches_a_change(suite, key_type, data)


@pytest.mark.long
@EACH_SUITE_AND_KEY
@examples(1_500)
@given(data=st.data())
def test_any_changed_character_is_caught_in_many(suite, key_type, data):
    catches_a_change(suite, key_type, data)


@EACH_SUITE_AND_KEY
def test_removed_and_added_members_are_caught(suite, key_type):
    document = signed_badge(suite, key_type)
    for name in set(document) - {"proof", "@context"}:
        assert own({member: value for member, value in document.items() if member != name}, key_type)
    assert own({**document, "description": "x"}, key_type)
    assert own({**document, "foo": "x"}, key_type)
    assert own({**document, "type": [*document["type"], "AchievementCredential"]}, key_type) or "rdfc" in suite


def test_another_key_of_the_same_type_does_not_verify():
    other = keys.from_multikey("z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2")
    document = signed_badge("eddsa-rdfc-2022", "Ed25519")
    (finding,) = proof.verify_proof(document, document["proof"][0], other, now=NOW)
    assert finding.code == "bad_signature"


def findings_of(changes, removed=(), **more):
    document = signed_badge("eddsa-rdfc-2022", "Ed25519")
    one = {name: value for name, value in {**document["proof"][0], **changes}.items() if name not in removed}
    return own({**document, "proof": [one]}, **more)


@pytest.mark.parametrize(
    ("changes", "code", "pointer", "outcome"),
    [
        ({"type": "JsonWebSignature2020"}, "unsupported_proof_type", "/proof/0/type", Outcome.UNKNOWN),
        ({"type": ["DataIntegrityProof"]}, "malformed_proof", "/proof/0/type", Outcome.INVALID),
        ({"cryptosuite": "bbs-2023"}, "unsupported_cryptosuite", "/proof/0/cryptosuite", Outcome.UNKNOWN),
        ({"cryptosuite": "Ed25519Signature2020"}, "unsupported_cryptosuite", "/proof/0/cryptosuite", Outcome.UNKNOWN),
        ({"cryptosuite": "ecdsa-sd-2023"}, "malformed_proof", "/proof/0/proofValue", Outcome.INVALID),
        ({"cryptosuite": {"eddsa-rdfc-2022": 1}}, "malformed_proof", "/proof/0/cryptosuite", Outcome.INVALID),
        ({"cryptosuite": "ecdsa-rdfc-2019"}, "key_type_does_not_fit", "/proof/0", Outcome.INVALID),
        ({"verificationMethod": {}}, "malformed_proof", "/proof/0/verificationMethod", Outcome.INVALID),
        ({"proofPurpose": "authentication"}, "wrong_proof_purpose", "/proof/0/proofPurpose", Outcome.INVALID),
        ({"proofPurpose": 5}, "malformed_proof", "/proof/0/proofPurpose", Outcome.INVALID),
        ({"created": "yesterday"}, "malformed_proof", "/proof/0/created", Outcome.INVALID),
        ({"created": None}, "malformed_proof", "/proof/0/created", Outcome.INVALID),
        ({"expires": 5}, "malformed_proof", "/proof/0/expires", Outcome.INVALID),
        ({"expires": "2026-11-20T12:00:00Z"}, "proof_expired", "/proof/0/expires", Outcome.INVALID),
        ({"expires": "2026-11-20T11:59:59"}, "proof_expired", "/proof/0/expires", Outcome.INVALID),
        ({"proofValue": "z"}, "malformed_proof", "/proof/0/proofValue", Outcome.INVALID),
        ({"proofValue": "z0OIl"}, "malformed_proof", "/proof/0/proofValue", Outcome.INVALID),
        ({"proofValue": "u" + "A" * 86}, "malformed_proof", "/proof/0/proofValue", Outcome.INVALID),
        ({"proofValue": multibase_encode("z", bytes(65))}, "malformed_proof", "/proof/0/proofValue", Outcome.INVALID),
        ({"proofValue": multibase_encode("z", bytes(64))}, "bad_signature", "/proof/0/proofValue", Outcome.INVALID),
        ({"proofValue": "z" + "2" * 10_000}, "malformed_proof", "/proof/0/proofValue", Outcome.INVALID),
        ({"foo": "x"}, "undefined_term", "/proof/0/foo", Outcome.INVALID),
        ({"id": "relative"}, "relative_iri", "/proof/0/id", Outcome.INVALID),
        ({"previousProof": "urn:none"}, "previous_proof_missing", "/proof/0/previousProof", Outcome.INVALID),
        ({"previousProof": [{}]}, "previous_proof_missing", "/proof/0/previousProof", Outcome.INVALID),
    ],
)
def test_faulty_proofs_are_told_where(changes, code, pointer, outcome):
    finding = findings_of(changes)[0]
    assert (finding.code, finding.pointer, finding.outcome) == (code, pointer, outcome)


@pytest.mark.parametrize("name", ["type", "cryptosuite", "verificationMethod", "proofPurpose", "proofValue"])
def test_members_that_every_proof_has(name):
    (finding, *_) = findings_of({}, removed=(name,))
    assert (finding.code, finding.pointer) == ("malformed_proof", f"/proof/0/{name}")


def test_all_faults_are_told_at_once():
    codes = {
        finding.code for finding in findings_of({"created": 1, "proofPurpose": "x", "proofValue": None}, domain="d")
    }
    assert codes == {"malformed_proof", "wrong_proof_purpose", "wrong_domain"}


def test_times_without_zone_are_utc():
    options = proof.proof_options(
        "eddsa-jcs-2022", "did:example:i#k", "2026-01-01T00:00:00", expires="2026-11-20T12:00:01"
    )
    assert own(proof.add_proof(BADGE, PRIVATE_KEYS["Ed25519"], options)) == ()


def test_domain_and_challenge_must_be_those_that_were_given():
    more = {"proof_purpose": "authentication", "domain": ["b"], "challenge": "1234"}
    document = signed_badge("eddsa-rdfc-2022", "Ed25519", **more)
    purpose = {"expected_purpose": "authentication"}
    assert own(document, **purpose, domain="b", challenge="1234") == ()
    assert own(document, **purpose) == ()
    for domains in (["https://a.example", "b"], [], [["b"]], None):  # section 4.4: the same strings, and no more
        other = signed_badge("eddsa-jcs-2022", "Ed25519", **(more | {"domain": domains}))
        assert own(other, **purpose) == ()
        assert [finding.code for finding in own(other, **purpose, domain="b")] == ["wrong_domain"]
    (finding,) = own(document, **purpose, domain="c", challenge="1234")
    assert finding.problem_type == "https://w3id.org/security#INVALID_DOMAIN_ERROR"
    (finding,) = own(document, **purpose, domain="b", challenge="12345")
    assert finding.problem_type == "https://w3id.org/security#INVALID_CHALLENGE_ERROR"


def test_jcs_proofs_keep_the_contexts_that_they_were_made_with():
    document = signed_badge("eddsa-jcs-2022", "Ed25519")
    more = {**document, "@context": [*document["@context"], "https://example.org/more"]}
    assert own(more) == ()  # vc-di-eddsa section 3.3.2: the document may have further contexts
    for contexts in (document["@context"][:1], document["@context"][::-1]):
        (finding,) = own({**document, "@context": contexts})
        assert (finding.code, finding.pointer) == ("context_differs", "/proof/0/@context")


def test_a_single_proof_object_is_read_too():
    document = signed_badge("eddsa-rdfc-2022", "Ed25519")
    single = {**document, "proof": document["proof"][0]}
    assert verify(single, single["proof"], PRIVATE_KEYS["Ed25519"].public) == ()


def test_a_suite_refuses_to_sign_with_a_key_that_does_not_fit():
    for suite, key_type in (("eddsa-rdfc-2022", "P-256"), ("ecdsa-jcs-2019", "RSA")):
        with pytest.raises(Unsound) as caught:
            signed_badge(suite, key_type)
        assert caught.value.finding.code == "key_type_does_not_fit"
    with pytest.raises(Unsound) as caught:
        signed_badge("bbs-2023", "Ed25519")
    assert caught.value.finding.code == "unsupported_cryptosuite"


def test_nothing_is_signed_that_would_be_dropped():
    options = proof.proof_options("eddsa-rdfc-2022", "did:example:i#k", "2026-01-01T00:00:00Z")
    with pytest.raises(Unsound) as caught:
        proof.add_proof({**BADGE, "foo": 1}, PRIVATE_KEYS["Ed25519"], options)
    assert (caught.value.finding.code, caught.value.finding.pointer) == ("undefined_term", "/foo")


def test_badges_that_verify_only_with_the_context_of_2024():
    """Before 2026-06 the OB 3.0.3 context lacked endorsementJwt at its root, so an issuer could define it inline."""
    inline = {"endorsementJwt": "https://issuer.example/terms#endorsementJwt"}
    badge = {**BADGE, "@context": [*BADGE["@context"], inline], "endorsementJwt": ["eyJ..."]}
    options = proof.proof_options("eddsa-rdfc-2022", "did:example:i#k", "2025-01-01T00:00:00Z")
    private = PRIVATE_KEYS["Ed25519"]
    data = proof.verify_data(badge, options, "Ed25519", contexts=pinned_contexts.verifying_older())
    document = proof.attach(badge, options, private.sign(data))
    assert own(document) == ()
    (finding,) = own({**document, "endorsementJwt": ["eyJx"]})
    assert finding.code == "redefined_term"
    with pytest.raises(Unsound):
        proof.verify_data(badge, options, "Ed25519")


def test_badges_of_2026_verify_with_the_newer_context():
    badge = {**BADGE, "endorsementJwt": ["eyJ..."]}
    options = proof.proof_options("eddsa-rdfc-2022", "did:example:i#k", "2026-07-01T00:00:00Z")
    document = proof.add_proof(badge, PRIVATE_KEYS["Ed25519"], options)
    assert own(document) == ()
    (finding,) = own({**document, "endorsementJwt": ["eyJx"]})
    assert finding.code == "bad_signature"  # and not that the context of 2024 does not know the member
