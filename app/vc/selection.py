"""Selecting a part of a JSON-LD document by JSON pointers, so that the part says nothing but what the whole says.

vc-di-ecdsa sections 3.4.10 jsonPointerToPaths, 3.4.11 createInitialSelection, 3.4.13 selectJsonLd
(https://www.w3.org/TR/vc-di-ecdsa/#selective-disclosure-functions).

1. turn the pointers into a tree of what is selected
2. along the tree take: of an array the selected items, without gaps; of an object the selected members, and always its
   id (unless it names a blank node) and its types. Also its `@context`, which the specification forgets: without it an
   embedded credential would lose the meaning of its members.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.vc.json_pointer import tokens_of
from app.vc.outcome import unsound

MAX_POINTERS = 1_000  # ours: a badge has some hundred places that a pointer can lead to

_ALWAYS = ("@context", "type")
_ARRAY_INDEX = re.compile("0|[1-9][0-9]{0,8}")  # RFC 6901 section 4, bounded


@dataclass(slots=True)
class _Selected:
    """What is selected of one value: all of it, or some of its members or items."""

    whole: bool = False
    parts: dict[str | int, "_Selected"] = field(default_factory=dict)

    def part(self, key: str | int) -> "_Selected":
        return self.parts.setdefault(key, _Selected())


def select(document: Mapping[str, Any], pointers: Sequence[str]) -> dict[str, Any] | None:
    """Return the part of `document` that the pointers select, or None when there are none. It shares values with it.

    Raises Unsound: `malformed_pointer`, `pointer_leads_nowhere`, `too_many_pointers`; the pointer is the finding's.
    """
    if len(pointers) > MAX_POINTERS:
        raise unsound("too_many_pointers", f"There are more than {MAX_POINTERS} pointers.")
    tree = _Selected()
    for pointer in pointers:
        _add(tree, document, pointer)
    return dict(_taken(document, tree)) if pointers else None


def _add(tree: _Selected, document: Mapping[str, Any], pointer: str) -> None:
    try:
        tokens = tokens_of(pointer)
    except ValueError as error:
        raise unsound("malformed_pointer", f"{error}.") from None
    value: Any = document
    for token in tokens:
        key = _key(value, token)
        if key is None:
            raise unsound("pointer_leads_nowhere", f"The document has nothing at {pointer[:200]!r}.", pointer)
        value, tree = value[key], tree.part(key)
    tree.whole = True


def _key(value: Any, token: str) -> Any:
    """Return what a reference token means in an object or array; None when it leads nowhere."""
    if isinstance(value, Mapping):
        return token if token in value else None
    if isinstance(value, list) and _ARRAY_INDEX.fullmatch(token):
        return int(token) if int(token) < len(value) else None
    return None


def _taken(value: Any, selected: _Selected) -> Any:
    if selected.whole:
        return value
    if isinstance(value, list):
        return [_taken(item, selected.parts[at]) for at, item in enumerate(value) if at in selected.parts]
    taken = {}
    for name, member in value.items():
        if name in _ALWAYS or (name == "id" and not str(member).startswith("_:")):
            taken[name] = member
        elif name in selected.parts:
            taken[name] = _taken(member, selected.parts[name])
    return taken
