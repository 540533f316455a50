"""A hostile document, and the tools to make one."""

import copy
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.vc.multiformats import base64url_encode
from tests.verifier.badges import badge, signed

FOLDER = Path(__file__).parents[1] / "fixtures" / "hostile"
LONG = 10_000  # characters
REFUSED = "refused"  # stands for a check: it could not be read at all, and no report was made


@dataclass(frozen=True)
class Trick:
    """`name`: of the file, and what is tried. `data`: what is sent. `code`: of the finding that it must come to.

    `check`: which check finds it, or REFUSED. `outcome`: of the whole. `web`: what is served, by URL, beside the
    university's own DID document.
    """

    name: str
    data: bytes
    code: str
    check: str = "proof"
    outcome: str = "invalid"
    web: dict[str, Any] = field(default_factory=dict)

    @property
    def files(self) -> dict[str, bytes]:
        """What lies in the folder: the document, and beside it what is served for it."""
        served = {f"{self.name.partition('.')[0]}.web.json": as_file(self.web)} if self.web else {}
        return {self.name: self.data} | served


def as_file(value: Any) -> bytes:
    """JSON to be read by people, and without white space when it is long."""
    short = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return (short if len(short) > LONG else json.dumps(value, indent=1, ensure_ascii=False)).encode() + b"\n"


def document(name: str, value: Any, code: str, **more: Any) -> Trick:
    """A trick that is a JSON document."""
    return Trick(f"{name}.json", as_file(value), code, **more)


def token(name: str, text: str, code: str, **more: Any) -> Trick:
    """A trick that is a JWT."""
    return Trick(f"{name}.txt", f"{text}\n".encode(), code, **more)


SIGNED = signed(badge())


def with_member(pointer: str, value: Any, base: dict[str, Any] = SIGNED) -> dict[str, Any]:
    """A copy of the signed badge with one member set after signing."""
    made = copy.deepcopy(base)
    place: Any = made
    *path, last = pointer.strip("/").split("/")
    for step in path:
        place = place[int(step) if isinstance(place, list) else step]
    place[last] = value
    return made


def without(pointer: str, base: dict[str, Any] = SIGNED) -> dict[str, Any]:
    """A copy of the signed badge with one member taken away after signing."""
    made = copy.deepcopy(base)
    place: Any = made
    *path, last = pointer.strip("/").split("/")
    for step in path:
        place = place[int(step) if isinstance(place, list) else step]
    del place[last]
    return made


def part(value: Any) -> str:
    """One part of a JWT, of bytes or of a JSON value."""
    return base64url_encode(value if isinstance(value, bytes) else json.dumps(value, separators=(",", ":")).encode())
