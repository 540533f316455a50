"""Several processes of uvicorn behind one socket, which waits for nothing before it sends."""

import socket
from typing import Any

import uvicorn
from uvicorn.supervisors import Multiprocess


def serve(factory: str, workers: int, **options: Any) -> None:
    """Serve until stopped. `factory`: import path of what makes the application; `options`: as uvicorn.run takes them.

    uvicorn makes the socket of several processes without naming its protocol, so asyncio does not switch Nagle's
    algorithm off for it: the body of an answer would wait some 40 ms for the client to acknowledge the headers.
    """
    config = uvicorn.Config(factory, factory=True, workers=workers, **options)
    listening = config.bind_socket()
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # what is accepted from it inherits that
    Multiprocess(config, sockets=[listening]).run()
