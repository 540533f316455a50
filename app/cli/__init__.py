"""The command line: `attesta`. Every command is a twin of an endpoint, or an operator's work.

Exit codes: 0 done; 1 refused, or invalid; 2 the command was not used right; 3 could not be found out.
"""

import sys

import typer

from app.cli import (
    certifying,
    credentials,
    evaluating,
    evidence,
    importing,
    jose,
    matching,
    offering,
    operate,
    provider,
    pushing,
    registry,
    tenants,
    verifying,
)
from app.cli.common import show_problem
from app.errors import Problem, Unavailable

app = typer.Typer(
    name="attesta",
    help="Open Badges 3.0 micro-credentials with explainable rules.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for part in (operate, evaluating, credentials, verifying, matching, pushing):
    part.register(app)
app.add_typer(tenants.tenant_app, name="tenant")
app.add_typer(tenants.key_app, name="key")
app.add_typer(provider.framework_app, name="framework")
app.add_typer(importing.results_app, name="results")
app.add_typer(provider.learners_app, name="learners")
app.add_typer(evidence.evidence_app, name="evidence")
app.add_typer(certifying.certification_app, name="certification")
app.add_typer(offering.offer_app, name="offer")
app.add_typer(offering.mail_app, name="mail")
app.add_typer(registry.registry_app, name="registry")
app.add_typer(jose.jose_app, name="jose")


def main() -> None:
    """Run a command; a problem is told in plain words on stderr, never as a traceback."""
    try:
        app()
    except Problem as problem:
        show_problem(problem)
        sys.exit(3 if isinstance(problem, Unavailable) else 1)
    except BrokenPipeError:
        sys.exit(0)
