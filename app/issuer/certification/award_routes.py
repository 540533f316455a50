"""/api/v1/awards: what was awarded, why, and whether it still rests on what it was given for."""

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from app.issuer.assessment import learners
from app.issuer.certification import consequences, dossier
from app.issuer.certification.routes import After, Limit, Reader
from app.store import assessment
from app.store import certification as store
from app.web.context import ServicesOf

router = APIRouter(prefix="/api/v1/awards", tags=["award"])
Status = Literal["valid", "suspended", "expired", "revoked"]


@router.get("")
def get_awards(
    services: ServicesOf,
    principal: Reader,
    learner: Annotated[str | None, Query(max_length=100)] = None,
    achievement: Annotated[str | None, Query(max_length=100)] = None,
    status: Status | None = None,
    warnings: Annotated[
        bool, Query(description="Certificates in force about which an officer should know something.")
    ] = False,
    after: After = "",
    limit: Limit = 100,
) -> dict[str, Any]:
    """Awards in the order of their ids; `next` is the `after` of the next page.

    With `warnings` only certificates that have one: a part was revoked or expired, the end is near, a suspension lasts
    too long. Then a page may be short, or empty, and have a `next`.
    """
    learner_id = learners.get(services, principal, learner).id if learner else None
    with services.database.reading(principal.tenant_id) as session:
        rows = store.found_awards(
            session,
            services.clock().date(),
            learner_id=learner_id,
            code=achievement,
            status=status,
            certificates=warnings,
            after=after,
            limit=limit,
        )
        people = assessment.learners_by_id(session, (row.learner_id for row in rows))
        told = [dossier.in_short(services, row, people[row.learner_id].code) for row in rows]
        if warnings:
            found = [consequences.warnings(services, session, row) for row in rows]
            told = [shown | {"warnings": some} for shown, some in zip(told, found, strict=True) if some]
    page: dict[str, Any] = {"awards": told}
    return page | {"next": rows[-1].id} if len(rows) == limit else page


@router.get("/{award_id}")
def get_award(services: ServicesOf, principal: Reader, award_id: str) -> dict[str, Any]:
    """One award, for an auditor: rule and framework version, evidence, persons and days, decisions, warnings."""
    with services.database.reading(principal.tenant_id) as session:
        return dossier.whole(services, session, dossier.find_award(session, award_id))


@router.get("/{award_id}/replay")
def get_replay(services: ServicesOf, principal: Reader, award_id: str) -> dict[str, Any]:
    """Judge the frozen evidence again by the frozen rules: `same` says whether the same tree comes out."""
    with services.database.reading(principal.tenant_id) as session:
        return dossier.replay(services, session, dossier.find_award(session, award_id))


@router.get("/{award_id}/export")
def get_export(services: ServicesOf, principal: Reader, award_id: str) -> Response:
    """The award's whole file to keep: also the rule itself, the replay and the sealed credentials."""
    with services.database.reading(principal.tenant_id) as session:
        award = dossier.find_award(session, award_id)
        content = json.dumps(dossier.export(services, session, award), ensure_ascii=False, indent=1)
    headers = {"Content-Disposition": f'attachment; filename="award-{award.id}.json"'}
    return Response(content, 200, headers, "application/json")
