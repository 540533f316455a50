"""Sign one credential or token: prepared, signed, checked. Whatever this service signs goes through here.

docs/issuance.md tells the steps.
"""

from typing import Any

from app.errors import Unavailable
from app.ports import Services, Signer
from app.vc import issuance, jose
from app.vc.issuance import Sealed, Securing
from app.vc.keys import PublicKey
from app.vc.outcome import Finding


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
    _refuse_unverified(found)
    return made


def sign_token(header: dict[str, Any], claims: dict[str, Any], signer: Signer, public_key: PublicKey) -> bytes:
    """Return a JWT that is no credential, verified with `public_key`; raises Unavailable as `sign`."""
    unsigned = jose.signing_input(header, claims)
    token = jose.compact(unsigned, signer.sign(unsigned))
    _refuse_unverified(jose.verify(jose.decode(token), public_key))
    return token.encode("ascii")


def _refuse_unverified(found: tuple[Finding, ...]) -> None:
    if found:  # a key store that signs with another key than it says, or a bug: nothing of it may leave the house
        raise Unavailable(f"The signature that was just made does not verify ({found[0].code}); nothing was issued.")
