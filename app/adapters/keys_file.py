"""Private keys as encrypted PKCS#8 files: `keys/<name>.pem`, one passphrase for all.

A key is written to a temporary name, flushed to the disk and renamed: after a crash it is there whole or not at all.
"""

import io
import os
import secrets
import shutil
import threading
from pathlib import Path
from typing import IO

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from app.errors import Unavailable
from app.ports import Signer
from app.vc.keys import AnyPrivateKey, PrivateKey

RSA_BITS = 2048  # what 1EdTech's RS256 asks for at least (OB 3.0 section 8.2.1 through RFC 7518 section 3.3)


class KeyFiles:
    """The Keys port on a folder of encrypted files. Opened keys stay in memory."""

    def __init__(self, folder: Path, passphrase: bytes) -> None:
        self._folder = folder
        self._passphrase = passphrase
        self._open: dict[str, PrivateKey] = {}
        self._lock = threading.Lock()

    def create(self, key_type: str) -> tuple[str, dict[str, str]]:
        """Make a key of that type; returns its name and public JWK."""
        private = PrivateKey(key_type, generate(key_type))
        name = f"{key_type.lower().replace('-', '')}-{secrets.token_hex(8)}"
        pem = private.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(self._passphrase))
        write_secret(self._folder / f"{name}.pem", pem)
        with self._lock:
            self._open[name] = private
        return name, private.public_jwk

    def signer(self, name: str) -> Signer:
        """The key of that name; raises Unavailable when its file is missing or the passphrase is another."""
        with self._lock:
            found = self._open.get(name)
            if found is None:
                found = self._open[name] = self._load(name)
        return found

    def _load(self, name: str) -> PrivateKey:
        try:
            key = load_pem_private_key((self._folder / f"{name}.pem").read_bytes(), self._passphrase)
        except (OSError, ValueError, TypeError) as error:
            raise _cannot_open(name, type(error).__name__) from error
        if not isinstance(key, AnyPrivateKey):
            raise _cannot_open(name, "another kind of key")
        return PrivateKey(_key_type(key), key)


def _cannot_open(name: str, why: str) -> Unavailable:
    return Unavailable(
        f"The signing key {name} cannot be opened ({why}).",
        remedy="Check ATTESTA_KEYS_DIR and ATTESTA_KEY_PASSPHRASE_FILE; restore both from the same backup.",
    )


def _key_type(key: AnyPrivateKey) -> str:
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return f"P-{key.key_size}"
    return "RSA" if isinstance(key, rsa.RSAPrivateKey) else "Ed25519"


def generate(key_type: str) -> AnyPrivateKey:
    """Make a private key of one of keys.KEY_TYPES."""
    match key_type:
        case "Ed25519":
            return ed25519.Ed25519PrivateKey.generate()
        case "P-256":
            return ec.generate_private_key(ec.SECP256R1())
        case "P-384":
            return ec.generate_private_key(ec.SECP384R1())
        case "P-521":
            return ec.generate_private_key(ec.SECP521R1())
        case "RSA":
            return rsa.generate_private_key(65537, RSA_BITS)
    raise ValueError(f"no such key type: {key_type}")


def write_secret(path: Path, content: bytes | IO[bytes]) -> None:
    """Write a file that only we may read, whole or not at all, also when the power fails."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    half = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        shutil.copyfileobj(io.BytesIO(content) if isinstance(content, bytes) else content, file)
        file.flush()
        os.fsync(file.fileno())
    half.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def passphrase(path: Path, *, may_create: bool) -> bytes:
    """The passphrase in that file; a random one is made when the default file does not exist yet."""
    if not path.exists():
        if not may_create:
            raise Unavailable(
                f"The passphrase file {path} does not exist.", remedy="Check ATTESTA_KEY_PASSPHRASE_FILE."
            )
        write_secret(path, secrets.token_urlsafe(32).encode())
    content = path.read_bytes().strip()
    if not content:
        raise Unavailable(f"The passphrase file {path} is empty.", remedy="Put the passphrase into it.")
    return content
