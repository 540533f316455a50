"""What has become of an application: worked out anew from its acts, which are added and never changed.

    (none)     nobody has decided: what the rules say today
    granted    a certificate is in force; expired when its last day is over
    refused    a later application may follow
    suspended  until it is reinstated or withdrawn
    withdrawn  for good

A decision that an appeal has overturned counts as if it had not been made; it stays in the history.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from app.competency.certification import Outcome
from app.competency.evidence import DECISIONS, GRANT, REFUSE, REINSTATE, RENEW, SUSPEND, WITHDRAW, Decision
from app.competency.framework import Framework
from app.store import certification as store
from app.store.session import TenantSession
from app.store.tables import CertificationAct

APPLY, APPEAL, UPHOLD, OVERTURN = "apply", "appeal", "uphold", "overturn"
APPEALABLE = (REFUSE, SUSPEND, WITHDRAW)
_STATES = {
    GRANT: Outcome.GRANTED,
    RENEW: Outcome.GRANTED,
    REINSTATE: Outcome.GRANTED,
    REFUSE: Outcome.REFUSED,
    SUSPEND: Outcome.SUSPENDED,
    WITHDRAW: Outcome.WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class History:
    """The acts about one application, in order."""

    acts: tuple[CertificationAct, ...]

    @classmethod
    def of(cls, session: TenantSession, application_id: str) -> "History":
        """The history of an application, as it is stored."""
        return cls(tuple(store.acts(session, application_id)))

    @property
    def decisions(self) -> tuple[CertificationAct, ...]:
        """Decisions that count: those that no appeal has overturned."""
        appealed = {act.id: act.about for act in self.acts if act.kind == APPEAL}
        overturned = {appealed.get(act.about or "") for act in self.acts if act.kind == OVERTURN}
        return tuple(act for act in self.acts if act.kind in DECISIONS and act.id not in overturned)

    @property
    def decided(self) -> Outcome | None:
        """What was decided last, None when nothing was."""
        return _STATES[self.decisions[-1].kind] if self.decisions else None

    def state(self, today: date) -> Outcome | None:
        """What was decided, or `expired` when the certificate's last day is over."""
        until = self.valid_until
        if self.decided is Outcome.GRANTED and until is not None and until < today:
            return Outcome.EXPIRED
        return self.decided

    @property
    def given(self) -> CertificationAct | None:
        """The grant or renewal on which the certificate rests."""
        return next((act for act in reversed(self.decisions) if act.kind in (GRANT, RENEW)), None)

    @property
    def valid_until(self) -> date | None:
        """The certificate's last day, None without end or without a certificate."""
        return self.given.valid_until if self.given else None

    @property
    def open_appeal(self) -> CertificationAct | None:
        """The appeal on which nobody has decided yet."""
        answered = {act.about for act in self.acts if act.kind in (UPHOLD, OVERTURN)}
        return next((act for act in self.acts if act.kind == APPEAL and act.id not in answered), None)

    def act(self, act_id: str) -> CertificationAct | None:
        """The act of that id."""
        return next((act for act in self.acts if act.id == act_id), None)


def decisions_of(
    session: TenantSession, framework: Framework, learner_ids: Sequence[str]
) -> Iterator[tuple[str, Decision]]:
    """(learner, decision) that counts for the rules, of the open applications under a framework."""
    by_application: dict[str, list[CertificationAct]] = {}
    about: dict[str, tuple[str, str]] = {}
    for application, act in store.acts_of_learners(session, framework.id, learner_ids):
        by_application.setdefault(application.id, []).append(act)
        about[application.id] = application.learner_id, application.achievement_code
    for application_id, acts in by_application.items():
        learner_id, code = about[application_id]
        for act in History(tuple(acts)).decisions:
            yield learner_id, as_decision(act, code)


def as_decision(act: CertificationAct, code: str) -> Decision:
    """A recorded decision as the rules see it: it was checked when it was made."""
    return Decision(
        award=code,
        officer=act.person,
        decided_on=act.at.date(),
        decision=act.kind,
        number=act.number,
        checked=True,
        valid_until=act.valid_until,
    )
