"""Evidence as JSON and back: what is frozen with an award, so that its evaluation can be replayed years later.

The order of what came in does not matter to the rules, so it is not kept: equal evidence is equal JSON. The hash is
SHA-256 over the canonical form (https://www.rfc-editor.org/rfc/rfc8785), written "sha256-" and 64 hex digits.
"""

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields
from datetime import date, datetime
from typing import Any, get_args, get_type_hints

import orjson
import rfc8785

from app.competency.evaluate import Evaluation
from app.competency.evidence import Attestation, Decision, Evidence, Experience, HeldCredential, RplDecision
from app.competency.result_record import ResultRecord

_KINDS: dict[str, type] = {
    "results": ResultRecord,
    "credentials": HeldCredential,
    "experience": Experience,
    "attestations": Attestation,
    "prior_learning": RplDecision,
    "decisions": Decision,
}


def _readers(kind: type) -> dict[str, Callable[[Any], Any]]:
    """How each member of a kind of evidence is read from JSON."""
    hints = get_type_hints(kind)
    return {field.name: _reader(hints[field.name]) for field in fields(kind) if field.init}


def _reader(hint: Any) -> Callable[[Any], Any]:
    kinds = get_args(hint) or (hint,)
    if datetime in kinds:
        return datetime.fromisoformat
    return date.fromisoformat if date in kinds else _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


_MEMBERS = {name: _readers(kind) for name, kind in _KINDS.items()}


def to_json(evidence: Evidence) -> dict[str, Any]:
    """Return JSON values: `learner`, and a sorted list for each kind of evidence; days as ISO 8601 texts."""
    return {"learner": evidence.learner} | {
        name: sorted((_plain(item, members) for item in getattr(evidence, name)), key=json.dumps)
        for name, members in _MEMBERS.items()
    }


def from_json(value: dict[str, Any]) -> Evidence:
    """Return the evidence of what `to_json` returned."""
    lists: dict[str, Any] = {
        name: tuple(kind(**_read(item, _MEMBERS[name])) for item in value[name]) for name, kind in _KINDS.items()
    }
    return Evidence(learner=value["learner"], **lists)


def judged_hash(evaluation: Evaluation, evidence: dict[str, Any], *, acts: int) -> str:
    """Hash what an officer has seen: the answer, the evidence (as JSON) and how much was done about it before.

    The day is not part of it: the same answer tomorrow has the same hash.
    """
    answer = {name: value for name, value in evaluation.to_json().items() if name != "as_of"}
    whole: dict[str, Any] = {"evaluation": answer, "evidence": evidence, "acts": acts}
    return "sha256-" + hashlib.sha256(rfc8785.dumps(whole)).hexdigest()


def frozen_digest(evaluation: dict[str, Any], evidence: dict[str, Any] | None) -> str:
    """Return SHA-256 in hex over what is kept with an award, for the audit log: a change to it is noticed."""
    return hashlib.sha256(_sorted_ascii([evaluation, evidence])).hexdigest()


def _sorted_ascii(value: Any) -> bytes:
    """JSON with sorted members, no blanks, and escapes for what is not ASCII. There are no floats in it.

    orjson writes the same at a tenth of the time, but for those escapes, and refuses what it cannot write.
    """
    with suppress(TypeError):
        written = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
        if written.isascii() and b"\x7f" not in written:
            return written
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _plain(item: Any, members: dict[str, Callable[[Any], Any]]) -> dict[str, Any]:
    values = {name: getattr(item, name) for name in members}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _read(value: dict[str, Any], members: dict[str, Callable[[Any], Any]]) -> dict[str, Any]:
    return {name: None if each is None else members[name](each) for name, each in value.items()}
