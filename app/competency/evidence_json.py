"""Evidence as JSON and back: what is frozen with an award, so that its evaluation can be replayed years later.

The order of what came in does not matter to the rules, so it is not kept: equal evidence is equal JSON. The hash is
SHA-256 over the canonical form (https://www.rfc-editor.org/rfc/rfc8785), written "sha256-" and 64 hex digits.
"""

import hashlib
from dataclasses import fields
from datetime import date, datetime
from typing import Any, TypeVar, get_args, get_type_hints

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
Item = TypeVar("Item")


def to_json(evidence: Evidence) -> dict[str, Any]:
    """Return JSON values: `learner`, and a sorted list for each kind of evidence; days as ISO 8601 texts."""
    lists = {name: sorted(map(_plain, getattr(evidence, name)), key=rfc8785.dumps) for name in _KINDS}
    return {"learner": evidence.learner, **lists}


def from_json(value: dict[str, Any]) -> Evidence:
    """Return the evidence of what `to_json` returned."""
    lists: dict[str, Any] = {name: tuple(_read(kind, item) for item in value[name]) for name, kind in _KINDS.items()}
    return Evidence(learner=value["learner"], **lists)


def judged_hash(evaluation: Evaluation, evidence: dict[str, Any], *, acts: int) -> str:
    """Hash what an officer has seen: the answer, the evidence (as JSON) and how much was done about it before.

    The day is not part of it: the same answer tomorrow has the same hash.
    """
    answer = {name: value for name, value in evaluation.to_json().items() if name != "as_of"}
    whole: dict[str, Any] = {"evaluation": answer, "evidence": evidence, "acts": acts}
    return "sha256-" + hashlib.sha256(rfc8785.dumps(whole)).hexdigest()


def _plain(item: Any) -> dict[str, Any]:
    values = {field.name: getattr(item, field.name) for field in fields(item) if field.init}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _read(kind: type[Item], value: dict[str, Any]) -> Item:
    hints = get_type_hints(kind)
    return kind(**{name: _value(hints[name], each) for name, each in value.items()})


def _value(hint: Any, value: Any) -> Any:
    kinds = get_args(hint) or (hint,)
    if value is None:
        return None
    if datetime in kinds:
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if date in kinds else value
