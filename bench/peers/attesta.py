"""Attesta itself, by its public functions: the whole verifier, and prepare, seal and self-check."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ed25519

from app import __version__, services
from app.ports import Fetched, FetchFailed, Services
from app.settings import Settings
from app.vc import issuance, keys, status, strict_json
from app.vc.outcome import Outcome
from app.verifier.verify import verify
from bench import material

VERSION = f"attesta {__version__}"
KEY = keys.PrivateKey("Ed25519", ed25519.Ed25519PrivateKey.from_private_bytes(material.SEED))
PUBLIC = keys.from_jwk(KEY.public_jwk)
MEDIA_TYPES = {"data-integrity": "application/json", "jwt": "application/vc+jwt"}


def operation(kind: str, securing: str, documents: list[str]) -> Callable[[str], str]:
    """See bench.peers."""
    del documents
    return _issuer(securing) if kind == "issue" else _verifier(MEDIA_TYPES[securing])


def issue(text: str, securing: str) -> str:
    """Prepare, seal and check one badge."""
    now = datetime.now(UTC)
    how: issuance.Securing = issuance.DataIntegrity("eddsa-rdfc-2022", material.METHOD, now)
    if securing == "jwt":
        how = issuance.Jwt("EdDSA", kid=material.METHOD)
    sealed = issuance.seal(issuance.prepare(strict_json.loads(text), how, KEY.key_type), KEY)
    if issuance.self_check(sealed, PUBLIC, now):
        raise ValueError("the self-check refused it")
    return sealed.content.decode()


def _issuer(securing: str) -> Callable[[str], str]:
    return lambda text: issue(text, securing)


def _verifier(media_type: str) -> Callable[[str], str]:
    found = verifying_services({})

    def check(text: str) -> str:
        report = verify(text.encode(), media_type, found)
        if report.outcome is not Outcome.VALID:
            raise ValueError(report.summary)
        return ""

    return check


class Cached:
    """The Fetcher port, when everything that it is asked for is at hand."""

    def __init__(self, documents: dict[str, str]) -> None:
        """`documents`: text by URL."""
        self._documents = {url: text.encode() for url, text in documents.items()}

    def kept(self, url: str, *, accept: str) -> Fetched | None:
        """Return the document, as the real one does with what it fetched before."""
        del accept
        return Fetched(url, "application/vc", self._documents[url]) if url in self._documents else None

    def get(self, url: str, *, accept: str) -> Fetched:
        """Refuse what is not at hand; raises FetchFailed."""
        del accept
        raise FetchFailed("unreachable", f"{url} is not part of the benchmark.")


def verifying_services(documents: dict[str, str]) -> Services:
    """Return the services of a verifier without a database, to whom these documents are what the web holds."""
    nowhere = Path(tempfile.gettempdir()) / "attesta-bench-nothing-here"
    web = Cached(documents)
    return replace(services.build_verifier(Settings(data_dir=nowhere)), fetcher=web, kept=web.kept)


def status_list() -> str:
    """Return a signed status list of 131,072 entries of which none is set, under material.LIST_URL."""
    encoded = status.encode(status.new_bits(131_072))
    document = status.list_credential(
        material.LIST_URL, material.ISSUER, "revocation", encoded, "2026-01-01T00:00:00Z", None, None
    )
    how = issuance.DataIntegrity("eddsa-rdfc-2022", material.METHOD, datetime.now(UTC))
    return issuance.seal(issuance.prepare(document, how, KEY.key_type), KEY).content.decode()
