"""The key that signs receipts of verifications: `verifier.pem` in the keys folder, an Ed25519 key of its own.

It is encrypted where there is a passphrase (of the service, or ATTESTA_KEY_PASSPHRASE_FILE); a verifier alone that was
given none has a plain file, which only its owner may read. It is never made by asking for a receipt.
"""

import threading
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from app.adapters.keys_file import generate, write_secret
from app.errors import Unavailable
from app.ports import Signer
from app.vc.keys import PrivateKey

NAME = "verifier.pem"
REMEDY = "The operator makes one: `attesta verifier-key`."


class ReceiptKeyFile:
    """The ReceiptKey port. `passphrases`: files that may hold the passphrase, the first that is there counts."""

    def __init__(self, folder: Path, passphrases: tuple[Path, ...]) -> None:
        self._path = folder / NAME
        self._passphrases = passphrases
        self._lock = threading.Lock()
        self._open: PrivateKey | None = None

    def signer(self) -> Signer:
        """The key; raises Unavailable when there is none, or it cannot be opened."""
        with self._lock:
            if self._open is None:
                self._open = self._load()
            return self._open

    def create(self) -> bool:
        """Make the key unless there is one; returns whether it was made."""
        if self._path.exists():
            return False
        secret = self._passphrase()
        protection = BestAvailableEncryption(secret) if secret else NoEncryption()
        write_secret(self._path, generate("Ed25519").private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection))
        return True

    def _load(self) -> PrivateKey:
        if not self._path.exists():
            raise Unavailable("This verifier has no key, so it signs no receipts.", remedy=REMEDY)
        try:
            pem = self._path.read_bytes()
            key = load_pem_private_key(pem, self._passphrase() if b"ENCRYPTED" in pem else None)
        except (OSError, ValueError, TypeError) as error:
            raise _unusable(self._path, type(error).__name__) from error
        if not isinstance(key, ed25519.Ed25519PrivateKey):
            raise _unusable(self._path, "it is no Ed25519 key")
        return PrivateKey("Ed25519", key)

    def _passphrase(self) -> bytes | None:
        for path in self._passphrases:
            if path.exists():
                return path.read_bytes().strip() or None
        return None


def _unusable(path: Path, why: str) -> Unavailable:
    return Unavailable(
        f"The verifier's key {path.name} cannot be opened ({why}).",
        remedy="Check ATTESTA_KEYS_DIR and ATTESTA_KEY_PASSPHRASE_FILE, or restore both from the same backup.",
    )
