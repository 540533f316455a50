"""Sign-off: somebody who may puts his name under results that need it. Each becomes a correction with its history.

Who signs, signs what he has seen: a result is named by its id, which a correction changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.competency import results as pure
from app.competency.framework import Framework
from app.competency.rules import Assessment
from app.errors import BadInput
from app.issuer import names
from app.issuer.assessment import learners
from app.issuer.assessment.results import as_record, to_json
from app.issuer.catalogue import find
from app.issuer.evidence.record import Known, known_of
from app.issuer.evidence.rows import Refusal
from app.ports import Principal, Services
from app.store import assessment, audit
from app.store import evidence as store
from app.store.session import TenantSession
from app.store.tables import Learner, Result

MAX_SIGNED = 500  # results signed at once: one transaction
KEPT = (
    "source_system", "source_record_id", "learner_id", "assessment", "section", "attempt", "score", "max",
    "performed_on", "status", "assessor",
)  # fmt: skip


def needing(services: Services, session: TenantSession) -> dict[str, tuple[Framework, Assessment]]:
    """The assessments whose results need a signature, by code."""
    return {
        code: (framework, one)
        for framework in find.newest_frameworks(services, session)
        for code, one in framework.rules.assessments.items()
        if one.needs_sign_off
    }


def waiting(
    services: Services,
    principal: Principal,
    *,
    learner: str | None = None,
    assessor: str | None = None,
    after: str = "",
    limit: int = 100,
) -> list[dict[str, Any]]:
    """Final results that need a signature and have none, in the order of their ids. Raises NotFound."""
    with services.database.reading(principal.tenant_id) as session:
        learner_id = learners.find(session, learner).id if learner else None
        asked = needing(services, session)
        rows = store.unsigned_results(
            session, asked, learner_id=learner_id, assessor=assessor, after=after, limit=limit
        )
        people = assessment.learners_by_id(session, (row.learner_id for row in rows))
    return [{"id": row.id} | to_json(as_record(row, people[row.learner_id].code)) for row in rows]


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs, and on which day."""

    by: str
    on: date


def sign(
    services: Services, principal: Principal, ids: Sequence[str], *, by: str, on: date | None = None
) -> list[dict[str, Any]]:
    """Sign results, one or many; a row for each: {"result", "outcome", "id"?, "reason"?, "message"?}.

    `outcome`: signed, same (he had signed it) or refused. Raises BadInput for the request as a whole.
    """
    signer = names.text(by, "/signed_by", most=200)
    if not 1 <= len(ids) <= MAX_SIGNED:
        raise BadInput(f"1 to {MAX_SIGNED} results are signed at once.", pointer="/results")
    with services.database.writing(principal.tenant_id) as session:
        known = known_of(services, session, principal)
        signature = Signature(signer, on or known.now.date())
        if signature.on > known.today:
            raise BadInput(f"signed_on {signature.on} lies in the future.", pointer="/signed_on")
        asked = needing(services, session)
        found = store.results_by_id(session, [one for one in ids if names.UUID.fullmatch(one)])
        people = assessment.learners_by_id(session, (row.learner_id for row in found.values()))
        answers = [{"result": one[:100]} | _one(known, found.get(one), people, asked, signature) for one in ids]
        signed = [answer["id"] for answer in answers if answer["outcome"] == "signed"]
        if signed:
            audit.record(
                session, at=known.now, actor=principal.key_id, action="results signed off", subject=signed[0],
                by=signer, results=signed,
            )  # fmt: skip
    return answers


def _one(
    known: Known,
    row: Result | None,
    people: dict[str, Learner],
    asked: dict[str, tuple[Framework, Assessment]],
    signature: Signature,
) -> dict[str, Any]:
    if row is None:
        return _refused(Refusal("UNKNOWN_RESULT", "There is no such result."))
    if row.replaced_at is not None:
        now = assessment.current_results(known.session, [(row.source_system, row.source_record_id)])
        return _of_changed(row, list(now.values()), signature)
    if row.signed_off_by == signature.by:
        return {"outcome": "same", "id": row.id}
    refusal = _refusal(row, people[row.learner_id].code, asked, signature)
    if refusal is not None:
        return _refused(refusal)
    return {"outcome": "signed", "id": _correct(known, row, signature).id}


def _of_changed(row: Result, now: list[Result], signature: Signature) -> dict[str, Any]:
    """The answer for a result that was corrected since: the same when the correction is his signature."""
    for current in now:
        signed = current.signed_here and current.signed_off_by == signature.by
        if signed and all(getattr(current, name) == getattr(row, name) for name in KEPT):
            return {"outcome": "same", "id": current.id}
    return _refused(Refusal("RESULT_CHANGED", "This result was corrected since; look at it again, then sign."))


def _refused(refusal: Refusal) -> dict[str, Any]:
    return {"outcome": "refused", "reason": refusal.reason, "message": refusal.message}


def _refusal(
    row: Result, learner: str, asked: dict[str, tuple[Framework, Assessment]], signature: Signature
) -> Refusal | None:
    if row.signed_off_by is not None:
        return Refusal("SIGNED_ALREADY", f"{row.signed_off_by} has signed this result already.")
    if row.assessment not in asked:
        return Refusal("NEEDS_NO_SIGN_OFF", f"Results of {row.assessment} need no signature.")
    if row.status != "final" or row.score is None:
        return Refusal("NOT_FINAL", "Only a final result with a score is signed.")
    record = replace(as_record(row, learner), signed_off_by=signature.by, signed_off_on=signature.on)
    found = pure.check_against(asked[row.assessment][0], record)
    return None if found is None else Refusal(found.reason_code, found.message)


def _correct(known: Known, row: Result, signature: Signature) -> Result:
    """The result with the signature; the row without it is kept."""
    row.replaced_at = known.now
    known.session.flush()  # the old row must give up its place before the new one takes it
    signed = Result(
        id=known.new_id(),
        **{name: getattr(row, name) for name in (*KEPT, "stated_at", "import_id")},
        signed_off_by=signature.by,
        signed_off_on=signature.on,
        signed_here=True,
        created_at=known.now,
    )
    known.session.add(signed)
    known.session.flush()
    return signed
