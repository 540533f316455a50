"""`attesta certification ...`: applications for certificates, decisions of officers, appeals."""

from typing import Literal

import typer

from app.cli.common import show
from app.cli.opened import open_services, operator
from app.issuer.certification import appeals, apply, decide, record, shown
from app.issuer.certification.assess import assess
from app.issuer.certification.decide import Sent
from app.texts import LANGUAGES, SOURCE

certification_app = typer.Typer(help="Certificates of roles, which officers decide on.", no_args_is_help=True)
Tenant = typer.Option(None, "--tenant", help="Slug of the tenant; default the first one.")
Language = typer.Option(SOURCE, "--lang", help=f"Of the sentences: {', '.join(LANGUAGES)}.")
Officer = typer.Option(..., "--officer", help="Your id of the person who decides.")
Decision = Literal["grant", "refuse", "suspend", "reinstate", "withdraw", "renew"]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(certification_app, name="certification")


@certification_app.command("apply")
def apply_for(learner: str, achievement: str, lang: str = Language, tenant: str | None = Tenant) -> None:
    """Apply for a learner, or show the application that is open, as the rules judge it today."""
    services = open_services()
    principal = operator(services, tenant)
    assessed, _ = apply.apply(services, principal, learner, achievement)
    with services.database.reading(principal.tenant_id) as session:
        show(shown.application(services, session, assessed, lang))


@certification_app.command("list")
def list_applications(
    learner: str | None = typer.Option(None, help="Of this learner only."),
    achievement: str | None = typer.Option(None, help="For this certificate only."),
    after: str = typer.Option("", help="`next` of the page before."),
    tenant: str | None = Tenant,
) -> None:
    """List applications, a hundred at once."""
    services = open_services()
    principal = operator(services, tenant)
    show(shown.page_of_applications(services, principal, learner=learner, achievement=achievement, after=after))


@certification_app.command("show")
def show_application(application: str, lang: str = Language, tenant: str | None = Tenant) -> None:
    """Show an application judged anew: `evaluation.hash` in it is what a decision to grant needs."""
    services = open_services()
    principal = operator(services, tenant)
    with services.database.reading(principal.tenant_id) as session:
        found = assess(services, session, record.find_application(session, application))
        show(shown.application(services, session, found, lang))


@certification_app.command("history")
def show_history(application: str, tenant: str | None = Tenant) -> None:
    """Show what was done about an application, and whether it is what the audit log says."""
    services = open_services()
    with services.database.reading(operator(services, tenant).tenant_id) as session:
        show(shown.history(session, record.find_application(session, application)))


@certification_app.command("decide")
def decide_on(
    application: str,
    decision: Decision,
    officer: str = Officer,
    reason: str | None = typer.Option(None, help="Needed to refuse, suspend and withdraw; the learner is told it."),
    evaluation_hash: str | None = typer.Option(None, help="`evaluation.hash` as the officer saw it; to grant, renew."),
    tenant: str | None = Tenant,
) -> None:
    """Record what a named officer decides."""
    services = open_services()
    principal = operator(services, tenant)
    made = decide.decide(services, principal, Sent(application, officer, decision, reason, evaluation_hash))
    with services.database.reading(principal.tenant_id) as session:
        show(shown.decision(services, session, made.act, made.assessed))


@certification_app.command("appeal")
def appeal_against(
    decision: str,
    reason: str = typer.Option(..., "--reason", help="Why, in the learner's words."),
    tenant: str | None = Tenant,
) -> None:
    """Appeal for a learner against a refusal, suspension or withdrawal, by the id of that decision."""
    services = open_services()
    show(shown.appeal(appeals.file(services, operator(services, tenant), decision, reason)))


@certification_app.command("answer")
def answer_appeal(
    appeal: str,
    decision: Literal["uphold", "overturn"],
    officer: str = Officer,
    reason: str = typer.Option(..., "--reason", help="The learner is told it."),
    tenant: str | None = Tenant,
) -> None:
    """Decide on an appeal: by somebody who did not make the first decision."""
    services = open_services()
    show(shown.appeal(appeals.decide(services, operator(services, tenant), appeal, officer, decision, reason)))
