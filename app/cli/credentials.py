"""Issue, give out and revoke from the command line."""

import json
from pathlib import Path

import typer

from app.cli.common import show
from app.cli.opened import open_services, operator
from app.errors import BadInput
from app.issuer.credential import forms
from app.issuer.credential.issue import Order, issue, reissue, rendition_of, revoke
from app.issuer.credential.learning_model import SUFFIX, for_edc
from app.issuer.credential.routes import answer, envelope

UNSIGNED = ", unsigned, for the issuer of European Digital Credentials"
Tenant = typer.Option(None, "--tenant", help="Slug of the tenant; default the first one.")


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("issue")(issue_credential)
    app.command("download")(download_credential)
    app.command("revoke")(revoke_credential)
    app.command("reissue")(reissue_credential)


def issue_credential(
    achievement: str,
    learner: str,
    form: str = typer.Option(forms.DEFAULT.name, help=f"One of {', '.join(forms.FORMS)}."),
    document_only: bool = typer.Option(False, "--document-only", help="Print the signed credential alone."),
    tenant: str | None = Tenant,
) -> None:
    """Award an achievement to a learner, if its rules are met, and print the signed credential."""
    if form not in forms.FORMS:
        raise BadInput(f"{form!r} is not a form.", remedy=f"Choose from {', '.join(forms.FORMS)}.")
    services = open_services()
    issued = issue(services, operator(services, tenant), Order(achievement, learner, forms.FORMS[form]))
    if document_only:
        typer.echo((issued.rendition.content or b"").decode())
    else:
        show(json.loads(envelope(services, issued)))


def download_credential(
    credential_id: str,
    file: Path,
    lang: str | None = typer.Option(None, help="Of a picture or certificate; default the learner's."),
    tenant: str | None = Tenant,
) -> None:
    """Write a credential to a file, as its name ends: .json, .jwt, .png, .svg, .pdf, or .elm.json for Europass."""
    is_for_edc = file.name.lower().endswith(SUFFIX)
    kind = forms.FORMATS.get(file.suffix.lower().removeprefix("."))
    if kind is None:
        raise BadInput(f"{file.name} ends like none of the files that there are.", remedy="Name it badge.pdf, say.")
    services = open_services()
    form, _ = forms.asked_for(kind)
    issued = rendition_of(services, operator(services, tenant), credential_id, form)
    made = for_edc(services, issued).content if is_for_edc else answer(services, issued, kind, 200, lang).body
    file.write_bytes(made)
    typer.echo(f"Credential {issued.award.id} is in {file}{UNSIGNED if is_for_edc else ''}.")


def revoke_credential(
    credential_id: str,
    reason: str = typer.Option(..., help="For your own records; not published."),
    tenant: str | None = Tenant,
) -> None:
    """Revoke a credential in all its forms."""
    services = open_services()
    award = revoke(services, operator(services, tenant), credential_id, reason)
    typer.echo(f"Credential {award.id} is revoked.")


def reissue_credential(credential_id: str, tenant: str | None = Tenant) -> None:
    """Issue a credential again, after the learner's data were corrected or the key that signed it was revoked."""
    services = open_services()
    issued = reissue(services, operator(services, tenant), credential_id)
    show(json.loads(envelope(services, issued)))
