"""The use case of a match: several documents in, which competencies of a role they show out. Nothing is stored.

1. each document is verified as if it had been sent alone; all of them share one deadline, and fetch a document once
2. presentations and learner records are opened: each credential in them counts by its own verdict
3. what the valid ones show is matched against the role (app.verifier.match)
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.competency.framework import Framework
from app.competency.identified import written
from app.errors import BadInput, TooLarge
from app.ports import Services
from app.vc import timestamps
from app.verifier.case import Policy
from app.verifier.evidence import Had
from app.verifier.match import Badge, Role, match
from app.verifier.need import Need
from app.verifier.receive import Gathering, receive
from app.verifier.verify import fetching, verify_received

MAX_DOCUMENTS = 12  # ours: each may cost what one verification may
MAX_BADGES = 100  # ours: credentials in all of them together

OUT_OF_TIME = "It was not looked at: the others took all the time that one request has. Send fewer at once."
SUMMARIES = {
    "met": "The badges show every competency that the role {role} asks for.",
    "not_met": "The badges do not show everything that the role {role} asks for.",
    "none": "No badge counts, so nothing of the role {role} is shown.",
    "different": " They are of different people, so each person was matched alone.",
    "unknown": " Nothing shows that they are of one person, so each subject was matched alone: name the recipient.",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """One document as it came. `name`: how the caller finds it in the answer."""

    name: str
    content: bytes
    media_type: str


def match_documents(
    documents: tuple[Sent, ...],
    role: Role,
    services: Services,
    policy: Policy,
    *,
    language: str = "en",
    monotonic: Callable[[], float] = time.monotonic,
) -> dict[str, Any]:
    """Verify the documents and match them against the role: the body of `POST /verify/match`.

    Raises BadInput for too many documents; one that cannot be read is told in the answer, and does not count.
    """
    if not documents:
        raise BadInput("There is nothing to match.", pointer="/credentials", remedy="Send two badges or more.")
    if len(documents) > MAX_DOCUMENTS:
        message = f"At most {MAX_DOCUMENTS} documents are matched at once."
        raise TooLarge(message, pointer="/credentials", remedy="Send those of one person that matter.")
    badges, unreadable = verified(documents, services, policy, monotonic)
    is_recipient_asked = policy.recipient is not None
    told = match(role, badges, is_recipient_asked=is_recipient_asked, language=language)
    return (
        {"summary": summary(told)}
        | told
        | {
            "unreadable": unreadable,
            "recipient_asked": is_recipient_asked,
            "as_of": timestamps.write(policy.as_of) if policy.as_of else None,
            "verified_at": timestamps.write(services.clock()),
        }
    )


def verified(
    documents: tuple[Sent, ...], services: Services, policy: Policy, monotonic: Callable[[], float]
) -> tuple[tuple[Badge, ...], list[dict[str, str]]]:
    """Return the judged credentials, and what could not be read and why. Raises TooLarge."""
    deadline = monotonic() + services.settings.verify_timeout_s
    source = fetching(services, lambda: deadline - monotonic())
    source = source._replace(gathering=remembering(source.gathering))
    badges: list[Badge] = []
    unreadable: list[dict[str, str]] = []
    for sent in documents:
        if source.remaining_s() <= 0:
            unreadable.append({"badge": sent.name, "why": OUT_OF_TIME})
            continue
        try:
            received = receive(sent.content, sent.media_type, source, max_bytes=services.settings.verify_max_bytes)
        except BadInput as problem:
            unreadable.append({"badge": sent.name, "why": problem.detail})
            continue
        told = verify_received(received, services, policy, source).to_json()
        badges.extend(badges_in(sent.name, told))
        unreadable.extend(left_out(sent.name, told))
        if len(badges) > MAX_BADGES:
            message = f"At most {MAX_BADGES} credentials are matched at once."
            raise TooLarge(message, pointer=sent.name, remedy="Send those that matter.")
    return tuple(badges), unreadable


def remembering(gathering: Gathering) -> Gathering:
    """Return what asks for each document once, whichever badge needs it."""
    had: dict[str, Had] = {}

    def gather_once(needs: "tuple[Need, ...]") -> dict[str, Had]:
        new = tuple(need for need in needs if need.url not in had)
        had.update(gathering(new) if new else {})
        return {need.url: had[need.url] for need in needs}

    return gather_once


def badges_in(name: str, told: Mapping[str, Any]) -> Iterator[Badge]:
    """Yield each credential of a report, under the document's name and its own pointer."""
    if told["meaning"] is not None:
        yield Badge(name, told)
    yield from parts_in(name, told)


def parts_in(name: str, told: Mapping[str, Any]) -> Iterator[Badge]:
    """Yield the credentials of a presentation or of a learner's record, at any depth."""
    for part in told["credentials"]:
        inner = f"{name}{part['pointer']}"
        if part["meaning"] is not None:
            yield Badge(inner, part)
        yield from parts_in(name, part)


def left_out(name: str, told: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Yield the credentials of which a report, being too long, does not tell what they mean."""
    for part in told["credentials"]:
        if part["kind"] == "credential" and part["meaning"] is None:
            yield {"badge": f"{name}{part['pointer']}", "why": part["summary"]}
        yield from left_out(name, part)


def summary(told: Mapping[str, Any]) -> str:
    """Say in plain English what came of it."""
    role = told["role"]["name"]
    if told["same_person"] == "none":
        return SUMMARIES["none"].format(role=role)
    return SUMMARIES[told["outcome"]].format(role=role) + SUMMARIES.get(told["same_person"], "")


def framework_of(value: Any, services: Services) -> Framework:
    """Return the framework that was sent, or that is published under a code. Raises BadInput, NotFound, Conflict."""
    if isinstance(value, dict):
        return written(value)
    if not isinstance(value, str) or not value.strip():
        raise BadInput(
            "A match needs a framework.",
            pointer="/framework",
            remedy="Send it as object under `framework`, or the code of a published one.",
        )
    if services.frameworks is None:
        raise BadInput("This verifier knows no frameworks.", pointer="/framework", remedy="Send the framework itself.")
    return services.frameworks.find(value.strip())
