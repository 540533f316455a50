"""`attesta certification ...`: from application to decision and appeal."""

import pytest

from tests.certification import GOLDEN
from tests.cli.conftest import DEMO
from tests.cli.test_cli import _run
from tests.cli.test_offering import shown


@pytest.fixture(scope="module")
def folder(tmp_path_factory, prepared):
    """A folder with the demonstration's data and the evidence of its learners."""
    made = tmp_path_factory.mktemp("home")
    prepared(made, DEMO)
    assert _run(made, "evidence", "import", str(GOLDEN)).returncode == 0
    return made


def certification(folder, *arguments, code=0):
    return shown(folder, "certification", *arguments, code=code)


def test_a_certificate_is_applied_for_granted_and_listed(folder):
    applied = certification(folder, "apply", "p-ana", "RC-SCPM")
    assert applied["outcome"] == "ready_for_decision"
    number, seen = applied["id"], applied["evaluation"]["hash"]
    refused = certification(folder, "decide", number, "grant", "--officer", "off-1", code=1)
    assert "evaluation.hash" in refused
    conflict = certification(folder, "decide", number, "suspend", "--officer", "off-1", "--reason", "no", code=1)
    assert "nobody can suspend now" in conflict
    made = certification(folder, "decide", number, "grant", "--officer", "off-1", "--evaluation-hash", seen)
    assert (made["outcome"], made["award"]["status"]) == ("granted", "valid")
    told = certification(folder, "history", number)
    assert [act["kind"] for act in told["history"]] == ["apply", "grant"]
    assert told["history_is_intact"] is True
    assert certification(folder, "show", number)["licence_number"] == made["licence_number"]
    listed = certification(folder, "list", "--learner", "p-ana", "--achievement", "RC-SCPM")["applications"]
    assert [each["id"] for each in listed] == [number]


def test_a_refusal_is_appealed_against_and_overturned(folder):
    number = certification(folder, "apply", "p-boris", "RC-SCPM")["id"]
    refusal = certification(folder, "decide", number, "refuse", "--officer", "off-1", "--reason", "Credits are short")
    appeal = certification(folder, "appeal", refusal["id"], "--reason", "Count again")
    arguments = ("answer", appeal["id"], "overturn", "--reason", "Look again")
    assert "made the decision" in certification(folder, *arguments, "--officer", "off-1", code=1)
    answer = certification(folder, *arguments, "--officer", "off-2")
    assert (answer["decision"]["kind"], answer["outcome"]) == ("overturn", "not_met")
