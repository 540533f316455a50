"""A safe subset of YAML, read to plain JSON values.

https://yaml.org/spec/1.2.2/ with the core schema's null, true/false, integers and finite numbers; everything else
that is unquoted stays text, so that `no` is the language Norwegian, 2026-02-01 a date in text and 0488 a code. Steps:

1. decode UTF-8 (with or without BOM) within a size limit,
2. walk the events of libyaml: refuse what a rule file does not need and an attacker loves (anchors, aliases, tags,
   several documents), what is ambiguous (repeated keys, keys that are not text) and what has no bound,
3. build the value on a stack of our own, so that depth costs no Python frames.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from app.errors import BadInput, TooLarge

MAX_BYTES = (
    4_194_304  # as large as the largest request body (Settings.max_body_bytes); the reference framework has 0.2 MB
)
MAX_DEPTH = 40  # the reference framework needs 12
MAX_NODES = 200_000  # the reference framework has 8,000
MAX_SAFE_INTEGER = 2**53 - 1  # RFC 7493 section 2.2; RFC 8785 hashes no larger ones
MAX_NUMBER_LENGTH = 32

# YAML 1.2.2 section 10.3.2 (core schema), without octal, hexadecimal, .inf and .nan
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(slots=True)
class _Open:
    """A mapping or sequence that is not closed yet; `key` is set while a mapping waits for a value."""

    value: dict[str, Any] | list[Any]
    key: str | None = None


@dataclass(slots=True)
class _Builder:
    """Takes events one by one; `root` holds the finished value in a list of one."""

    root: list[Any] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)
    nodes: int = 0
    documents: int = 0

    def take(self, event: yaml.Event) -> None:
        """Take one event of libyaml; raises BadInput with the line."""
        line = event.start_mark.line + 1 if event.start_mark else 1
        match event:
            case yaml.DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    raise _bad(line, "a second document begins", "Keep one document in the file.")
            case yaml.AliasEvent():
                raise _bad(line, "an alias (*) stands here", "Write the value out; anchors and aliases are not read.")
            case yaml.NodeEvent():
                self._node(event, line)
            case yaml.CollectionEndEvent():
                self.stack.pop()

    def _node(self, event: yaml.NodeEvent, line: int) -> None:
        if event.anchor is not None:
            raise _bad(line, "an anchor (&) stands here", "Write the value out; anchors and aliases are not read.")
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise _bad(line, f"the tag {tag[:60]!r} stands here", "Tags are not read; put text in quotes.")
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise TooLarge(f"The YAML file has more than {MAX_NODES} values.", remedy="Split the framework.")
        if isinstance(event, yaml.ScalarEvent):
            self._add(_scalar(event, line), line)
            return
        if len(self.stack) >= MAX_DEPTH:
            raise TooLarge(f"Line {line} is nested deeper than {MAX_DEPTH} levels.", pointer=f"line {line}")
        value: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        self._add(value, line)
        self.stack.append(_Open(value))

    def _add(self, value: Any, line: int) -> None:
        if not self.stack:
            self.root.append(value)
            return
        parent = self.stack[-1]
        if isinstance(parent.value, list):
            parent.value.append(value)
        elif parent.key is None:
            parent.key = _key(value, parent.value, line)
        else:
            parent.value[parent.key] = value
            parent.key = None


def read_yaml(data: bytes) -> Any:
    """Return the plain JSON values (dict, list, str, int, float, bool, None) of one YAML document.

    Raises BadInput with `pointer` "line n" for anything outside the subset, TooLarge beyond the limits above.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge(
            f"The YAML file has {len(data)} bytes; at most {MAX_BYTES} are read.", remedy="Split the framework."
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _bad(line, "the bytes are not UTF-8", "Save the file as UTF-8.") from error
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = error.problem or error.context or "the YAML cannot be read"
        raise _bad(mark.line + 1 if mark else 1, what, "Correct the indentation or the quotes there.") from error
    except yaml.YAMLError as error:  # a character that YAML does not allow
        raise BadInput(
            "The YAML file contains a character that YAML does not allow.", remedy="Remove control characters."
        ) from error
    if not builder.root:
        raise BadInput("The YAML file is empty.", remedy="Send a framework.")
    return builder.root[0]


def _scalar(event: yaml.ScalarEvent, line: int) -> Any:
    text: str = event.value
    if "\x00" in text:
        raise _bad(line, "the text contains a NUL character", "Remove it.")
    if event.style:  # quoted or a block: text as it stands
        return text
    if text in _WORDS:
        return _WORDS[text]
    if len(text) <= MAX_NUMBER_LENGTH and _NUMBER.fullmatch(text):
        return _number(text, line)
    return text


def _number(text: str, line: int) -> int | float:
    number = int(text) if _INTEGER.fullmatch(text) else float(text)
    if abs(number) > MAX_SAFE_INTEGER:
        raise _bad(line, f"the number {text} is too large", "Put it in quotes if it is text.")
    return number


def _key(value: Any, siblings: dict[str, Any], line: int) -> str:
    if not isinstance(value, str):
        raise _bad(line, f"the key {str(value)[:60]!r} is not text", "Put keys such as 1, true or null in quotes.")
    if value in siblings:
        raise _bad(line, f"the key {value[:60]!r} occurs a second time", "Keep one of the two.")
    return value


def _bad(line: int, what: str, remedy: str) -> BadInput:
    return BadInput(f"Line {line} of the YAML file: {what}.", pointer=f"line {line}", remedy=remedy)
