"""All I/O of a verification: each need becomes a document, or the reason why it could not be had.

1. What we ourselves serve is read locally: no network, no cache, so that a revocation is seen at once.
2. What was fetched before and may still be used is at hand.
3. The rest goes through the one guarded fetcher (which knows our own address, and never asks there), in parallel,
   until the deadline of the whole verification.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from app.errors import Problem
from app.ports import Fetched, FetchFailed, Services
from app.verifier.evidence import Had, NotFetched
from app.verifier.need import Need

Tell = Callable[[Need, "Had | None"], None]  # told of each fetch: None when it begins, then what came
SOON_READ_BYTES = 65_536  # ours: a status list of 131,072 entries has 20 kB when one in a hundred is set
PARALLEL = 8  # design: gather alone waits on foreign servers
ACCEPT = {
    "controlled_identifier": "application/did+json, application/did+ld+json, application/cid, application/json;q=0.9",
    "issuer_metadata": "application/json",
    "registry": "application/vc, application/vc+jwt, application/vc+ld+json, application/json, text/plain;q=0.5",
    "key": "application/jwk+json, application/jwk-set+json, application/did+json, application/json;q=0.9",
    "status_list": "application/vc, application/vc+jwt, application/vc+ld+json, application/json, text/plain;q=0.5",
    "status_list_token": "application/statuslist+jwt, text/plain;q=0.5",
    "document": (
        "application/vc, application/vc+jwt, application/vc+ld+json, application/ld+json, application/json;q=0.9, "
        "application/jwt;q=0.9, application/dc+sd-jwt;q=0.9, image/png;q=0.8, image/svg+xml;q=0.8, "
        "application/pdf;q=0.7, image/jpeg;q=0.6, image/webp;q=0.6, text/plain;q=0.5, application/octet-stream;q=0.3, "
        "text/html;q=0.2, application/xhtml+xml;q=0.2"
    ),
} | dict.fromkeys(
    ("hosted_assertion", "badge_class", "issuer_profile", "cryptographic_key", "revocation_list"),
    "application/ld+json, application/json;q=0.9, text/plain;q=0.5, application/x-pem-file;q=0.4",
)


def unheard(need: Need, had: Had | None) -> None:
    """Tell nobody."""
    del need, had


def gather(
    needs: Iterable[Need], services: Services, *, remaining_s: Callable[[], float], tell: Tell = unheard
) -> dict[str, Had]:
    """Fetch what is needed, by URL. `remaining_s`: seconds left for the whole verification.

    `tell` is called from several threads, and only of what other servers are asked for.
    """
    by_url = {need.url: need for need in needs}
    found = {url: own(url, services) for url in by_url}
    had: dict[str, Had] = {url: document for url, document in found.items() if document is not None}
    foreign = [need for url, need in by_url.items() if url not in had]
    had |= kept(foreign, services, tell)
    return had | fetch_all([need for need in foreign if need.url not in had], services, remaining_s, tell)


class NotAtHand(Exception):  # noqa: N818 - an answer, not a failure of ours
    """Something has to be waited for."""


def at_hand(needs: Iterable[Need], services: Services) -> dict[str, Had]:
    """Return what is needed, when all of it was fetched before and is soon read; raises NotAtHand.

    Our own documents never were, since they may have to be made. What stands at an address that somebody sent may be a
    picture, or anything.
    """
    named = list(needs)
    had = kept(named, services, unheard)
    if any(need.kind == "document" or not is_soon_read(had.get(need.url)) for need in named):
        raise NotAtHand
    return had


def is_soon_read(had: Had | None) -> bool:
    """Whether this is a document of moderate size."""
    return isinstance(had, Fetched) and len(had.content) <= SOON_READ_BYTES


def own(url: str, services: Services) -> Had | None:
    """Our own document; when it cannot be made now (a key is missing), that is told like any other thing not had."""
    try:
        return services.local_documents.get(url)
    except Problem as problem:
        return NotFetched("unavailable", f"{url[:200]} is ours and cannot be given now: {problem.detail}")


def kept(needs: list[Need], services: Services, tell: Tell) -> dict[str, Had]:
    """Return what is at hand of foreign documents: no thread is begun for what nobody waits for."""
    found = {need: services.kept(need.url, accept=ACCEPT[need.kind]) for need in needs}
    had: dict[str, Had] = {}
    for need, document in found.items():
        if document is not None:
            tell(need, None)
            tell(need, document)
            had[need.url] = document
    return had


def fetch_all(needs: list[Need], services: Services, remaining_s: Callable[[], float], tell: Tell) -> dict[str, Had]:
    """Fetch foreign documents in parallel; what is not there at the deadline is left behind."""
    if not needs:
        return {}
    if remaining_s() <= 0:
        return {need.url: too_late(need.url) for need in needs}
    executor = ThreadPoolExecutor(max_workers=min(PARALLEL, len(needs)), thread_name_prefix="gather")
    try:
        tasks = {need.url: executor.submit(fetch, need, services, tell) for need in needs}
        with services.aside():
            wait(tasks.values(), timeout=max(0.0, remaining_s()))
        return {url: result(url, task) for url, task in tasks.items()}
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


def fetch(need: Need, services: Services, tell: Tell) -> Had:
    """Fetch one foreign document."""
    tell(need, None)
    had = fetched(need, services)
    tell(need, had)
    return had


def fetched(need: Need, services: Services) -> Had:
    """Return the document, or why it could not be had."""
    try:
        return services.fetcher.get(need.url, accept=ACCEPT[need.kind])
    except FetchFailed as failure:
        return NotFetched(failure.code, failure.message)


def result(url: str, task: "Future[Had]") -> Had:
    """Return what a task brought; a task that is not done comes too late."""
    return task.result() if task.done() else too_late(url)


def too_late(url: str) -> NotFetched:
    """Say that the verification was out of time."""
    return NotFetched("timeout", f"{url[:200]} did not answer in the time that one verification has.")
