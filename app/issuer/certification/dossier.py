"""The file of one award, for an auditor: by which rules, on what evidence, by whom and when; and the replay of it.

Nothing is worked out anew but the replay: what was frozen with the award is told as it is.
"""

import json
from datetime import date
from typing import Any

from app.competency import evidence_json, hashes
from app.competency.certification import acts
from app.competency.evaluate import Evaluation, Evaluator
from app.competency.evidence import Evidence
from app.errors import Conflict, NotFound
from app.issuer import names
from app.issuer.award.shown import summary
from app.issuer.catalogue import find
from app.issuer.certification import consequences, record, shown
from app.issuer.certification.assess import RENEWAL
from app.issuer.credential.forms import JWT
from app.ports import Services
from app.store import assessment, audit
from app.store import certification as store
from app.store import credential as credentials
from app.store.session import TenantSession
from app.store.tables import Award


def find_award(session: TenantSession, award_id: str) -> Award:
    """The award of that id with its frozen evidence; raises NotFound."""
    award = store.award_with_evidence(session, names.known_uuid(award_id, "award"))
    if award is None:
        raise NotFound(f"There is no award {award_id}.")
    return award


def in_short(services: Services, award: Award, learner: str) -> dict[str, Any]:
    """An award in a list. `learner`: the client's id of the person."""
    return summary(services.settings, award, services.clock()) | {
        "learner": learner,
        "licence_number": award.licence_number,
        "application": award.application_id,
    }


def whole(services: Services, session: TenantSession, award: Award) -> dict[str, Any]:
    """Everything known of an award: rule and framework version, evidence, persons and days, decisions, renditions."""
    logged = audit.entries(session, subject=award.id, limit=1000)
    learner = assessment.learner_by_id(session, award.learner_id)
    is_erased = learner.erased_at is not None  # what the digests were made of is gone with her
    found = in_short(services, award, learner.code) | {
        "revocation_reason": award.revocation_reason,
        "evaluation": award.evaluation,
        "evidence": award.evidence,
        "persons": _persons(services, session, award),
        "warnings": consequences.warnings(services, session, award),
        "is_as_awarded": None if is_erased else record.is_as_awarded(logged, award),
        "history": [],
        "history_is_intact": None,
        "renditions": [
            {"form": row.form, "state": row.state, "issuer": row.issuer, "sha256": row.sha256}
            for row in credentials.renditions(session, award.id)
        ],
        "audit": [{"number": entry.number, "at": entry.at.isoformat(), "action": entry.action} for entry in logged],
    }
    if award.application_id is not None:
        history = store.acts(session, award.application_id)
        found["history"] = [shown.act(row) for row in history]
        found["history_is_intact"] = None if is_erased else record.is_intact(session, award.application_id)
    return found


def _persons(services: Services, session: TenantSession, award: Award) -> list[dict[str, str]]:
    """Who judged the learner, as what and on which day."""
    if award.evidence is None:
        return []
    achievement = find.achievement_as_awarded(services, session, award.achievement_id)
    judged = acts(achievement.framework, evidence_json.from_json(award.evidence))
    told = sorted({(day.isoformat(), role, person) for role, person, day in judged})
    return [{"person": person, "role": role, "on": day} for day, role, person in told]


def replay(services: Services, session: TenantSession, award: Award) -> dict[str, Any]:
    """Judge the frozen evidence again by the frozen rules: {"same", "frozen", "replayed"}; raises Conflict without."""
    if award.evidence is None:
        raise Conflict(
            "The evidence of this award was not frozen: it was made before awards kept it.",
            remedy="Its evaluation is kept: GET the award.",
            reason="NO_FROZEN_EVIDENCE",
        )
    evaluation = _again(services, session, award, evidence_json.from_json(award.evidence))
    frozen = {name: award.evaluation[name] for name in ("status", "as_of", "tree")}
    replayed = {
        "status": evaluation.status.value,
        "as_of": evaluation.as_of.isoformat(),
        "tree": evaluation.root.to_json(),
    }
    rules = {"rule_hash": evaluation.rule_hash, "framework_hash": evaluation.framework_hash}
    return {"same": frozen == replayed and evaluation.rule_hash == award.rule_hash, **rules} | {
        "frozen": frozen,
        "replayed": replayed,
    }


def _again(services: Services, session: TenantSession, award: Award, evidence: Evidence) -> Evaluation:
    achievement = find.achievement_as_awarded(services, session, award.achievement_id)
    as_of = date.fromisoformat(award.evaluation["as_of"])
    renewal = award.evaluation.get("basis") == RENEWAL
    return Evaluator(achievement.framework, evidence).evaluate(award.achievement_code, as_of, renewal=renewal)


def export(services: Services, session: TenantSession, award: Award) -> dict[str, Any]:
    """The whole file with the rule itself, the replay and the sealed credentials: it needs nothing of this service."""
    achievement = find.achievement_as_awarded(services, session, award.achievement_id)
    exported = whole(services, session, award) | {
        "rule": hashes.rule_closure(achievement.framework.document, award.achievement_code),
        "credentials": [
            _content(row.content, row.media_type)
            for row in credentials.renditions(session, award.id)
            if row.content is not None
        ],
    }
    return exported if award.evidence is None else exported | {"replay": replay(services, session, award)}


def _content(content: bytes, media_type: str | None) -> Any:
    return content.decode() if media_type == JWT else json.loads(content)
