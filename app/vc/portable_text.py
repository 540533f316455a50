"""Text that every library signs alike and every wallet can read: what the strings of our own documents must hold to.

Not a rule of the specifications, and nothing that a foreign document is refused for. What was seen to go wrong:

1. PyLD and rdf-canonize write control characters differently into canonical N-Quads (RDFC-1.0 section 5,
   https://www.w3.org/TR/rdf-canon/#canonical-quads), so a signature over them does not verify everywhere. TAB and LF
   are safe. Lone surrogates are no Unicode characters at all.
2. The Learner Credential Wallet finds the end of the JSON in a PNG by counting braces, those inside strings too.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from app.errors import BadInput, Fault
from app.vc.json_pointer import child

MAX_FAULTS = 50  # ours: more than a person reads at once
_REFUSED_CHARACTER = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_BRACE = re.compile("[{}]")


def refuse_unportable_text(document: dict[str, Any]) -> None:
    """Raise BadInput, with a pointer per wrong string (the first 50), unless all text of the document is portable."""
    if _is_plain(document):
        return
    faults = tuple(islice(_faults(document, ""), MAX_FAULTS))
    if faults:
        raise BadInput(
            faults[0].detail,
            pointer=faults[0].pointer,
            remedy="Correct this text where it comes from: the framework, the issuer's profile or the evidence.",
            faults=faults,
        )


def _is_plain(document: dict[str, Any]) -> bool:
    """Tell in one go, without pointers, that no text needs a closer look: true of nearly every document."""
    texts: list[str] = []
    _collect(document, texts)
    everything = "".join(texts)
    return "{" not in everything and "}" not in everything and not _REFUSED_CHARACTER.search(everything)


def _collect(value: Any, texts: list[str]) -> None:
    if isinstance(value, str):
        texts.append(value)
    elif isinstance(value, dict):
        for member in value.values():
            _collect(member, texts)
    elif isinstance(value, list):
        for item in value:
            _collect(item, texts)


def _faults(value: Any, pointer: str) -> Iterator[Fault]:
    if isinstance(value, str):
        yield from _text_faults(value, pointer)
    elif isinstance(value, dict):
        for name, member in value.items():
            yield from _faults(member, child(pointer, name))
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _faults(item, child(pointer, position))


def _text_faults(text: str, pointer: str) -> Iterator[Fault]:
    wrong = _REFUSED_CHARACTER.search(text)
    if wrong:
        yield Fault(
            pointer,
            f"Character {wrong.start() + 1} of this text is U+{ord(wrong[0]):04X}; of control characters only "
            "tab (U+0009) and line feed (U+000A) can be signed so that every verifier agrees.",
        )
    if not _braces_are_balanced(text):
        yield Fault(pointer, "The braces of this text are not in pairs; a wallet would not find the badge's end.")


def _braces_are_balanced(text: str) -> bool:
    depth = 0
    for brace in _BRACE.findall(text):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return depth == 0
