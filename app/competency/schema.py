"""The form of a framework file: framework.schema.json (JSON Schema 2020-12), with its complaints in plain words.

https://json-schema.org/draft/2020-12/json-schema-validation

1. the value must consist of plain JSON values within bounds (`plain_values`), so that what follows cannot run away;
2. every wrong node is reported with its JSON Pointer (RFC 6901), the id of the thing it belongs to, and what to do.
"""

import difflib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import islice
from typing import Any

from jsonschema import Draft202012Validator, ValidationError, validators

from app.competency.yaml_subset import MAX_DEPTH, MAX_NODES, MAX_SAFE_INTEGER
from app.errors import BadInput, Fault, TooLarge

MAX_FAULTS = 50  # told in words: enough to work on at once; more would hide the first
MAX_COUNTED = 10_000  # counted: whoever has more has sent something else than a framework
FORMAT = "smart-city-framework/0.1"
MAX_SHOWN = 60  # characters of a foreign value that a message repeats

_SURROGATE = re.compile("[\ud800-\udfff]")
_TYPE_WORDS = {
    "object": "a mapping", "array": "a list", "string": "text", "integer": "a whole number",
    "number": "a number", "boolean": "true or false", "null": "null",
}  # fmt: skip
_FORM_WORDS = {
    "id": "an id: letters, digits, dot, underscore and hyphen, at most 100, beginning with a letter or digit",
    "language": "a language code such as en or bg",
    "fraction": "a fraction such as 2/3, or a whole number in quotes",
    "period": "a period such as P36M, P2Y or P30D",
    "date": "a date such as 2026-02-01",
    "uri": "an absolute URI such as https://example.org/",
    "web_address": "a whole web address such as https://example.org/page",
    "uuid": "a UUID in lower case",
    "points": "a number of points of at least 1",
}

_TEMPLATES = {
    "required": '{last} lacks "{wanted}"; add it.',
    "type": "{last} must be {wanted}, not {shown}.",
    "enum": "{last} must be one of {wanted}, not {shown}.",
    "const": "{last} must be {wanted}, not {shown}.",
    "pattern": "{last} must be {wanted}, not {shown}.",
    "minItems": "{last} is an empty list; it needs at least {wanted}.",
    "minProperties": "{last} is empty; it needs at least {wanted}.",
    "minLength": "{last} is an empty text; write something.",
    "maxItems": "{last} is too long: at most {wanted} are read.",
    "maxLength": "{last} is too long: at most {wanted} characters are read.",
    "minimum": "{last} must be at least {wanted}, not {shown}.",
    "maximum": "{last} must be at most {wanted}, not {shown}.",
    "exclusiveMinimum": "{last} must be more than {wanted}, not {shown}.",
}  # every keyword of framework.schema.json; a test holds the two together
_KEY_TEMPLATE = "{last} has the key {shown}, which must be {wanted}."
_OTHER_TEMPLATE = "{last} is not right; the schema wants {wanted}."


@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong with a document: the first MAX_FAULTS in words, and how many there are, counted to MAX_COUNTED."""

    first: tuple[Fault, ...]
    count: int

    def __bool__(self) -> bool:
        """Whether anything is wrong."""
        return self.count > 0


def child(pointer: str, *tokens: str | int) -> str:
    """Return the JSON Pointer that leads from `pointer` down `tokens`, escaped as RFC 6901 section 3 says."""
    return pointer + "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in tokens)


def plain_values(document: Any) -> None:
    """Raise BadInput unless `document` is a mapping of plain JSON values: bounded, NUL-free, hashable by RFC 8785."""
    if not isinstance(document, dict):
        raise BadInput("A framework is a mapping with members such as format and levels.", pointer="")
    pending: list[tuple[Any, str, int]] = [(document, "", 1)]
    nodes = 0
    while pending:
        value, pointer, depth = pending.pop()
        nodes += 1
        if nodes > MAX_NODES:
            raise TooLarge(f"The framework has more than {MAX_NODES} values.", remedy="Split it.")
        if depth > MAX_DEPTH:
            raise TooLarge(f"The framework is nested deeper than {MAX_DEPTH} levels.", pointer=pointer)
        pending.extend((item, where, depth + 1) for item, where in _members(value, pointer))
        _scalar_is_plain(value, pointer)


def _members(value: Any, pointer: str) -> Iterator[tuple[Any, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise BadInput(f"The key {str(key)[:MAX_SHOWN]!r} is not text.", pointer=pointer)
            _scalar_is_plain(key, pointer)
            yield item, child(pointer, key)
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield item, child(pointer, position)


def _scalar_is_plain(value: Any, pointer: str) -> None:
    if isinstance(value, str):
        if "\x00" in value or _SURROGATE.search(value):
            raise BadInput("The text contains a NUL or half a surrogate pair.", pointer=pointer, remedy="Remove it.")
    elif isinstance(value, int | float) and not isinstance(value, bool):
        if not abs(value) <= MAX_SAFE_INTEGER:  # also NaN
            raise BadInput("The number is too large or no number.", pointer=pointer, remedy="Correct it.")
    elif not isinstance(value, dict | list | bool | None):
        raise BadInput(f"A value of type {type(value).__name__} is not JSON.", pointer=pointer)


def faults(document: dict[str, Any]) -> Faults:
    """Return what breaks framework.schema.json; nothing when the document has the right form."""
    errors = list(islice(_validator().iter_errors(document), MAX_COUNTED))
    told = (fault for error in errors for fault in _in_plain_words(error, document))
    return Faults(tuple(islice(told, MAX_FAULTS)), min(sum(map(_places, errors)), MAX_COUNTED))


def _places(error: ValidationError) -> int:
    """Return how many places one complaint of jsonschema is about: of unknown members it makes a single one."""
    value: Any = error.instance
    return len(set(value) - set(_properties(error))) if error.validator == "additionalProperties" else 1


@cache
def pattern_of(name: str) -> re.Pattern[str]:
    """Return the pattern of a $def, e.g. "language"; for `fullmatch`."""
    return re.compile(_validator().schema["$defs"][name]["pattern"].removeprefix("^").removesuffix("$"))


@cache
def _validator() -> Any:
    """Return the compiled schema. `pattern` must match to the very end: re's `$` would let a line feed through.

    Each subschema is prepared once, with its references: jsonschema would do it again for every value of a document.
    """
    text = resources.files("app.competency").joinpath("framework.schema.json").read_text(encoding="utf-8")
    schema = json.loads(text)
    prepared: dict[int, Any] = {}

    def inside(part: Any, instance: Any, *path: str | int) -> Iterator[ValidationError]:
        """Complaints about a value inside; `path` leads to it, as ValidationError.path wants it."""
        if id(part) not in prepared:
            prepared[id(part)] = kind(part)
        for error in prepared[id(part)].iter_errors(instance):
            error.path.extendleft(path)
            yield error

    def items(_validator: Any, part: Any, instance: Any, _schema: Any) -> Iterator[ValidationError]:
        for position, item in enumerate(instance if isinstance(instance, list) else ()):
            yield from inside(part, item, position)

    def properties(_validator: Any, parts: Any, instance: Any, _schema: Any) -> Iterator[ValidationError]:
        for name in parts if isinstance(instance, dict) else ():
            if name in instance:
                yield from inside(parts[name], instance[name], name)

    def reference(_validator: Any, name: str, instance: Any, _schema: Any) -> Iterator[ValidationError]:
        return inside(schema["$defs"][name.removeprefix("#/$defs/")], instance)

    quick = {"pattern": _pattern, "$ref": reference, "items": items, "properties": properties}
    kind: Any = validators.extend(Draft202012Validator, quick)  # type: ignore[no-untyped-call]
    return kind(schema)


def _pattern(_validator: Any, pattern: str, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not re.fullmatch(pattern.removeprefix("^").removesuffix("$"), instance):
        yield ValidationError("pattern")


def _in_plain_words(error: ValidationError, document: dict[str, Any]) -> Iterator[Fault]:
    path = list(error.absolute_path)
    owner = owner_of(document, path)
    last = _named(path[-1]) if path else "the framework"
    for token, sentence in _sentences(error, last):
        yield Fault(child("", *path, *token), f"{owner}{sentence}")


def _named(token: str | int) -> str:
    return f'"{token}"' if isinstance(token, str) else "this entry"


def owner_of(document: Any, path: list[Any]) -> str:
    """Return the id of the outermost list item on the path and a colon, e.g. "MC-02: ", so that people find it."""
    value = document
    for token in path:
        value = value[token]
        if isinstance(token, int) and isinstance(value, dict) and isinstance(value.get("id"), str):
            return f"{value['id'][:MAX_SHOWN]}: "
    return ""


def _sentences(error: ValidationError, last: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield (more pointer tokens, sentence) for one complaint of jsonschema."""
    value: Any = error.instance
    wanted: Any = error.validator_value
    keyword = str(error.validator)
    if keyword == "additionalProperties":
        known = sorted(_properties(error))
        for name in sorted(set(value) - set(known)):
            yield (name,), _unknown_member(name, last, known)
    elif keyword == "oneOf":
        yield (), _one_kind(value, last, [next(iter(choice["required"])) for choice in wanted])
    else:
        template = _KEY_TEMPLATE if "propertyNames" in error.schema_path else _TEMPLATES.get(keyword, _OTHER_TEMPLATE)
        yield (), template.format(last=last, wanted=_wanted(error, keyword, wanted), shown=_shown(value))


def _properties(error: ValidationError) -> dict[str, Any]:
    return error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}


def _wanted(error: ValidationError, keyword: str, wanted: Any) -> str:
    """Return what the schema asks for, in words."""
    match keyword:
        case "required":  # jsonschema complains once per missing member and names it only in its message
            return next(str(name) for name in wanted if error.message.startswith(f"{name!r} "))
        case "type":
            words = " or ".join(_TYPE_WORDS[name] for name in ([wanted] if isinstance(wanted, str) else wanted))
            numeric = isinstance(error.instance, int | float) and not isinstance(error.instance, bool)
            return f"{words} (put it in quotes)" if wanted == "string" and numeric else words
        case "enum":
            return ", ".join(map(str, wanted))
        case "pattern":
            return _form(wanted)
        case _:
            return str(wanted)


def _unknown_member(name: str, last: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name[:MAX_SHOWN], known, n=1)
    hint = f'did you mean "{near[0]}"?' if near else f"known are {', '.join(known)}."
    return f'{last} has a member "{name[:MAX_SHOWN]}" that is not known; {hint}'


def _one_kind(value: Any, last: str, kinds: list[str]) -> str:
    given = [kind for kind in kinds if isinstance(value, dict) and kind in value]
    name = f"the rule {value['id']}" if isinstance(value, dict) and isinstance(value.get("id"), str) else last
    have = f"it has {' and '.join(given)}" if given else "it has none"
    return f"{name} needs exactly one of {', '.join(kinds)}; {have}."


def _form(pattern: str) -> str:
    """Return the words for the $def that has this pattern."""
    definitions = _validator().schema["$defs"]
    named = (words for name, words in _FORM_WORDS.items() if definitions[name]["pattern"] == pattern)
    return next(named, f"of the form {pattern}")


def _shown(value: Any) -> str:
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + "…"
