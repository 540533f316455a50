"""What users can meet is documented: commands, scopes, problem types, refusal reasons."""

import re
from pathlib import Path

import pytest
import typer

from app.cli import command_line
from app.issuer import tenancy
from app.issuer.assessment.results import FOR_REVIEW
from app.pages.problems import KINDS

DOCS = Path(__file__).parents[1] / "docs"


def _commands(group, prefix=""):
    """(name, its options) of every command."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", {word for each in command.params for word in (*each.opts, *each.secondary_opts)}


OPTIONS = dict(_commands(typer.main.get_command(command_line())))
COMMANDS = sorted(OPTIONS)
PAGES = [*sorted(DOCS.glob("*.md")), DOCS.parent / "README.md"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command):
    assert re.search(rf"^\| `attesta {command}\b", (DOCS / "cli.md").read_text(), re.MULTILINE)


def test_no_documented_command_is_gone():
    told = re.findall(r"^\| `attesta ([a-z-]+(?: [a-z]+)?)", (DOCS / "cli.md").read_text(), re.MULTILINE)
    assert sorted(told) == COMMANDS


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_no_documented_option_is_gone(page):
    told = re.findall(r"attesta (([a-z-]+)(?: [a-z]+)?)\b([^`\n]*)", page.read_text())
    rows = re.findall(r"^\| `attesta (([a-z-]+)(?: [a-z]+)?)\b(.*)", page.read_text(), re.MULTILINE)
    for two, one, rest in told + rows:
        options = OPTIONS.get(two, OPTIONS.get(one))
        if options is not None:
            assert set(re.findall(r"(?<![\w-])--[a-z-]+", rest)) <= options, two


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_no_documented_address_is_gone(page, shared):
    """An address answers to some method when TRACE, which none answers to, is refused as a method."""
    for method, address in re.findall(r"`(GET|POST|PUT|DELETE) (/[^\s`?…]*)", page.read_text()):
        path = re.sub(r"\{[^}]*\}", "x", address)
        if not path.startswith("/conformance"):  # which is off unless it is asked for
            assert shared.client.request("TRACE", path).status_code == 405, f"{method} {address}"


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
