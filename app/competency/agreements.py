"""What a framework agrees to count besides its own assessments: equivalent credentials and prior learning.

- an *equivalence* lets a credential of another issuer count as one of the framework's awards, or grants competencies,
  while the agreement is in force; it never shows more than the rule of a level allows (policy.level_rules), so a level
  that needs assessed practice still needs it
- *prior learning* (RPL: identification, documentation, assessment, certification; Council Recommendation of 20 December
  2012, 2012/C 398/01) counts when enough different assessors have accepted the claim, and only up to a share
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby
from typing import Any

from app.competency.evidence import ACCEPTED, REJECTED, VALID, Evidence, HeldCredential, RplDecision
from app.competency.exact import fraction

_SIGNATURES = 2  # when the policy does not say: one assessor alone recognises nothing


@dataclass(frozen=True, slots=True)
class Equivalence:
    """`counts_as`: an award's id. `grants`: (competency, rank). `valid_until`: its last day, None without end."""

    id: str
    issuer: str
    achievement: str
    counts_as: str | None
    grants: tuple[tuple[str, int], ...]
    credits: Fraction
    agreed_on: date
    valid_until: date | None

    def is_in_force(self, as_of: date) -> bool:
        """Return whether it is agreed and not over."""
        return self.agreed_on <= as_of and (self.valid_until is None or as_of <= self.valid_until)

    def covers(self, credential: HeldCredential) -> bool:
        """Return whether it is about this issuer's achievement."""
        return (credential.issuer, credential.achievement) == (self.issuer, self.achievement)


@dataclass(frozen=True, slots=True)
class RplPolicy:
    """`signatures`: how many different assessors must accept. `max_share`: of counted competencies, None for any."""

    signatures: int
    max_share: Fraction | None


@dataclass(frozen=True, slots=True)
class Recognised:
    """A competency that an equivalent credential shows at a rank."""

    competency: str
    rank: int
    credential: HeldCredential
    since: date


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim of prior learning as of a date. `signers`: who accepted it, and when. `is_complete`: enough of them did.

    `rank`: of the lowest level that one of its decisions is about.
    """

    id: str
    competency: str
    rank: int
    evidenced_on: date
    signers: tuple[tuple[str, date], ...]
    is_complete: bool


def equivalences(document: dict[str, Any], ranks: dict[str, int]) -> tuple[Equivalence, ...]:
    """Read `equivalences`; an equivalence that counts as an award grants the competencies of that award's rule too."""
    outcomes = {award["id"]: tuple(_outcomes(award["requirements"], ranks)) for award in _awards(document)}
    return tuple(
        Equivalence(
            id=item["id"],
            issuer=item["credential"]["issuer"],
            achievement=item["credential"]["achievement"],
            counts_as=item.get("counts_as"),
            grants=(
                *((grant["competency"], ranks[grant["level"]]) for grant in item.get("grants", ())),
                *outcomes.get(item.get("counts_as"), ()),
            ),
            credits=fraction(item.get("credits", 0)),
            agreed_on=date.fromisoformat(item["agreed_on"]),
            valid_until=date.fromisoformat(item["valid_until"]) if "valid_until" in item else None,
        )
        for item in document.get("equivalences", ())
    )


def rpl_policy(policy: dict[str, Any]) -> RplPolicy:
    """Read `policy.rpl`."""
    rpl = policy.get("rpl", {})
    share = rpl.get("max_share_of_counted_competencies")
    return RplPolicy(rpl.get("signatures", _SIGNATURES), None if share is None else fraction(share))


def recognised(agreed: tuple[Equivalence, ...], evidence: Evidence, as_of: date) -> Iterator[Recognised]:
    """Yield what the learner's foreign credentials show by agreements in force."""
    for credential in evidence.credentials:
        if credential.issued_on > as_of or credential.status != VALID or credential.expired(as_of):
            continue
        for agreement in agreed:
            if agreement.covers(credential) and agreement.is_in_force(as_of):
                since = max(credential.issued_on, agreement.agreed_on)
                for competency, rank in agreement.grants:
                    yield Recognised(competency, rank, credential, since)


def claims(policy: RplPolicy, ranks: dict[str, int], evidence: Evidence, as_of: date) -> Iterator[Claim]:
    """Yield the claims of prior learning that nobody rejected, by id.

    A signature of the learner does not count, nor a second one of the same assessor. A decision after the date is not
    there yet.
    """

    def by_claim(row: RplDecision) -> tuple[str, str]:
        return row.claim, row.competency

    for (claim, competency), rows in groupby(sorted(evidence.prior_learning, key=by_claim), by_claim):
        made = list(rows)
        decided = [row for row in made if row.decided_on is not None and row.decided_on <= as_of]
        evidenced_on = min(row.evidenced_on for row in made)
        if any(row.decision == REJECTED for row in decided) or evidenced_on > as_of:
            continue
        signers: dict[str, date] = {}
        for row in sorted(decided, key=lambda row: (row.decided_on or date.max, row.assessor)):
            if row.decision == ACCEPTED and row.assessor != evidence.person:
                signers.setdefault(row.assessor, row.decided_on or date.max)
        counted = tuple(signers.items())[: policy.signatures]
        rank = min(ranks.get(row.level, 0) for row in made)
        yield Claim(claim, competency, rank, evidenced_on, counted, len(counted) >= policy.signatures)


def _awards(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [*document.get("micro_credentials", ()), *document.get("certifications", ())]


def _outcomes(node: dict[str, Any], ranks: dict[str, int]) -> Iterator[tuple[str, int]]:
    """Yield the competencies that everybody who holds the award has shown: those not behind a choice."""
    for member in node.get("all", ()):
        yield from _outcomes(member, ranks)
    if "competency" in node:
        yield node["competency"]["ref"], ranks[node["competency"]["min_level"]]
    for item in node.get("competencies", {}).get("list", ()):
        yield item["competency"], ranks[item["min_level"]]
