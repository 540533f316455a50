"""A small load generator: several connections that are kept open, one request at a time on each, one thread.

It shares the machine with the server, as everybody's does here; a request costs it 30 microseconds, and up to
three times as much beside a server that keeps the processor and its caches busy.
"""

import selectors
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

END_OF_HEAD = b"\r\n\r\n"
SUCCESS = (b"200", b"201")
RECEIVE_BYTES = 65_536  # more would be asked of the system anew each time
PATIENCE_S = 60.0


def post(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """Return a POST request in HTTP/1.1, as bytes."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + END_OF_HEAD + body


@dataclass(slots=True)
class _Connection:
    """`whole`: bytes of the answer that is coming, 0 until its head is there."""

    socket: socket.socket
    received: bytearray = field(default_factory=bytearray)
    whole: int = 0

    def is_complete(self) -> bool:
        """Tell whether the whole answer is there; raises RuntimeError when it is not a success."""
        self.whole = self.whole or self._announced()
        return 0 < self.whole <= len(self.received)

    def forget(self) -> None:
        """Be ready for the next answer."""
        self.received.clear()
        self.whole = 0

    def _announced(self) -> int:
        head_end = self.received.find(END_OF_HEAD)
        if head_end < 0:
            return 0
        head = bytes(self.received[:head_end]).lower()
        if head[9:12] not in SUCCESS:
            raise RuntimeError(
                f"port {self.socket.getpeername()[1]} answered {bytes(self.received[:600]).decode(errors='replace')}"
            )
        length = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        return head_end + len(END_OF_HEAD) + length


@dataclass(frozen=True, slots=True)
class Answered:
    """How many requests were answered, and in which time."""

    answered: int
    seconds: float

    @property
    def a_second(self) -> float:
        """The rate."""
        return self.answered / self.seconds


def load(port: int, requests: Iterator[bytes], connections: int, seconds: float) -> Answered:
    """Return how many requests were answered. Stops when the time is over or there are no more requests.

    Raises RuntimeError for an answer other than 200 or 201, and for a server that says nothing for a minute.
    """
    started = time.perf_counter()
    with selectors.DefaultSelector() as selector:
        try:
            for _ in range(connections):
                _connect(selector, port, next(requests, None))
            return _exchange(selector, requests, started, seconds)
        finally:
            for key in list(selector.get_map().values()):
                key.data.socket.close()


def _connect(selector: selectors.BaseSelector, port: int, request: bytes | None) -> None:
    """Open a connection and send the first request at once.

    So the next connection meets servers at work, as in life, and not those that woke first.
    """
    made = socket.create_connection(("127.0.0.1", port))
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection = _Connection(made)
    selector.register(made, selectors.EVENT_READ, connection)
    _send_or_close(selector, connection, request)


def _exchange(selector: selectors.BaseSelector, requests: Iterator[bytes], started: float, seconds: float) -> Answered:
    answered = 0
    while selector.get_map():
        events = selector.select(PATIENCE_S)
        if not events:
            raise RuntimeError("the server says nothing any more")
        for key, _ in events:
            connection = key.data
            connection.received += _receive(connection.socket)
            if connection.is_complete():
                answered += 1
                connection.forget()
                is_over = time.perf_counter() - started >= seconds
                _send_or_close(selector, connection, None if is_over else next(requests, None))
    if not answered:
        raise RuntimeError("there was nothing left to ask for")
    return Answered(answered, time.perf_counter() - started)


def _receive(connection: socket.socket) -> bytes:
    data = connection.recv(RECEIVE_BYTES)
    if not data:
        raise RuntimeError("the server closed a connection")
    return data


def _send_or_close(selector: selectors.BaseSelector, connection: _Connection, request: bytes | None) -> None:
    """Send the next request; a connection that has none is closed here, before the server gets tired of it."""
    if request is None:
        selector.unregister(connection.socket)
        connection.socket.close()
    else:
        connection.socket.sendall(request)
