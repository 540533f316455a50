"""The service behind https under names that only tests know; and the guarded way there."""

import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from cryptography import x509
from fastapi import FastAPI

from app.adapters.fetch import GuardedFetcher
from tests.certificates import private_pem, self_signed


def certify(folder: Path, names: Sequence[str]) -> tuple[Path, Path]:
    """A certificate for these names, signed by itself, and its key."""
    made, key = self_signed(names[0], [x509.DNSName(name) for name in names])
    certificate, private = folder / "https.crt", folder / "https.key"
    certificate.write_bytes(made)
    private.write_bytes(private_pem(key))
    return certificate, private


@contextmanager
def serving_https(app: FastAPI, listener: socket.socket, certified: tuple[Path, Path]) -> Iterator[None]:
    """Answer on that listener."""
    certificate, key = certified
    config = uvicorn.Config(
        app, log_level="critical", lifespan="off", access_log=False, ssl_certfile=certificate, ssl_keyfile=key
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


def guarded(certificate: Path, **changed: object) -> GuardedFetcher:
    """The real thing, for which every name is this machine, and this machine is allowed."""
    chosen = {
        "resolve": lambda _host, _port: ["127.0.0.1"],
        "is_allowed": lambda address: address.is_loopback,
        "ssl_context": ssl.create_default_context(cafile=str(certificate)),
    } | changed
    return GuardedFetcher(**chosen)  # type: ignore[arg-type]
