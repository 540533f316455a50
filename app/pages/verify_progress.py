"""What a verification is doing, told while it goes on: a JSON object a line (NDJSON), the page with the answer last.

    {"asks": 1, "text": "Asking university.example: which keys its signer has"}
    {"answers": 1, "text": "university.example answered."}
    {"page": "<!doctype html>…"}

Nothing is kept between requests: who is not there to read the lines does not get the answer.
"""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import nullcontext
from queue import SimpleQueue
from threading import Lock

from app.pages.check_words import FETCHED, OTHER_FETCHED
from app.pages.verify_view import host
from app.pages.wording import Wording
from app.ports import Aside, Fetched
from app.texts import N_
from app.verifier.evidence import Had
from app.verifier.gather import Tell
from app.verifier.need import Need

NDJSON = "application/x-ndjson"
ASKING = N_("Asking %(host)s: %(what)s")
ANSWERED = N_("%(host)s answered.")
SILENT = N_("%(host)s did not answer.")


class Teller:
    """Turns what is fetched into lines; called from several threads."""

    def __init__(self, words: Wording, put: Callable[[str], None]) -> None:
        self._words, self._put = words, put
        self._numbers: dict[str, int] = {}
        self._lock = Lock()

    def __call__(self, need: Need, had: Had | None) -> None:
        """Tell that a document is asked for (`had` None), or what came of it."""
        with self._lock:
            number = self._numbers.setdefault(need.url, len(self._numbers) + 1)
        say, asked = self._words.say, host(need.url) or need.url
        if had is None:
            what = say(FETCHED.get(need.kind, OTHER_FETCHED))
            line: dict[str, object] = {"asks": number, "text": say(ASKING) % {"host": asked, "what": what}}
        else:
            is_there = isinstance(had, Fetched)
            text = say(ANSWERED if is_there else SILENT) % {"host": asked}
            line = {"answers": number, "is_there": is_there, "text": text}
        self._put(json.dumps(line))


def lines(
    answer: Callable[[Tell], str], words: Wording, tellers: Executor, aside: Aside = nullcontext
) -> Iterator[str]:
    """Go through the lines. `answer` makes the page (HTML), and tells what it fetches for it.

    `tellers`: the threads that make such pages, so many and no more: who comes when all are busy waits. `aside`: where
    to wait for the next line.
    """
    heard: SimpleQueue[str | None] = SimpleQueue()
    task = tellers.submit(answer, Teller(words, heard.put))
    task.add_done_callback(lambda _: heard.put(None))
    try:
        while (line := next_of(heard, aside)) is not None:
            yield line + "\n"
        yield json.dumps({"page": task.result()}) + "\n"
    finally:
        task.cancel()  # what has not begun when its reader has gone is not made


def next_of(heard: "SimpleQueue[str | None]", aside: Aside) -> str | None:
    """Wait for the next line, None after the last; a thread that waits must not keep others from being answered."""
    with aside():
        return heard.get()
