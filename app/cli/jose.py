"""`attesta jose issue|verify`: single documents secured as vc-jose-cose says, from files to files.

https://www.w3.org/TR/vc-jose-cose/ ; arguments and the output file are as the W3C's test suite for it wants them
(https://github.com/w3c/vc-jose-cose-test-suite). No database, no network, no key of ours: everything is in the files.
"""

import json
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer

from app.cli.common import read_file
from app.errors import BadInput
from app.vc import jose_cose, strict_json, timestamps
from app.vc.jose import MAX_LENGTH
from app.vc.jose_cose import FORMS, Form
from app.vc.outcome import Finding, Outcome, Unsound, unknown

jose_app = typer.Typer(
    help="Secure and check single documents by vc-jose-cose, from files to files.", no_args_is_help=True
)
RESULTS = {
    Outcome.VALID: ("success", 0),
    Outcome.INVALID: ("failure", 1),
    Outcome.UNKNOWN: ("indeterminate", 3),
}
MAX_KEY_BYTES = 65_536  # ours: more than a controlled identifier document with a hundred keys has

Input = typer.Option(..., "--input", help="The document; - for stdin.")
Key = typer.Option(..., "--key", help="A JWK, a verification method, or a controlled identifier document, as JSON.")
Feature = typer.Option(..., "--feature", help=f"One of {', '.join(FORMS)}.")
Output = typer.Option(Path("-"), "--output", help="Where the result goes; - for stdout.")


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(jose_app, name="jose")


@jose_app.command("issue")
def issue(
    source: Path = Input,
    key: Path = Key,
    feature: str = Feature,
    output: Path = Output,
    sd: str = typer.Option(
        "[]", "--sd", help="What the holder may leave out, as JSON: '[\"credentialSubject.name\"]'."
    ),
) -> None:
    """Secure a credential or presentation. Exit code: 0 done, 1 refused, 3 not supported."""
    paths = _paths(sd)
    content, key_content = read_file(source, MAX_LENGTH), read_file(key, MAX_KEY_BYTES)
    try:
        form, pointers = _form(feature), [jose_cose.pointer_of(path) for path in paths]
        document, signing_key = _json_object(content), _json_object(key_content)
        secured = jose_cose.secure(document, form, signing_key, pointers, new_salt=lambda: secrets.token_urlsafe(32))
    except (Unsound, BadInput) as problem:
        _finish(output, "", (_finding(problem),))
    else:
        _finish(output, secured)


@jose_app.command("verify")
def verify(
    source: Path = Input,
    key: Path = Key,
    feature: str = Feature,
    output: Path = Output,
    at: str = typer.Option("", "--at", help="Also ask for exp, nbf and iat to count at this time; `now` for now."),
) -> None:
    """Check how a credential or presentation is secured. Exit code: 0 it is, 1 it is not, 3 could not be found out.

    Times are told, and decide only with --at. Status and what is in the envelopes of a presentation are not looked at.
    """
    now = datetime.now(UTC) if at in ("", "now") else timestamps.read(at)
    if now is None:
        raise typer.BadParameter(f"{at!r} is no date and time such as 2026-01-31T12:00:00Z.", param_hint="--at")
    content, key_content = read_file(source, MAX_LENGTH), read_file(key, MAX_KEY_BYTES)
    try:
        form, text, given_key = _form(feature), _text(content), _json_object(key_content)
        verified = jose_cose.verify(text, form, given_key, now=now, in_time=bool(at))
    except (Unsound, BadInput) as problem:
        _finish(output, "", (_finding(problem),))
    else:
        _finish(output, json.dumps(verified.document, ensure_ascii=False), verified.findings, verified.notes)


def _form(feature: str) -> Form:
    """Raises Unsound with outcome unknown for COSE, which the suite asks about."""
    if feature in ("credential_cose", "presentation_cose"):
        raise unknown("unsupported_securing", "COSE is not supported; JOSE and SD-JWT are.")
    if feature not in FORMS:
        raise typer.BadParameter(f"{feature!r} is none of {', '.join(FORMS)}.", param_hint="--feature")
    return FORMS[feature]


def _paths(sd: str) -> list[str]:
    try:
        paths = json.loads(sd)
    except ValueError:
        paths = None
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        raise typer.BadParameter("This is no JSON array of texts.", param_hint="--sd")
    return paths


def _json_object(content: bytes) -> dict[str, Any]:
    value = strict_json.loads(content)
    if not isinstance(value, dict):
        raise BadInput("This is no JSON object.")
    return value


def _text(content: bytes) -> str:
    try:
        return content.decode("ascii").strip()
    except UnicodeDecodeError:
        raise BadInput("A JWT or SD-JWT has ASCII characters only.") from None


def _finding(problem: Unsound | BadInput) -> Finding:
    return problem.finding if isinstance(problem, Unsound) else Finding("malformed_input", problem.detail)


def _finish(output: Path, data: str, findings: tuple[Finding, ...] = (), notes: tuple[Finding, ...] = ()) -> None:
    """Write the result and end with its exit code."""
    result, code = RESULTS[jose_cose.outcome_of(findings)]
    content = json.dumps(
        {
            "result": result,
            "data": data if code == 0 else "",
            "findings": [_told(finding) for finding in findings],
            "notes": [_told(finding) for finding in notes],
        },
        ensure_ascii=False,
        indent=2,
    )
    if str(output) == "-":
        typer.echo(content)
    else:
        _write(output, content)
    for finding in (*findings, *notes):
        typer.echo(f"{finding.code}: {finding.message}", err=True)
    raise typer.Exit(code)


def _write(path: Path, content: str) -> None:
    try:
        path.write_text(content + "\n", encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}.") from error


def _told(finding: Finding) -> dict[str, str]:
    return {
        "code": finding.code,
        "outcome": finding.outcome.value,
        "message": finding.message,
        "pointer": finding.pointer,
    }
