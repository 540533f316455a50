"""The type of our SD-JWT VCs: its name, which is a URL, and the Type Metadata that stand there.

https://datatracker.ietf.org/doc/draft-ietf-oauth-sd-jwt-vc/, sections "Verifiable Credential Type" and "SD-JWT VC Type
Metadata". All badges are of one type, as they are in the W3C's data model (OpenBadgeCredential): a verifier asks for
it, and for the achievement by its id.
"""

from typing import Any

from app.settings import BADGE_TYPE_PATH, Settings
from app.vc.sd_jwt_badge import WITHHOLDABLE

SHOWN = {  # path of a claim -> what a person may call it
    ("name",): "Name",
    ("awardedDate",): "Awarded on",
    ("issuer", "name"): "Issuer",
    ("credentialSubject", "achievement", "name"): "Achievement",
    ("credentialSubject", "achievement", "criteria", "narrative"): "Criteria",
    ("credentialSubject", "result"): "Results",
    ("credentialSubject", "identifier"): "Learner's e-mail address, hashed",
    ("credentialSubject", "licenseNumber"): "Licence number",
    ("evidence",): "Evidence",
}


def type_url(settings: Settings) -> str:
    """`vct` of the SD-JWT VCs that are issued here."""
    return f"{settings.public_url}{BADGE_TYPE_PATH}"


def type_metadata(settings: Settings) -> dict[str, Any]:
    """The Type Metadata: name, claims, and which of them the holder may keep to herself."""
    return {
        "vct": type_url(settings),
        "name": "Open Badge",
        "description": "A digital badge with the members of an Open Badges 3.0 OpenBadgeCredential.",
        "display": [
            {"locale": "en", "name": "Open Badge", "description": "What was achieved, by which criteria, and when."}
        ],
        "claims": [
            {
                "path": list(path),
                "display": [{"locale": "en", "label": label}],
                "sd": "allowed" if _is_withholdable(path) else "never",
            }
            for path, label in SHOWN.items()
        ],
    }


def _is_withholdable(path: tuple[str, ...]) -> bool:
    return ("/".join(path[:-1]), path[-1]) in WITHHOLDABLE
