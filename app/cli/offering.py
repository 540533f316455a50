"""`attesta offer ...` and `attesta mail ...`."""

import typer

from app.cli.common import show
from app.cli.opened import open_services, operator
from app.wallet import offering

offer_app = typer.Typer(help="Offers of credentials to their learners.", no_args_is_help=True)
mail_app = typer.Typer(help="Mails to learners.", no_args_is_help=True)
Tenant = typer.Option(None, "--tenant", help="Slug of the tenant; default the first one.")
After = typer.Option("", help="`next` of the page before.")


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(offer_app, name="offer")
    app.add_typer(mail_app, name="mail")


@offer_app.command("make")
def make_offer(
    credential_id: str,
    mail: bool = typer.Option(False, "--mail", help="Send her a mail with a link of its own, too."),
    tx_code: bool = typer.Option(False, "--tx-code", help="Ask for a code, which you tell her by another way."),
    tenant: str | None = Tenant,
) -> None:
    """Offer a credential to its learner and print the link, which is shown only now; an open offer is withdrawn."""
    services = open_services()
    show(offering.offer(services, operator(services, tenant), credential_id, with_mail=mail, with_tx_code=tx_code))


@offer_app.command("list")
def list_offers(
    learner: str | None = typer.Option(None, help="Of this learner only."),
    credential: str | None = typer.Option(None, help="Of this credential only."),
    after: str = After,
    tenant: str | None = Tenant,
) -> None:
    """List offers and how they stand."""
    services = open_services()
    principal = operator(services, tenant)
    show(offering.page_of_offers(services, principal, credential_id=credential, learner=learner, after=after))


@offer_app.command("withdraw")
def withdraw_offer(offer_id: str, tenant: str | None = Tenant) -> None:
    """End an offer; its links do not work any more."""
    services = open_services()
    show(offering.withdraw(services, operator(services, tenant), offer_id))


@mail_app.command("list")
def list_mails(
    state: str | None = typer.Option(None, help="waiting, sent, failed or dropped."),
    learner: str | None = typer.Option(None, help="To this learner only."),
    after: str = After,
    tenant: str | None = Tenant,
) -> None:
    """List what learners are told by mail, and what became of it."""
    services = open_services()
    principal = operator(services, tenant)
    show(offering.page_of_mails(services, principal, state=state, learner=learner, after=after))


@mail_app.command("send")
def send_mail(mail_id: str, tenant: str | None = Tenant) -> None:
    """Put a mail that failed back into the outbox; the running service sends it."""
    services = open_services()
    show(offering.send_again(services, operator(services, tenant), mail_id))
