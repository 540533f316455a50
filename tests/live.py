"""The service behind a real socket: what clients of other makes talk to."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import uvicorn
from fastapi import FastAPI


@contextmanager
def serving(
    app: FastAPI, lifespan: Literal["on", "off"] = "off", listener: socket.socket | None = None
) -> Iterator[str]:
    """The address at which the application answers. `lifespan`: on, with the threads of the settings and the sweep.

    `listener`: for an application that must know its address before it is served; closed at the end.
    """
    listener = listener or socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan=lifespan, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()
