"""From where registries come to what can be asked: lists as they are, signed ones verified first.

What a document names is never such a place: only the operator chooses files and addresses, and a caller sends
registries along. A registry that cannot be had or believed is told, and asked nothing.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.errors import BadInput, Problem
from app.ports import Fetched, Services
from app.vc import recognition, strict_json
from app.vc.outcome import Outcome
from app.verifier.case import Policy
from app.verifier.gather import gather
from app.verifier.intake import read_document
from app.verifier.need import Need
from app.verifier.options import CALLER, AskedTrust
from app.verifier.receive import Received
from app.verifier.registry import listed, recognised, unsigned
from app.verifier.trust import TrustPolicy, TrustRegistry
from app.verifier.verify import fetching, verify_received

MAX_BYTES = 1_048_576  # as of anything that is fetched (app.adapters.fetch)
FORMS = "docs/trust.md has the forms."
WEB = ("https://", "http://")
Remaining = Callable[[], float]
"""Seconds left for the whole verification."""


class NotBelieved(Exception):  # noqa: N818 - told in the report, not a failure of ours
    """Why a registry is asked nothing: a sentence."""


@dataclass(frozen=True, slots=True)
class CallersTrust:
    """The TrustChoice port: whom the sender of a document wants asked."""

    asked: AskedTrust
    services: Services

    def policy(self, remaining_s: Remaining) -> TrustPolicy | None:
        """What to ask. Raises BadInput for what is no registry."""
        return asked_policy(self.asked, self.services, remaining_s)


def asked_policy(asked: AskedTrust, services: Services, remaining_s: Remaining) -> TrustPolicy:
    """Whom the caller of a verification wants asked. Raises BadInput for what is no registry."""
    registries: list[TrustRegistry] = []
    unread: list[str] = []
    if asked.issuers:
        registries.append(listed(list(asked.issuers), CALLER, "request", "/trust/issuers"))
    for position, value in enumerate(asked.registries):
        try:
            registries.append(registry_of(json.dumps(value).encode(), "request", services, remaining_s))
        except NotBelieved as problem:
            unread.append(f"Registry {position + 1} of the request: {problem}")
    return TrustPolicy(tuple(registries), tuple(unread))


def policy_of(sources: tuple[str, ...], services: Services, remaining_s: Remaining) -> TrustPolicy:
    """Whom the operator has chosen, by file or https address; what cannot be read is told and does not end anything."""
    registries: list[TrustRegistry] = []
    unread: list[str] = []
    for source in sources:
        try:
            registries.append(registry_of(content_of(source, services, remaining_s), source, services, remaining_s))
        except (NotBelieved, Problem) as problem:
            unread.append(f"{source}: {problem}")
    return TrustPolicy(tuple(registries), tuple(unread))


def content_of(source: str, services: Services, remaining_s: Remaining) -> bytes:
    """Read a file, our own document, or another's over the guarded fetcher. Raises NotBelieved."""
    if source.startswith(WEB):
        return fetched(source, services, remaining_s)
    try:
        with Path(source).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise NotBelieved(f"The file cannot be read: {error.strerror}.") from error
    if len(content) > MAX_BYTES:
        raise NotBelieved(f"The file is larger than {MAX_BYTES} bytes.")
    return content


def fetched(source: str, services: Services, remaining_s: Remaining) -> bytes:
    """Read our own document without the network, and another's over the guarded fetcher. Raises NotBelieved."""
    need = Need("registry", source, "It tells whom somebody recognises.", "")
    had = gather([need], services, remaining_s=remaining_s)[source]
    if not isinstance(had, Fetched):
        raise NotBelieved(had.reason)
    return had.content


def registry_of(content: bytes, source: str, services: Services, remaining_s: Remaining) -> TrustRegistry:
    """Make a registry of what a source holds. Raises NotBelieved, or BadInput for what is none."""
    text = content.decode("utf-8-sig", "replace").strip()
    document: Any = strict_json.loads(content) if text[:1] in ("{", "[", '"') else text
    if not isinstance(document, dict | str):
        raise BadInput("A registry is an object or a JWT.", remedy=FORMS)
    return unsigned(document, source) or signed_registry(document, source, services, remaining_s)


def signed_registry(document: Any, source: str, services: Services, remaining_s: Remaining) -> TrustRegistry:
    """Verify a registry, and make it one to ask. Raises NotBelieved, or BadInput for what is no credential."""
    fetch = fetching(services, remaining_s)
    received = Received(read_document(document), (), fetch.nothing)
    report = verify_received(received, services, Policy(trust=TrustPolicy()), fetch)  # who recognises it is not asked
    credential = report.submission.credential
    if not recognition.is_registry(credential):
        raise BadInput("It is neither a registry of recognised issuers nor a list of them.", remedy=FORMS)
    if report.outcome is not Outcome.VALID:
        raise NotBelieved(f"It was not believed. {report.summary}")
    return recognised(credential, source)
