"""What codes and texts from callers may look like, so that they are safe in paths, files and every database."""

import re
import unicodedata

from app.errors import BadInput, NotFound

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+:~-]{0,99}")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def code(value: str, pointer: str) -> str:
    """A code such as a learner's number: 1 to 100 ASCII letters, digits and . _ @ + : ~ -; raises BadInput."""
    if not CODE.fullmatch(value):
        raise BadInput(
            f"{value[:100]!r} cannot be an id.",
            pointer=pointer,
            remedy="Use 1 to 100 letters, digits and . _ @ + : ~ -, beginning with a letter or digit.",
        )
    return value


def known_code(value: str, what: str) -> str:
    """A code in a path: one that no code can look like is simply not there; raises NotFound."""
    if not CODE.fullmatch(value):
        raise NotFound(f"There is no {what} {value[:100]!r}.")
    return value


def known_uuid(value: str, what: str) -> str:
    """An id of ours in a path; raises NotFound when it cannot be one."""
    if not UUID.fullmatch(value):
        raise NotFound(f"There is no {what} {value[:100]!r}.")
    return value


def text(value: str, pointer: str, *, most: int) -> str:
    """A line of text for people, stripped: 1 to `most` characters, no control characters; raises BadInput."""
    stripped = value.strip()
    if not stripped or len(stripped) > most:
        raise BadInput(f"{pointer}: 1 to {most} characters are needed.", pointer=pointer)
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in stripped):
        raise BadInput(f"{pointer}: control characters are not taken.", pointer=pointer)
    return stripped
