"""Several processes of uvicorn at one address, among which the system spreads the connections.

Behind one socket that all of them share, a process that wakes takes every connection that waits, and clients keep their
connections: now and then one process has all the work and the others have none. So each listens on a socket of its own.
"""

import socket
from typing import Any

import uvicorn
from uvicorn.supervisors import Multiprocess

Address = tuple[str, int]


class OneOfMany(socket.socket):
    """A socket bound to an address that others are bound to as well (SO_REUSEPORT, socket(7)).

    Handed to another process, it becomes one more of them. Only those that listen get connections; that of a process
    that died is gone, and who comes next comes to the others.
    """

    @classmethod
    def at(cls, address: Address) -> "OneOfMany":
        """Bind one to a host and port. Raises OSError.

        Its protocol is named, or else asyncio would leave Nagle's algorithm on for what is accepted from it: the body
        of an answer would wait some 40 ms for the client to acknowledge the headers.
        """
        made = cls(_family(address[0]), socket.SOCK_STREAM, socket.IPPROTO_TCP)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        try:
            made.bind(address)
        except OSError:
            made.close()
            raise
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        """Tell what a process does that is handed this one."""
        return OneOfMany.at, (self.getsockname()[:2],)


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def serve(factory: str, workers: int, *, port: int, host: str = "127.0.0.1", **options: Any) -> None:
    """Serve until stopped. `factory`: import path of what makes the application; `options`: as uvicorn.run takes them.

    Raises OSError where the address cannot be had.
    """
    socket.create_server((host, port), family=_family(host)).close()  # refused even where others would share it
    config = uvicorn.Config(factory, factory=True, workers=workers, host=host, port=port, **options)
    with OneOfMany.at((host, port)) as held:
        Multiprocess(config, sockets=[held]).run()
