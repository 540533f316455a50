import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import x25519

from app.vc import did_key_document, keys
from app.vc.did_key_document import KeyOptions
from app.vc.multiformats import base58btc_encode, multibase_decode, multibase_encode, varint_decode, varint_encode
from app.vc.unresolved import Unresolved

VECTORS = json.loads((Path(__file__).parents[1] / "vectors/w3c-ccg-did-key/did-key.json").read_text())
ED25519 = "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"
P256 = "did:key:zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv"
DERIVE = KeyOptions(derive_encryption_key=True)


def made(did, **options):
    return did_key_document.create(did, KeyOptions(**options))


def refused(did, **options):
    with pytest.raises(Unresolved) as caught:
        made(did, **options)
    return caught.value.code


def did_of(code, key_bytes):
    return "did:key:" + multibase_encode("z", varint_encode(code) + key_bytes)


@pytest.mark.parametrize("did", [*VECTORS["Ed25519"], *VECTORS["JsonWebKey"]])
def test_the_key_serves_every_relationship_but_key_agreement(did):
    document = made(did)
    multikey = did.removeprefix("did:key:")
    assert document["id"] == did
    assert document["verificationMethod"] == [
        {"id": f"{did}#{multikey}", "type": "Multikey", "controller": did, "publicKeyMultibase": multikey}
    ]
    for relationship in ("authentication", "assertionMethod", "capabilityInvocation", "capabilityDelegation"):
        assert document[relationship] == [f"{did}#{multikey}"]
    assert "keyAgreement" not in document
    assert document["@context"] == ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]


@pytest.mark.parametrize("did", VECTORS["JsonWebKey"])
def test_jwk_vectors(did):
    for kind in ("JsonWebKey", "JsonWebKey2020"):
        method = made(did, public_key_format=kind)["verificationMethod"][0]
        assert method["type"] == kind
        assert method["publicKeyJwk"] == VECTORS["JsonWebKey"][did]["publicKeyJwk"]
        assert "publicKeyMultibase" not in method


def test_the_forms_of_ed25519_keys_alone():
    newer = made(ED25519, public_key_format="Ed25519VerificationKey2020")
    assert newer["verificationMethod"][0]["publicKeyMultibase"] == ED25519.removeprefix("did:key:")
    assert newer["@context"][1].endswith("/ed25519-2020/v1")
    older = made(ED25519, public_key_format="Ed25519VerificationKey2018", experimental_types=True)
    raw = varint_decode(multibase_decode(ED25519.removeprefix("did:key:"), "z"))[1]
    assert older["verificationMethod"][0]["publicKeyBase58"] == base58btc_encode(raw)
    assert refused(P256, public_key_format="Ed25519VerificationKey2020") == "INVALID_PUBLIC_KEY_TYPE"


@pytest.mark.parametrize("did", VECTORS["Ed25519"])
def test_the_derived_encryption_key_is_that_of_the_same_seed(did):
    seed = bytes.fromhex(VECTORS["Ed25519"][did]["seed"])
    digest = hashes.Hash(hashes.SHA512())  # RFC 8032 section 5.1.5: the scalar is the first half of the digest
    digest.update(seed)
    scalar = x25519.X25519PrivateKey.from_private_bytes(digest.finalize()[:32])
    document = did_key_document.create(did, DERIVE)
    method = document["verificationMethod"][1]
    code, raw = varint_decode(multibase_decode(method["publicKeyMultibase"], "z"))
    assert (code, raw) == (0xEC, scalar.public_key().public_bytes_raw())
    assert document["keyAgreement"] == [method["id"]]
    assert method["controller"] == did
    assert method["id"].endswith("#" + method["publicKeyMultibase"])


def test_the_example_of_the_method_with_an_encryption_key():
    # https://w3c-ccg.github.io/did-key-spec/#ed25519-with-x25519
    document = did_key_document.create("did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK", DERIVE)
    assert document["keyAgreement"][0].endswith("#z6LSj72tK8brWgZja8NLRwPigth2T9QRiG1uH9oKZuKjdh9p")


def test_the_encryption_key_has_the_form_that_goes_with_the_signature_key():
    jwk = made(ED25519, public_key_format="JsonWebKey", derive_encryption_key=True)
    assert jwk["verificationMethod"][1]["publicKeyJwk"]["crv"] == "X25519"
    suite = made(ED25519, public_key_format="Ed25519VerificationKey2020", derive_encryption_key=True)
    assert suite["verificationMethod"][1]["type"] == "X25519KeyAgreementKey2020"
    assert [url.rsplit("/", 2)[1] for url in suite["@context"][1:]] == ["ed25519-2020", "x25519-2020"]


def test_no_encryption_key_where_none_can_be_derived_or_written():
    assert refused(P256, derive_encryption_key=True) == "UNSUPPORTED_PUBLIC_KEY_TYPE"
    older = {"public_key_format": "Ed25519VerificationKey2018", "experimental_types": True}
    assert refused(ED25519, derive_encryption_key=True, **older) == "INVALID_PUBLIC_KEY_TYPE"


@pytest.mark.parametrize(
    "name",
    [
        "did:key:" + ED25519.removeprefix("did:key:z"),  # no multibase prefix
        "did:key:u" + ED25519.removeprefix("did:key:z"),
        "did:key:z0OIl",  # none of these is in the base58 alphabet
        "did:key:0:" + ED25519.removeprefix("did:key:"),
        "did:key:-1:" + ED25519.removeprefix("did:key:"),
        "did:key:2:" + ED25519.removeprefix("did:key:"),
        "did:key:1:1:" + ED25519.removeprefix("did:key:"),
        "did:key:z" + "1" * 5000,
        "did:web:example.org",
    ],
)
def test_names_that_are_no_did_key(name):
    assert refused(name) == "INVALID_DID"


def test_version_1_may_be_written():
    name = ED25519.replace("did:key:", "did:key:1:")
    assert made(name)["verificationMethod"][0]["controller"] == name


@pytest.mark.parametrize(("code", "length"), [(0xED, 32), (0x1200, 33), (0x1201, 49), (0x1202, 67)])
def test_keys_of_another_length(code, length):
    for wrong in (0, length - 1, length + 1):
        assert refused(did_of(code, b"\2" * wrong)) == "INVALID_PUBLIC_KEY_LENGTH"


def test_keys_of_types_that_are_not_supported():
    for code in (0xEB, 0xE7, 0x1300, 0x70):
        assert refused(did_of(code, b"\2" * 33)) == "UNSUPPORTED_PUBLIC_KEY_TYPE"


def test_keys_that_are_no_point_of_their_curve():
    assert refused(did_of(0x1200, b"\2" + b"\xff" * 32)) == "INVALID_PUBLIC_KEY"
    assert refused(did_of(0x1201, b"\5" + b"\1" * 48)) == "INVALID_PUBLIC_KEY"
    assert refused(did_of(0x1205, b"no DER")) == "INVALID_PUBLIC_KEY"
    assert refused("did:key:z") == "INVALID_PUBLIC_KEY"  # not even a multicodec


def test_formats_that_are_unknown_or_not_for_signatures():
    assert refused(ED25519, public_key_format="PgpKey") == "UNSUPPORTED_PUBLIC_KEY_TYPE"
    assert refused(ED25519, public_key_format="Ed25519VerificationKey2018") == "INVALID_PUBLIC_KEY_TYPE"
    for experimental in (True, False):
        options = {"public_key_format": "X25519KeyAgreementKey2020", "experimental_types": experimental}
        assert refused(ED25519, **options) == "INVALID_PUBLIC_KEY_TYPE"


def test_the_document_agrees_with_the_key_module():
    for did in VECTORS["JsonWebKey"]:
        assert (
            keys.from_multikey(made(did)["verificationMethod"][0]["publicKeyMultibase"]).jwk()
            == (VECTORS["JsonWebKey"][did]["publicKeyJwk"])
        )
