"""The seams: what the rooms need of the world, as Protocols of one or two methods, and the record that holds them.

`app/services.py` alone builds a `Services`; every room may name it. Adapters stand in `app/adapters/`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any, Protocol

from app.settings import Settings

if TYPE_CHECKING:  # names for the type checker only: nothing below the rooms imports them at run time
    from app.competency.framework import Framework
    from app.store.session import Database
    from app.verifier.trust import TrustPolicy

Clock = Callable[[], datetime]
"""Returns now, aware, in UTC."""

RandomBelow = Callable[[int], int]
"""Returns an unpredictable whole number from 0 to n-1 (secrets.randbelow)."""


Aside = Callable[[], AbstractContextManager[None]]
"""Inside it the caller only waits for others: its place is another's meanwhile."""

NewId = Callable[[], str]
"""Returns a fresh random id (uuid4): public ids must not tell an order."""

NewSecret = Callable[[], str]
"""Returns 256 random bits as text safe in URLs."""


class Signer(Protocol):
    """One private key at work. Never shows it."""

    @property
    def key_type(self) -> str:
        """`Ed25519`, `P-256`, `P-384` or `RSA`."""

    @property
    def public_jwk(self) -> dict[str, str]:
        """The public key as JWK (RFC 7517), without `kid`."""

    def sign(self, data: bytes) -> bytes:
        """Raw signature: Ed25519 64 bytes; P-256 (SHA-256), P-384 (SHA-384) r||s; RSA PKCS#1 v1.5 with SHA-256."""


class Keys(Protocol):
    """Where private keys live: encrypted files, an HSM, a KMS."""

    def create(self, key_type: str) -> tuple[str, dict[str, str]]:
        """Make a key; returns its name and its public JWK. The name is unpredictable and unique."""

    def signer(self, name: str) -> Signer:
        """The key of that name; raises Unavailable when it is not there or cannot be opened."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a GET brought: `url` after redirects, `media_type` without parameters in lower case."""

    url: str
    media_type: str
    content: bytes


class FetchFailed(Exception):  # noqa: N818 - an answer, not a failure of ours
    """Why a fetch brought nothing. `code`: refused, unreachable, timeout, status, gone, too_large, ..."""

    def __init__(self, code: str, message: str) -> None:
        """`message` names the URL."""
        super().__init__(message)
        self.code = code
        self.message = message


class Fetcher(Protocol):
    """The one guarded way to foreign servers."""

    def get(self, url: str, *, accept: str) -> Fetched:
        """GET a public https URL within time and size limits; raises FetchFailed."""


class Kept(Protocol):
    """What was fetched before and may be used again."""

    def __call__(self, url: str, *, accept: str) -> Fetched | None:
        """The document, at once; None when it has to be fetched."""


def nothing_kept(url: str, *, accept: str) -> None:
    """Kept of a fetcher that keeps nothing."""
    del url, accept


@dataclass(frozen=True, slots=True)
class Answered:
    """What another server answered to something that was sent to it."""

    status: int
    media_type: str
    content: bytes


class Sender(Protocol):
    """The one guarded way to send something to foreign servers."""

    def send(self, method: str, url: str, *, headers: Mapping[str, str], content: bytes = b"") -> Answered:
        """Send it to a public https URL within time and size limits, without redirects; raises FetchFailed."""


class LocalDocuments(Protocol):
    """Our own DID documents and status lists by URL, without network or cache: a revocation is seen at once."""

    def get(self, url: str) -> Fetched | None:
        """The document that we ourselves serve at this URL, or None when the URL is not ours."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of judging a foreign credential. `outcome`: valid, invalid or unknown; `codes`: of all findings.

    `credential`: the document itself, {} when it could not be read; `report`: the whole report as JSON value.
    """

    outcome: str
    summary: str
    codes: frozenset[str]
    is_presentation: bool
    credential: dict[str, Any]
    report: dict[str, Any]


class Judge(Protocol):
    """The verifier, for those who must not know it."""

    def judge(self, data: bytes, media_type: str) -> Judged:
        """Verify a credential as it was sent; raises BadInput for what is none."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls: one API key of one tenant. `key_id` is what the audit log names."""

    tenant_id: str
    tenant_slug: str
    key_id: str
    scopes: frozenset[str]


class Principals(Protocol):
    """Finds out who calls."""

    def find(self, api_key: str) -> Principal | None:
        """The principal of this key in clear, or None when it is unknown, expired or withdrawn."""


class MailFailed(Exception):  # noqa: N818 - an answer, not a failure of ours
    """Why a mail was not taken. `for_good`: trying again would not help."""

    def __init__(self, message: str, *, for_good: bool) -> None:
        """`message` names no person."""
        super().__init__(message)
        self.message = message
        self.for_good = for_good


class Mailer(Protocol):
    """The way to mailboxes: a mail server, or a folder."""

    def send(self, messages: Sequence[EmailMessage]) -> Iterator[MailFailed | None]:
        """Hand them on one by one; yields after each what came of it, None for taken. Lazily: ask to go on."""

    def forget(self, mail_ids: Iterable[str]) -> None:
        """Drop the copies of these mails that are kept here; what lies in mailboxes is out of reach."""


class Memory(Protocol):
    """Texts that are kept for some minutes, under names that nobody can guess."""

    def keep(self, name: str, text: str, until: datetime) -> None:
        """Keep a text, in the place of one that was there. `until`: aware."""

    def read(self, name: str) -> str | None:
        """The text of that name; None when there is none, or its time is over."""

    def take(self, name: str) -> str | None:
        """The same, once: of several who ask for it one gets it."""

    def count(self, name: str) -> int | None:
        """Add one to the number that is kept under that name, and tell the sum; None when there is none any more."""


class TrustChoice(Protocol):
    """Whom to ask whether an issuer is one to trust: the choice of the operator, or of who sends a document."""

    def policy(self, remaining_s: Callable[[], float]) -> "TrustPolicy | None":
        """What to ask, None for nobody. `remaining_s`: seconds that finding out may still take."""


class ReceiptKey(Protocol):
    """The key that signs receipts of verifications: none of an issuer's."""

    def signer(self) -> Signer:
        """The key; raises Unavailable when there is none, and says how to make one."""


class Frameworks(Protocol):
    """Published frameworks, for the verifier, which must not know where they come from."""

    def find(self, name: str) -> "Framework":
        """The framework of this code, id or address; raises NotFound, or Conflict when several have it."""


class WalkCheck(Protocol):
    """Decides which documents to sign are canonicalized both ways, and remembers when the two ways disagreed."""

    differences: int

    def is_due(self) -> bool:
        """Tell whether the next document is; raises Unavailable when a difference has stopped signing."""

    def differed(self, document_id: str) -> Exception:
        """Note a difference, tell the operator, and return what to raise."""


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a use case may need. Frozen; built once per process.

    `conformance_keys`: those of the test harness, in memory only; None unless it is on. `trust_choice`: the
    operator's, None when there is none. `receipt_key`, `frameworks`: None where nobody asks for receipts or matches.
    `memory`: None where several processes share none. `sender`: None where nothing is sent to others.
    """

    settings: Settings
    clock: Clock
    new_id: NewId
    new_secret: NewSecret
    random_below: RandomBelow
    keys: Keys
    fetcher: Fetcher
    local_documents: LocalDocuments
    principals: Principals
    judge: Judge
    walk_check: WalkCheck
    mailer: Mailer
    database: "Database"
    conformance_keys: Keys | None = None
    receipt_key: ReceiptKey | None = None
    frameworks: Frameworks | None = None
    trust_choice: TrustChoice | None = None
    aside: Aside = nullcontext
    memory: Memory | None = None
    sender: Sender | None = None
    kept: Kept = nothing_kept
