"""/api/v1/credentials: list, give in another form, revoke, issue anew. Awarding stands in issue_route.py."""

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from app.issuer import idempotency
from app.issuer.assessment import learners
from app.issuer.award.shown import summary
from app.issuer.credential import forms
from app.issuer.credential.issue import Issued, reissue, rendition_of, revoke
from app.issuer.credential.learning_model import for_edc
from app.issuer.credential.render.downloads import download
from app.issuer.idempotency import Answer
from app.ports import Principal, Services
from app.store import credential as store
from app.web.context import Body, IdempotencyKey, MediaType, ServicesOf, caller, parse_model, takes

PREFIX, TAG, ISSUE = "/api/v1/credentials", "credential", "credentials:issue"
router = APIRouter(prefix=PREFIX, tags=[TAG])
Reader = Annotated[Principal, caller("read")]
Issuer = Annotated[Principal, caller(ISSUE)]
Revoker = Annotated[Principal, caller("credentials:revoke")]
Accept = Annotated[str | None, Header()]
Format = Annotated[
    Literal["json", "jwt", "png", "svg", "pdf"] | None,
    Query(alias="format", description="Instead of Accept, for links: the signed document, or a file that holds it."),
]


class RevokeBody(BaseModel):
    """Why a credential is revoked."""

    model_config = ConfigDict(extra="forbid", strict=True)
    reason: str = Field(description="For your own records; not published.")


def envelope(services: Services, issued: Issued) -> bytes:
    """The answer of the API: asking again gives the same bytes, until the credential expires or is revoked.

    A credential that is JSON stands in it as the very text that was signed, and last.
    """
    content = (issued.rendition.content or b"").decode()
    signed = _json(content) if issued.rendition.media_type == forms.JWT else content
    return f'{_json(_about(services, issued))[:-1]},"credential":{signed}}}'.encode()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _about(services: Services, issued: Issued) -> dict[str, Any]:
    award, rendition = issued.award, issued.rendition
    shown = summary(services.settings, award, services.clock())
    if rendition.state == "revoked":  # with its key perhaps, while the award stands
        shown["status"] = "revoked"
    return shown | {
        "learner": issued.learner.code,
        "form": rendition.form,
        "issuer": rendition.issuer,
        "status_list": rendition.status_list_url,
        "status_list_index": rendition.status_index,
        "sha256": rendition.sha256,
    }


def answer(services: Services, issued: Issued, kind: str, status_code: int, lang: str | None = None) -> Answer:
    """The answer that tells of a credential, in the form `kind` (a media type)."""
    location = {"Location": f"{services.settings.public_url}/api/v1/credentials/{issued.award.id}"}
    if kind == forms.JSON:
        return Answer(status_code, envelope(services, issued), forms.JSON, location)
    content = issued.rendition.content or b""
    if kind in forms.DRAWN:
        holder = issued.learner
        drawn = download(services, issued.award, content, kind, lang or holder.language, holder.name)
        return Answer(status_code, drawn.content, kind, location | drawn.headers)
    return Answer(status_code, content, kind, location)


@router.get("/{credential_id}")
def get_credential(
    services: ServicesOf,
    principal: Reader,
    credential_id: str,
    accept: Accept = None,
    wanted: Format = None,
    lang: Annotated[
        str | None, Query(max_length=50, description="Of pictures and PDF; default: the learner's.")
    ] = None,
) -> Response:
    """One credential, in the form that Accept or `format` asks for; a form that was never sealed is sealed now.

    image/png and image/svg+xml: the picture of the achievement with the credential baked in. application/pdf: a
    certificate with the credential attached.
    """
    form, kind = forms.asked_for(forms.FORMATS[wanted] if wanted else accept)
    issued = rendition_of(services, principal, credential_id, form)
    return idempotency.respond(answer(services, issued, kind, 200, lang))


@router.get("/{credential_id}/elm")
def get_learning_model(services: ServicesOf, principal: Reader, credential_id: str) -> Response:
    """The award in the European Learning Model, unsigned, for the issuer of European Digital Credentials to seal.

    409 when it is revoked or suspended, or its achievement lacks elements of a European micro-credential.
    """
    file = for_edc(services, rendition_of(services, principal, credential_id, forms.DEFAULT))
    return Response(file.content, media_type=file.media_type, headers=file.headers)


@router.get("")
def get_credentials(
    services: ServicesOf,
    principal: Reader,
    learner: Annotated[str | None, Query(max_length=100)] = None,
    after: Annotated[str, Query(max_length=36, pattern="^[0-9a-f-]*$")] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    """Credentials in the order of their ids; `next` is the `after` of the next page."""
    learner_id = learners.get(services, principal, learner).id if learner else None
    with services.database.reading(principal.tenant_id) as session:
        rows = store.awards(session, learner_id=learner_id, after=after, limit=limit)
    page: dict[str, Any] = {"credentials": [summary(services.settings, row, services.clock()) for row in rows]}
    return page | {"next": rows[-1].id} if len(rows) == limit else page


@router.post("/{credential_id}/revoke", openapi_extra=takes("application/json", model=RevokeBody))
def post_revocation(
    request: Request,
    services: ServicesOf,
    principal: Revoker,
    credential_id: str,
    body: Body,
    media_type: MediaType,
    key: IdempotencyKey,
) -> Response:
    """Revoke a credential in all its forms; seen by verifiers at once. It cannot be undone."""
    sent = parse_model(RevokeBody, body, media_type)

    def work() -> Answer:
        award = revoke(services, principal, credential_id, sent.reason)
        revoked_at = award.revoked_at.isoformat() if award.revoked_at else None
        shown = summary(services.settings, award, services.clock()) | {
            "revoked_at": revoked_at,
            "reason": award.revocation_reason,
        }
        return Answer(200, json.dumps(shown, ensure_ascii=False).encode())

    digest = idempotency.digest("POST", str(request.url), media_type, body)
    return idempotency.respond(idempotency.once(services, principal, key, digest, work))


@router.post("/{credential_id}/reissue")
def post_reissue(
    request: Request, services: ServicesOf, principal: Issuer, credential_id: str, key: IdempotencyKey
) -> Response:
    """Seal it anew after the learner's data were corrected: same id, newer validFrom, the older form revoked."""

    def work() -> Answer:
        return answer(services, reissue(services, principal, credential_id), forms.JSON, 200)

    digest = idempotency.digest("POST", str(request.url))
    return idempotency.respond(idempotency.once(services, principal, key, digest, work))
