"""Signing keys on disk: encrypted, for their owner only, whole or not at all."""

import stat

import pytest

from app.adapters.keys_file import KeyFiles, passphrase
from app.errors import Unavailable
from app.vc import keys


@pytest.mark.parametrize("key_type", keys.KEY_TYPES)
def test_a_key_signs_after_a_restart(tmp_path, key_type):
    name, jwk = KeyFiles(tmp_path, b"secret").create(key_type)
    signer = KeyFiles(tmp_path, b"secret").signer(name)
    assert signer.key_type == key_type
    assert signer.public_jwk == jwk
    assert keys.from_jwk(jwk).verify(signer.sign(b"data"), b"data")
    assert not keys.from_jwk(jwk).verify(signer.sign(b"data"), b"other")


def test_files_are_encrypted_and_private(tmp_path):
    name, _ = KeyFiles(tmp_path / "keys", b"secret").create("Ed25519")
    path = tmp_path / "keys" / f"{name}.pem"
    assert path.read_text().startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in (tmp_path / "keys").iterdir()] == [path.name]


@pytest.mark.parametrize("name", ["nobody", "../nobody"])
def test_a_missing_key_is_told_plainly(tmp_path, name):
    with pytest.raises(Unavailable, match="cannot be opened"):
        KeyFiles(tmp_path, b"secret").signer(name)


def test_the_wrong_passphrase_is_told_plainly(tmp_path):
    name, _ = KeyFiles(tmp_path, b"secret").create("P-256")
    with pytest.raises(Unavailable, match="cannot be opened"):
        KeyFiles(tmp_path, b"other").signer(name)


def test_the_default_passphrase_is_made_once(tmp_path):
    first = passphrase(tmp_path / "p", may_create=True)
    assert len(first) >= 32
    assert passphrase(tmp_path / "p", may_create=True) == first
    assert stat.S_IMODE((tmp_path / "p").stat().st_mode) == 0o600


def test_a_chosen_passphrase_file_must_exist_and_say_something(tmp_path):
    with pytest.raises(Unavailable, match="does not exist"):
        passphrase(tmp_path / "p", may_create=False)
    (tmp_path / "p").write_text(" \n")
    with pytest.raises(Unavailable, match="empty"):
        passphrase(tmp_path / "p", may_create=False)
