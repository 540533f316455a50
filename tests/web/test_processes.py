"""Several processes at one address: each has a socket of its own, and the system spreads connections over them."""

import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from contextlib import ExitStack, contextmanager

import pytest

from app.web import processes
from app.web.processes import OneOfMany

CLIENTS = 64  # that one of two gets none of them is as likely as 64 coins that fall alike


async def who(scope, receive, send):
    """The application: it tells which process answers."""
    if scope["type"] == "lifespan":
        for done in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{done}.complete"})
        return
    content = str(os.getpid()).encode()
    headers = [(b"content-length", str(len(content)).encode()), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": content})


def make():
    return who


@contextmanager
def _serving(port, workers):
    code = f"from app.web import processes; processes.serve('{__name__}:make', {workers}, port={port})"
    process = subprocess.Popen([sys.executable, "-c", code])
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(120) == 0


def _answering(port):
    """Return which process answers a new connection; None before one does."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}", timeout=60) as answer:
            return int(answer.read())
    except (ConnectionError, urllib.error.URLError):
        return None


def _until(is_so):
    for _ in range(1200):
        if is_so():
            return
        threading.Event().wait(0.1)
    raise AssertionError("it never came to that")


def test_connections_are_spread_over_those_who_listen():
    with ExitStack() as opened:
        held = opened.enter_context(OneOfMany.at(("127.0.0.1", 0)))
        listeners = [opened.enter_context(_handed_over(held)) for _ in range(2)]
        address = held.getsockname()[:2]
        for listener in listeners:
            assert listener.getsockname()[:2] == address
            listener.listen(CLIENTS)
        for _ in range(CLIENTS):
            opened.enter_context(socket.create_connection(address))
        got = [_accepted(listener) for listener in listeners]
        assert sum(got) == CLIENTS  # he who only holds the address got none
        assert all(got)


def _handed_over(held):
    return pickle.loads(pickle.dumps(held))  # noqa: S301 - as multiprocessing does


def _accepted(listener):
    listener.setblocking(False)
    count = 0
    while True:
        try:
            listener.accept()[0].close()
        except BlockingIOError:
            return count
        count += 1


def test_each_process_answers_and_a_dead_one_is_replaced(port):
    with _serving(port, 2):
        seen = set()
        _until(lambda: seen.add(_answering(port)) or len(seen - {None}) == 2)
        first, second = seen - {None}
        os.kill(first, signal.SIGKILL)
        later = set()
        _until(lambda: later.add(_answering(port)) or len(later - {None, first}) == 2)
        assert second in later


def test_an_address_that_others_would_share_is_refused(port):
    with OneOfMany.at(("127.0.0.1", port)) as other:
        other.listen()
        with pytest.raises(OSError, match="in use"):
            processes.serve(f"{__name__}:make", 2, port=port)


def test_an_address_that_others_have_is_refused(port):
    with socket.create_server(("127.0.0.1", port)), pytest.raises(OSError, match="in use"):
        OneOfMany.at(("127.0.0.1", port))
