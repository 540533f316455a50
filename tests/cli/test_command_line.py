"""Only the part of the command line that is wanted is imported, and nothing is lost by that."""

import subprocess
import sys

import pytest
import typer

from app.cli import PARTS, command_line


def words(app):
    return list(typer.main.get_command(app).commands)


@pytest.mark.parametrize(("part", "word"), [(part, word) for part, has in PARTS.items() for word in has])
def test_a_word_brings_its_part(part, word):
    assert sorted(words(command_line(word))) == sorted(PARTS[part])


@pytest.mark.parametrize("word", ["", "--help", "no-such-command"])
def test_any_other_word_brings_all(word):
    assert words(command_line(word)) == [word for has in PARTS.values() for word in has]


@pytest.mark.parametrize("word", ["verify", "evaluate", "jose"])
def test_who_needs_no_database_and_no_server_waits_for_neither(word):
    program = f"import sys; from app.cli import command_line; command_line({word!r}); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "typer" in done.stdout.split()
    assert {"fastapi", "sqlalchemy", "alembic", "uvicorn"}.isdisjoint(done.stdout.split())
