"""Forms of our own pages: what they bring, and whether it was really one of our pages that sent them."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from app.errors import BadInput, Forbidden, TooLarge, Unsupported
from app.ports import Services
from app.texts import N_
from app.web import upload
from app.web.context import media_type, read_up_to, services

URLENCODED = "application/x-www-form-urlencoded"
MAX_FORM_BYTES = 65_536  # ours: the longest has a few hundred check boxes
MAX_FIELDS = 1_000


@dataclass(frozen=True, slots=True)
class Form:
    """What a form brought: texts by name, and files as (content, media type), empty ones left out."""

    values: dict[str, list[str]]
    files: dict[str, tuple[bytes, str]]

    def one(self, name: str) -> str:
        """The first text of that name, or nothing."""
        return self.values.get(name, [""])[0]

    def many(self, name: str) -> list[str]:
        """All texts of that name."""
        return self.values.get(name, [])


async def form(request: Request, found: Annotated[Services, Depends(services)]) -> Form:
    """The form of a request, as browsers send it; raises BadInput, TooLarge, Unsupported."""
    kind = media_type(request)
    if kind == upload.MULTIPART:
        limit = found.settings.verify_max_bytes + upload.FRAMING_BYTES
        return await _multipart(request, await read_up_to(request, limit))
    if kind not in ("", URLENCODED):
        raise Unsupported(f"{kind} is not taken here.", remedy=f"Send {URLENCODED}.")
    body = await read_up_to(request, MAX_FORM_BYTES)
    try:
        values = parse_qs(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except UnicodeDecodeError as error:
        raise BadInput("The form is not UTF-8.") from error
    except ValueError as error:
        raise TooLarge(f"A form of at most {MAX_FIELDS} fields is taken.") from error
    return Form(values, {})


async def _multipart(request: Request, body: bytes) -> Form:
    values: dict[str, list[str]] = {}
    files: dict[str, tuple[bytes, str]] = {}
    sent = await upload.parse(request.headers, body)
    try:
        for name, part in sent.multi_items():
            if not isinstance(part, UploadFile):
                values.setdefault(name, []).append(part)
            elif content := await part.read():
                files[name] = (content, part.content_type or "")
    finally:
        await sent.close()
    return Form(values, files)


FormOf = Annotated[Form, Depends(form)]


def from_ourselves(request: Request, found: Annotated[Services, Depends(services)]) -> None:
    """Refuse a form that another site's page sent (Fetch Metadata, section 2.3); raises Forbidden.

    Browsers say Sec-Fetch-Site over https and on the machine itself only; elsewhere Origin tells, which is our own in
    forms of our pages (app/web/headers.py) and `null` in those of frames and files that hide where they come from. Who
    says neither is no browser of these years; there the form's own token must do.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    public = urlsplit(found.settings.public_url)
    own = {f"{public.scheme}://{public.netloc}", f"{request.url.scheme}://{request.url.netloc}"}
    if site not in (None, "same-origin", "none") or (site is None and origin is not None and origin not in own):
        raise Forbidden(N_("This was sent by another site."), remedy=N_("Open our own page and repeat what you did."))
