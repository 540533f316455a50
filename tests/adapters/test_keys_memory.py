"""Keys that nobody keeps."""

import pytest

from app.adapters.keys_memory import KeysInMemory
from app.errors import Unavailable
from app.vc import keys


@pytest.mark.parametrize("key_type", ["Ed25519", "P-256", "P-384"])
def test_a_key_signs_as_long_as_the_process_lives(key_type):
    held = KeysInMemory()
    name, jwk = held.create(key_type)
    signer = held.signer(name)
    assert (signer.key_type, signer.public_jwk) == (key_type, jwk)
    assert keys.from_jwk(jwk).verify(signer.sign(b"data"), b"data")
    with pytest.raises(Unavailable, match="no key"):
        KeysInMemory().signer(name)
