"""One peer in a process of its own, which works on command: `python -m bench.worker NAME`, a JSON object a line.

{"do": "load", "kind", "securing", "documents"}   ->  {"version"}
{"do": "each"}                                    ->  {"results"}: of one operation on each document, in order
{"do": "run", "seconds"}                          ->  {"times", "wall_s", "cpu_s"}: operations until that time is over
Anything that goes wrong                          ->  {"error"}
"""

import importlib
import json
import sys
import time
from collections.abc import Callable
from itertools import cycle
from types import ModuleType
from typing import Any


class Worker:
    """One peer and what it is to work on."""

    def __init__(self, peer: ModuleType) -> None:
        """`peer`: a module of bench.peers."""
        self._peer = peer
        self._operation: Callable[[str], str] = str
        self._documents: list[str] = []

    def answer(self, command: dict[str, Any]) -> dict[str, Any]:
        """Do what a line commands."""
        if command["do"] == "load":
            self._documents = command["documents"]
            self._operation = self._peer.operation(command["kind"], command["securing"], self._documents)
            return {"version": self._peer.VERSION}
        if command["do"] == "each":
            return {"results": [self._operation(text) for text in self._documents]}
        return self._run(command["seconds"])

    def _run(self, seconds: float) -> dict[str, Any]:
        done, endless = 0, cycle(self._documents)
        started, cpu = time.perf_counter(), time.process_time()
        elapsed = 0.0
        while elapsed < seconds:
            self._operation(next(endless))
            done += 1
            elapsed = time.perf_counter() - started
        return {"times": done, "wall_s": elapsed, "cpu_s": time.process_time() - cpu}


def main() -> None:
    """Answer until stdin ends."""
    worker = Worker(importlib.import_module(f"bench.peers.{sys.argv[1]}"))
    for line in sys.stdin:
        try:
            told = worker.answer(json.loads(line))
        except Exception as error:  # noqa: BLE001 - the one who measures has to know
            told = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
