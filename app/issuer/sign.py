"""Sign one credential: prepared, sealed, checked. Whatever this service signs goes through here (docs/issuance.md)."""

from typing import Any

from app.errors import Unavailable
from app.ports import Services, Signer
from app.vc import issuance
from app.vc.issuance import Sealed, Securing
from app.vc.keys import PublicKey


def sign(
    services: Services, document: dict[str, Any], securing: Securing, signer: Signer, public_key: PublicKey
) -> Sealed:
    """Return the sealed credential, verified with `public_key`.

    Raises BadInput for what cannot be signed; Unavailable when the key fails, when what was signed does not verify, and
    when the two ways to canonicalize disagree, of which the second is taken for one document in so many.
    """
    is_compared = services.walk_check.is_due()
    try:
        draft = issuance.prepare(document, securing, signer.key_type, is_compared=is_compared)
    except issuance.CanonicalFormsDifferError:
        raise services.walk_check.differed(str(document.get("id"))) from None
    made = issuance.seal(draft, signer)
    found = issuance.self_check(made, public_key, services.clock())
    if found:  # a key store that signs with another key than it says, or a bug: nothing of it may leave the house
        raise Unavailable(f"The signature that was just made does not verify ({found[0].code}); nothing was issued.")
    return made
