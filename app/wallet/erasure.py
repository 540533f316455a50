"""Erasing a learner (GDPR, article 17): at once, for good, and without breaking what others rely on.

Gone: her name, e-mail address, DID, code and language; results, practice, statements, claims, recognised credentials;
the evaluations and evidence frozen with her awards; the sealed credentials themselves, which hold her hashed address;
offers, mails, links, tokens, sessions, badges from elsewhere, pages for others. What stays has no person: that
something was awarded, when and by which rule, its status index (so that a badge she keeps can still be checked), of a
certificate the licence number and who decided when (ISO/IEC 17024, 7.1 and 7.2), what the decision rested on for as
long as its scheme says (retention.py), and the audit log, which names her random id.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from app.competency.certification import Outcome
from app.competency.evidence import WITHDRAW
from app.errors import Conflict
from app.issuer.assessment import learners
from app.issuer.certification import record
from app.issuer.certification.history import History
from app.issuer.credential.seal import supersede
from app.mailbox import folded
from app.ports import Principal, Services
from app.store import assessment, audit
from app.store import certification as certifications
from app.store import erasure as store
from app.store.erasure import Rows
from app.store.session import TenantSession
from app.store.source import aliases_of
from app.store.tables import Award, Learner
from app.wallet import retention
from app.wallet.sessions import SignedIn, own_learners

LOOK_AGAIN_FOR = timedelta(hours=1)  # longer than any request takes
KEPT_OF_AN_EVALUATION = ("status", "as_of", "framework", "framework_version", "framework_hash", "basis", "parts")


@dataclass(frozen=True, slots=True)
class Erased:
    """What was done. `removed`: rows by table; `awards`: how many stay as numbers, with licence numbers of some.

    `records`: until when a scheme keeps what its decisions rested on, by licence number or id of the application.
    """

    learner_id: str
    revoked: bool
    removed: dict[str, int]
    awards: int
    licence_numbers: tuple[str, ...]
    records: dict[str, date]

    def to_json(self) -> dict[str, Any]:
        """For the API and the command line."""
        return {
            "erased": self.learner_id,
            "credentials": "revoked" if self.revoked else "left valid",
            "removed": self.removed,
            "kept": {
                "awards_without_a_person": self.awards,
                "licence_numbers": list(self.licence_numbers),
                "records_until": {number: day.isoformat() for number, day in self.records.items()},
            },
        }


def erase(services: Services, principal: Principal, code: str, *, revoke: bool) -> Erased:
    """A provider erases a learner, by its own code. Raises NotFound."""
    learner_id = learners.get(services, principal, code).id
    return services.database.settle(lambda: _erase(services, principal, learner_id, revoke=revoke))


def erase_herself(services: Services, who: SignedIn, *, revoke: bool) -> list[Erased]:
    """A learner erases herself at every tenant. A crash in between leaves her signed in, so that she can go on."""
    done = []
    for owner in who.learners:
        principal = Principal(owner.tenant_id, owner.tenant_slug, owner.actor, frozenset())
        done.append(services.database.settle(partial(_erase, services, principal, owner.id, revoke=revoke)))
    return done


def _erase(services: Services, principal: Principal, learner_id: str, *, revoke: bool) -> Erased:
    is_last = _is_last(services, learner_id)
    with services.database.writing(principal.tenant_id) as session:
        learner = assessment.learner_by_id(session, learner_id)
        if learner.erased_at is not None:
            raise Conflict("This learner is erased already.")
        rows = store.rows_of(session, learner_id)
        if revoke:
            _give_back(services, session, principal, rows)
        words = [learner.code, learner.name, learner.email, *([learner.did] if learner.did else [])]
        words += [*(alias.reference for alias in aliases_of(session, learner_id)), *rows.get("award", ())]
        removed = {name: len(keys) for name, keys in rows.items() if name not in (store.LEARNER, *store.EMPTIED)}
        removed["mentions"] = store.forget_mentions(session, words)
        store.delete_rows(session, rows)
        email = folded(learner.email)
        if is_last:
            own = store.rows_of_address(session, email)
            removed |= {name: len(keys) for name, keys in own.items()}
            store.delete_rows(session, own)
        awards, applications = store.awards(session, rows), store.applications(session, rows)
        records = retention.retain(services, session, applications, awards)
        _empty(services, session, learner, rows)
        numbers = tuple(sorted({award.licence_number for award in awards if award.licence_number}))
        done = Erased(learner_id, revoke, removed, len(awards), numbers, records)
        audit.record(
            session,
            at=services.clock(),
            actor=principal.key_id,
            action="learner erased",
            subject=learner_id,
            removed=removed,
            credentials="revoked" if revoke else "left valid",
        )
    _forget_address(services, email)
    services.mailer.forget(rows.get("mail", ()))
    return done


def look_again(services: Services) -> int:
    """Erase what came in while somebody was erased, from requests that had begun before; returns for how many."""
    with services.database.everywhere(why="the sweep serves all tenants") as session:
        erased = store.erased_since(session, services.clock() - LOOK_AGAIN_FOR)
    return sum(_again(services, learner.tenant_id, learner.id) for learner in erased)


def _again(services: Services, tenant_id: str, learner_id: str) -> bool:
    principal = Principal(tenant_id, "", "erasure", frozenset())
    with services.database.writing(tenant_id) as session:
        rows = store.rows_of(session, learner_id)
        if store.is_empty(session, rows):
            return False
        for award in store.awards(session, rows):
            if award.salt:  # it was decided after she was gone, so nobody chose to keep it
                _revoke(services, session, principal, award)
        learner = assessment.learner_by_id(session, learner_id)
        store.delete_rows(session, rows)
        _empty(services, session, learner, rows)
        audit.record(
            session, at=services.clock(), actor=principal.key_id, action="learner erased again", subject=learner_id
        )
    services.mailer.forget(rows.get("mail", ()))
    return True


def _is_last(services: Services, learner_id: str) -> bool:
    """Whether nobody else has her address, at any tenant: then what belongs to the address goes too."""
    with services.database.everywhere(why="an address is of no tenant") as session:
        email = folded(assessment.learner_by_id(session, learner_id).email)
        return all(each.id == learner_id for each in own_learners(session, email))


def _forget_address(services: Services, email: str) -> None:
    """Two tenants that erase her at the same moment each saw her at the other one: who is later finds nobody there."""
    with services.database.everywhere(why="an address is of no tenant", writes=True) as session:
        if not own_learners(session, email):
            store.delete_rows(session, store.rows_of_address(session, email))


def _give_back(services: Services, session: TenantSession, principal: Principal, rows: Rows) -> None:
    """Revoke everything, certificates too: it is she who gives them up, so no officer is asked."""
    for award in store.awards(session, rows):
        if award.revoked_at is None:
            _revoke(services, session, principal, award)
    for application in store.applications(session, rows):
        if History.of(session, application.id).decided in (Outcome.GRANTED, Outcome.SUSPENDED):
            act = record.Act(kind=WITHDRAW, person=principal.key_id)
            record.add(services, session, principal, application, act)


def _revoke(services: Services, session: TenantSession, principal: Principal, award: Award) -> None:
    now = services.clock()
    award.revoked_at = award.revoked_at or now
    supersede(session, award, "revoked")
    audit.record(session, at=now, actor=principal.key_id, action="revoked", subject=award.id)


def forget_records(services: Services) -> int:
    """For the sweep: empty records that a scheme kept of erased learners and whose time is over; returns how many."""
    with services.database.everywhere(why="the sweep serves all tenants") as session:
        over = store.retained_before(session, services.clock().date())
    for application in over:
        with services.database.writing(application.tenant_id) as session:
            row = certifications.application(session, application.id)
            if row is None or row.retained_until is None:  # another process was quicker
                continue
            row.retained_until = None
            learner = assessment.learner_by_id(session, row.learner_id)
            _empty(services, session, learner, store.rows_of(session, learner.id))
            action = "records of an erased learner deleted"
            audit.record(session, at=services.clock(), actor="erasure", action=action, subject=row.id)
    return len(over)


def _empty(services: Services, session: TenantSession, learner: Learner, rows: Rows) -> None:
    """Leave a number of what stays, and the records of applications that are to be retained."""
    session.flush()
    store.empty(session, learner, rows)
    now, applications = services.clock(), store.applications(session, rows)
    retained = {each.id for each in applications if each.retained_until is not None}
    for award in store.awards(session, rows):
        if award.application_id not in retained:
            kept = {name: award.evaluation[name] for name in KEPT_OF_AN_EVALUATION if name in award.evaluation}
            award.evaluation = kept | {"levels": {}, "tree": {}}
    for application in applications:
        application.closed_at = application.closed_at or now
    learner.code, learner.name, learner.email = f"{store.ERASED}-{learner.id}", "", ""
    learner.did, learner.language, learner.to_recheck = None, None, False
    learner.erased_at = learner.erased_at or now
    learner.updated_at = now
