"""Ports for programs that the tests start: held by us until they listen, so that nobody else gets them meanwhile."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

HERE = "127.0.0.1"


@contextmanager
def held_port() -> Iterator[int]:
    """A port of this machine that nobody else is given, and on which a program may listen all the same.

    Our socket is bound and does not listen. Linux lets another one listen there when both say SO_REUSEADDR, as servers
    do, and gives the port neither to who asks for any port nor to outgoing connections (socket(7), ip(7)).
    """
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind((HERE, 0))
        yield int(holder.getsockname()[1])
