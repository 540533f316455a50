"""Moodle's competency frameworks as CSV, both ways: the file of the plugin tool_lpimportcsv.

https://docs.moodle.org/en/Competency_frameworks (export and import). Columns by their place, because their labels are
translated; files of older versions end after the rules or lack the taxonomy. An item's ID number is our id.

    in    items at the top with items below are areas, all others competencies; the scale's values become levels
    out   areas and competencies; a competency's levels stand in its description, since Moodle has one scale for all
"""

import json
from collections.abc import Iterator
from typing import Any

from app.competency import framework_table, schema
from app.competency.carry_over import carry_over
from app.competency.case_rubrics import slug
from app.competency.case_writer import derived_name
from app.competency.identifiers import name_based
from app.competency.notices import Imported, Notices
from app.errors import BadInput, Fault

HEADER = (
    "Parent ID number", "ID number", "Short name", "Description", "Description format", "Scale values",
    "Scale configuration", "Rule type (optional)", "Rule outcome (optional)", "Rule config (optional)",
    "Cross-referenced competency ID numbers", "Exported ID (optional)", "Is framework", "Taxonomy",
)  # fmt: skip
_NAMES = (
    "parent", "idnumber", "shortname", "description", "descriptionformat", "scalevalues", "scaleconfiguration",
    "ruletype", "ruleoutcome", "ruleconfig", "related", "exportid", "isframework", "taxonomy",
)  # fmt: skip
_OLDER = 12  # columns of a file without rules: Moodle 3.1
_KEPT = ("ruletype", "ruleoutcome", "ruleconfig", "related")
_USUAL_RULE = ("core_competency\\competency_rule_all", "2", "")  # all below are proficient: the item is
UNDETERMINED = "und"
_NOT_SHOWN = "Not shown"  # the value below the first level: a Moodle scale is proficient or not at each of its values

Thing = dict[str, Any]


def read(data: bytes, known: Thing | None, *, today: str, language: str | None = None) -> Imported:
    """Read a file of tool_lpimportcsv over `known`. `today`: an ISO date, for what is no longer there.

    `language`: of the texts, which the file does not say; default the framework's, where it is known.
    The document is not validated yet. Raises BadInput naming every wrong row.
    """
    table = list(_table(data))
    heads = [cells for _, cells in table if cells["isframework"] not in ("", "0")]
    if len(heads) != 1:
        raise BadInput(
            f"{len(heads)} rows are frameworks, one must be.", remedy="Export one framework from Moodle, whole."
        )
    notices = Notices()
    items = [(number, cells) for number, cells in table if cells is not heads[0]]
    framework_table.refuse(list(_faults(items)))
    spoken = language or (known or {}).get("framework", {}).get("language") or UNDETERMINED
    fresh = _document(heads[0], [cells for _, cells in items], known, (spoken, notices))
    return Imported(carry_over(known, fresh, retired_on=today), notices.told(), {"items": len(items)})


def _table(data: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    lines = framework_table.rows(data)
    _, header = next(lines, (1, []))
    if len(header) < _OLDER:
        raise BadInput(
            f"The first row has {len(header)} columns; Moodle writes {len(HEADER)}, older versions {_OLDER}.",
            pointer="row 1",
            remedy="Send the file as Moodle exported it.",
        )
    names = _NAMES if len(header) > _OLDER else tuple(name for name in _NAMES if name not in ("related", "exportid"))
    blank = dict.fromkeys(_NAMES, "")
    for number, cells in lines:
        yield number, blank | dict(zip(names, cells, strict=False))


def _faults(items: list[tuple[int, dict[str, str]]]) -> Iterator[Fault]:
    ids = {cells["idnumber"] for _, cells in items}
    seen: set[str] = set()
    for number, cells in items:
        if not cells["idnumber"] or not cells["shortname"]:
            yield Fault(f"row {number}", "ID number and short name are both needed.")
        elif cells["idnumber"] in seen:
            yield Fault(f"row {number}", f"The ID number {cells['idnumber'][:60]} stands a second time.")
        elif cells["parent"] and cells["parent"] not in ids:
            yield Fault(f"row {number}", f"The parent {cells['parent'][:60]} is not in the file.")
        seen.add(cells["idnumber"])


def _document(
    head: dict[str, str], items: list[dict[str, str]], known: Thing | None, spoken: tuple[str, Notices]
) -> Thing:
    language, notices = spoken
    about = (known or {}).get("framework", {})
    code = head["idnumber"] or head["shortname"]
    framework_id = about.get("id") or slug(code) or name_based("moodle", code)
    root = about.get("uuid") or name_based("framework", framework_id)
    framework = {
        "id": framework_id,
        "uuid": root,
        "version": about.get("version", "1"),
        "language": about.get("language", language),
        "languages": [language],
        "title": {language: head["shortname"] or framework_id},
        **_description_of(head, known, language),
    }
    return {
        "format": schema.FORMAT,
        "framework": framework,
        "levels": _levels(head, language, notices),
        **_things(items, known, root, language),
    }


def _things(items: list[dict[str, str]], known: Thing | None, root: str, language: str) -> dict[str, list[Thing]]:
    uuids = {each["id"]: each["uuid"] for name in ("areas", "competencies") for each in (known or {}).get(name, [])}
    was_areas = {each["id"] for each in (known or {}).get("areas", [])}
    above = {cells["idnumber"]: cells["parent"] for cells in items}
    tops, parents = _tops(above), set(above.values())
    ids = {code: slug(code) or name_based(root, code) for code in above}
    areas = {code for code, parent in above.items() if not parent and (code in parents or ids[code] in was_areas)}
    lists: dict[str, list[Thing]] = {"areas": [], "competencies": []}
    for cells in items:
        code, parent = cells["idnumber"], cells["parent"]
        is_usual = tuple(cells[name] for name in _KEPT) == (*_USUAL_RULE, "")
        kept = {name: cells[name] for name in _KEPT if cells[name] and not (code in areas and is_usual)}
        thing: Thing = {"id": ids[code], "uuid": uuids.get(ids[code]) or name_based(root, "moodle", code)}
        thing |= {"source": {"identifier": code, "members": kept}} if kept or ids[code] != code else {}
        thing["name"] = {language: cells["shortname"]}
        text = {language: cells["description"]} if cells["description"] else {}
        if code in areas:
            lists["areas"].append(thing | ({"description": text} if text else {}))
            continue
        place = {"area": ids[tops[code]]} if tops[code] in areas else {}
        place |= {"parent": ids[parent]} if parent and parent not in areas else {}
        lists["competencies"].append(thing | place | _told(text or thing["name"], ids[code], known))
    return lists


def _description_of(head: dict[str, str], known: Thing | None, language: str) -> Thing:
    """Return the framework's description, unless it is the one that we would write."""
    told = head["description"]
    is_ours = known is not None and told == _framework_description(known, language)
    return {} if is_ours or not told else {"description": {language: told}}


def _framework_description(document: Thing, language: str) -> str:
    return _text(document["framework"].get("description") or {}, language) or str(document.get("notice", ""))


def _tops(above: dict[str, str]) -> dict[str, str]:
    """Return what each item stands below at the very top; a loop ends anywhere, and lint.py names it."""
    tops: dict[str, str] = {}
    for start in above:
        path: dict[str, None] = {}
        at = start
        while at not in tops and at not in path and above.get(at):
            path[at] = None
            at = above[at]
        tops[at] = tops.get(at, at)
        tops.update(dict.fromkeys(path, tops[at]))
    return tops


def _told(text: dict[str, str], competency: str, known: Thing | None) -> Thing:
    """Return statement and levels; a description that we made ourselves changes nothing."""
    was = next((each for each in (known or {}).get("competencies", []) if each["id"] == competency), None)
    if was is not None and _description(was, next(iter(text))) == next(iter(text.values())):
        return {"statement": was["statement"], "level_descriptors": was["level_descriptors"]}
    return {"statement": text, "level_descriptors": {}}


def _levels(head: dict[str, str], language: str, notices: Notices) -> list[Thing]:
    """Return the scale's values as levels; without a configuration all of them."""
    values = [value.strip() for value in head["scalevalues"].split(",") if value.strip()]
    try:
        listed = {entry["id"] for entry in json.loads(head["scaleconfiguration"] or "[]")[1:]}
    except (ValueError, TypeError, KeyError, RecursionError):
        notices.add("WRONG_VALUE", "row 2", "The scale configuration cannot be read; every value is a level.")
        listed = set()
    chosen = [value for rank, value in enumerate(values, start=1) if not listed or rank in listed]
    ids = [f"L{rank}" for rank in range(1, len(chosen) + 1)]
    return [
        {"id": level, "order": rank, "name": {language: value}, "descriptor": {language: value}}
        for rank, (level, value) in enumerate(zip(ids, chosen, strict=True), start=1)
    ]


def write(document: Thing, language: str) -> bytes:
    """Return the file that Moodle imports, in one language. What is retired is left out."""
    about = document["framework"]
    scale, configuration = _scale(document, language)
    scaled = ["1", scale, configuration]
    title = derived_name(_text(about["title"], language))[:100]
    told = _framework_description(document, language)
    lines: list[Any] = [
        HEADER,
        ["", about["id"], title, told, *scaled, *[""] * 5, "1", "competency,competency,outcome,outcome"],
    ]
    competencies = [each for each in document["competencies"] if "retired" not in each]
    for area in document["areas"]:
        if "retired" not in area:
            told = _text(area.get("description") or {}, language)
            lines.append(_line("", area, told, scaled, list(_USUAL_RULE), language))
    for each in competencies:
        parent = each.get("parent") or each.get("area", "")
        lines.append(_line(parent, each, _description(each, language), ["1", "", ""], ["", "", ""], language))
    return framework_table.written(lines)


def _line(parent: str, thing: Thing, told: str, scaled: list[str], rule: list[str], language: str) -> list[str]:
    kept = thing.get("source", {}).get("members", {})
    if any(name in kept for name in _KEPT):
        rule = [kept.get(name, "") for name in ("ruletype", "ruleoutcome", "ruleconfig")]
    name = derived_name(_text(thing["name"], language))[:100]
    return [parent, thing["id"], name, told, *scaled, *rule, kept.get("related", ""), "", "", ""]


def _scale(document: Thing, language: str) -> tuple[str, str]:
    """Return the scale's values, and which of them are the first and proficient: all above the first level."""
    levels = sorted(document["levels"], key=lambda level: int(level["order"]))
    if not levels:
        return "", ""
    names = [_text(level["name"], language).replace(",", ";") for level in levels]
    marks = [
        {"id": rank, "scaledefault": int(rank == 2), "proficient": int(rank > 2 or len(levels) == 1)}  # noqa: PLR2004 - 1 is "Not shown"
        for rank in range(2, len(levels) + 2)
    ]
    return ",".join([_NOT_SHOWN, *names]), json.dumps([{"scaleid": "1"}, *marks])


def _description(competency: Thing, language: str) -> str:
    levels = [f"{level}: {_text(texts, language)}" for level, texts in competency["level_descriptors"].items()]
    return " ".join([_text(competency["statement"], language), *levels])


def _text(texts: dict[str, str], language: str) -> str:
    return texts.get(language) or texts.get("en") or next((texts[each] for each in sorted(texts)), "")
