"""What can go wrong between a caller and Attesta, as one tree. Knows no web framework.

    Problem
    |-- BadInput            what was sent cannot be read, or breaks a rule of its format
    |   |-- TooLarge        more bytes, rows or depth than we take
    |   |-- Unsupported     a media type, form or version that we do not read
    |   |-- NotAcceptable   none of the media types that were asked for can be given
    |   `-- NotVerified     what was to be verified is not valid; VC-API: or it could not be found out
    |-- Unauthenticated     no key, or one that is unknown, expired or withdrawn
    |-- Forbidden           a good key without the scope
    |-- NotFound            nothing of that name for this caller
    |   `-- Gone            it was there and is no more: expired, withdrawn, used
    |-- Conflict            it contradicts what is stored
    |   |-- RulesNotMet     an award was asked for whose rules are not met
    |   |-- Outdated        it was to be changed as it was read (If-Match), and was changed since
    |   `-- Occupied        what was to be made is there already; on the command line alone
    |-- TooMany             too many requests; try again later
    |-- Unavailable         we could not answer now (a foreign server, a locked database)
    `-- NotStarted          the service cannot start as it was told to; on the command line alone

`app/web/problem.py` alone turns these into RFC 9457 responses; the command line prints the same sentences.
Every problem says what was wrong (`detail`), where (`pointer`) and what to do (`remedy`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

Result = TypeVar("Result")


def attempt(work: Callable[..., Result], *given: Any, kind: type[Exception] = Exception) -> Result | Exception:
    """What it gives or raises (of that kind), where one of several that fails must not stop the others.

    In a transaction the kind is Problem: what the database says has to end it.
    """
    try:
        return work(*given)
    except kind as error:
        return error


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong spot among several: `pointer` is a JSON Pointer (RFC 6901), a column or a row number."""

    pointer: str
    detail: str


class Problem(Exception):  # noqa: N818 - the word of RFC 9457
    """The root. `kind` is the stable last segment of the problem type, documented in docs/problems.md."""

    kind: ClassVar[str] = "problem"
    title: ClassVar[str] = "The request could not be answered"

    def __init__(
        self,
        detail: str,
        *,
        pointer: str | None = None,
        remedy: str | None = None,
        faults: tuple[Fault, ...] = (),
        **members: Any,
    ) -> None:
        """`members` become extension members of the problem document; values must be JSON values."""
        super().__init__(detail)
        self.detail = detail
        self.pointer = pointer
        self.remedy = remedy
        self.faults = faults
        self.members = members


class BadInput(Problem):
    """What was sent cannot be read, or breaks a rule of its format."""

    kind = "bad-input"
    title = "The input is not right"


class TooLarge(BadInput):
    """More bytes, rows or depth than we take."""

    kind = "too-large"
    title = "The input is too large"


class Unsupported(BadInput):
    """A media type, form or version that we do not read."""

    kind = "unsupported"
    title = "This kind of input is not supported"


class NotAcceptable(BadInput):
    """None of the media types that were asked for can be given."""

    kind = "not-acceptable"
    title = "It cannot be given in that form"


class NotVerified(BadInput):
    """What was to be verified is not valid, or it could not be found out; carries `verified` and `problemDetails`.

    The VC-API answers so (https://w3c-ccg.github.io/vc-api/#verify-credential); `POST /verify` answers with a report. A
    badge that is brought to be recognised must be valid, so it is refused so too, with the `report`.
    """

    kind = "not-verified"
    title = "This is not verified"


class Unauthenticated(Problem):
    """No API key, or one that is unknown, expired or withdrawn."""

    kind = "unauthenticated"
    title = "An API key is needed"


class Forbidden(Problem):
    """A good key without the scope that this needs."""

    kind = "forbidden"
    title = "This key may not do that"


class NotFound(Problem):
    """Nothing of that name for this caller."""

    kind = "not-found"
    title = "There is no such thing"


class Gone(NotFound):
    """It was there and is no more; `reason` says why: EXPIRED, WITHDRAWN, CLAIMED, ..."""

    kind = "gone"
    title = "It is not there any more"


class Conflict(Problem):
    """It contradicts what is stored."""

    kind = "conflict"
    title = "This contradicts what is stored"


class RulesNotMet(Conflict):
    """An award was asked for whose rules are not met; carries the evaluation as members."""

    kind = "rules-not-met"
    title = "The rules of this award are not met"


class Outdated(Conflict):
    """It was to be changed only if it is still as it was read (If-Match, RFC 9110 section 13.1.1), and it is not."""

    kind = "outdated"
    title = "It was changed in the meantime"


class Occupied(Conflict):
    """A file or data would be overwritten. Only the command line says so."""

    kind = "occupied"
    title = "Something is there already"


class TooMany(Problem):
    """Too many requests; `retry_after_s` says when to come back."""

    kind = "too-many-requests"
    title = "Too many requests"

    def __init__(self, detail: str, *, retry_after_s: int) -> None:
        """`retry_after_s`: whole seconds."""
        super().__init__(detail, remedy=f"Try again in {retry_after_s} seconds.")
        self.retry_after_s = retry_after_s


class Unavailable(Problem):
    """We could not answer now."""

    kind = "unavailable"
    title = "This cannot be answered now"


class NotStarted(Problem):
    """The service cannot start as it was told to: its port is taken, say. Only the command line says so."""

    kind = "not-started"
    title = "The service was not started"
