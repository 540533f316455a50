"""What is known of one learner besides results: credentials held, practice, attestations, prior learning, decisions.

These are plain values; where they come from (database, files, a foreign badge that was verified) is for the caller. The
rules that judge them are in credential_node.py, experience_node.py, attestation_node.py, attainment.py and
certification.py.
"""

from dataclasses import dataclass
from datetime import date

from app.competency.result_record import ResultRecord

VALID, SUSPENDED, REVOKED = CREDENTIAL_STATUSES = ("valid", "suspended", "revoked")
ACCEPTED, REJECTED = RPL_DECISIONS = ("accepted", "rejected")
GRANT, REFUSE, SUSPEND, REINSTATE, WITHDRAW, RENEW = DECISIONS = (
    "grant", "refuse", "suspend", "reinstate", "withdraw", "renew",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HeldCredential:
    """A credential of the learner. `achievement`: id of an award of the framework, or the URI of a foreign achievement.

    `expires_on`: the last day on which it is valid, None without end. `by_rpl`: it was earned by recognition of prior
    learning.
    """

    id: str
    issuer: str
    achievement: str
    issued_on: date
    expires_on: date | None = None
    status: str = VALID
    by_rpl: bool = False

    def expired(self, as_of: date) -> bool:
        """Return whether its last day is over."""
        return self.expires_on is not None and self.expires_on < as_of


@dataclass(frozen=True, slots=True)
class Experience:
    """Practice from one day to another, both included; `until` None while it goes on."""

    since: date
    until: date | None
    verified: bool
    role: str = ""


@dataclass(frozen=True, slots=True)
class Attestation:
    """A statement of a type that the framework's rules name, signed by one person."""

    type: str
    signed_by: str
    signed_on: date


@dataclass(frozen=True, slots=True)
class RplDecision:
    """One assessor's decision on one claim of prior learning; a claim has as many as assessors looked at it.

    `level`: id of the level claimed. `evidenced_on`: the day that the evidence is of, from which its age counts.
    `decision`: accepted or rejected; None while the assessor has not decided.
    """

    claim: str
    competency: str
    level: str
    evidenced_on: date
    assessor: str
    decision: str | None
    decided_on: date | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a named officer decided about a certificate of the learner: one of DECISIONS.

    `number`: the order of decisions of one day. `checked`: conflicts of interest and evidence were checked when it was
    made, so that it stands whatever becomes known later; then `valid_until` is the last day that it gave.
    """

    award: str
    officer: str
    decided_on: date
    decision: str
    number: int = 0
    checked: bool = False
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known of one learner (`learner`: the client's id of the person)."""

    results: tuple[ResultRecord, ...] = ()
    credentials: tuple[HeldCredential, ...] = ()
    experience: tuple[Experience, ...] = ()
    attestations: tuple[Attestation, ...] = ()
    prior_learning: tuple[RplDecision, ...] = ()
    decisions: tuple[Decision, ...] = ()
    learner: str = ""

    @property
    def person(self) -> str:
        """Return the learner's id: as told, else that of the results."""
        return self.learner or next((record.learner for record in self.results), "")
