"""What an import noticed and let pass: counted, with the first place, so that a thousand of a kind are one line."""

from dataclasses import dataclass, field
from typing import Any

MAX_NOTICES = 200  # kinds that are told; a file with more is told so by the last


@dataclass(frozen=True, slots=True)
class Notice:
    """`code` is stable, `pointer` the first place (a JSON Pointer, or a row), `count` how often in all."""

    code: str
    pointer: str
    detail: str
    count: int = 1

    def to_json(self) -> dict[str, Any]:
        """For answers of the API and of the command line."""
        return {"code": self.code, "pointer": self.pointer, "detail": self.detail, "count": self.count}


@dataclass(slots=True)
class Notices:
    """Collects notices; those of one code and detail are one."""

    _first: dict[tuple[str, str], str] = field(default_factory=dict)
    _counts: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, code: str, pointer: str, detail: str) -> None:
        """Note one more of this code and detail, at `pointer`."""
        key = (code, detail)
        if key not in self._first:
            if len(self._first) >= MAX_NOTICES:
                key = ("MORE", "There are further kinds of notices; correct these first.")
            self._first.setdefault(key, pointer)
        self._counts[key] = self._counts.get(key, 0) + 1

    def told(self) -> tuple[Notice, ...]:
        """Return one notice of each kind, in the order in which they were found first."""
        return tuple(
            Notice(code, pointer, detail, self._counts[code, detail]) for (code, detail), pointer in self._first.items()
        )


@dataclass(frozen=True, slots=True)
class Imported:
    """What a reader made of a file: a framework document (not validated yet), what it noticed, what it counted."""

    document: dict[str, Any]
    notices: tuple[Notice, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
