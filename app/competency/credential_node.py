"""Whether the learner holds the credential of an award, and enough credits.

A credential of another issuer stands for an award where an equivalence in force says so. A credential that was revoked
or is suspended never counts; one that has expired counts for credits when the policy says so, for credits stand for
work done (policy.credits).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from app.competency.evidence import REVOKED, SUSPENDED, VALID, HeldCredential
from app.competency.exact import fraction, number_text
from app.competency.framework import Framework
from app.competency.nodes import Context, Node, Status, Step, Verdict

_HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Standing:
    """A credential that stands for an award. `credits`: its own, None for the award's. `since`: when it began to."""

    credential: HeldCredential
    since: date
    is_equivalent: bool = False
    credits: Fraction | None = None


def standings(context: Context, award: str, *, or_equivalent: bool) -> Iterator[Standing]:
    """Yield the credentials that stand for an award, own ones first; what they are worth today is for the caller."""
    for credential in context.evidence.credentials:
        if credential.achievement == award:
            yield Standing(credential, credential.issued_on)
    for agreement in context.framework.rules.equivalences if or_equivalent else ():
        if agreement.counts_as == award and agreement.is_in_force(context.as_of):
            for credential in context.evidence.credentials:
                if agreement.covers(credential):
                    since = max(credential.issued_on, agreement.agreed_on)
                    yield Standing(credential, since, is_equivalent=True, credits=agreement.credits)


def credential_node(node: dict[str, Any], context: Context) -> Node:
    """Judge a node of the kind `credential`: the best of the learner's credentials for it decides."""
    rule = node["credential"]
    found = standings(context, rule["ref"], or_equivalent=rule.get("or_equivalent", False))
    verdicts = [_judge(standing, context.as_of, must_be_valid=rule.get("valid", False)) for standing in found]
    nothing = Verdict(Status.NOT_MET, "CREDENTIAL_MISSING", next_step=Step("EARN_CREDENTIAL", {"award": rule["ref"]}))
    best = min(verdicts, key=lambda verdict: _ORDER.index(verdict.reason), default=nothing)
    return best.node(node, "credential", rule["ref"])


_ORDER = (
    "MET", "MET_BY_EQUIVALENCE", "CREDENTIAL_NOT_YET_ISSUED", "CREDENTIAL_EXPIRED", "CREDENTIAL_SUSPENDED",
    "CREDENTIAL_REVOKED",
)  # fmt: skip


def _judge(standing: Standing, as_of: date, *, must_be_valid: bool) -> Verdict:
    credential = standing.credential
    evidence = (f"credential:{credential.id}",)
    if credential.status == REVOKED:
        return Verdict(Status.NOT_MET, "CREDENTIAL_REVOKED", evidence=evidence)
    if credential.issued_on > as_of:
        numbers = {"issued_on": credential.issued_on.isoformat()}
        return Verdict(Status.PENDING, "CREDENTIAL_NOT_YET_ISSUED", numbers, evidence)
    if credential.status == SUSPENDED:
        return Verdict(Status.NOT_MET, "CREDENTIAL_SUSPENDED", evidence=evidence)
    if must_be_valid and credential.expires_on is not None and credential.expired(as_of):
        numbers = {"valid_through": credential.expires_on.isoformat()}
        return Verdict(Status.EXPIRED, "CREDENTIAL_EXPIRED", numbers, evidence)
    reason = "MET_BY_EQUIVALENCE" if standing.is_equivalent else "MET"
    return Verdict(Status.MET, reason, evidence=evidence, met_on=standing.since)


def credits_node(node: dict[str, Any], context: Context) -> Node:
    """Judge a node of the kind `credits`: each award counts once, as the framework or the agreement says."""
    rule = node["credits"]
    need, share = fraction(rule["min"]), fraction(rule.get("max_rpl_share", "1"))
    since = context.last_decision if "since" in rule else None
    counted: list[tuple[date, Fraction, Standing]] = []
    for award in rule.get("from", context.framework.awards):
        worth = [_worth(standing, award, rule["system"], context, since) for standing in _all(context, award)]
        best = max((item for item in worth if item[1]), key=lambda item: (item[1], -item[0].toordinal()), default=None)
        if best is not None:
            counted.append(best)
    learned = sum((worth for _, worth, standing in counted if not standing.credential.by_rpl), Fraction(0))
    by_rpl = sum((worth for _, worth, _ in counted), Fraction(0)) - learned
    have = learned + min(by_rpl, share * need)
    numbers = {"have": number_text(have), "need": number_text(need), "system": rule["system"]}
    evidence = tuple(f"credential:{standing.credential.id}" for _, _, standing in counted)
    if have < need:
        step = Step("EARN_CREDITS", {"credits": number_text(need - have)})
        return Verdict(Status.NOT_MET, "CREDITS_SHORT", numbers, evidence, step).node(node, "credits")
    return Verdict(Status.MET, "MET", numbers, evidence, met_on=_enough_on(counted, need)).node(node, "credits")


def _all(context: Context, award: str) -> Iterator[Standing]:
    return standings(context, award, or_equivalent=True)


def _worth(
    standing: Standing, award: str, system: str, context: Context, since: date | None
) -> tuple[date, Fraction, Standing]:
    """Return (from when, how many credits, of what); none for a credential that does not count."""
    credential, policy = standing.credential, context.framework.policy.get("credits", {})
    counts = (
        credential.issued_on <= context.as_of
        and (since is None or credential.issued_on > since)
        and (credential.status == VALID or (credential.status == REVOKED and policy.get("count_revoked_credentials")))
        and (not credential.expired(context.as_of) or policy.get("count_expired_credentials", False))
    )
    own = credits_of(context.framework, award, system)
    worth = own if standing.credits is None or system == _HOURS else standing.credits
    return standing.since, worth if counts else Fraction(0), standing


def credits_of(framework: Framework, award_id: str, system: str) -> Fraction:
    """Return what an award is worth in a system: the credits of its annex, in the system of its course, else ECTS."""
    award = framework.awards[award_id]
    annex, course = award.get("annex", {}), framework.courses.get(award.get("course", ""), {})
    if system == _HOURS:
        return fraction(annex.get("workload_hours", 0))
    own_system = course.get("credits", {}).get("system", "ECTS")
    return fraction(annex.get("credits", 0)) if own_system == system else Fraction(0)


def _enough_on(counted: list[tuple[date, Fraction, Standing]], need: Fraction) -> date | None:
    """Return the day on which the credits were enough."""
    total = Fraction(0)
    for day, worth, _ in sorted(counted, key=lambda item: item[0]):
        total += worth
        if total >= need:
            return day
    return max((day for day, _, _ in counted), default=None)
