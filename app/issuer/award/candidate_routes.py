"""/api/v1/achievements/{code}/candidates and /api/v1/awards/review: who would get it, and who should not have it."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from app.competency.certification import Outcome
from app.competency.framework import Framework, validate
from app.errors import NotFound
from app.issuer import names
from app.issuer.award import recheck
from app.issuer.award.candidates import candidates
from app.issuer.catalogue import find, formats
from app.ports import Principal
from app.store import assessment
from app.store import award as store
from app.web.context import Body, MediaType, ServicesOf, caller, parse_model, takes

router = APIRouter(prefix="/api/v1", tags=["award"])
Reader = Annotated[Principal, caller("read")]
AsOf = Annotated[date | None, Query(description="Judge as of this day; default today.")]
Only = Annotated[Outcome | None, Query(alias="outcome", description="Candidates of this outcome only.")]
After = Annotated[str, Query(max_length=100, description="`next` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=1000, description="How many learners are judged for this page.")]


class KeepBody(BaseModel):
    """Why an award is kept, and by whose word."""

    model_config = ConfigDict(extra="forbid", strict=True)
    by: str = Field(description="Your id of the person who decides.")
    reason: str = Field(description="Kept with the award.")


@router.get("/achievements/{code}/candidates")
def get_candidates(
    services: ServicesOf,
    principal: Reader,
    code: str,
    as_of: AsOf = None,
    only: Only = None,
    after: After = "",
    limit: Limit = 100,
) -> dict[str, Any]:
    """Who would get it: learners judged by the rule, a page at a time; `next` is the `after` of the next page."""
    if after:
        names.code(after, "after")
    with services.database.reading(principal.tenant_id) as session:
        framework = find.achievement(services, session, code).framework
        day = as_of or services.clock().date()
        return candidates(services, session, framework, code, day, outcome=only, after=after, limit=limit)


@router.post("/achievements/{code}/candidates", openapi_extra=takes(formats.YAML[0], "application/json"))
def post_candidates(
    services: ServicesOf,
    principal: Reader,
    code: str,
    body: Body,
    media_type: MediaType,
    as_of: AsOf = None,
    only: Only = None,
    after: After = "",
    limit: Limit = 100,
) -> dict[str, Any]:
    """Who would get it by a framework that is not published: send the framework; nothing is stored."""
    sent = formats.recognise(body, media_type, None)
    document = formats.read(sent, lambda *_: None, services.clock().date().isoformat()).document
    validate(document)
    framework = Framework.of(document)
    if code not in framework.awards:
        raise NotFound(f"That framework has no achievement {code[:100]!r}.")
    if after:
        names.code(after, "after")
    with services.database.reading(principal.tenant_id) as session:
        day = as_of or services.clock().date()
        return candidates(services, session, framework, code, day, outcome=only, after=after, limit=limit)


@router.get("/awards/review")
def get_reviews(
    services: ServicesOf,
    principal: Reader,
    after: Annotated[str, Query(max_length=36, pattern="^[0-9a-f-]*$")] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    """Awards that the rules would not give any more, since their evidence was corrected or withdrawn.

    A person revokes them, or keeps them. `next` is the `after` of the next page.
    """
    recheck.recheck(services, principal.tenant_id)
    with services.database.reading(principal.tenant_id) as session:
        rows = store.open_reviews(session, after=after, limit=limit)
        people = assessment.learners_by_id(session, (award.learner_id for _, award in rows))
    page: dict[str, Any] = {
        "reviews": [recheck.to_json(row, award, people[award.learner_id].code) for row, award in rows]
    }
    return page | {"next": rows[-1][0].id} if len(rows) == limit else page


@router.post("/awards/review/{review_id}", openapi_extra=takes("application/json", model=KeepBody))
def post_keep(
    services: ServicesOf,
    principal: Annotated[Principal, caller("credentials:revoke")],
    review_id: str,
    body: Body,
    media_type: MediaType,
) -> dict[str, Any]:
    """Keep an award in spite of what was found; to take it away, revoke its credential."""
    sent = parse_model(KeepBody, body, media_type)
    row = recheck.keep(services, principal, review_id, sent.by, sent.reason)
    return {"id": row.id, "award": row.award_id, "state": row.state, "closed_by": row.closed_by, "note": row.note}
