"""`attesta verify FILE|URL`: exit code 0 valid, 1 invalid, 3 unknown."""

from dataclasses import dataclass, replace
from pathlib import Path

import typer

from app import services as composition
from app.adapters.trust_files import TrustFiles
from app.cli.common import media_type, read_file, settings, show
from app.cli.remedies import remedies
from app.errors import BadInput, Unavailable
from app.ports import Fetched, Fetcher, Services
from app.services import fetcher_for_operator as fetcher
from app.settings import Settings
from app.vc.outcome import Outcome
from app.verifier import evidence_folder
from app.verifier.case import Policy
from app.verifier.freshness import read_as_of
from app.verifier.meaning_receipt import receipt_of
from app.verifier.options import read_recipient
from app.verifier.receipt import issuer_of, signed_receipt, signer_of
from app.verifier.receive import ADDRESS_UNAVAILABLE
from app.verifier.report import Report
from app.verifier.trust import TrustOutcome
from app.verifier.verify import verify as check

EXIT_CODES = {Outcome.VALID: 0, Outcome.INVALID: 1, Outcome.UNKNOWN: 3}


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("verify")(verify)
    app.command("verifier-key")(verifier_key)


def verify(
    source: str = typer.Argument(help="A file, - for stdin, or an address beginning with https://."),
    as_json: bool = typer.Option(False, "--json", help="Print the whole report as JSON."),
    evidence: Path | None = typer.Option(
        None, help="Folder: a new one gets what was fetched; one that has it is judged by, without any network."
    ),
    as_of: str | None = typer.Option(None, help="Judge at another time: 2026-09-01 or 2026-09-01T12:00:00Z."),
    recipient: str | None = typer.Option(None, help="Whom it must be about: e-mail address, DID, other identifier."),
    trust: list[str] = typer.Option(
        [], help="List or registry of issuers to ask, a file or an https address; may be given several times."
    ),
    receipt: Path | None = typer.Option(None, help="File to write a signed receipt to; `verifier-key` makes the key."),
) -> None:
    """Check a credential. Exit code: 0 valid, 1 invalid, 3 could not be found out."""
    chosen = settings()
    services = asking(composition.build_verifier(chosen), tuple(trust))
    policy = Policy(recipient=read_recipient(recipient), as_of=None if as_of is None else read_as_of(as_of))
    signer = signer_of(services) if receipt else None
    replayed = evidence_folder.load(evidence) if evidence and evidence_folder.holds_evidence(evidence) else None
    if is_address(source):
        services = replace(services, fetcher=TypedAddress(source, fetcher(chosen), services.fetcher))
    content, kind = document(source, chosen)
    try:
        report = check(content, kind, services, policy=policy, replayed=replayed)
    except BadInput as problem:
        if problem.members.get("code") != ADDRESS_UNAVAILABLE:
            raise
        raise Unavailable(problem.detail, remedy=problem.remedy) from None  # not known yet, and so exit code 3
    if evidence is not None:
        keep_evidence(evidence, report)
    if receipt is not None and signer is not None:
        write_file(receipt, signed_receipt(report, signer, services))
    tell(report, as_json=as_json)
    raise typer.Exit(EXIT_CODES[report.outcome])


def tell(report: Report, *, as_json: bool) -> None:
    """Print the report: for programs whole, for people line by line."""
    if as_json:
        show(report.to_json())
        return
    typer.echo(f"{report.outcome.value}: {report.summary}")
    show_checks(report)
    show_receipt(report)
    show_trust(report)
    for sentence in remedies(report):
        typer.echo(f"what to do: {sentence}")


def asking(services: Services, sources: tuple[str, ...]) -> Services:
    """Return the services that ask these sources about issuers, instead of ATTESTA_TRUST_FILES when there are any."""
    return replace(services, trust_choice=TrustFiles(sources, lambda: services)) if sources else services


def show_trust(report: Report) -> None:
    """Print whether the issuer is trusted, when somebody was asked."""
    if report.judgement.trust.outcome is not TrustOutcome.NOT_ASKED:
        typer.echo(f"issuer: {report.judgement.trust.outcome.value}: {report.judgement.trust.why}")


@dataclass(frozen=True, slots=True)
class TypedAddress:
    """A Fetcher for the address that the operator typed, which may be her own machine; else it is the guarded one."""

    address: str
    typed: Fetcher
    others: Fetcher

    def get(self, url: str, *, accept: str) -> Fetched:
        """GET a URL; raises FetchFailed."""
        return (self.typed if url == self.address else self.others).get(url, accept=accept)


def document(source: str, chosen: Settings) -> tuple[bytes, str]:
    """Return (content, media type) of what is to be checked: of a file, or an address as text, which is followed."""
    if is_address(source):
        return source.encode(), "text/plain"
    path = Path(source)
    return read_file(path, chosen.verify_max_file_bytes), media_type(path)


def is_address(source: str) -> bool:
    """Tell an address from a file."""
    return source.startswith(("https://", "http://"))


def keep_evidence(folder: Path, report: Report) -> None:
    """Save what was fetched, or say that saved evidence was judged; on stderr, so that --json stays JSON."""
    gathered_at = report.evidence.gathered_at or report.verified_at
    if report.is_replay:
        typer.echo(f"Judged by the evidence of {gathered_at:%F %T} UTC in {folder}; nothing was fetched.", err=True)
    else:
        count = evidence_folder.save(folder, report.evidence, gathered_at)
        typer.echo(f"The evidence was saved in {folder} (documents: {count}). Next time it is judged by.", err=True)


def verifier_key() -> None:
    """Make the key that signs receipts, unless there is one, and print the did:key that it signs under."""
    key = composition.receipt_key(settings())
    is_new = key.create()
    typer.echo(issuer_of(key.signer()))
    typer.echo("The key was made." if is_new else "The key was there already.", err=True)


def write_file(path: Path, text: str) -> None:
    """Write a text. Raises BadInput."""
    try:
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}.") from error


def show_receipt(report: Report) -> None:
    """Print of what a receipt is one: the word of who signed it."""
    told = receipt_of(report.submission.credential)
    if told is not None:
        at = told["as_of"] or told["verified_at"]
        typer.echo(f"receipt: a document was found {told['outcome']}, as of {at}: {told['name'] or told['kind']}")
        typer.echo(f"receipt: of issuer {told['issuer']}, SHA-256 {told['sha256']}")
        typer.echo(f"receipt: signed by {report.submission.secured.owner}")


def show_checks(report: Report, margin: str = "  ") -> None:
    """Print each check, and under it those of the presented credentials and of the endorsements."""
    for each in report.checks:
        typer.echo(f"{margin}{(each.outcome.value if each.outcome else 'skipped'):8} {each.id}: {each.message}")
    for word, parts in (("credential", report.credentials), ("endorsement", report.endorsements)):
        for part in parts:
            typer.echo(f"{margin}{word} {part.submission.secured.pointer}: {part.summary}")
            show_checks(part, f"{margin}  ")
