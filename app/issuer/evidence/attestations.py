"""Attestations: statements of the types that the rules name, each signed by one person."""

from pydantic import Field

from app.issuer.evidence.record import Kind, Known
from app.issuer.evidence.rows import Day, Refusal, SentRow, Short, also
from app.store.tables import AttestationRecord


class SentAttestation(SentRow):
    """Who signed what for whom, and when. Several signatures are several rows."""

    type: Short
    signed_by: Short
    signed_on: Day = Field(validation_alias=also("signed_on", "on"))


def _refusal(known: Known, sent: SentAttestation, stored: AttestationRecord | None) -> Refusal | None:
    del stored
    if sent.signed_on > known.today:
        return Refusal("DATE_IN_FUTURE", f"signed_on {sent.signed_on} lies in the future.")
    if sent.type not in known.attestation_types:
        named = ", ".join(sorted(known.attestation_types)) or "none"
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
