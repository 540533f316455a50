"""What commands share: settings, files, messages. What those with a database share is in app.cli.opened."""

import difflib
import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import typer
from pydantic import ValidationError

from app.errors import BadInput, Problem
from app.settings import Settings

PREFIX = "ATTESTA_"  # of the variables (app/settings.py)


def settings() -> Settings:
    """The settings of the environment; a wrong one is told by its name, and on stderr one that there is not."""
    for warning in unknown_settings(os.environ):
        typer.echo(warning, err=True)
    try:
        return Settings()
    except ValidationError as error:
        named = [f"ATTESTA_{'_'.join(map(str, each['loc'])).upper()}: {each['msg']}" for each in error.errors()]
        raise BadInput(
            f"A setting is not right. {'; '.join(named)}", remedy="docs/settings.md explains them."
        ) from None


def unknown_settings(environment: Iterable[str]) -> list[str]:
    """A sentence for each variable that looks like a setting and is none, so that a slip of the pen is noticed."""
    known = [f"{PREFIX}{name.upper()}" for name in Settings.model_fields]
    strange = sorted({name.upper() for name in environment if name.upper().startswith(PREFIX)} - set(known))
    near = {name: difflib.get_close_matches(name, known, n=1, cutoff=0.75) for name in strange}
    hints = {name: f"; did you mean {found[0]}?" if found else "." for name, found in near.items()}
    return [f"{name} is no setting{hint} docs/settings.md lists them." for name, hint in hints.items()]


def read_file(path: Path, max_bytes: int) -> bytes:
    """A file, or stdin for `-`; raises BadInput."""
    try:
        if str(path) == "-":
            content = sys.stdin.buffer.read(max_bytes + 1)
        else:
            with path.open("rb") as file:
                content = file.read(max_bytes + 1)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from error
    if len(content) > max_bytes:
        raise BadInput(f"{path} is larger than {max_bytes} bytes.")
    return content


def media_type(path: Path) -> str:
    """The media type that the file's name tells."""
    known = {".yaml": "application/yaml", ".yml": "application/yaml", ".csv": "text/csv", ".json": "application/json"}
    return known.get(path.suffix.lower(), "")


def show(value: Any) -> None:
    """Print JSON for scripts and people."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def show_problem(problem: Problem) -> None:
    """Print what was wrong, where, and what to do."""
    typer.secho(f"{problem.title}: {problem.detail}", fg="red", err=True)
    for fault in problem.faults[1:20]:
        typer.echo(f"  {fault.pointer}: {fault.detail}", err=True)
    if details := problem.members.get("details"):
        typer.echo(f"  {details}", err=True)
    if problem.remedy:
        typer.echo(problem.remedy, err=True)
