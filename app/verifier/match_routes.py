"""POST /verify/match: badges and a role of a framework in, which of its competencies they show out."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from app.competency.framework import read_yaml
from app.errors import BadInput, TooLarge, Unsupported
from app.ports import Services
from app.vc import strict_json
from app.verifier.case import Policy
from app.verifier.freshness import read_as_of
from app.verifier.match import Role
from app.verifier.match_shape import MatchRequest, MatchShape
from app.verifier.matching import MAX_DOCUMENTS, Sent, framework_of, match_documents
from app.verifier.options import read_options
from app.verifier.routes import AsOf, trusting
from app.web import upload
from app.web.context import ServicesOf, media_type, parse_json, read_up_to, services
from app.web.limits import open_to_anyone

router = APIRouter(tags=["verifier"])
MAX_FRAMEWORK_BYTES = 1_048_576  # ours: five times the reference framework; a second and a half of checking
MEMBERS = ("credentials", "framework", "role", "recipient", "trust")
FORM = {"type": "object", "properties": {"file": {"type": "array", "items": {"type": "string", "format": "binary"}}}}
CONTENT = {
    "application/json": {"schema": MatchRequest.model_json_schema()},
    "multipart/form-data": {"schema": FORM},
}
Language = Annotated[str, Query(alias="lang", max_length=50, description="Of the framework's texts, e.g. de.")]


async def asked(request: Request, found: Annotated[Services, Depends(services)]) -> dict[str, Any]:
    """The members of the request, from JSON or from a form; `credentials` as Sent."""
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Unsupported("A compressed body is not taken.", remedy="Send it without Content-Encoding.")
    body = await read_up_to(request, found.settings.max_body_bytes)
    kind = media_type(request)
    if kind != upload.MULTIPART:  # to read megabytes of it is nothing for the thread of the event loop
        return await run_in_threadpool(lambda: from_json(parse_json(body, kind)))
    form = await upload.parse(request.headers, body, most=MAX_DOCUMENTS + 1)  # and the framework
    try:
        return await run_in_threadpool(from_form, form)
    finally:
        await form.close()


def from_json(value: Any) -> dict[str, Any]:
    """The members of a JSON request; raises BadInput."""
    if not isinstance(value, dict) or not isinstance(value.get("credentials"), list):
        raise BadInput("`credentials` is a list of badges.", pointer="/credentials", remedy="Send two badges or more.")
    unknown = [name for name in value if name not in MEMBERS]
    if unknown:
        name = unknown[0][:60]
        raise BadInput(
            f"There is no member {name} here.", pointer=f"/{name}", remedy=f"There are: {', '.join(MEMBERS)}."
        )
    if isinstance(value.get("framework"), dict):
        refuse_large_framework(len(json.dumps(value["framework"])))
    listed = enumerate(value["credentials"][: MAX_DOCUMENTS + 1])  # one too many is enough to refuse them
    return value | {"credentials": tuple(sent(f"/credentials/{position}", one) for position, one in listed)}


def refuse_large_framework(size: int) -> None:
    """Anybody may send one, and checking it costs time; raises TooLarge."""
    if size > MAX_FRAMEWORK_BYTES:
        message = f"The framework has {size} bytes; at most {MAX_FRAMEWORK_BYTES} are taken."
        raise TooLarge(
            message, pointer="/framework", remedy="Publish it on a service and name its code, or send a part."
        )


def sent(name: str, value: Any) -> Sent:
    """One badge of a JSON list: an object, or the text of a token; raises BadInput."""
    if isinstance(value, str):
        return Sent(name, value.encode("utf-8", "replace"), "text/plain")
    if not isinstance(value, dict):
        raise BadInput("A badge is an object or a text.", pointer=name, remedy="Send it as JSON or as JWT.")
    return Sent(name, json.dumps(value).encode(), "application/json")


def from_form(form: FormData) -> dict[str, Any]:
    """The members of a form: `file` once for each badge, `framework` as file or code, the others as fields."""
    documents: list[Sent] = []
    members: dict[str, Any] = {}
    for name, part in form.multi_items():
        content = part.file.read() if isinstance(part, UploadFile) else part.encode("utf-8", "replace")
        kind = (part.content_type or "") if isinstance(part, UploadFile) else "text/plain"
        if name in ("file", "text") and content.strip():
            documents.append(Sent(f"/{name}/{len(documents)}", content, kind))
        elif name == "framework" and isinstance(part, UploadFile):
            members[name] = framework_file(content)
        elif name in MEMBERS and isinstance(part, str):
            members[name] = part
    return members | {"credentials": tuple(documents)}


def framework_file(content: bytes) -> Any:
    """A framework as JSON or YAML; raises BadInput, TooLarge."""
    refuse_large_framework(len(content))
    return strict_json.loads(content) if content.lstrip()[:1] == b"{" else read_yaml(content)


@router.post(
    "/verify/match",
    dependencies=[Depends(open_to_anyone)],
    responses={200: {"model": MatchShape}},
    openapi_extra={"requestBody": {"required": True, "content": CONTENT}},
)
def post_match(
    services: ServicesOf, asked: Annotated[dict[str, Any], Depends(asked)], as_of: AsOf = None, lang: Language = "en"
) -> dict[str, Any]:
    """Match badges against a role: which competencies and levels are shown, by which badge, and which are missing."""
    role = asked.get("role")
    if not isinstance(role, str) or not role:
        raise BadInput("`role` is the id of a role of the framework.", pointer="/role", remedy="Name the role.")
    options = read_options({name: asked[name] for name in ("recipient", "trust") if name in asked})
    policy = Policy(recipient=options.recipient, as_of=None if as_of is None else read_as_of(as_of))
    wanted = Role.of(framework_of(asked.get("framework"), services), role)
    return match_documents(asked["credentials"], wanted, trusting(services, options), policy, language=lang)
