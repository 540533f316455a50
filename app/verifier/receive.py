"""What was sent, and where it is only an address: what is there. The only fetches that a caller names himself.

An address may lead to a picture, in which the address of an assertion is baked, or to a web page that names the
document: so at most three fetches. Each goes the guarded way, and is told in the report like any other.
"""

from collections.abc import Callable
from typing import NamedTuple

from app.errors import BadInput, Unsupported
from app.ports import Fetched
from app.verifier import older_badge, web_page
from app.verifier.evidence import EvidenceSet, Had
from app.verifier.intake import Submission, intake, read_bytes, submission_of
from app.verifier.link import Link
from app.verifier.need import Need
from app.verifier.reading import Document

MAX_LINKS = 3
ADDRESS_UNAVAILABLE = "address_unavailable"


Gathering = Callable[[tuple[Need, ...]], dict[str, Had]]


class Source(NamedTuple):
    """Where evidence comes from. `nothing`: the empty set to begin with. `remaining_s`: seconds left to fetch in."""

    gathering: Gathering
    nothing: EvidenceSet
    is_replay: bool = False
    remaining_s: Callable[[], float] = float  # none: a replay fetches nothing


class Received(NamedTuple):
    """The document, and what was fetched to have it. `needs`: in their order."""

    submission: Submission
    needs: tuple[Need, ...]
    evidence: EvidenceSet


def receive(data: bytes, media_type: str | None, source: Source, *, max_bytes: int) -> Received:
    """Read what was sent, and follow it where it is an address.

    Raises TooLarge, Unsupported or BadInput for what cannot be read, or not be had.
    """
    found = intake(data, media_type, max_bytes=max_bytes)
    needs: tuple[Need, ...] = ()
    evidence = source.nothing
    for _ in range(MAX_LINKS):
        if isinstance(found, Submission):
            break
        need = Need("document", older_badge.fetch_url(found.url), found.why, "")
        if evidence.get(need.url) is None:
            evidence = evidence.with_more(source.gathering((need,)))
        needs += (need,)
        found = followed(found, evidence.get(need.url), data)
    if isinstance(found, Submission):
        return Received(found, needs, evidence)
    message = f"One address led to another, {MAX_LINKS} times, and to no credential."
    raise Unsupported(message, remedy="Send the address of the credential itself.", code="no_credential")


def followed(link: Link, had: Had | None, data: bytes) -> Submission | Link:
    """Return what stands at an address. `data`: what was sent. Raises BadInput when it could not be had."""
    if isinstance(had, Fetched):
        return read_fetched(had)
    if link.is_baked:  # then the picture is the badge, and its host could not be asked
        bare = {"id": link.url, "verification": {"type": "hosted"}}
        return submission_of(Document(older_badge.secured(bare)), data)
    why = had.reason if had is not None else ""
    message = f"There was nothing to be had at this address. {why}"
    raise BadInput(message, remedy="Check the address, or send the credential itself.", code=ADDRESS_UNAVAILABLE)


def read_fetched(had: Fetched) -> Submission | Link:
    """Read what was fetched; of a web page the credential in it. Raises BadInput."""
    content = had.content
    if web_page.looks_like_page(content):
        found = web_page.find(content, had.url)
        if isinstance(found, Link):
            return found
        content = found
    read = read_bytes(content, had.media_type)
    return read if isinstance(read, Link) else submission_of(read, had.content)
