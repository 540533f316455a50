import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.errors import BadInput
from app.vc import did, jose, pinned_contexts, proof, strict_json
from app.vc.issuance import CanonicalFormsDifferError, DataIntegrity, Jwt, prepare, seal, self_check
from app.vc.keys import PrivateKey
from app.vc.shape import check_shape
from app.vc.walk_states import States
from tests.vc.badge_examples import badge

NOW = datetime(2026, 1, 31, 12, 0, 0, 250_000, tzinfo=UTC)
KEYS = {
    "Ed25519": PrivateKey("Ed25519", Ed25519PrivateKey.from_private_bytes(bytes(range(32)))),
    "P-256": PrivateKey("P-256", ec.derive_private_key(4711, ec.SECP256R1())),
    "P-384": PrivateKey("P-384", ec.derive_private_key(4711, ec.SECP384R1())),
    "RSA": PrivateKey("RSA", rsa.generate_private_key(65537, 2048)),
}
SUITES = [
    ("eddsa-rdfc-2022", "Ed25519"),
    ("eddsa-jcs-2022", "Ed25519"),
    ("ecdsa-rdfc-2019", "P-256"),
    ("ecdsa-rdfc-2019", "P-384"),
    ("ecdsa-jcs-2019", "P-256"),
    ("ecdsa-jcs-2019", "P-384"),
]
ALGORITHMS = [("EdDSA", "Ed25519"), ("ES256", "P-256"), ("ES384", "P-384"), ("RS256", "RSA")]


class CountingSigner:
    """A signer that counts, and may sign with another key than it shows."""

    def __init__(self, key, secretly=None):
        self.key = key
        self.key_type = key.key_type
        self.public_jwk = key.public_jwk
        self.secretly = secretly or key
        self.signatures = 0

    def sign(self, data):
        self.signatures += 1
        return self.secretly.sign(data)


def integrity(key_type="Ed25519", cryptosuite="eddsa-rdfc-2022"):
    return DataIntegrity(cryptosuite, f"{did.did_key(KEYS[key_type].public)}#{KEYS[key_type].public.multikey()}", NOW)


def by_jwk(alg="EdDSA", key_type="Ed25519"):
    return Jwt(alg, jwk=KEYS[key_type].public_jwk)


def sealed(document, securing, key_type="Ed25519"):
    return seal(prepare(document, securing, key_type), KEYS[key_type])


@pytest.mark.parametrize(("cryptosuite", "key_type"), SUITES)
def test_an_embedded_proof_is_the_only_addition_and_verifies(cryptosuite, key_type):
    done = sealed(badge(), integrity(key_type, cryptosuite), key_type)
    document = json.loads(done.content)
    assert done.media_type == "application/vc+ld+json"
    assert done.document == document
    assert done.sha256 == hashlib.sha256(done.content).hexdigest()
    assert {name: value for name, value in document.items() if name != "proof"} == badge()
    (made,) = document["proof"]
    assert (made["cryptosuite"], made["proofPurpose"]) == (cryptosuite, "assertionMethod")
    assert made["created"] == "2026-01-31T12:00:00Z"
    assert check_shape(document) == ()
    assert self_check(done, KEYS[key_type].public, NOW) == ()
    assert proof.verify_proof(document, made, KEYS[key_type].public, now=NOW) == ()


@pytest.mark.parametrize(("alg", "key_type"), ALGORITHMS)
def test_a_jwt_holds_the_whole_credential_and_verifies(alg, key_type):
    done = sealed(badge(), by_jwk(alg, key_type), key_type)
    assert done.media_type == "application/vc+jwt"
    assert done.document == badge()
    jws = jose.decode(done.content.decode("ascii"))
    assert jws.header == {"alg": alg, "typ": "JWT", "jwk": KEYS[key_type].public_jwk}
    assert jose.credential_of(jws) == (badge(), ())
    assert self_check(done, KEYS[key_type].public, NOW) == ()


def test_a_jwt_may_name_its_key_by_url():
    done = sealed(badge(), Jwt("EdDSA", kid="https://consortium.example.org/keys/1"))
    assert jose.decode(done.content.decode("ascii")).header["kid"] == "https://consortium.example.org/keys/1"


def test_text_stays_readable_in_the_sealed_bytes():
    assert "Smart City Skills \u2013 reference example".encode() in sealed(badge(), integrity()).content


def test_the_key_is_used_once_and_a_draft_too():
    signer = CountingSigner(KEYS["Ed25519"])
    draft = prepare(badge(), integrity(), "Ed25519")
    assert signer.signatures == 0
    seal(draft, signer)
    with pytest.raises(ValueError, match="sealed already"):
        seal(draft, signer)
    assert signer.signatures == 1


def test_a_key_of_another_type_is_refused_before_it_is_used():
    draft = prepare(badge(), integrity(), "Ed25519")
    wrong = CountingSigner(KEYS["P-256"])
    with pytest.raises(ValueError, match="P-256"):
        seal(draft, wrong)
    assert wrong.signatures == 0
    assert self_check(seal(draft, KEYS["Ed25519"]), KEYS["Ed25519"].public, NOW) == ()


@pytest.mark.parametrize("securing", [integrity(), by_jwk()])
def test_every_issuing_of_the_same_gives_the_same_bytes(securing):
    assert sealed(badge(), securing).content == sealed(badge(), securing).content


@pytest.mark.parametrize("securing", [integrity(), integrity(cryptosuite="eddsa-jcs-2022"), by_jwk()])
@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        (lambda one: one["credentialSubject"]["achievement"].update(euUnknown="lost"), None),
        (lambda one: one["credentialSubject"]["result"][0].update(status2="lost"), None),
        (lambda one: one["issuer"].update(foo=1), "/issuer/foo"),
        (lambda one: one["evidence"][0].update(type=["Evidence", "NoSuchType"]), None),
        (lambda one: one["credentialSubject"]["achievement"].update(euLevel="level 6"), None),
        (lambda one: one["@context"].append("https://example.org/unknown"), "/@context/3"),
    ],
)
def test_nothing_undefined_is_ever_issued(securing, change, pointer):
    document = badge()
    change(document)
    with pytest.raises(BadInput, match="cannot be issued") as refusal:
        prepare(document, securing, "Ed25519")
    assert refusal.value.pointer
    assert pointer in (None, refusal.value.pointer)


@pytest.mark.parametrize("securing", [integrity(), by_jwk()])
def test_every_fault_of_the_shape_is_told(securing):
    document = badge()
    del document["issuer"]
    document["validUntil"] = "2020-01-01"
    with pytest.raises(BadInput) as refusal:
        prepare(document, securing, "Ed25519")
    assert [fault.pointer for fault in refusal.value.faults] == ["", "/validUntil"]
    assert refusal.value.remedy


@pytest.mark.parametrize(
    ("securing", "key_type"),
    [
        (integrity(), "P-256"),
        (integrity(cryptosuite="ecdsa-rdfc-2019"), "Ed25519"),
        (integrity(cryptosuite="no-such-suite"), "Ed25519"),
        (by_jwk("ES256"), "Ed25519"),
        (by_jwk("none"), "Ed25519"),
        (by_jwk("HS256"), "RSA"),
        (Jwt("EdDSA"), "Ed25519"),
        (Jwt("EdDSA", kid="https://consortium.example.org/keys/1", jwk=KEYS["Ed25519"].public_jwk), "Ed25519"),
    ],
)
def test_keys_that_do_not_fit_are_refused(securing, key_type):
    with pytest.raises(BadInput) as refusal:
        prepare(badge(), securing, key_type)
    assert refusal.value.remedy


@pytest.mark.parametrize("securing", [integrity(), by_jwk()])
def test_the_self_check_notices_a_store_that_signs_with_another_key(securing):
    other = PrivateKey("Ed25519", Ed25519PrivateKey.from_private_bytes(bytes(32)))
    done = seal(prepare(badge(), securing, "Ed25519"), CountingSigner(KEYS["Ed25519"], secretly=other))
    assert self_check(done, KEYS["Ed25519"].public, NOW) != ()


@pytest.mark.parametrize("securing", [integrity(), by_jwk()])
def test_the_self_check_notices_a_document_that_was_changed_in_between(securing):
    document = badge()
    draft = prepare(document, securing, "Ed25519")
    document["name"] = "Something else"
    assert self_check(seal(draft, KEYS["Ed25519"]), KEYS["Ed25519"].public, NOW) != ()


def routine(securing):
    """A sealed badge at which the walk learnt nothing, so that the self-check compares instead of walking again."""
    for _ in range(2):
        done = sealed(badge(), securing)
    assert done.signed is not None
    return done


@pytest.mark.parametrize("pointer", ["credentialSubject", "issuer", "@context"])
def test_the_self_check_notices_a_change_deep_inside(pointer):
    routine(integrity())
    document = badge()
    draft = prepare(document, integrity(), "Ed25519")
    place = document[pointer]
    place.append({}) if isinstance(place, list) else place.update(description="Something else")
    (finding,) = self_check(seal(draft, KEYS["Ed25519"]), KEYS["Ed25519"].public, NOW)
    assert finding.code == "changed_document"


def leaves(sealed_badge, content):
    """Whether other bytes would pass the self-check."""
    try:
        return self_check(replace(sealed_badge, content=content), KEYS["Ed25519"].public, NOW) == ()
    except BadInput:
        return False


def test_a_changed_byte_is_noticed():
    done = routine(integrity())
    assert leaves(done, done.content)
    for place in range(0, len(done.content), 5):
        other = b"8" if done.content[place : place + 1] == b"7" else b"7"
        assert not leaves(done, done.content[:place] + other + done.content[place + 1 :])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"proofPurpose":"assertionMethod"', b'"proofPurpose":"authentication"'),
        (b'"validFrom"', b'"validUntil"'),
        (b',"name":', b',"name":"twice","name":'),
        (b'{"@context"', b'{"id":"urn:other","@context"'),
        (b'"@context":[', b'"@context":["https://w3id.org/security/data-integrity/v2",'),
    ],
)
def test_bytes_that_say_something_else_are_noticed(old, new):
    done = routine(integrity())
    assert old in done.content
    assert not leaves(done, done.content.replace(old, new, 1))


def test_a_signature_of_something_else_is_noticed():
    done = routine(integrity())
    other = sealed(badge() | {"name": "Another"}, integrity())
    proof_of_other = {**done.document, "proof": other.document["proof"]}
    changed = replace(done, document=proof_of_other, content=strict_json.dumps(proof_of_other))
    (finding,) = self_check(changed, KEYS["Ed25519"].public, NOW)
    assert finding.code == "bad_signature"


def test_what_the_walk_meets_for_the_first_time_is_walked_again():
    routine(integrity())
    document = badge()
    document["credentialSubject"]["achievement"]["name"] = "Never seen before"
    first, second = (sealed(document, integrity()) for _ in range(2))
    assert (first.signed, second.signed is None) == (None, False)
    assert first.content == second.content
    assert self_check(first, KEYS["Ed25519"].public, NOW) == self_check(second, KEYS["Ed25519"].public, NOW) == ()


def test_what_was_learnt_wrong_is_noticed_and_forgotten():
    routine(integrity())
    for _, part in pinned_contexts.issuing().once(States).kept.parts.values():
        part.ready[:] = [text.replace("<", "<urn:wrong:", 1) for text in part.ready]
    with pytest.raises(CanonicalFormsDifferError):
        prepare(badge(), integrity(), "Ed25519", is_compared=True)
    wrong = replace(sealed(badge(), integrity()), signed=None)  # as if it were the one that taught the walk
    (finding,) = self_check(wrong, KEYS["Ed25519"].public, NOW)
    assert finding.code == "bad_signature"
    assert self_check(replace(routine(integrity()), signed=None), KEYS["Ed25519"].public, NOW) == ()


def test_credentials_that_are_no_badges_are_sealed_too():
    status_list = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": "https://consortium.example.org/status-lists/4d1c",
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": "did:web:consortium.example.org",
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {
            "id": "https://consortium.example.org/status-lists/4d1c#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA",
        },
    }
    for securing in (integrity(), by_jwk()):
        assert self_check(sealed(status_list, securing), KEYS["Ed25519"].public, NOW) == ()
