"""Which documents of a list, in which order, with which members: filter, sort, orderBy, fields, limit, offset.

https://www.imsglobal.org/spec/case/v1p1 (REST binding: pagination, sorting, filtering, field selection)
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from app.competency.case_words import MEMBERS
from app.issuer.case.status import BadSelection

DEFAULT_LIMIT = 100
MOST = 1000
MAX_FILTER = 500  # characters
FIELDS = frozenset(MEMBERS["CFDocument"]) | {"CFPackageURI"}
_CLAUSE = re.compile(r"\s*([A-Za-z]+)\s*(!=|>=|<=|=|>|<|~)\s*'([^']*)'\s*")
_JOINT = re.compile(r"\s+(AND|OR)\s+(?=[A-Za-z]+\s*[!<>=~])")
_PREDICATES: dict[str, Callable[[str, str], bool]] = {
    "=": lambda have, wanted: have == wanted,
    "!=": lambda have, wanted: have != wanted,
    ">": lambda have, wanted: have > wanted,
    ">=": lambda have, wanted: have >= wanted,
    "<": lambda have, wanted: have < wanted,
    "<=": lambda have, wanted: have <= wanted,
    "~": lambda have, wanted: wanted.lower() in have.lower(),
}

Thing = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Selection:
    """What the caller asks for."""

    limit: int = DEFAULT_LIMIT
    offset: int = 0
    sort: str | None = None
    order_by: str | None = None
    filter: str | None = None
    fields: str | None = None

    def chosen(self, documents: list[Thing]) -> list[Thing]:
        """The documents that pass the filter, in order. An unknown field to sort by leaves the order as it is."""
        found = [each for each in documents if self._passes(each)]
        if self.sort in FIELDS:
            found.sort(
                key=lambda each: _text(each.get(str(self.sort))), reverse=(self.order_by or "").lower() == "desc"
            )
        return found

    def page(self, found: list[Thing]) -> list[Thing]:
        """One page, with the members that are asked for. Raises BadSelection for a member that does not exist."""
        page = found[self.offset : self.offset + self.limit]
        if not self.fields:
            return page
        names = [name.strip() for name in self.fields.split(",")]
        unknown = [name for name in names if name not in FIELDS]
        if unknown:
            raise BadSelection(f"CFDocument has no field {unknown[0][:60]!r}.")
        return [{name: each[name] for name in names if name in each} for each in page]

    def links(self, address: str, total: int) -> str:
        """The Link header (RFC 8288): first, prev, next, last."""
        last = max(0, (total - 1) // self.limit * self.limit)
        places = {"first": 0, "prev": self.offset - self.limit, "next": self.offset + self.limit, "last": last}
        if self.offset == 0:
            del places["prev"]
        if self.offset + self.limit >= total:
            del places["next"]
        named = {"sort": self.sort, "orderBy": self.order_by, "filter": self.filter, "fields": self.fields}
        kept = {name: value for name, value in named.items() if value}
        return ", ".join(
            f'<{address}?{urlencode({"limit": self.limit, "offset": max(0, offset), **kept})}>; rel="{name}"'
            for name, offset in places.items()
        )

    def _passes(self, document: Thing) -> bool:
        if not self.filter:
            return True
        if len(self.filter) > MAX_FILTER:
            raise BadSelection(f"The filter is longer than {MAX_FILTER} characters.")
        clauses = _JOINT.split(self.filter)
        answers = [self._holds(clause, document) for clause in clauses[::2]]
        joints = set(clauses[1::2])
        if len(joints) > 1:
            raise BadSelection("A filter joins its conditions by AND or by OR, not by both.")
        return any(answers) if joints == {"OR"} else all(answers)

    @staticmethod
    def _holds(clause: str, document: Thing) -> bool:
        read = _CLAUSE.fullmatch(clause)
        if read is None:
            raise BadSelection(f"{clause[:60]!r} is no condition; write it like title~'smart'.")
        name, predicate, wanted = read.groups()
        if name not in FIELDS:
            raise BadSelection(f"CFDocument has no field {name[:60]!r}.")
        return _PREDICATES[predicate](_text(document.get(name)), wanted)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value))
    return "" if value is None else str(value)
