"""What must be fetched to judge a submission, and why. Pure: called with what was fetched so far, it names the rest.

1. per proof, the controlled identifier document (or JWK, or issuer's metadata) of its verification method
2. when a key comes without a document that says whose it is: the owner's own controlled identifier document
3. per status entry, its status list
4. per status list that is there and is signed itself, the same as 1 and 2 for the list
5. all of it for each credential of a presentation or of a learner record, and then for each endorsement
6. of an Open Badges 2.0 badge, what app.verifier.older_badge names

Nothing else is ever fetched: no context, no schema, no picture, however a document asks for it.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from app.errors import BadInput
from app.ports import Fetched
from app.vc import did
from app.vc.outcome import Unsound
from app.verifier import older_badge
from app.verifier.endorsements import MAX_DEPTH, MAX_ENDORSEMENTS, endorsements_of
from app.verifier.evidence import EvidenceSet
from app.verifier.intake import Submission, read_plain
from app.verifier.need import Need
from app.verifier.reading import Document
from app.verifier.record import credentials_in
from app.verifier.resolution import fetched_object, key_set_url
from app.verifier.secured import (
    MAX_PROOFS,
    SIGNED_LISTS,
    STATUS_CLAIM,
    Kept,
    KeyPlace,
    Secured,
    key_place,
    proof_key_place,
    status_entries,
    status_kind,
    status_list_url,
)
from app.verifier.token_status import read_token

KEPT_LISTS = 32  # ours: status lists that are remembered as they were read
KEPT_BYTES = 65_536  # ours: larger ones are not; one of 131,072 entries has 20 kB when one in a hundred is set
MAX_NEEDS = 12  # ours: an honest badge needs two or three; one request must not become an army


def plan(submission: Submission, evidence: EvidenceSet, *, bind_issuer: bool = True) -> tuple[Need, ...]:
    """Name what is still missing, each URL once; at most MAX_NEEDS in all, counting what is there.

    What endorsements need comes last, and leaves room for the keys of the status lists that are still to come.
    `bind_issuer`: see case.Policy.
    """
    document = submission.document
    documents = tuple(with_records(document.secured, *document.presented))
    own = missing(documents, evidence, bind_issuer=bind_issuer)
    room = MAX_NEEDS - len(evidence.items)
    chosen = own[: max(0, room)]
    endorsements = tuple(with_endorsements(*documents))
    if not endorsements:
        return chosen
    kept_free = sum(need.kind.startswith("status_list") for need in chosen)
    endorsing = missing(endorsements, evidence, bind_issuer=bind_issuer)
    urls = {need.url for need in own}
    more = tuple(need for need in endorsing if need.url not in urls)
    return chosen + more[: max(0, room - len(own) - kept_free)]


def missing(documents: tuple[Secured, ...], evidence: EvidenceSet, *, bind_issuer: bool) -> tuple[Need, ...]:
    """Name what is still missing for these documents, each URL once."""
    named: dict[str, Need] = {}
    read: set[str] = set()
    for secured in documents:
        for need in needs_of(secured, evidence, read):
            is_wanted = bind_issuer or not need.is_for_binding
            if is_wanted and evidence.get(need.url) is None:
                placed = replace(need, pointer=secured.pointer + need.pointer) if secured.pointer else need
                named.setdefault(need.url, placed)
    return tuple(named.values())


def with_records(*documents: Secured) -> Iterator[Secured]:
    """Go through documents, and through what learner records among them hold; pointers lead into what was sent."""
    step = list(documents)
    for _ in range(MAX_DEPTH + 1):
        if not step:
            return
        yield from step
        step = [
            replace(one, pointer=secured.pointer + one.pointer)
            for secured in step
            for one in credentials_in(secured.credential)
        ]


def with_endorsements(*documents: Secured) -> Iterator[Secured]:
    """Go through the endorsements that the judge will look at, step by step; pointers lead into what was sent."""
    step = list(documents)
    for _ in range(MAX_DEPTH):
        if not step:
            return
        step = [
            replace(one.secured, pointer=secured.pointer + one.secured.pointer)
            for secured in step
            for one in endorsements_of(secured)[:MAX_ENDORSEMENTS]
        ]
        yield from step


def needs_of(secured: Secured, evidence: EvidenceSet, read: set[str]) -> Iterator[Need]:
    """Name everything that one document needs, but its endorsements.

    `read`: URLs of the status lists whose needs are named already; many badges may name one list.
    """
    if secured.assertion is not None:
        yield from older_badge.needs(secured.assertion, evidence)
        return
    what = "the presentation" if secured.is_presentation else "the badge"
    yield from key_needs(secured, what, evidence)
    if secured.is_presentation:
        return
    lists = status_lists(secured)
    for pointer, kind, url in lists:
        document = "status_list_token" if kind == STATUS_CLAIM else "status_list"
        yield Need(document, url, "The badge says that its status is told there.", pointer)
    for pointer, kind, url in lists:
        status_list = None if url in read else read_signed_list(evidence, kind, url, secured.owner)
        read.add(url)
        if status_list is not None:
            for need in key_needs(status_list, "the status list", evidence):
                yield replace(need, pointer=pointer, is_for_binding=False)


def key_needs(secured: Secured, what: str, evidence: EvidenceSet) -> Iterator[Need]:
    """Name the documents that hold the keys of a secured document, and the owner's when a key comes alone."""
    for place in key_places(secured):
        if place.url is not None:
            yield Need(place.kind, place.url, f"It holds the key that {what} is signed with.", place.pointer)
        if place.kind == "issuer_metadata":
            yield from key_set_needs(place, what, evidence)
        elif place.key is not None or place.kind == "key" or is_of_another_name(place, secured.owner):
            yield from owner_needs(secured, what)


def is_of_another_name(place: KeyPlace, owner: str) -> bool:
    """Whether the key is its own name (did:key, did:jwk), and that is not the owner's."""
    return did.is_bare_key(place.method) and place.method.partition("#")[0] != owner


def key_set_needs(place: KeyPlace, what: str, evidence: EvidenceSet) -> Iterator[Need]:
    """Name the key set that an issuer's metadata, which is there, says that it has."""
    had = evidence.get(place.url or "")
    try:
        url = key_set_url(fetched_object(had)) if isinstance(had, Fetched) else None
    except Unsound:
        return
    if url is not None:
        yield Need("key", url, f"The issuer of {what} says that its keys are there.", place.pointer)


def owner_needs(secured: Secured, what: str) -> Iterator[Need]:
    """Name the owner's own document, which alone can say that a bare key is the owner's."""
    role = "holder" if secured.is_presentation else "issuer"
    try:
        url = did.document_url(secured.owner)
    except Unsound:
        return
    if url is not None:
        why = f"It tells which keys the {role} of {what} signs with."
        yield Need("controlled_identifier", url, why, f"/{role}", is_for_binding=True)


def key_places(secured: Secured) -> Iterator[KeyPlace]:
    """Tell where the keys are; a proof that does not say so is left for the check of proofs."""
    try:
        if secured.jws is not None:
            yield key_place(secured)
    except Unsound:
        return
    for pointer, one in secured.proofs[:MAX_PROOFS]:
        try:
            if isinstance(one, dict):
                yield proof_key_place(pointer, one)
        except Unsound:
            continue


def status_lists(secured: Secured) -> tuple[tuple[str, str, str], ...]:
    """List (pointer, kind, URL) of the status lists that the entries name."""
    return tuple(
        (pointer, status_kind(entry), url)
        for pointer, entry in status_entries(secured)
        if (url := status_list_url(entry)) is not None
    )


def read_signed_list(evidence: EvidenceSet, kind: str, url: str, issuer: str) -> Secured | None:
    """Return a status list that was fetched, can be read and is signed itself. `issuer`: of the badge."""
    if kind == STATUS_CLAIM:
        return read_token(evidence, url, issuer)
    return read_list(evidence, url) if kind in SIGNED_LISTS else None


def read_list(evidence: EvidenceSet, url: str) -> Secured | None:
    """Return a status list that was fetched and can be read; a presentation is none, since its holder signs it."""
    had = evidence.get(url)
    if not isinstance(had, Fetched):
        return None
    return list_in(had.content) if len(had.content) > KEPT_BYTES else kept_list(had.content)


@lru_cache(KEPT_LISTS)
def kept_list(content: bytes) -> Secured | None:
    """`list_in`, remembered: a list is read several times for one badge, and for each badge of its issuer.

    The same bytes say the same, so nothing here can be out of date. Nobody changes a document that is judged. Which of
    its signatures held is remembered with it; when it was signed, and whose the key is, is asked each time.
    """
    found = list_in(content)
    return None if found is None else replace(found, kept=Kept())


def list_in(content: bytes) -> Secured | None:
    """Return the status list that stands in what was fetched."""
    try:
        found = read_plain(content)
    except BadInput:
        return None
    secured = found.secured if isinstance(found, Document) else None
    return None if secured is None or secured.is_presentation else secured
