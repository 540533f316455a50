"""What the API shows of an award in short: one place, so that lists, envelopes and pages say the same."""

from datetime import datetime
from typing import Any

from app.settings import Settings
from app.store.tables import Award


def status_of(award: Award, now: datetime) -> str:
    """`revoked`, `suspended`, `expired` or `valid`, today."""
    if award.revoked_at is not None:
        return "revoked"
    if award.suspended_at is not None:
        return "suspended"
    return "expired" if award.valid_until is not None and award.valid_until < now.date() else "valid"


def summary(settings: Settings, award: Award, now: datetime) -> dict[str, Any]:
    """An award without learner and credential."""
    return {
        "id": award.id,
        "url": f"{settings.public_url}/credentials/{award.id}",
        "achievement": award.achievement_code,
        "rule_version": award.rule_version,
        "rule_hash": award.rule_hash,
        "awarded_at": award.awarded_at.isoformat(),
        "valid_until": award.valid_until.isoformat() if award.valid_until else None,
        "status": status_of(award, now),
    }
