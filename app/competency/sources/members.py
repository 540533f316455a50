"""Looking into JSON values of other people: what is not there, or is of another kind, is simply empty."""

from datetime import UTC, datetime
from typing import Any

from app.competency.result_record import Refused
from app.errors import BadInput, TooLarge

MAX_READINGS = 50_000  # as many as rows of a CSV (results.MAX_ROWS)


def at(value: Any, *path: str) -> Any:
    """Return the member at a path of member names, None where there is none."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def listed(value: Any, *path: str) -> list[Any]:
    """Return the list at a path, empty for anything else."""
    found = at(value, *path)
    return found if isinstance(found, list) else []


def text(value: Any, *path: str) -> str:
    """Return the text or whole number at a path as text, "" for anything else."""
    found = at(value, *path)
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found) if found.bit_length() <= 64 else ""  # noqa: PLR2004 - more is no id
    return found.strip() if isinstance(found, str) else ""


def score(value: Any, *path: str) -> Any:
    """Return a number or text at a path; None for none, "?" for what can be neither, so that it is refused."""
    found = at(value, *path)
    is_scalar = isinstance(found, str | int | float) and not isinstance(found, bool)
    return found if found is None or is_scalar else "?"


def objects(value: Any, *names: str) -> list[Any]:
    """Return the list that `value` is, or has under one of `names`; one object alone is a list of one.

    Raises BadInput for anything else, TooLarge for more than MAX_READINGS.
    """
    found = next((value[name] for name in names if isinstance(value, dict) and name in value), value)
    if isinstance(found, dict) and found is value and not names:
        found = [found]
    if not isinstance(found, list):
        wanted = " or ".join(names) or "items"
        raise BadInput(f"A JSON array is needed, or an object with it as {wanted}.", pointer="")
    return bounded(found)


def bounded(found: list[Any]) -> list[Any]:
    """Return the list, unless it is too long; raises TooLarge."""
    if len(found) > MAX_READINGS:
        raise TooLarge(f"More than {MAX_READINGS} results.", remedy="Send them in several parts.")
    return found


def moment(value: Any) -> datetime | None:
    """Return an ISO 8601 timestamp, or seconds since 1970 (Moodle), as aware datetime; None for anything else.

    A timestamp without offset is taken as UTC; only the order of two of them depends on it.
    """
    try:
        if isinstance(value, int) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
        if found is not None and found.tzinfo is None:
            found = found.replace(tzinfo=UTC)
        return None if found is None else found.astimezone(found.tzinfo)
    except (ValueError, OverflowError, OSError):
        return None


def day(found: datetime | None) -> str:
    """Return the day of a moment where it was written, "" for none."""
    return "" if found is None else found.date().isoformat()


def not_an_object(number: int) -> Refused:
    """Say that an entry of a list is not what the format has there."""
    return Refused(number, "BAD_VALUE", "An object is needed here.", None)
