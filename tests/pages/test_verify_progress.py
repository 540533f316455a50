"""Verifications that are told of while they go on have so many threads, and no more."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.pages.verify_progress import lines
from app.pages.wording import Wording
from app.web.application import TELLERS

WORDS = Wording("en")


def test_who_comes_when_all_threads_are_busy_waits_and_is_answered():
    go_on, used = threading.Event(), set()

    def answer(_tell):
        used.add(threading.get_ident())
        go_on.wait(30)
        return "page"

    with ThreadPoolExecutor(2) as tellers, ThreadPoolExecutor(5) as readers:
        read = [readers.submit(list, lines(answer, WORDS, tellers)) for _ in range(5)]
        go_on.set()
        assert [json.loads(only.result(30)[0])["page"] for only in read] == ["page"] * 5
    assert len(used) <= 2


def test_what_nobody_reads_any_more_is_not_begun():
    go_on, begun = threading.Event(), []

    def gone():
        raise ConnectionError

    with ThreadPoolExecutor(1) as tellers:
        tellers.submit(go_on.wait, 30)
        with pytest.raises(ConnectionError):
            next(lines(lambda tell: begun.append(tell) or "page", WORDS, tellers, gone))
        go_on.set()
    assert begun == []


def test_a_service_has_one_such_pool(shared):
    assert shared.client.app.state.tellers._max_workers == TELLERS
