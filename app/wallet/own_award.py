"""Whether a badge that somebody brings is one that we ourselves sealed for her, whatever file it comes in."""

from typing import Any

from app.ports import Services
from app.store import award as awards
from app.store import credential as credentials
from app.wallet.backpack import by_tenant
from app.wallet.ob_api import carried
from app.wallet.sessions import SignedIn


def own_award(
    services: Services, who: SignedIn, content: bytes, media_type: str, credential: dict[str, Any]
) -> str | None:
    """The id of her award, None when it is none of hers.

    `credential`: what was found in the content. A picture or a document is compared by the badge in it; a form without
    a badge that is read again as it was signed (SD-JWT) by its text.
    """
    value = carried.value_of(content, media_type)
    told = credential.get("id")
    for tenant_id, learners in by_tenant(who).items():
        with services.database.reading(tenant_id) as session:
            for award, _ in awards.awards_of(session, [each.id for each in learners]):
                for row in credentials.renditions(session, award.id):
                    sealed = row.content or b""
                    if sealed == content.strip():
                        return award.id
                    is_named = told in (f"urn:uuid:{award.id}", f"urn:uuid:{row.id}")
                    if is_named and value is not None and value == carried.value_of(sealed, row.media_type or ""):
                        return award.id
    return None
