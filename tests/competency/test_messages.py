"""Every reason, step and line has its sentence, and every language says the same places."""

import re
from importlib import resources

import pytest

from app.competency.messages import ENGLISH, message

SOURCES = "".join(
    resources.files("app.competency").joinpath(name).read_text(encoding="utf-8")
    for name in ("competency_node.py", "assessment_node.py", "evaluate.py", "next_step.py")
)
LEFT_OUT = re.findall(r'"([A-Z]+(?:_[A-Z]+)+)"', resources.files("app.competency").joinpath("attempts.py").read_text())


@pytest.mark.parametrize("code", sorted(set(re.findall(r'"([A-Z]+(?:_[A-Z]+)+)"', SOURCES))))
def test_every_code_has_a_sentence(code):
    assert any(key.partition(".")[0] == code for key in ENGLISH)


@pytest.mark.parametrize("code", LEFT_OUT)
def test_every_result_left_out_has_a_sentence(code):
    assert f"LEFT_OUT.{code}" in ENGLISH


def test_an_unknown_language_is_answered_in_english():
    assert message("workload", "xx", hours="50") == "Notional workload: 50 hours."


def test_braces_in_a_value_are_left_alone():
    assert message("workload", "en", hours="{x}") == "Notional workload: {x} hours."
