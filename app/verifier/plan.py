"""What must be fetched to judge a submission, and why. Pure: called with what was fetched so far, it names the rest.

1. per proof, the controlled identifier document (or JWK) of its verification method
2. when a key comes without a document that says whose it is: the issuer's own controlled identifier document
3. per status entry, its status list
4. per status list that is there and is a credential itself, the same as 1 and 2 for the list

Nothing else is ever fetched: no context, no schema, no picture, however a document asks for it.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from app.errors import BadInput
from app.ports import Fetched
from app.vc import did
from app.vc.outcome import Unsound
from app.verifier.evidence import EvidenceSet
from app.verifier.intake import Submission, read_secured
from app.verifier.secured import (
    LIST_URL_IN,
    MAX_PROOFS,
    SIGNED_LISTS,
    KeyPlace,
    Secured,
    issuer_id,
    jws_key_place,
    proof_key_place,
    proofs_of,
    status_entries,
    status_kind,
    status_list_url,
)

MAX_NEEDS = 12  # ours: an honest badge needs two or three; one request must not become an army


@dataclass(frozen=True, slots=True)
class Need:
    """One document to fetch. `kind`: controlled_identifier, key or status_list. `why`: a sentence.

    `pointer`: the place in the credential that asks for it.
    """

    kind: str
    url: str
    why: str
    pointer: str


def plan(submission: Submission, evidence: EvidenceSet) -> tuple[Need, ...]:
    """Name what is still missing, each URL once; at most MAX_NEEDS in all, counting what is there."""
    missing: dict[str, Need] = {}
    for need in needs_of(submission.secured, evidence):
        if evidence.get(need.url) is None:
            missing.setdefault(need.url, need)
    return tuple(missing.values())[: max(0, MAX_NEEDS - len(evidence.items))]


def needs_of(secured: Secured, evidence: EvidenceSet) -> Iterator[Need]:
    """Name everything that a submission needs."""
    yield from key_needs(secured, "the badge")
    for pointer, url in status_list_urls(secured):
        yield Need("status_list", url, "The badge says that its status is told there.", pointer)
    for pointer, url in status_list_urls(secured, SIGNED_LISTS):
        status_list = read_list(evidence, url)
        if status_list is not None:
            for need in key_needs(status_list, "the status list"):
                yield Need(need.kind, need.url, need.why, pointer)


def key_needs(secured: Secured, what: str) -> Iterator[Need]:
    """Name the documents that hold the keys of a secured credential, and the issuer's when a key comes alone."""
    for place in key_places(secured):
        if place.url is not None:
            yield Need(place.kind, place.url, f"It holds the key that {what} is signed with.", place.pointer)
        if place.key is not None or place.kind == "key":
            yield from issuer_needs(secured, what)


def issuer_needs(secured: Secured, what: str) -> Iterator[Need]:
    """Name the issuer's own document, which alone can say that a bare key is the issuer's."""
    try:
        url = did.document_url(issuer_id(secured.credential))
    except Unsound:
        return
    if url is not None:
        yield Need("controlled_identifier", url, f"It tells which keys the issuer of {what} signs with.", "/issuer")


def key_places(secured: Secured) -> Iterator[KeyPlace]:
    """Tell where the keys are; a proof that does not say so is left for the check of proofs."""
    try:
        if secured.jws is not None:
            yield jws_key_place(secured.jws, issuer_id(secured.credential))
    except Unsound:
        return
    for pointer, one in proofs_of(secured)[:MAX_PROOFS]:
        try:
            if isinstance(one, dict):
                yield proof_key_place(pointer, one)
        except Unsound:
            continue


def status_list_urls(secured: Secured, kinds: Collection[str] = LIST_URL_IN) -> tuple[tuple[str, str], ...]:
    """List (pointer, URL) of the status lists that the entries of these kinds name."""
    return tuple(
        (pointer, url)
        for pointer, entry in status_entries(secured.credential)
        if status_kind(entry) in kinds and (url := status_list_url(entry)) is not None
    )


def read_list(evidence: EvidenceSet, url: str) -> Secured | None:
    """Return a status list that was fetched and can be read."""
    had = evidence.get(url)
    try:
        return read_secured(had.content, had.media_type) if isinstance(had, Fetched) else None
    except BadInput:
        return None
