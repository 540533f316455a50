"""Whether a list of competencies, or a role's profile, is shown: all mandatory ones and a number of electives.

Prior learning may stand for a share of the competencies that count, the mandatory ones and as many electives as are
needed (rpl_max_share, else the policy's). A competency that other evidence shows too does not use up the share, and
electives shown otherwise are taken first. Beyond the share the node is blocked: a person must look.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from app.competency.attainment import WITHOUT_RPL
from app.competency.competency_node import competency_node, is_shown
from app.competency.exact import fraction
from app.competency.nodes import Context, Node, Status, Verdict, at_least, worst
from app.competency.period import Period
from app.competency.rules import period


@dataclass(frozen=True, slots=True)
class Member:
    """The answer for one competency. `needs_rpl`: without prior learning it would not be met."""

    node: Node
    needs_rpl: bool


def competencies_node(node: dict[str, Any], context: Context) -> Node:
    """Judge a node of the kind `competencies`."""
    rule = node["competencies"]
    role = context.framework.roles[rule["profile"]]["profile"] if "profile" in rule else {"mandatory": rule["list"]}
    needed = rule.get("elective_at_least", role.get("elective_at_least", 0))
    max_age = period(rule.get("max_age"))
    mandatory = [_member(node["id"], item, context, max_age) for item in role["mandatory"]]
    electives = [_member(node["id"], item, context, max_age) for item in role.get("elective", ())]
    verdict = _verdict(mandatory, electives, needed)
    if verdict.status is Status.MET:
        counted = [*mandatory, *_chosen(electives, needed)]
        verdict = _over_share(counted, _max_share(rule, context)) or verdict
    return Node(
        id=node["id"],
        kind="competencies",
        label=node["label"],
        status=verdict.status,
        reason=verdict.reason,
        numbers=verdict.numbers,
        met_on=verdict.met_on,
        children=tuple(member.node for member in (*mandatory, *electives)),
    )


def _member(parent: str, item: dict[str, str], context: Context, max_age: Period | None) -> Member:
    competency, level = item["competency"], item["min_level"]
    judged = competency_node(context, f"{parent}/{competency}", competency, level, max_age)
    met = judged.status is Status.MET
    claimed = met and any(claim.competency == competency for claim in context.attainment.claims)
    return Member(judged, claimed and not is_shown(context, competency, level, max_age, WITHOUT_RPL))


def _verdict(mandatory: list[Member], electives: list[Member], needed: int) -> Verdict:
    status = worst([member.node.status for member in mandatory])
    reason = {Status.MET: "MET", Status.PENDING: "COMPETENCIES_PENDING"}.get(status, "COMPETENCIES_OPEN")
    chosen = at_least(needed, [member.node.status for member in electives])
    if status is Status.MET and chosen is not Status.MET:
        return Verdict(chosen, "ELECTIVES_SHORT", _count(electives, needed))
    days = [member.node.met_on for member in mandatory if member.node.met_on is not None]
    elective_days = sorted(member.node.met_on for member in electives if member.node.met_on is not None)
    met_on = max([*days, *elective_days[:needed]]) if status is Status.MET else None
    return Verdict(status, reason, _count(mandatory, len(mandatory)), met_on=met_on)


def _count(members: list[Member], need: int) -> dict[str, str]:
    met = sum(member.node.status is Status.MET for member in members)
    return {"have": str(met), "need": str(need), "of": str(len(members))}


def _chosen(electives: list[Member], needed: int) -> list[Member]:
    """Return the electives that count: those shown without prior learning first."""
    met = [member for member in electives if member.node.status is Status.MET]
    return sorted(met, key=lambda member: member.needs_rpl)[:needed]


def _max_share(rule: dict[str, Any], context: Context) -> Fraction:
    if "rpl_max_share" in rule:
        return fraction(rule["rpl_max_share"])
    share = context.framework.rules.rpl.max_share
    return Fraction(1) if share is None else share


def _over_share(counted: list[Member], max_share: Fraction) -> Verdict | None:
    """Return the verdict when more is shown by prior learning than the share allows."""
    by_rpl = sum(member.needs_rpl for member in counted)
    most = int(max_share * len(counted))
    if by_rpl <= most:
        return None
    numbers = {"have": str(by_rpl), "most": str(most), "of": str(len(counted))}
    return Verdict(Status.BLOCKED, "RPL_SHARE_EXCEEDED", numbers)
