"""The verifier's own key: made once, on purpose, readable by its owner only."""

import pytest

from app.adapters.receipt_key import ReceiptKeyFile
from app.errors import Unavailable
from app.vc import keys


def test_it_is_made_once_and_signs(tmp_path):
    key = ReceiptKeyFile(tmp_path / "keys", (tmp_path / "none",))
    with pytest.raises(Unavailable, match="no key") as caught:
        key.signer()
    assert "attesta verifier-key" in caught.value.remedy
    assert not (tmp_path / "keys").exists()
    assert key.create()
    assert not key.create()
    signer = key.signer()
    assert keys.from_jwk(signer.public_jwk).verify(signer.sign(b"x"), b"x")
    path = tmp_path / "keys" / "verifier.pem"
    assert path.stat().st_mode & 0o777 == 0o600
    assert b"ENCRYPTED" not in path.read_bytes()
    again = ReceiptKeyFile(tmp_path / "keys", ())
    assert again.signer().public_jwk == signer.public_jwk


def test_with_a_passphrase_it_is_encrypted(tmp_path):
    (tmp_path / "secret").write_text("correct horse\n")
    key = ReceiptKeyFile(tmp_path, (tmp_path / "secret",))
    key.create()
    assert b"ENCRYPTED" in (tmp_path / "verifier.pem").read_bytes()
    assert key.signer().public_jwk["kty"] == "OKP"
    with pytest.raises(Unavailable, match="cannot be opened"):
        ReceiptKeyFile(tmp_path, ()).signer()


def test_what_is_no_key_is_told(tmp_path):
    (tmp_path / "verifier.pem").write_text("hello")
    with pytest.raises(Unavailable, match="cannot be opened"):
        ReceiptKeyFile(tmp_path, ()).signer()
