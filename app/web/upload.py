"""A file or a text from a multipart form (RFC 7578), of bounded size and number of parts."""

from collections.abc import AsyncGenerator
from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from app.errors import BadInput, TooLarge
from app.web.context import read_up_to

MULTIPART = "multipart/form-data"
MAX_PARTS = 8
FRAMING_BYTES = 65_536  # boundaries and part headers around the document itself
MAX_FIELDS = 100  # ours: an address that somebody did not encode has some & of its own
PERCENT_ENCODED = 3  # bytes that a URL-encoded form has for one, at most


async def document(request: Request, max_bytes: int, names: tuple[str, ...]) -> tuple[bytes, str]:
    """(content, media type) of the first part of these names that is not empty; raises BadInput, TooLarge."""
    return await document_and_fields(request, max_bytes, names, {})


async def document_and_fields(
    request: Request, max_bytes: int, names: tuple[str, ...], fields: dict[str, Any]
) -> tuple[bytes, str]:
    """The same; `fields` gets the texts of the form's other fields. Raises BadInput, TooLarge."""
    body = await read_up_to(request, max_bytes + FRAMING_BYTES)
    form = await parse(request.headers, body)
    try:
        fields.update({name: text for name, text in form.items() if name not in names and isinstance(text, str)})
        for name in names:
            for part in form.getlist(name):
                content = await part.read() if isinstance(part, UploadFile) else part.encode("utf-8", "replace")
                if content.strip():
                    return content, (part.content_type or "") if isinstance(part, UploadFile) else "text/plain"
    finally:
        await form.close()
    raise BadInput(f"The form has no part {' or '.join(names)} with anything in it.", remedy="Choose a file.")


async def parse(headers: Headers, body: bytes, most: int = MAX_PARTS) -> FormData:
    """The parts of a multipart form, to be closed by the caller; raises BadInput, TooLarge.

    `most`: files, and as many other fields.
    """

    async def stream() -> AsyncGenerator[bytes, None]:
        yield body
        yield b""

    parser = MultiPartParser(headers, stream(), max_files=most, max_fields=most, max_part_size=len(body) + 1)
    try:
        return await parser.parse()
    except MultiPartException as error:
        if "Too many" in error.message:
            raise TooLarge(f"A form of at most {most} parts is taken.") from error
        raise BadInput(f"This is not a multipart form: {error.message}") from error
    except (KeyError, ValueError, UnicodeError) as error:
        raise BadInput("This is not a multipart form.", remedy="Send it with a boundary, as browsers do.") from error


def is_form(body: bytes, names: tuple[str, ...]) -> bool:
    """Whether this is a URL-encoded form that begins with one of these fields.

    Told by its beginning and not by its media type: some programs name that one whatever they send.
    """
    return body.startswith(tuple(f"{name}=".encode() for name in names))


def field(body: bytes, names: tuple[str, ...], others: dict[str, Any], max_bytes: int) -> tuple[bytes, str] | None:
    """(content, media type) of the first of these fields of a URL-encoded form that is not empty.

    `others` gets the other fields. `max_bytes`: of the content. Raises TooLarge. To decode takes a second for some
    megabytes, so this is nothing for the thread of the event loop.
    """
    if len(body) > PERCENT_ENCODED * max_bytes + FRAMING_BYTES:
        raise TooLarge(f"A form with a document of at most {max_bytes} bytes is taken.", remedy="Send the file itself.")
    try:
        fields = dict(parse_qsl(body.decode("ascii", "replace"), max_num_fields=MAX_FIELDS))
    except ValueError as error:
        raise TooLarge(
            f"A form of at most {MAX_FIELDS} fields is taken.", remedy="Write each & in a field as %26."
        ) from error
    others.update({name: text for name, text in fields.items() if name not in names})
    return next(((fields[name].encode(), "text/plain") for name in names if fields.get(name, "").strip()), None)
