"""Values of a stranger's document, read for a report: of any shape, cut to a length, never believed. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

MAX_SHOWN = 50  # competencies listed; an honest badge has ten
MAX_TEXT = 4096  # characters of one shown text
NUMBERS = (int, float, str)
MAX_COMPETENCY_TEXT = 500  # the same of one competency: a presentation shows many, and a text may serve them all


def text(value: Any, most: int = MAX_TEXT) -> str | None:
    """Return a foreign text, cut to `most` characters; of a language value the plain text or the first of several."""
    if isinstance(value, str):
        return value[:most]
    if value is None:
        return None
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("@value")
    return value[:most] if isinstance(value, str) else None


def texts(value: Any, most: int = MAX_TEXT) -> list[str]:
    """Return the foreign texts of one value or of a list, at most MAX_SHOWN, each cut to `most` characters."""
    if value is None:
        return []
    listed = value if isinstance(value, list) else [value]
    return [item[:most] for item in listed if isinstance(item, str)][:MAX_SHOWN]


def members(of: Mapping[str, Any], names: Iterable[str], most: int = MAX_TEXT) -> dict[str, str | None]:
    """Return the foreign texts of these members, by name: what `text` returns of each, without a call for the plain."""
    told: dict[str, str | None] = {}
    for name in names:
        value = of.get(name)
        told[name] = value[:most] if isinstance(value, str) else None if value is None else text(value, most)
    return told


def number(value: Any) -> str | None:
    """Return a number as text, as it was written; a text is taken for one, since many write numbers so."""
    if isinstance(value, NUMBERS) and not isinstance(value, bool):
        return str(value)[:40]
    return None


def objects(value: Any) -> list[dict[str, Any]]:
    """Return the objects of one value or of a list."""
    if isinstance(value, list):
        return [item for item in value if isinstance(item, dict)]
    return [value] if isinstance(value, dict) else []


def first_object(value: Any) -> dict[str, Any]:
    """Return the first object of one value or of a list; {} when there is none."""
    if isinstance(value, dict):
        return value
    return next(iter(objects(value)), {})


def by_id(items: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return objects by their `id`."""
    return {item["id"]: item for item in items if isinstance(item.get("id"), str)}
