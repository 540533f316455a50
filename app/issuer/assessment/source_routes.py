"""/api/v1/…/mapping, LTI scores of a section, and what sources call a learner."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from app.competency.sources.formats import OF_MEDIA_TYPE
from app.errors import NotFound
from app.issuer import idempotency
from app.issuer.assessment import mappings, people, sources
from app.issuer.assessment.mappings import Kind, MappingBody, Subject
from app.issuer.assessment.results import take
from app.issuer.assessment.sources import Told
from app.issuer.idempotency import Answer
from app.ports import Principal
from app.vc import strict_json
from app.web.context import Body, IdempotencyKey, MediaType, ServicesOf, caller, parse_model, takes

router = APIRouter(prefix="/api/v1", tags=["assessment"])
Reader = Annotated[Principal, caller("read")]
ResultWriter = Annotated[Principal, caller("results:write")]
SCORE = next(iter(OF_MEDIA_TYPE))


def _mapping_routes(kind: Kind) -> None:
    """The same four for assessments and for courses."""
    path, one = f"/{kind}/{{code}}/mapping", kind[:-1]

    @router.put(path, name=f"put_{one}_mapping", openapi_extra=takes("application/json", model=MappingBody))
    def put_mapping(
        services: ServicesOf, principal: ResultWriter, code: str, body: Body, media_type: MediaType
    ) -> Response:
        """Save how files are read: which column, activity or line item is which section, who and when."""
        sent = parse_model(MappingBody, body, media_type)
        document, outcome = mappings.put(services, principal, Subject(kind, code), sent)
        content = json.dumps(document | {"outcome": outcome}, ensure_ascii=False)
        return Response(content, 201 if outcome == "new" else 200, media_type="application/json")

    @router.get(path, name=f"get_{one}_mapping")
    def get_mapping(services: ServicesOf, principal: Reader, code: str) -> dict[str, Any]:
        """The saved mapping."""
        return mappings.get(services, principal, Subject(kind, code))

    @router.delete(path, name=f"delete_{one}_mapping", status_code=204)
    def delete_mapping(services: ServicesOf, principal: ResultWriter, code: str) -> Response:
        """Forget the mapping; results that were taken stay."""
        mappings.delete(services, principal, Subject(kind, code))
        return Response(status_code=204)

    @router.post(f"{path}/suggestion", name=f"suggest_{one}_mapping", openapi_extra=takes("text/csv"))
    def post_suggestion(services: ServicesOf, principal: Reader, code: str, body: Body) -> dict[str, Any]:
        """The columns of a grade export and a first mapping of them, to be completed and saved."""
        return sources.suggest(services, principal, Subject(kind, code), body)


_mapping_routes("assessments")
_mapping_routes("courses")


@router.post("/assessments/{assessment_id}/sections/{section_id}/scores", openapi_extra=takes(SCORE))
def post_score(
    request: Request,
    services: ServicesOf,
    principal: ResultWriter,
    assessment_id: str,
    section_id: str,
    body: Body,
    key: IdempotencyKey,
) -> Response:
    """A score as LTI tools publish it (Assignment and Grade Services 2.0): the section is the line item."""
    told = Told("lti-ags", Subject("assessments", assessment_id), section=section_id)

    def work() -> Answer:
        found = sources.setting(services, principal, told)
        if section_id not in found.places.sections_of(assessment_id):
            raise NotFound(f"{assessment_id} has no section {section_id[:100]}.")
        rows = sources.rows_of(services, principal, told, body, strict_json.loads)
        done = take(services, principal, rows, assessment=assessment_id)
        return Answer(200, json.dumps(done).encode())

    digest = idempotency.digest("POST", str(request.url), body)
    return idempotency.respond(idempotency.once(services, principal, key, digest, work))


@router.get("/learners/{learner_id}/aliases")
def get_aliases(services: ServicesOf, principal: Reader, learner_id: str) -> dict[str, Any]:
    """What sources call this learner, as people said when they settled rows."""
    return {"aliases": people.aliases(services, principal, learner_id)}


@router.delete("/learners/{learner_id}/aliases/{alias_id}", status_code=204)
def delete_alias(services: ServicesOf, principal: ResultWriter, learner_id: str, alias_id: str) -> Response:
    """Take one of them back; results that were taken stay."""
    people.forget(services, principal, learner_id, alias_id)
    return Response(status_code=204)
