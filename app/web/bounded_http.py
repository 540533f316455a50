"""HTTP/1.1 as uvicorn reads it with httptools, in C; but for what has no end: heads, rows of requests, patience.

httptools keeps a name or value until it ends, and uvicorn every header there is, however long that goes on. RFC 9112
section 3 and RFC 9110 section 5.4 leave it to servers how much they take. And all requests that come at once, sent
before the first is answered (RFC 9112 section 9.3.2), are made ready at once: ten thousand fit into what is read.

uvicorn waits for ever for a head or a body that comes byte by byte, or not at all, and for a client that does not read
its answer. Each such connection costs a file descriptor, of which a process has a thousand: whoever opens as many has
the service to himself. So now and then each connection is looked at, and ended when its client got nothing done.
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_BYTES = 65_536  # ours: of a head; cookies and long tokens take 8,000. What comes at once may be four times that
MOST_WAITING = 100  # ours: requests of one connection; clients hardly send a second one before they are answered
LOOK_EVERY_S = 60.0  # ours: a client has at least so long for a head
LEAST_BYTES = 30_000  # ours: of a body between two looks; the slowest telephones (GPRS) send four times that


class TooManyWaiting(Exception):  # noqa: N818 - the parser turns it into its own error, which is answered with 400
    """A client sends one request after the other and reads no answer."""


class BoundedHttp(HttpToolsProtocol):
    """A connection that counts what it received since something was complete: a head, a piece of a body, a request."""

    look_every_s = LOOK_EVERY_S

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Begin."""
        self._unfinished = 0
        self._body_bytes = 0  # since the last look
        self._has_moved = True  # so is this: a head is complete, a body, an answer, or some of it was read
        super().connection_made(transport)
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._next_look.cancel()
        super().connection_lost(exc)

    def _look(self) -> None:
        """End a connection whose client kept us waiting since the last look; else look again later."""
        if not self._has_moved and self._body_bytes < LEAST_BYTES and self._waits_for_client():
            self.transport.abort()  # close() would wait for the client to read
            return
        self._has_moved, self._body_bytes = False, 0
        self._next_look = self.loop.call_later(self.look_every_s, self._look)

    def _waits_for_client(self) -> bool:
        """Whether it is for the client to go on: to send a head or a body, or to read what we sent."""
        if self.flow.write_paused or self.transport.is_closing():
            return True
        if self.cycle is None or self.cycle.response_complete:
            return self.timeout_keep_alive_task is None  # which ends what nothing comes from
        return self.cycle.more_body and not self.flow.read_paused

    def data_received(self, data: bytes) -> None:
        """Read on, or refuse what does not come to an end."""
        self._unfinished += len(data)
        super().data_received(data)
        if self._unfinished > MOST_BYTES and not self.transport.is_closing():
            self.send_400_response("The head of this request is too large.")

    def on_headers_complete(self) -> None:
        """Note that the head is complete; refuse it when too many wait for their turn."""
        self._unfinished = 0
        self._has_moved = True
        if len(self.pipeline) == MOST_WAITING:
            raise TooManyWaiting
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Note that a piece of the body is there."""
        self._unfinished = 0
        self._body_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Note that the request is complete."""
        self._unfinished = 0
        self._has_moved = True
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Note that the answer is written."""
        self._has_moved = True
        super().on_response_complete()

    def resume_writing(self) -> None:
        """Note that the client has read most of what waited for it."""
        self._has_moved = True
        super().resume_writing()
