"""The command line: `attesta`. Every command is a twin of an endpoint, or an operator's work.

Exit codes: 0 done; 1 refused, or invalid; 2 the command was not used right; 3 could not be found out.
"""

import gc
import sys
from importlib import import_module

import typer

from app.cli.common import show_problem
from app.errors import Problem, Unavailable

# The words that commands begin with, by the module of this package that has them; in the order of --help.
PARTS: dict[str, tuple[str, ...]] = {
    "operate": ("serve", "demo", "migrate", "backup", "restore", "openapi"),
    "evaluating": ("evaluate",),
    "credentials": ("issue", "download", "revoke", "reissue"),
    "verifying": ("verify", "verifier-key"),
    "matching": ("match",),
    "pushing": ("push",),
    "tenants": ("tenant", "key"),
    "provider": ("framework", "learners"),
    "importing": ("results",),
    "evidence": ("evidence",),
    "certifying": ("certification",),
    "offering": ("offer", "mail"),
    "registry": ("registry",),
    "jose": ("jose",),
}


def command_line(word: str = "") -> typer.Typer:
    """Return the command line with the part that has this word, or whole where none has it.

    The web application and the database are three quarters of what there is to import, and most commands need neither.
    """
    app = typer.Typer(
        name="attesta",
        help="Open Badges 3.0 micro-credentials with explainable rules.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        callback=_begin,
    )
    gc.disable()  # what is imported stays: to look for garbage in it took a quarter of the start
    for part in [part for part, words in PARTS.items() if word in words] or PARTS:
        import_module(f"app.cli.{part}").register(app)
    gc.enable()
    return app


def _begin() -> None:
    """With this, typer asks for the word even where there is one command."""


def main() -> None:
    """Run a command; a problem is told in plain words on stderr, never as a traceback."""
    try:
        command_line(*sys.argv[1:2])()
    except Problem as problem:
        show_problem(problem)
        sys.exit(3 if isinstance(problem, Unavailable) else 1)
    except BrokenPipeError:
        sys.exit(0)
