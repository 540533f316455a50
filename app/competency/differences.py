"""Two versions of a framework, told apart place by place."""

from collections.abc import Iterator
from typing import Any

from app.competency.framework import Framework, diff
from app.competency.schema import child

MAX_PLACES = 20  # of one thing; more are counted
MAX_TEXT = 500  # characters of a value that are shown


def differences(old: Framework, new: Framework) -> dict[str, Any]:
    """Return what changed from `old` to `new`.

    {"added", "removed": [{"kind", "id"}], "changed": [{"kind", "id", "places": [{"pointer", "from", "to"}], "more"}],
    "rules": [{"id", "from", "to", "rule_changed"}]}: `rules` are the awards of both versions whose rule or rule_version
    is another; pointers lead from the thing itself.
    """
    changes = diff(old.document, new.document)
    before, after = _things(old.document), _things(new.document)
    changed = []
    for entry in changes["changed"]:
        key = (entry["kind"], entry["id"])
        places = list(_places(before[key], after[key], ""))
        shown = {"places": places[:MAX_PLACES], "more": max(0, len(places) - MAX_PLACES)}
        changed.append(entry | shown)
    rules = [
        {
            "id": code,
            "from": old.awards[code]["rule_version"],
            "to": award["rule_version"],
            "rule_changed": old.rule_hashes[code] != new.rule_hashes[code],
        }
        for code, award in new.awards.items()
        if code in old.awards
        and (old.rule_hashes[code], old.awards[code]["rule_version"]) != (new.rule_hashes[code], award["rule_version"])
    ]
    return {"added": changes["added"], "removed": changes["removed"], "changed": changed, "rules": rules}


def _things(document: dict[str, Any]) -> dict[tuple[str, str], Any]:
    found: dict[tuple[str, str], Any] = {}
    for name, value in document.items():
        if isinstance(value, list):
            found |= {(name, item["id"]): item for item in value}
        else:
            found[name, name] = value
    return found


def _places(old: Any, new: Any, pointer: str) -> Iterator[dict[str, Any]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in dict.fromkeys([*old, *new]):
            if old.get(name) != new.get(name):
                yield from _places(old.get(name), new.get(name), child(pointer, name))
        return
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for position, (one, other) in enumerate(zip(old, new, strict=True)):
            if one != other:
                yield from _places(one, other, child(pointer, position))
        return
    yield {"pointer": pointer, "from": _shown(old), "to": _shown(new)}


def _shown(value: Any) -> Any:
    if isinstance(value, str):
        return value if len(value) <= MAX_TEXT else value[:MAX_TEXT] + "…"
    if isinstance(value, list | dict):
        return f"{len(value)} entries"
    return value
