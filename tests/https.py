"""The service behind https under names that only tests know; and the guarded way there."""

import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from fastapi import FastAPI

from app.adapters.fetch import GuardedFetcher


def certify(folder: Path, names: Sequence[str]) -> tuple[Path, Path]:
    """A certificate for these names, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "https.crt", folder / "https.key"
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
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
