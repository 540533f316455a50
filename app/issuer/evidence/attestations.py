"""Attestations: statements of the types that the rules name, each signed by one person."""

from collections.abc import Iterator
from typing import Any

from pydantic import Field

from app.competency.framework import Framework
from app.issuer.evidence.record import Kind, Known
from app.issuer.evidence.rows import Day, Refusal, SentRow, Short, also
from app.store.tables import AttestationRecord


class SentAttestation(SentRow):
    """Who signed what for whom, and when. Several signatures are several rows."""

    type: Short
    signed_by: Short
    signed_on: Day = Field(validation_alias=also("signed_on", "on"))


def types(frameworks: tuple[Framework, ...]) -> set[str]:
    """The types that the rules of these frameworks ask for."""
    found: set[str] = set()
    for framework in frameworks:
        for award in framework.awards.values():
            found.update(_types(award["requirements"]))
            found.update(_types(award.get("renewal", {}).get("requirements", {})))
    return found


def _types(node: Any) -> Iterator[str]:
    """The types in a rule, whatever holds its nodes."""
    if isinstance(node, dict):
        if isinstance(node.get("attestation"), dict):
            yield node["attestation"]["type"]
        for member in node.values():
            yield from _types(member)
    elif isinstance(node, list):
        for member in node:
            yield from _types(member)


def _refusal(known: Known, sent: SentAttestation, stored: AttestationRecord | None) -> Refusal | None:
    del stored
    if sent.signed_on > known.today:
        return Refusal("DATE_IN_FUTURE", f"signed_on {sent.signed_on} lies after today, {known.today}.")
    asked_for = types(known.frameworks)
    if sent.type not in asked_for:
        named = ", ".join(sorted(asked_for)) or "none"
        return Refusal("UNKNOWN_TYPE", f"No rule asks for an attestation {sent.type}; asked for: {named}.")
    return None


ATTESTATIONS = Kind(
    name="attestations",
    table=AttestationRecord,
    model=SentAttestation,
    members=lambda sent: {"type": sent.type, "signed_by": sent.signed_by, "signed_on": sent.signed_on},
    identity=lambda sent: (
        [] if sent.record_id else [sent.learner, sent.type, sent.signed_by, sent.signed_on.isoformat()]
    ),
    refusal=_refusal,
)
