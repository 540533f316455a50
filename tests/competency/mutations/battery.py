"""Many learners with evidence at the edges of the rules, judged by every award: a digest of each one's answers.

    battery.py FRAMEWORK              prints the digests, one a line
    battery.py FRAMEWORK DIGESTS      ends at the first learner whose answers are others: exit code 1

`app` is taken from the path: test_mutations.py changes a copy of the evaluator and looks whether this notices.
"""

import hashlib
import json
import random
import sys
from copy import deepcopy
from datetime import date, timedelta
from fractions import Fraction
from itertools import chain
from pathlib import Path

from app.competency.evaluate import Evaluator
from app.competency.evidence import Attestation, Decision, Evidence, Experience, HeldCredential, RplDecision
from app.competency.explain import explain
from app.competency.framework import Framework, read_yaml
from app.competency.result_record import ResultRecord
from app.competency.trial import case

LEARNERS = 100
AS_OF = date(2026, 9, 1)
PEOPLE = ("p", "as-1", "as-2", "as-3")
OFFICERS = ("off-1", "as-1", "as-2")
GOOD = (Fraction(4, 5), Fraction(1))
STATUSES = ("final",) * 8 + ("provisional", "voided")


def other_rules(document):
    """Return the framework with rules that the reference framework does not have, or where they decide."""
    other = deepcopy(document)
    for assessment in other["assessments"]:
        assessment["needs_sign_off"] = False  # so that level L3 asks for the signature
        if assessment["aggregation"]["method"] == "n_times":
            assessment["aggregation"]["threshold"] = "1/2"
    other["policy"]["level_rules"][1]["all"][0]["distinct_assessors"] = 2
    other["equivalences"][0]["agreed_on"] = "2026-09-02"
    low = [{"competency": name, "min_level": "L1"} for name in ("GOV.1", "GOV.2", "PRJ.1", "PRJ.2", "SEC.2", "DAT.1")]
    other["roles"][0]["profile"] = {"mandatory": low[:1], "elective": low[1:], "elective_at_least": 1}
    next(item for item in other["competencies"] if item["id"] == "INF.1")["evidence_max_age"] = "P6M"
    rules = [
        {"competency": {"ref": "INF.1", "min_level": "L1"}},
        {"competencies": {"profile": "SCPM", "rpl_max_share": "0"}},
        {"competencies": {"list": low[:2], "rpl_max_share": "1/2"}},
        {"credits": {"system": "ECTS", "min": 8, "max_rpl_share": "1/4"}},
        {"credits": {"system": "ECTS", "min": 2, "since": "last_decision"}},
        {"experience": {"months": 3, "since": "last_decision"}},
        {"assessment": {"ref": "C07-L", "section_min": "1/2"}},
    ]
    for award, rule in zip(other["certifications"] + other["micro_credentials"], rules, strict=False):
        award["requirements"] = {"id": "r", "label": {"en": "R"}, **rule}
        award.get("process", {}).get("decision", {})["look_back"] = "P0D"
    return other


def digests(framework):
    """Yield a digest of the answers for each learner."""
    for number in range(LEARNERS):
        evaluator = Evaluator(framework, evidence(framework, random.Random(number)))
        told = []
        for award in framework.awards:
            evaluation = evaluator.evaluate(award, AS_OF)
            told.append([case(evaluator, award, AS_OF), evaluation.to_json(), explain(evaluation, framework)])
        yield hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def evidence(framework, dice):
    """Make one learner's evidence: mostly good, here and there at an edge."""
    return Evidence(
        results=tuple(results(framework, dice)),
        credentials=tuple(credentials(framework, dice)),
        experience=tuple(
            Experience(edge_day(dice, (12, 18, 60)), dice.choice((None, day(dice))), verified=dice.random() < 0.8)
            for _ in range(dice.randint(0, 2))
        ),
        attestations=tuple(
            Attestation(dice.choice(("code-of-conduct", "portfolio-review")), dice.choice(PEOPLE), day(dice))
            for _ in range(dice.randint(0, 5))
        ),
        prior_learning=tuple(claims(framework, dice)),
        decisions=tuple(
            Decision(award, dice.choice(OFFICERS), day(dice, 60), dice.choice(("grant", "renew", "suspend")))
            for award in framework.awards
            if award.startswith("RC") and dice.random() < 0.8
        ),
        learner="p",
    )


def day(dice, most=400):
    """A day in the year before, now and then after the evaluation."""
    return AS_OF - timedelta(days=dice.choice((-1, 0, 1, *range(2, most, 7))))


def edge_day(dice, months):
    """A day that lies a number of months back, or one day beside it."""
    back = dice.choice(months)
    year, month = divmod(AS_OF.year * 12 + AS_OF.month - 1 - back, 12)
    return date(year, month + 1, 1) + timedelta(days=dice.choice((-1, 0, 0, 1)))


def results(framework, dice):
    """Two or three attempts of most sections, with scores at thresholds."""
    generosity = dice.choice((0.2, 0.7, 0.97))
    for assessment in framework.rules.assessments.values():
        if dice.random() > max(generosity, 0.5):
            continue
        for section in assessment.sections.values():
            for attempt in range(1, dice.randint(2, 4 if assessment.attempts.count != "all" else 7)):
                yield result(dice, assessment, section, attempt, generosity)


def result(dice, assessment, section, attempt, generosity):
    """One result: good with a probability, else at an edge."""
    edges = (Fraction(1, 2), Fraction(2, 3), Fraction(1, 3))
    score = section.max * (dice.choice(GOOD) if dice.random() < generosity else dice.choice(edges))
    score = score if score.denominator in (1, 2, 5) else Fraction(int(score))
    if dice.random() < 0.1 and score >= 1:
        score -= Fraction(1, 100)
    performed = day(dice) if dice.random() < 0.8 else edge_day(dice, (6, 24, 36, 60))
    signer = dice.choice((None, "p", "as-1", "as-2")) if dice.random() < 0.3 else "as-1"
    return ResultRecord(
        source_system="lms",
        source_record_id=f"{assessment.id}/{section.id}/{attempt}",
        learner="p",
        assessment=assessment.id,
        section=section.id,
        attempt=attempt,
        score=None if dice.random() < 0.02 else str(float(score)),
        max=str(section.max),
        performed_on=performed,
        status=dice.choice(STATUSES),
        assessor=dice.choice(("as-1", "as-2")),
        signed_off_by=signer,
        signed_off_on=performed + timedelta(days=dice.choice((0, 1, 30))) if signer else None,
    )


def credentials(framework, dice):
    """Own credentials of most awards, and foreign ones that are agreed to be equivalent."""
    for award in framework.awards:
        if award.startswith("MC") and dice.random() < 0.7:
            until = dice.choice((None, None, AS_OF, AS_OF - timedelta(days=1), date(2029, 1, 1)))
            status = dice.choice(("valid",) * 8 + ("suspended", "revoked"))
            issued = dice.choice((day(dice), AS_OF, AS_OF + timedelta(days=1)))
            by_rpl = dice.random() < 0.2
            yield HeldCredential(f"c-{award}", "https://ours.example.org", award, issued, until, status, by_rpl)
    for agreed in framework.document["equivalences"]:
        if dice.random() < 0.4:
            about = agreed["credential"]
            status = dice.choice(("valid", "valid", "revoked"))
            yield HeldCredential(agreed["id"], about["issuer"], about["achievement"], day(dice), None, status)


def claims(framework, dice):
    """Claims of prior learning with one to three decisions."""
    few = dice.choice((0.05, 0.4, 0.9))
    for competency in framework.competencies:
        if dice.random() > few:
            continue
        level = dice.choice(framework.rules.levels)
        of = edge_day(dice, (12, 36, 60))
        for assessor in dice.sample(("p", "as-1", "as-2", "as-3"), dice.randint(1, 3)):
            decision = dice.choice(("accepted",) * 9 + ("rejected",))
            yield RplDecision(f"rpl-{competency}", competency, level, of, assessor, decision, day(dice, 30))


def main(framework_file, digests_file=None):
    """See the head of this file."""
    reference = read_yaml(Path(framework_file).read_bytes())
    found = chain.from_iterable(digests(Framework.of(rules)) for rules in (other_rules(reference), reference))
    if digests_file is None:
        sys.stdout.write("\n".join(found))
        return 0
    return int(any(one != wanted for one, wanted in zip(found, Path(digests_file).read_text().split(), strict=True)))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
