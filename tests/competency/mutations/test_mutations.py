"""Mistakes that somebody might make in the evaluator, one by one: the answers notice each of them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[3]
BATTERY = Path(__file__).with_name("battery.py")
FRAMEWORK = ROOT / "app" / "demo" / "data" / "smart-city-framework.yaml"

# (module of app/competency, what stands there, what a mistake would make of it)
IN_THE_EVALUATOR = (
    ("rules.py", "if start <= value)", "if start < value)"),
    ("rules.py", "if reached >= rank)", "if reached > rank)"),
    ("period.py", "return day <= self.after(start)", "return day < self.after(start)"),
    ("period.py", "min(day.day, last)", "last"),
    ("attempts.py", "record.performed_on > as_of", "record.performed_on >= as_of"),
    ("attempts.py", "record.status == VOIDED or ", ""),
    ("attempts.py", "record.attempt > assessment.attempts.max", "record.attempt >= assessment.attempts.max"),
    ("attempts.py", ".days < wait", ".days <= wait"),
    ("attainment.py", "record.signed_off_on <= self.as_of", "record.signed_off_on < self.as_of"),
    ("attainment.py", "record.signed_off_by != barred[role]", "True"),
    ("attainment.py", "record.status in self.rules.accepted_statuses or", "True or"),
    ("attainment.py", "(not needs_signature or attainment.signed(record))", "True"),
    ("attainment.py", "performed_on=min(performed_on)", "performed_on=max(performed_on)"),
    ("attainment.py", "piece.rank >= clause.rank", "piece.rank > clause.rank"),
    ("attainment.py", "and (piece.signed or not clause.signed_off)", ""),
    ("attainment.py", "piece.kind in clause.kinds and", ""),
    ("attainment.py", "number >= clause.evidence", "number >= 1"),
    ("attainment.py", "len(assessors) >= clause.distinct_assessors", "True"),
    ("attainment.py", "item.is_complete or view.undecided", "True"),
    ("attainment.py", "best = max(", "best = min("),
    ("aggregate.py", "if value >= how.threshold", "if value > how.threshold"),
    ("aggregate.py", "if len(good) < how.n:", "if len(good) <= how.n:"),
    ("agreements.py", "row.assessor != evidence.person", "True"),
    ("agreements.py", "len(counted) >= policy.signatures", "len(counted) >= 1"),
    ("agreements.py", "any(row.decision == REJECTED for row in decided) or", ""),
    ("agreements.py", "credential.status != VALID or ", ""),
    ("agreements.py", "row.decided_on <= as_of", "row.decided_on < as_of"),
    ("agreements.py", "self.agreed_on <= as_of", "True"),
    ("nodes.py", "if met >= number:", "if met > number:"),
    ("nodes.py", "(Status.BLOCKED, Status.NOT_MET, Status.EXPIRED, Status.PENDING)", "()"),
    ("competencies_node.py", "if by_rpl <= most:", "if by_rpl < most:"),
    ("competencies_node.py", "return sorted(met, key=lambda member: member.needs_rpl)[:needed]", "return met[:needed]"),
    ("competencies_node.py", "claimed and not is_shown", "claimed and is_shown"),
    ("credential_node.py", "if credential.status == SUSPENDED:", "if False:"),
    ("credential_node.py", "if credential.status == REVOKED:", "if False:"),
    ("credential_node.py", "credential.issued_on > as_of", "credential.issued_on >= as_of"),
    ("credential_node.py", "if have < need:", "if have <= need:"),
    ("credential_node.py", "min(by_rpl, share * need)", "by_rpl"),
    ("credential_node.py", "credential.issued_on > since", "credential.issued_on >= since"),
    ("evidence.py", "self.expires_on < as_of", "self.expires_on <= as_of"),
    ("experience_node.py", "if have >= need:", "if have > need:"),
    ("experience_node.py", "item.until + _DAY", "item.until"),
    ("experience_node.py", "start <= merged[-1][1]", "False"),
    ("experience_node.py", "item.verified or not rule", "True or not rule"),
    ("attestation_node.py", "need == 1 or item.signed_by != person", "True"),
    ("attestation_node.py", "signed.setdefault(item.signed_by,", "signed.setdefault(str(len(signed)),"),
    ("assessment_node.py", "< self.least[part.id]", "<= self.least[part.id]"),
    ("assessment_node.py", "demand.sections_at_least > enough", "demand.sections_at_least >= enough"),
    ("assessment_node.py", "sitting.total < demand.total", "sitting.total <= demand.total"),
    ("assessment_node.py", "if part.id in demand.mandatory:", "if False:"),
    ("assessment_node.py", "within is None or within.covers", "True or within.covers"),
    ("certification.py", "if conflicts(", "if not conflicts("),
    ("certification.py", "look_back is None or look_back.covers(day, decision.decided_on)", "True"),
    ("certification.py", "on_that_day.outcome is not Outcome.READY_FOR_DECISION", "False"),
    ("open_leaves.py", "if node.status is Status.MET:", "if False:"),
)  # fmt: skip


def run(*args, path=ROOT):
    return subprocess.run(
        [sys.executable, str(BATTERY), *map(str, args)],
        env={**os.environ, "PYTHONPATH": str(path), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=1200,
    )


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """The digests of the evaluator as it is."""
    told = run(FRAMEWORK)
    assert told.returncode == 0, told.stderr
    file = tmp_path_factory.mktemp("answers") / "digests"
    file.write_text(told.stdout)
    return file


def test_without_a_mistake_the_answers_are_the_same(answers):
    assert run(FRAMEWORK, answers).returncode == 0


@pytest.mark.parametrize(("module", "right", "wrong"), IN_THE_EVALUATOR)
def test_a_mistake_in_the_evaluator_is_noticed(answers, tmp_path, module, right, wrong):
    copy = tmp_path / "app"
    shutil.copytree(ROOT / "app", copy, ignore=shutil.ignore_patterns("__pycache__", "vc", "verifier", "pages"))
    text = (copy / "competency" / module).read_text()
    assert text.count(right) == 1, "the line has changed: change the mistake too"
    (copy / "competency" / module).write_text(text.replace(right, wrong))
    assert run(FRAMEWORK, answers, path=tmp_path).returncode == 1
