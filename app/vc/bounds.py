"""What a JSON-LD document may hold at all: how much of it, and only text and numbers that others read the same.

Data Integrity section 2.4.2 (https://www.w3.org/TR/vc-data-integrity/#securing-data-losslessly) asks for an error where
data would be lost: half a surrogate pair is no Unicode, and a number may be another one after JSON-LD.
"""

import re
from collections.abc import Mapping
from typing import Any

from app.vc import rdf
from app.vc.json_pointer import child
from app.vc.outcome import unknown, unsound
from app.vc.problem_types import DATA_LOSS_DETECTION_ERROR, PROOF_TRANSFORMATION_ERROR
from app.vc.strict_json import MAX_DEPTH

MAX_OBJECTS = 5_000  # ours: 100 times a large badge, half a second of work; a transcript of 100 badges fits
MAX_VALUES = 50_000  # ours: costs as much

_SURROGATE = re.compile("[\ud800-\udfff]")


class Bounds:
    """Counts what a document holds before anything expensive looks at it."""

    def __init__(self) -> None:
        self.objects = 0
        self.values = 0

    def check(self, value: Any, pointer: str, depth: int) -> None:
        """Check a value and all that it holds; `pointer` leads to it, `depth` is how deep it stands."""
        self.values += 1
        if isinstance(value, str):
            _refuse_surrogates(value, pointer)
        elif isinstance(value, Mapping):
            self.objects += 1
            self.refuse_excess(pointer, depth)
            for name, member in value.items():
                _refuse_surrogates(name, pointer)
                self.check(member, child(pointer, name), depth + 1)
        elif isinstance(value, list):
            self.refuse_excess(pointer, depth)
            for position, item in enumerate(value):
                self.check(item, child(pointer, position), depth + 1)
        elif isinstance(value, int | float):
            _refuse_inexact(value, pointer)

    def refuse_excess(self, pointer: str, depth: int) -> None:
        """Refuse a document that holds, up to this place, more than may be."""
        if depth > MAX_DEPTH or self.objects > MAX_OBJECTS or self.values > MAX_VALUES:
            raise unknown(
                "jsonld_budget",
                f"The document is too large to be canonicalized; {MAX_OBJECTS} objects, {MAX_VALUES} values and "
                f"{MAX_DEPTH} levels are the most.",
                pointer,
                problem_type=PROOF_TRANSFORMATION_ERROR,
            )


def _refuse_surrogates(text: str, pointer: str) -> None:
    if not text.isascii() and _SURROGATE.search(text):
        raise unsound(
            "malformed_text",
            "This text holds half of a surrogate pair, which is no Unicode character.",
            pointer,
            problem_type=DATA_LOSS_DETECTION_ERROR,
        )


def _refuse_inexact(number: float, pointer: str) -> None:
    if not rdf.is_exact(number):
        raise unsound(
            "inexact_number",
            f"JSON-LD cannot keep the number {number} exactly; write it as text.",
            pointer,
            problem_type=DATA_LOSS_DETECTION_ERROR,
        )
