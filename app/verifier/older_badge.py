"""A badge of Open Badges 2.0 put together out of the evidence: the assertion, its badge class, its issuer. Pure.

https://www.imsglobal.org/sites/default/files/Badges/OBv2p0Final/index.html

1. of a hosted assertion what counts is what stands at its URL; what was sent must agree with it
2. the badge class and the issuer's profile are those that it names, fetched or within it
3. http addresses are asked for by https: such badges are old, and their servers have moved on
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from app.errors import BadInput
from app.ports import Fetched
from app.vc import openbadges2, strict_json
from app.vc.openbadges2 import HOSTED, SIGNED, id_of
from app.verifier.evidence import EvidenceSet
from app.verifier.need import Need
from app.verifier.secured import Secured

FORM = "open_badges_2"
GONE = "gone"  # code of ports.FetchFailed for status 410, by which a host tells that a badge is revoked
MAX_PART_BYTES = 524_288  # ours: a badge class with its picture within has some 100 kB; it is read by several checks
PEM = b"-----BEGIN PUBLIC KEY-----"
LOOPBACK = frozenset({"127.0.0.1", "localhost"})


@dataclass(frozen=True, slots=True)
class Part:
    """One object of the badge. `value`: None when it is not there, and then `why` is a sentence.

    `is_fetched`: whether it came from its own URL, and not within another object. `code`: of evidence.NotFetched.
    `led_to`: the host to which its own host sent us for it, "" for none.
    """

    value: dict[str, Any] | None = None
    why: str = ""
    is_fetched: bool = False
    code: str = ""
    led_to: str = ""

    @property
    def members(self) -> dict[str, Any]:
        """Its members, {} when it is not there."""
        return self.value or {}


@dataclass(frozen=True, slots=True)
class OlderBadge:
    """All that is known of one badge.

    `sent`: the assertion as it was sent. `hosted`: the one at its URL. `badge`, `issuer`: those that the assertion that
    counts names.
    """

    sent: dict[str, Any]
    hosted: Part
    badge: Part
    issuer: Part

    @property
    def kind(self) -> str:
        """How it is verified: "hosted", "signed", or "" for what is neither."""
        return openbadges2.verification_type(self.sent)

    @property
    def assertion(self) -> dict[str, Any]:
        """The assertion that counts."""
        return self.hosted.value or self.sent

    @property
    def is_only_address(self) -> bool:
        """Whether nothing but the address of the assertion is known."""
        is_bare = self.kind == HOSTED and openbadges2.location(self.sent) != ""
        return is_bare and self.hosted.value is None and self.sent.keys() <= {"@context", "id", "type", "verification"}

    @property
    def is_revoked_by_host(self) -> bool:
        """Whether its host says that it is revoked."""
        return self.hosted.code == GONE or openbadges2.is_revoked(self.hosted.members) is True


def secured(assertion: dict[str, Any], **more: Any) -> Secured:
    """Return an assertion as the checks know it, by nothing but itself. `more`: other fields of Secured."""
    return completed(Secured(FORM, {}, assertion=assertion, **more), EvidenceSet())


def completed(secured: Secured, evidence: EvidenceSet) -> Secured:
    """Return it with the view that the evidence gives of it."""
    older = assemble(secured.assertion or {}, evidence)
    view = openbadges2.credential_view(older.assertion, older.badge.members, older.issuer.members)
    return replace(secured, credential=view)


def assemble(sent: dict[str, Any], evidence: EvidenceSet) -> OlderBadge:
    """Put a badge together out of what was sent and what was fetched."""
    hosted = Part(why="It is not a hosted badge.")
    if openbadges2.verification_type(sent) == HOSTED:
        hosted = named(openbadges2.location(sent), evidence)
    assertion = hosted.value or sent
    badge = part_of(assertion.get("badge"), evidence)
    return OlderBadge(sent, hosted, badge, profile_of(badge.members.get("issuer"), evidence))


def part_of(value: Any, evidence: EvidenceSet) -> Part:
    """Return an object that stands within another one, or behind the URL that stands there."""
    if isinstance(value, dict) and len(value) > 1:
        return Part(value)
    return named(openbadges2.first_web_url(id_of(value)), evidence)


def profile_of(value: Any, evidence: EvidenceSet) -> Part:
    """Return the issuer's profile: what stands at its id goes before what a badge says of it."""
    url = openbadges2.first_web_url(id_of(value))
    found = named(url, evidence) if url else Part(why="The issuer has no id that is a URL.")
    if found.value is None and isinstance(value, dict) and len(value) > 1:
        return replace(found, value=value)
    told = id_of(found.members)
    if not openbadges2.is_same_id(told, url) and openbadges2.host_of(told) == openbadges2.host_of(url) != "":
        return replace(found, value=found.members | {"id": url})  # on a shared host it could name its neighbour
    return found


def named(url: str, evidence: EvidenceSet) -> Part:
    """Return what was fetched from a URL; in 1.x, where nothing has an id, a document's URL is its id."""
    found = at_url(url, evidence)
    return found if found.value is None else replace(found, value={"id": url} | found.value)


def at_url(url: str, evidence: EvidenceSet) -> Part:
    """Return what was fetched from a URL, as it is."""
    if not url:
        return Part(why="The badge does not name it by a URL.")
    had = evidence.get(fetch_url(url))
    if not isinstance(had, Fetched):
        return Part(why=had.reason, code=had.code) if had else Part(why="It was not asked for.")
    return replace(read(had.content, url), led_to=another_host(openbadges2.host_of(url), openbadges2.host_of(had.url)))


def another_host(asked: str, answered: str) -> str:
    """Return the host that answered when it is none of the one that was asked; "www" before the name is the same."""
    is_same = asked == answered or f".{asked}".endswith(f".{answered}") or f".{answered}".endswith(f".{asked}")
    return "" if is_same else answered


def read(content: bytes, url: str) -> Part:
    """Read what was fetched: a JSON object, or the bare text of a key, which 1.x has."""
    if len(content) > MAX_PART_BYTES:
        return Part(why=f"What {url[:200]} holds has more than {MAX_PART_BYTES} bytes.")
    if content.lstrip().startswith(PEM):
        return Part({"id": url, "publicKeyPem": content.decode("ascii", "replace")}, is_fetched=True)
    try:
        value = strict_json.loads(content)
    except BadInput as problem:
        return Part(why=f"What {url[:200]} holds cannot be read. {problem.detail}")
    if not isinstance(value, dict):
        return Part(why=f"What {url[:200]} holds is JSON, but no object.")
    return Part(value, is_fetched=True)


def fetch_url(url: str) -> str:
    """Return the URL by which a document is asked for: the https one, but on the own machine."""
    if not url.startswith("http://") or openbadges2.host_of(url).partition(":")[0] in LOOPBACK:
        return url
    return url.replace("http://", "https://", 1)


def needs(sent: dict[str, Any], evidence: EvidenceSet) -> Iterator[Need]:
    """Name what must be fetched for a badge, as far as it is known by now."""
    older = assemble(sent, evidence)
    if older.kind == HOSTED:
        yield from need("hosted_assertion", openbadges2.location(sent), "The badge says that it stands there.", "/id")
        if older.hosted.value is None or older.is_revoked_by_host:
            return
    value = older.assertion.get("badge")
    if not isinstance(value, dict) or len(value) == 1:
        yield from need("badge_class", id_of(value), "It tells what the badge stands for.", "/badge")
    issuer = id_of(older.badge.members.get("issuer"))
    yield from need("issuer_profile", issuer, "It tells who the issuer is, and what is the issuer's.", "/badge/issuer")
    if older.kind == SIGNED:
        yield from signed_needs(older)


def signed_needs(older: OlderBadge) -> Iterator[Need]:
    """Name what a signed badge needs beside: the key, and the list of what is revoked."""
    for url in key_urls(older):
        yield from need("cryptographic_key", url, "It is the key of the badge's signature.", "/verification/creator")
    url = id_of(older.issuer.members.get("revocationList"))
    yield from need("revocation_list", url, "The issuer says that revoked badges are listed there.", "/badge/issuer")


def key_urls(older: OlderBadge) -> list[str]:
    """Return the URL of the key that a signed badge names; when it names none, those of its issuer."""
    named = openbadges2.key_location(older.sent)
    if named:
        return [named]
    keys = older.issuer.members.get("publicKey", [])
    return [id_of(key) for key in (keys if isinstance(keys, list) else [keys])[:1] if isinstance(key, str)]


def need(kind: str, url: str, why: str, pointer: str) -> Iterator[Need]:
    """Name one document, when there is a URL to ask for."""
    if openbadges2.first_web_url(url):
        yield Need(kind, fetch_url(url), why, pointer)
