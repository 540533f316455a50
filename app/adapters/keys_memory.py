"""Private keys that nobody keeps: the conformance harness signs with them, and they are gone when the service stops."""

import secrets

from app.adapters.keys_file import generate
from app.errors import Unavailable
from app.ports import Signer
from app.vc.keys import PrivateKey


class KeysInMemory:
    """The Keys port without files. Keys are made at start, before there are threads."""

    def __init__(self) -> None:
        self._held: dict[str, PrivateKey] = {}

    def create(self, key_type: str) -> tuple[str, dict[str, str]]:
        """Make a key of that type; returns its name and public JWK."""
        name, key = secrets.token_hex(8), PrivateKey(key_type, generate(key_type))
        self._held[name] = key
        return name, key.public_jwk

    def signer(self, name: str) -> Signer:
        """The key of that name; raises Unavailable."""
        if name not in self._held:
            raise Unavailable(f"There is no key {name}.")
        return self._held[name]
