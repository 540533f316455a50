"""Whether enough people have signed an attestation of a type."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from app.competency.framework import Framework
from app.competency.nodes import Context, Node, Status, Step, Verdict


def attestation_node(node: dict[str, Any], context: Context) -> Node:
    """Judge a node of the kind `attestation`: enough different people have signed.

    Where one signature is asked for it may be the learner's (a code of conduct); where several are, it is a review, and
    the learner's own does not count.
    """
    rule = node["attestation"]
    need, person = rule.get("signatures", 1), context.evidence.person
    signed: dict[str, date] = {}
    for item in sorted(context.evidence.attestations, key=lambda item: (item.signed_on, item.signed_by)):
        may_sign = need == 1 or item.signed_by != person
        if item.type == rule["type"] and item.signed_on <= context.as_of and may_sign:
            signed.setdefault(item.signed_by, item.signed_on)
    numbers = {"have": str(len(signed)), "need": str(need)}
    if len(signed) >= need:
        met_on = list(signed.values())[need - 1]
        return Verdict(Status.MET, "MET", numbers, met_on=met_on).node(node, "attestation", rule["type"])
    step = Step("SIGN_ATTESTATION", {"type": rule["type"]})
    verdict = Verdict(Status.NOT_MET, "ATTESTATION_MISSING", numbers, next_step=step)
    return verdict.node(node, "attestation", rule["type"])


def types_asked_for(framework: Framework) -> frozenset[str]:
    """Return the types of attestations that a rule of the framework asks for, to get an award or to renew it."""
    return frozenset(kind for award in framework.awards.values() for kind in _types(award))


def _types(value: Any) -> Iterator[str]:
    """Yield the types that the nodes in a value ask for, whatever holds them."""
    if isinstance(value, dict):
        node = value.get("attestation")
        if isinstance(node, dict):
            yield node["type"]
        for member in value.values():
            yield from _types(member)
    elif isinstance(value, list):
        for member in value:
            yield from _types(member)
