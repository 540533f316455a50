"""What a route gets handed: the services, the caller, the body. Vocabulary for dependencies.

Those that wait for nothing are `async`, so that they cost no thread of their own: each of the others is handed to a
thread and back, which costs as much as a query.
"""

from typing import Annotated, Any, TypeVar, cast

from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ValidationError

from app.errors import BadInput, Fault, Forbidden, TooLarge, Unauthenticated, Unsupported
from app.ports import Principal, Services
from app.vc import strict_json

bearer = HTTPBearer(auto_error=False, description="An API key of your tenant: `attesta key add` makes one.")
MAX_IDEMPOTENCY_KEY = 255
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
PLAIN = {  # pydantic's kinds of error in plain words
    "missing": "it is missing",
    "extra_forbidden": "there is no such member here",
    "model_type": "a JSON object is needed",
    "string_type": "a text is needed",
}
Model = TypeVar("Model", bound=BaseModel)


async def services(request: Request) -> Services:
    """The services of this process."""
    return cast("Services", request.app.state.services)


ServicesOf = Annotated[Services, Depends(services)]


def caller(scope: str) -> Any:
    """A dependency: the principal of the request, which must have this scope."""

    def principal(
        found: Annotated[Services, Depends(services)],
        credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
    ) -> Principal:
        return principal_of(found, credentials, scope)

    return Depends(principal)


def principal_of(found: Services, credentials: HTTPAuthorizationCredentials | None, scope: str) -> Principal:
    """Whose these are; raises Unauthenticated, or Forbidden when the key lacks the scope."""
    if credentials is None:
        raise Unauthenticated(
            "This needs an API key.", remedy="Send the header `Authorization: Bearer <your API key>`."
        )
    known = found.principals.find(credentials.credentials)
    if known is None:
        raise Unauthenticated(
            "This API key is unknown, expired or withdrawn.", remedy="Ask your administrator for a new key."
        )
    if scope not in known.scopes:
        raise Forbidden(f"This key lacks the scope {scope}.", remedy=f"Use a key that has {scope}.", scope=scope)
    return known


async def raw_body(request: Request, found: Annotated[Services, Depends(services)]) -> bytes:
    """The body, never more than ATTESTA_MAX_BODY_BYTES of it."""
    return await read_body(request, found.settings.max_body_bytes)


async def read_body(request: Request, limit: int, *, remedy: str = "Send less at once.") -> bytes:
    """The body of at most `limit` bytes, which must not be compressed; raises Unsupported, TooLarge."""
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Unsupported("A compressed body is not taken.", remedy="Send it without Content-Encoding.")
    return await read_up_to(request, limit, remedy=remedy)


async def read_up_to(request: Request, limit: int, *, remedy: str = "Send less at once.") -> bytes:
    """The body of at most `limit` bytes; raises TooLarge without reading further."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and len(declared) < 20 and int(declared) > limit:  # noqa: PLR2004 - digits of 2**64
        raise _larger(limit, remedy)
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > limit:
            raise _larger(limit, remedy)
    return bytes(read)


def _larger(limit: int, remedy: str) -> TooLarge:
    return TooLarge(f"The body is larger than {limit} bytes.", remedy=remedy, limit=limit)


Body = Annotated[bytes, Depends(raw_body)]


def media_type(request: Request) -> str:
    """The Content-Type without parameters, in lower case; empty when there is none."""
    return request.headers.get("content-type", "").split(";")[0].strip().lower()


async def sent_media_type(request: Request) -> str:
    """The same, as dependency."""
    return media_type(request)


MediaType = Annotated[str, Depends(sent_media_type)]


def is_json(kind: str) -> bool:
    """Whether a media type is JSON; a missing one counts, since clients forget it."""
    return kind in ("", "application/json") or kind.endswith("+json")


def not_taken(kind: str, wanted: str) -> Unsupported:
    """What to raise for a media type that is not taken. `wanted`: what is, in words, the commonest type first."""
    example = wanted.split(maxsplit=1)[0].rstrip(",")
    is_form = kind in FORMS  # which curl says of a file when nobody tells it better
    how = f" Say so: curl -H 'Content-Type: {example}' --data-binary @FILE" if is_form else ""
    return Unsupported(f"{kind} is not taken here.", remedy=f"Send {wanted}.{how}")


def parse_json(body: bytes, kind: str) -> Any:
    """The JSON value of a body; raises Unsupported for another media type, BadInput with the place of the trouble."""
    if not is_json(kind):
        raise not_taken(kind, "application/json")
    return strict_json.loads(body)


def parse_model(model: type[Model], body: bytes, kind: str) -> Model:
    """The body as a request model; every wrong member is named with its JSON pointer."""
    value = parse_json(body, kind)
    try:
        return model.model_validate(value)
    except ValidationError as error:
        faults = tuple(
            Fault("".join(f"/{_escape(part)}" for part in each["loc"]), PLAIN.get(each["type"], each["msg"]))
            for each in error.errors()
        )
        first = faults[0]
        raise BadInput(
            f"{first.pointer or 'The body'}: {first.detail}", pointer=first.pointer, faults=faults
        ) from error


def _escape(part: object) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


SentKey = Annotated[str | None, Header(alias="Idempotency-Key", max_length=MAX_IDEMPOTENCY_KEY)]


async def idempotency_key(key: SentKey = None) -> str | None:
    """The Idempotency-Key header: the same key and request get the same answer."""
    return printable(key)


def printable(key: str | None) -> str | None:
    """The same key; raises BadInput for one that cannot be told to people, or is empty."""
    if key is not None and not (key.isascii() and key.isprintable() and key.strip()):
        raise BadInput("The Idempotency-Key must be 1 to 255 printable ASCII characters.", pointer="Idempotency-Key")
    return key


IdempotencyKey = Annotated[str | None, Depends(idempotency_key)]


def takes(*kinds: str, model: type[BaseModel] | None = None) -> dict[str, Any]:
    """`openapi_extra` for a route that reads its body itself."""
    content: dict[str, Any] = {}
    for kind in kinds:
        schema: dict[str, Any] = {"type": "string"}
        if model is not None and is_json(kind):
            schema = model.model_json_schema()
        elif is_json(kind):
            schema = {}
        content[kind] = {"schema": schema}
    return {"requestBody": {"required": True, "content": content}}
