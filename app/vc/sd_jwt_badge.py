"""An Open Badge as SD-JWT: the holder shows the achievement, and as much more of the badge as she wants.

In one of two forms, both with the members of the badge under their own names, so that a verifier asks for the same
paths in both:

- without `vct`: a credential of the W3C's data model, the badge's document itself
  (https://www.w3.org/TR/vc-jose-cose/#securing-with-sd-jwt), typ vc+sd-jwt; its status is a Bitstring Status List
- with `vct`: an SD-JWT VC (https://datatracker.ietf.org/doc/draft-ietf-oauth-sd-jwt-vc/), typ dc+sd-jwt, in which
  registered claims stand in the place of `@context`, `type`, `id`, the period and the status; its status is a Token
  Status List (https://datatracker.ietf.org/doc/draft-ietf-oauth-status-list/ section 6.1)
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.vc import jose, sd_jwt
from app.vc.keys import PublicKey
from app.vc.outcome import Finding

MEDIA_TYPES = tuple(f"application/{typ}" for typ in sd_jwt.VC_TYPES)
# What the holder may keep to herself: (object, member). The achievement is what the badge is about, so it stays.
WITHHOLDABLE = (
    ("credentialSubject", "identifier"),
    ("credentialSubject", "result"),
    ("credentialSubject", "licenseNumber"),
    ("", "evidence"),
    ("", "awardedDate"),
)
REPLACED = ("@context", "type", "id", "validFrom", "validUntil", "credentialStatus")  # in an SD-JWT VC, by claims


@dataclass(frozen=True, slots=True)
class Binding:
    """What an SD-JWT says beside the badge. `holder`: the key that proved to be the subject's.

    `vct` makes it an SD-JWT VC; its status is then `index` of the list at `status_list`.
    """

    holder: PublicKey
    vct: str | None = None
    status_list: str | None = None
    index: int = 0

    @property
    def typ(self) -> str:
        """`typ` of the header."""
        return sd_jwt.VC_TYPE if self.vct else "vc+sd-jwt"


def claims(document: dict[str, Any], binding: Binding) -> dict[str, Any]:
    """Return the claims that say what the unsecured badge says, bound to the holder's key (RFC 7800)."""
    cnf = {"cnf": {"jwk": binding.holder.jwk()}}
    if binding.vct is None:
        return {**document, **cnf}
    registered = {name: value for name, value in jose.badge_claims(document).items() if name in jose.CLAIMS}
    status = {"status_list": {"idx": binding.index, "uri": binding.status_list}}
    members = {name: value for name, value in document.items() if name not in REPLACED}
    return {**registered, "iat": registered["nbf"], "vct": binding.vct, "status": status, **cnf, **members}


def pointers(claims: dict[str, Any]) -> tuple[str, ...]:
    """Return the JSON Pointers of the claims that the holder may keep to herself."""
    places = ((f"/{inside}/{name}" if inside else f"/{name}", inside, name) for inside, name in WITHHOLDABLE)
    return tuple(pointer for pointer, inside, name in places if name in (claims[inside] if inside else claims))


def check(text: str, expected: dict[str, Any], key: PublicKey, now: datetime) -> tuple[Finding, ...]:
    """Verify an SD-JWT that was just made, and that with all disclosures it says what was to be said."""
    made = sd_jwt.decode(text)
    findings = (*sd_jwt.verify(made, key, now=now), *sd_jwt.check_vc(made))
    if made.claims != expected:
        findings += (Finding("changed_document", "The SD-JWT says something else than what was prepared."),)
    return findings
