"""HTTP/1.1 as uvicorn reads it with httptools, in C; but for a head, a trailer or a row of requests without end.

httptools keeps a name or value until it ends, and uvicorn every header there is, however long that goes on. RFC 9112
section 3 and RFC 9110 section 5.4 leave it to servers how much they take. And all requests that come at once, sent
before the first is answered (RFC 9112 section 9.3.2), are made ready at once: ten thousand fit into what is read.
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_BYTES = 65_536  # ours: of a head; cookies and long tokens take 8,000. What comes at once may be four times that
MOST_WAITING = 100  # ours: requests of one connection; clients hardly send a second one before they are answered


class TooManyWaiting(Exception):  # noqa: N818 - the parser turns it into its own error, which is answered with 400
    """A client sends one request after the other and reads no answer."""


class BoundedHttp(HttpToolsProtocol):
    """A connection that counts what it received since something was complete: a head, a piece of a body, a request."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Begin."""
        self._unfinished = 0
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Read on, or refuse what does not come to an end."""
        self._unfinished += len(data)
        super().data_received(data)
        if self._unfinished > MOST_BYTES and not self.transport.is_closing():
            self.send_400_response("The head of this request is too large.")

    def on_headers_complete(self) -> None:
        """Note that the head is complete; refuse it when too many wait for their turn."""
        self._unfinished = 0
        if len(self.pipeline) == MOST_WAITING:
            raise TooManyWaiting
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Note that a piece of the body is there."""
        self._unfinished = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Note that the request is complete."""
        self._unfinished = 0
        super().on_message_complete()
