import threading
from dataclasses import replace

import pytest

from app.ports import Fetched, FetchFailed
from app.verifier.evidence import EvidenceSet, NotFetched
from app.verifier.gather import SOON_READ_BYTES, NotAtHand, at_hand, gather
from app.verifier.need import Need
from tests.verifier.badges import Local, Web, services


def need(url, kind="status_list"):
    return Need(kind, url, "why", "")


def gathered(*urls, web=None, local=None, seconds=60.0):
    return gather([need(url) for url in urls], services(web, local), remaining_s=lambda: seconds)


def test_own_documents_are_read_locally_and_never_fetched():
    web, local = Web(), Local({"https://attesta.example/status-lists/1": {"id": 1}})
    had = gathered("https://attesta.example/status-lists/1", web=web, local=local)
    assert isinstance(had["https://attesta.example/status-lists/1"], Fetched)
    assert web.asked == []


def test_what_is_at_hand_is_not_fetched_and_told_like_a_fetch():
    web, told = Web({"https://a.example/": {}}), []
    document = Fetched("https://b.example/", "application/json", b"{}")
    at_hand = replace(services(web), kept=lambda url, *, accept: document if url == document.url else None)
    needs = [need("https://a.example/"), need("https://b.example/")]
    had = gather(needs, at_hand, remaining_s=lambda: 5.0, tell=lambda one, what: told.append((one.url, what)))
    assert had["https://b.example/"] == document
    assert web.asked == ["https://a.example/"]
    assert told[:2] == [("https://b.example/", None), ("https://b.example/", document)]


def test_failure_becomes_the_reason_why_not():
    web = Web({"https://a.example/": FetchFailed("timeout", "a.example did not answer.")})
    assert gathered("https://a.example/", web=web) == {
        "https://a.example/": NotFetched("timeout", "a.example did not answer.")
    }


def test_same_url_is_fetched_once_and_nothing_is_fetched_for_nothing():
    web = Web({"https://a.example/": {}})
    assert len(gathered("https://a.example/", "https://a.example/", web=web)) == 1
    assert web.asked == ["https://a.example/"]
    assert gathered(web=web) == {}


def test_needs_are_fetched_in_parallel():
    both = threading.Barrier(2, timeout=60)

    class Waiting(Web):
        def get(self, url, *, accept):
            both.wait()
            return super().get(url, accept=accept)

    had = gathered(
        "https://a.example/", "https://b.example/", web=Waiting({"https://a.example/": {}, "https://b.example/": {}})
    )
    assert all(isinstance(one, Fetched) for one in had.values())


def test_what_comes_after_the_deadline_is_left_behind():
    done = threading.Event()

    class Slow(Web):
        def get(self, url, *, accept):
            if "slow" in url:
                done.wait(60)
            return super().get(url, accept=accept)

    web = Slow({"https://slow.example/": {}})
    try:
        had = gathered("https://slow.example/", web=web, seconds=0.05)
    finally:
        done.set()
    assert had["https://slow.example/"].code == "timeout"
    assert gathered("https://slow.example/", web=web, seconds=-1.0)["https://slow.example/"].code == "timeout"


def test_bug_of_a_fetcher_is_not_taken_for_an_answer():
    with pytest.raises(ZeroDivisionError):
        gathered("https://a.example/", web=Web({"https://a.example/": ZeroDivisionError()}))


def test_evidence_keeps_what_came_first():
    first, second = NotFetched("timeout", "first"), NotFetched("timeout", "second")
    evidence = EvidenceSet().with_more({"u": first}).with_more({"u": second, "v": second})
    assert (evidence.get("u"), evidence.get("v"), evidence.get("w")) == (first, second, None)


def test_at_hand_is_all_or_nothing_and_never_our_own():
    web = Web({"https://a.example/": {}})
    local = Local({"https://attesta.example/status-lists/1": {"id": 1}})
    document = Fetched("https://b.example/", "application/json", b"{}")
    found = replace(services(web, local), kept=lambda url, *, accept: document if url == document.url else None)
    assert at_hand([need("https://b.example/"), need("https://b.example/")], found) == {document.url: document}
    for url in ("https://a.example/", "https://attesta.example/status-lists/1"):
        with pytest.raises(NotAtHand):
            at_hand([need("https://b.example/"), need(url)], found)
    assert web.asked == []


def test_at_hand_is_nothing_that_may_take_long_to_read():
    def found(size):
        document = Fetched("https://b.example/", "application/json", b" " * size)
        return replace(services(Web()), kept=lambda url, *, accept: document)

    assert at_hand([need("https://b.example/")], found(SOON_READ_BYTES))
    for kind, size in (("status_list", SOON_READ_BYTES + 1), ("document", 10)):
        with pytest.raises(NotAtHand):
            at_hand([need("https://b.example/", kind)], found(size))
