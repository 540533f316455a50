import hashlib
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from hypothesis import given
from hypothesis import strategies as st

from app.ports import Signer
from app.vc import keys
from app.vc.multiformats import base64url_encode, multibase_encode, varint_encode
from app.vc.outcome import Unsound

VECTORS = Path(__file__).parents[1] / "vectors"
DID_KEY = json.loads((VECTORS / "w3c-ccg-did-key" / "did-key.json").read_text())


def new_private_key(key_type: str) -> keys.PrivateKey:
    if key_type == "RSA":
        return keys.PrivateKey("RSA", rsa.generate_private_key(65537, 2048))
    if key_type == "Ed25519":
        return keys.PrivateKey("Ed25519", ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
    curve = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1()}[key_type]
    return keys.PrivateKey(key_type, ec.derive_private_key(20_260_101, curve))


PRIVATE_KEYS = {key_type: new_private_key(key_type) for key_type in keys.KEY_TYPES}
EACH_KEY = pytest.mark.parametrize("private", PRIVATE_KEYS.values(), ids=PRIVATE_KEYS)


@pytest.mark.parametrize("did", DID_KEY["JsonWebKey"])
def test_did_key_vectors_are_the_same_key_as_their_jwk(did):
    multikey, jwk = did.removeprefix("did:key:"), DID_KEY["JsonWebKey"][did]["publicKeyJwk"]
    key = keys.from_multikey(multikey)
    assert key.jwk() == jwk
    assert keys.from_jwk(jwk).multikey() == multikey


@pytest.mark.parametrize("did", DID_KEY["Ed25519"])
def test_did_key_vectors_come_from_their_seed(did):
    private = ed25519.Ed25519PrivateKey.from_private_bytes(bytes.fromhex(DID_KEY["Ed25519"][did]["seed"]))
    assert keys.PrivateKey("Ed25519", private).public.multikey() == did.removeprefix("did:key:")


def test_rfc_8032_test_2():
    # https://www.rfc-editor.org/rfc/rfc8032 section 7.1
    jwk = {
        "kty": "OKP",
        "crv": "Ed25519",
        "d": base64url_encode(bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")),
        "x": base64url_encode(bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")),
    }
    signature = keys.private_from_jwk(jwk).sign(b"\x72")
    assert signature.hex() == (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )


def test_rfc_6979_deterministic_signature():
    # https://www.rfc-editor.org/rfc/rfc6979 appendix A.2.5, message "sample", SHA-256
    secret = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721
    signature = keys.PrivateKey("P-256", ec.derive_private_key(secret, ec.SECP256R1())).sign(b"sample")
    assert signature.hex().upper() == (
        "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
        "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"
    )


def test_rfc_6979_deterministic_signature_of_p_521():
    # https://www.rfc-editor.org/rfc/rfc6979 appendix A.2.7, message "sample", SHA-512
    secret = int(
        "0FAD06DAA62BA3B25D2FB40133DA757205DE67F5BB0018FEE8C86E1B68C7E75CAA896EB32F1F47C70855836A6D16FCC1466F6D8FBEC67DB8"
        "9EC0C08B0E996B83538",
        16,
    )
    signature = keys.PrivateKey("P-521", ec.derive_private_key(secret, ec.SECP521R1())).sign(b"sample")
    r, s = signature.hex().upper()[:132], signature.hex().upper()[132:]
    assert r == (
        "00C328FAFCBD79DD77850370C46325D987CB525569FB63C5D3BC53950E6D4C5F174E25A1EE9017B5D450606ADD152B534931D7D4E8455CC9"
        "1F9B15BF05EC36E377FA"
    )
    assert s == (
        "00617CCE7CF5064806C467F678D3B4080D6F1CC50AF26CA209417308281B68AF282623EAA63E5B5C0723D8B8C37FF0777B1A20F8CCB1DCCC"
        "43997F1EE0E44DA4A67A"
    )


def test_rfc_7638_thumbprint_of_the_public_jwk():
    # https://www.rfc-editor.org/rfc/rfc8037 appendix A.3
    jwk = keys.from_jwk(
        {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "kid": "1"}
    ).jwk()
    digest = hashlib.sha256(json.dumps(jwk, sort_keys=True, separators=(",", ":")).encode()).digest()
    assert base64url_encode(digest) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


@EACH_KEY
@given(data=st.binary(max_size=100), flipped=st.integers(0, 64 * 8 - 1))
def test_signatures_verify_and_changed_ones_do_not(private, data, flipped):
    signature = private.sign(data)
    assert private.sign(data) == signature
    assert private.public.verify(signature, data)
    changed = bytearray(signature)
    changed[flipped // 8] ^= 1 << flipped % 8
    assert not private.public.verify(bytes(changed), data)
    assert not private.public.verify(signature, data + b"x")


@EACH_KEY
def test_signatures_of_any_length_are_judged_quietly(private):
    for length in (0, 1, 63, 64, 65, 71, 96, 256, 1000):
        assert not private.public.verify(b"\0" * length, b"data")


ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493  # RFC 8032 section 5.1, L


def test_an_ed25519_signature_has_one_form():
    # RFC 8032 section 5.1.7: S beyond the order of the group is refused, though the equation would hold
    private = PRIVATE_KEYS["Ed25519"]
    signature = private.sign(b"data")
    large = int.from_bytes(signature[32:], "little") + ED25519_ORDER
    assert not private.public.verify(signature[:32] + large.to_bytes(32, "little"), b"data")
    assert not private.public.verify(signature + b"d", b"ata")  # where it ends is not for the sender to say
    assert not private.public.verify(signature[:-1], signature[-1:] + b"data")


@pytest.mark.parametrize("point", [1, 2**255 - 20, 0])
def test_an_ed25519_key_of_small_order_signs_nothing(point):
    # RFC 7748 section 7: with y = 1, R = B and S = 1 hold for whatever is said
    base = bytes([0x58]) + b"\x66" * 31
    key = keys.from_jwk({"kty": "OKP", "crv": "Ed25519", "x": base64url_encode(point.to_bytes(32, "little"))})
    assert not key.verify(base + (1).to_bytes(32, "little"), b"whatever is said")


@EACH_KEY
def test_a_private_key_is_a_signer_and_hides_its_secret(private):
    signer: Signer = private
    assert signer.key_type in keys.KEY_TYPES
    assert "d" not in signer.public_jwk
    assert "object at" not in repr(private)


@EACH_KEY
def test_both_written_forms_come_back(private):
    assert keys.from_multikey(private.public.multikey()).jwk() == private.public_jwk
    assert keys.from_jwk(private.public_jwk).multikey() == private.public.multikey()


@pytest.mark.parametrize(
    ("key_type", "size"), [("Ed25519", 64), ("P-256", 64), ("P-384", 96), ("P-521", 132), ("RSA", None)]
)
def test_signature_sizes(key_type, size):
    assert keys.signature_size(key_type) == size
    assert size is None or len(PRIVATE_KEYS[key_type].sign(b"")) == size


GOOD = {key_type: private.public_jwk for key_type, private in PRIVATE_KEYS.items()}


@pytest.mark.parametrize(
    "jwk",
    [
        {},
        {"kty": "oct", "k": "c2VjcmV0"},
        {"kty": {}, "crv": []},
        {**GOOD["Ed25519"], "d": "x"},
        {**GOOD["Ed25519"], "use": "enc"},
        {**GOOD["Ed25519"], "crv": "X25519"},
        {**GOOD["Ed25519"], "x": "AAAA"},
        {**GOOD["Ed25519"], "x": GOOD["Ed25519"]["x"] + "="},
        {**GOOD["Ed25519"], "x": 5},
        {**GOOD["P-256"], "x": GOOD["P-256"]["y"]},
        {**GOOD["P-256"], "crv": "P-384"},
        {**GOOD["P-256"], "crv": "secp256k1"},
        {**GOOD["P-256"], "x": "A" * 43, "y": "A" * 43},
        {**GOOD["RSA"], "n": "AQAB"},
        {**GOOD["RSA"], "n": "_" * 100_000},
        {**GOOD["RSA"], "n": "_" * 1400},
        {**GOOD["RSA"], "e": "_" * 8},
        {**GOOD["RSA"], "e": "AA"},
        {**GOOD["RSA"], "e": None},
    ],
)
def test_bad_jwks_are_refused(jwk):
    with pytest.raises(Unsound) as caught:
        keys.from_jwk(jwk)
    assert caught.value.finding.code == "malformed_public_key"


def _spki_in_multikey() -> str:
    spki = (
        PRIVATE_KEYS["RSA"]
        .key.public_key()
        .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return multibase_encode("z", varint_encode(0x1205) + spki)


@pytest.mark.parametrize(
    "multikey",
    [
        "",
        "z",
        "u7QEB",
        "z6LShs9GGnqk85isEBzzshkuVWrVKsRp24GnDuHk8QWkARMW",  # X25519, from the did:key vectors
        "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooW",
        multibase_encode("z", b"\xed\x01" + b"\0" * 33),
        multibase_encode("z", b"\xed\x81\x00" + b"\0" * 32),
        multibase_encode("z", b"\x80\x24\x02" + b"\xff" * 32),
        multibase_encode("z", b"\x80\x24\x04" + b"\x01" * 64),
        multibase_encode("z", b"\x85\x24" + b"\x30\x00"),
        _spki_in_multikey(),
    ],
)
def test_bad_multikeys_are_refused(multikey):
    with pytest.raises(Unsound) as caught:
        keys.from_multikey(multikey)
    assert caught.value.finding.code == "malformed_public_key"


def test_private_forms_that_do_not_fit_are_refused():
    other = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"  # RFC 8037 appendix A.1
    for jwk in ({**GOOD["Ed25519"], "d": other}, {**GOOD["RSA"], "d": "AQAB"}):
        with pytest.raises(Unsound):
            keys.private_from_jwk(jwk)
    with pytest.raises(Unsound):
        keys.private_from_multikey(GOOD["Ed25519"]["x"])
    with pytest.raises(Unsound):
        keys.private_from_multikey(PRIVATE_KEYS["Ed25519"].public.multikey())
