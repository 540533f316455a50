"""How a credential is secured so that its holder decides what of it to show: ecdsa-sd-2023, with secrets of its own."""

from app.ports import Services
from app.vc import ecdsa_sd_values, keys
from app.vc.issuance import SelectiveDisclosure


def securing(services: Services, method: str, mandatory_pointers: tuple[str, ...]) -> SelectiveDisclosure:
    """A fresh HMAC key and proof key, used for this credential only (vc-di-ecdsa, section 3.6.1)."""
    hmac_key = services.random_below(1 << 8 * ecdsa_sd_values.HMAC_KEY_SIZE)
    return SelectiveDisclosure(
        method,
        services.clock(),
        mandatory_pointers,
        hmac_key.to_bytes(ecdsa_sd_values.HMAC_KEY_SIZE, "big"),
        keys.private_p256(1 + services.random_below(keys.P256_ORDER - 1)),
    )
