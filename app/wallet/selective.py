"""Showing a part of a badge: the learner chooses, and gets a credential of its own that verifies anywhere.

The base rendition (ecdsa-sd-2023) is sealed when she first chooses; it never leaves the house but in her own export.
"""

import json
from typing import Any

from app.errors import BadInput
from app.issuer.credential.forms import SELECTIVE
from app.issuer.credential.issue import rendition_of
from app.ports import Services
from app.store import audit
from app.texts import N_
from app.vc import ecdsa_sd, showing
from app.vc.outcome import Unsound
from app.vc.showing import Part
from app.wallet.backpack import Badge, acting_for


def choices(services: Services, badge: Badge) -> tuple[Part, ...]:
    """The parts of a badge that she can show or withhold. Raises Conflict for one that is not in force."""
    return showing.parts(_base(services, badge))


def chosen(services: Services, badge: Badge, part_ids: list[str]) -> bytes:
    """The credential that shows these parts and what must be shown, as JSON. Raises BadInput for unknown parts."""
    base = _base(services, badge)
    parts = {part.id: part for part in showing.parts(base)}
    if not parts.keys() >= set(part_ids):
        raise BadInput(N_("The badge has no such part."), remedy=N_("Open the page again and repeat what you did."))
    pointers = [pointer for part_id in part_ids for pointer in parts[part_id].pointers]
    (proof,) = base["proof"]
    try:
        shown = ecdsa_sd.derive(base, proof, pointers)
    except Unsound as problem:
        raise BadInput(f"Nothing can be derived: {problem.finding.message}") from None
    with services.database.writing(badge.owner.tenant_id) as session:
        audit.record(
            session,
            at=services.clock(),
            actor=badge.owner.actor,
            action="part shown",
            subject=badge.id,
            parts=sorted(part_ids),
        )
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode()


def _base(services: Services, badge: Badge) -> dict[str, Any]:
    sealed = rendition_of(services, acting_for(badge.owner), badge.id, SELECTIVE)
    document: dict[str, Any] = json.loads(sealed.rendition.content or b"{}")
    return document
