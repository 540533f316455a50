"""What users can meet is documented: commands, scopes, problem types, refusal reasons."""

import re
from pathlib import Path

import pytest
import typer

from app.cli import app
from app.issuer import tenancy
from app.issuer.assessment.results import FOR_REVIEW
from app.pages.problems import KINDS

DOCS = Path(__file__).parents[1] / "docs"


def _commands(group, prefix=""):
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}"


COMMANDS = sorted(_commands(typer.main.get_command(app)))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command):
    assert re.search(rf"^\| `attesta {command}\b", (DOCS / "cli.md").read_text(), re.MULTILINE)


def test_no_documented_command_is_gone():
    told = re.findall(r"^\| `attesta ([a-z-]+(?: [a-z]+)?)", (DOCS / "cli.md").read_text(), re.MULTILINE)
    assert sorted(told) == COMMANDS


def test_every_scope_is_documented():
    assert set(re.findall(r"^\| `([a-z-]+(?::[a-z]+)?)` \|", (DOCS / "cli.md").read_text(), re.MULTILINE)) == set(
        tenancy.SCOPES
    )


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_problem_type_is_documented(kind):
    assert f"| `{kind}` |" in (DOCS / "problems.md").read_text()


@pytest.mark.parametrize("reason", sorted(FOR_REVIEW))
def test_every_reason_for_review_is_documented(reason):
    assert f"`{reason}`" in (DOCS / "problems.md").read_text()


def _reasons_of_evidence():
    """The codes that the rooms of evidence and awards answer with, as they stand in the code."""
    code = "".join(
        path.read_text()
        for room in ("evidence", "award")
        for path in sorted((DOCS.parent / "app" / "issuer" / room).glob("*.py"))
    )
    return sorted(set(re.findall(r'(?:Refusal\(\s*|reason=|NO_LONGER_MET = )"([A-Z_]+)"', code)))


@pytest.mark.parametrize("reason", _reasons_of_evidence())
def test_every_reason_around_evidence_is_documented(reason):
    assert f"`{reason}`" in (DOCS / "problems.md").read_text()
