"""Where everything stands in the picture of a competency map, in pixels from the upper left corner.

Rows are competencies under bands of areas, columns are roles and the three ways to a level. A level is told by its id
and by as many rising bars, a need by its box (solid: mandatory, dashed: elective), a gap by an exclamation mark: never
by colour alone (WCAG 2.2, success criterion 1.4.1).
"""

from collections.abc import Iterator
from typing import Any

Thing = dict[str, Any]
ROLES_FROM, CELL, WAY, ROW, HEAD, NAME = 72, 50, 92, 30, 34, 258
WAYS = 3
MAX_BARS = 7  # that fit into a cell; a scale of more levels is told by its ids
HIGH_STEPS = 4  # with up to so many bars, each is two pixels higher than the one before; else one
NOTHING = "\N{EN DASH}"
MAX_ID, MAX_LEVEL, MAX_NAME = 9, 4, 33  # letters that fit


def picture(groups: list[Thing], roles: list[Thing]) -> Thing:
    """Return {"width", "height", "heads": [{"x", "text"}], "ways": [x], "names": x, "bands", "rows"}.

    Bands have "y" and "text"; rows "y", "id", "name", "cells" and "ways", whose boxes and bars are in pixels too.
    """
    ways_from = ROLES_FROM + CELL * len(roles)
    names_from = ways_from + WAY * WAYS + 8
    bands, rows, y = [], [], HEAD
    for group in groups:
        if group["id"] is not None or len(groups) > 1:
            bands.append({"y": y, "id": group["id"], "name": group["name"]})
            y += ROW
        for row in group["rows"]:
            rows.append(_row(row, y, ways_from))
            y += ROW
    return {
        "width": names_from + NAME,
        "height": y + 4,
        "row_height": ROW,
        "heads": [{"x": _middle(number), "text": each["label"]} for number, each in enumerate(roles)],
        "ways": [ways_from + WAY * number + WAY // 2 for number in range(WAYS)],
        "names": names_from,
        "bands": bands,
        "rows": rows,
    }


def _row(row: Thing, y: int, ways_from: int) -> Thing:
    cells = [
        {"x": ROLES_FROM + CELL * number + 3, "y": y + 2, "width": CELL - 6, "height": ROW - 4, "need": cell["need"]}
        | _level(cell["level"], cell["rank"], _middle(number), y, is_gap=cell["is_gap"])
        for number, cell in enumerate(row["cells"])
        if cell is not None
    ]
    ways = [
        _level(way["level"], way["rank"], ways_from + WAY * number + WAY // 2, y, is_gap=way["is_gap"])
        for number, way in enumerate(row["ways"])
    ]
    return {
        "y": y,
        "id": _short(row["id"], MAX_ID),
        "name": _short(row["name"], MAX_NAME),
        "cells": cells,
        "ways": ways,
    }


def _middle(number: int) -> int:
    return ROLES_FROM + CELL * number + CELL // 2


def _level(level: str | None, rank: int, middle: int, y: int, *, is_gap: bool) -> Thing:
    text = NOTHING if level is None else _short(level, MAX_LEVEL)
    return {
        "middle": middle,
        "text": f"{text} !" if is_gap else text,
        "is_gap": is_gap,
        "bars": list(_bars(rank, middle, y)),
    }


def _bars(rank: int, middle: int, y: int) -> Iterator[Thing]:
    """Yield as many bars as the level's rank, rising, centred under the text."""
    count = min(rank, MAX_BARS)
    step = 2 if count <= HIGH_STEPS else 1
    for number in range(count):
        height = 2 + step * number
        yield {"x": middle - 3 * count + 6 * number, "y": y + ROW - 4 - height, "height": height}


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
