"""A certificate and its private key for `attesta serve`, tried before anything else is touched."""

import ssl
from dataclasses import dataclass
from pathlib import Path

from app.cli.common import read_file
from app.errors import BadInput
from app.settings import Settings

MAX_FILE_BYTES = 1_048_576  # ours: a certificate with its chain has 10 KB


@dataclass(frozen=True, slots=True)
class Tls:
    """PEM files: `certificate` with the chain of its issuers after it, `key` without a passphrase."""

    certificate: Path
    key: Path


class PassphraseError(Exception):
    """OpenSSL asks for a passphrase."""


def read(certificate: Path | None, key: Path | None) -> Tls | None:
    """Both files, which fit each other; None without any. Raises BadInput saying which file is wrong, and how."""
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        missing = "--tls-key" if key is None else "--tls-cert"
        raise BadInput(f"{missing} is missing.", remedy="Give --tls-cert and --tls-key together.")
    for path, kind in ((certificate, "CERTIFICATE"), (key, "PRIVATE KEY")):
        if f"{kind}-----".encode() not in read_file(path, MAX_FILE_BYTES):
            raise BadInput(
                f"{path} holds no {kind.lower()} in PEM form.", remedy=f"It has a line -----BEGIN {kind}-----."
            )
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password=refuse_passphrase)
    except PassphraseError:
        raise BadInput(
            f"The private key {key} is encrypted, and nobody is there to type its passphrase when the service starts.",
            remedy=f"Keep it without one, readable for the service alone: openssl pkey -in {key} -out FILE",
        ) from None
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise BadInput(
                f"The private key {key} is not that of the certificate {certificate}.",
                remedy="Give the key that the certificate was made for; in a chain, the server's certificate is first.",
            ) from None
        raise BadInput(
            f"{certificate} and {key} cannot be used ({error.reason or 'not well formed'}).",
            remedy=f"See what OpenSSL says: openssl x509 -in {certificate} -noout; openssl pkey -in {key} -noout",
        ) from None
    return Tls(certificate, key)


def refuse_passphrase() -> str:
    """Do not let OpenSSL wait for somebody at a keyboard."""
    raise PassphraseError


def with_https(settings: Settings) -> Settings:
    """The settings, with an https address of this machine where no public address was chosen."""
    if settings.base_url:
        return settings
    return settings.model_copy(update={"base_url": f"https://127.0.0.1:{settings.port}"})
