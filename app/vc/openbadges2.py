"""Open Badges 2.0 (and 1.x, as far as it is the same): what an assertion says, in the words of Open Badges 3.0.

https://www.imsglobal.org/sites/default/files/Badges/OBv2p0Final/index.html

An Assertion names a BadgeClass, which names the Profile of its issuer; each is an object or the URL of one. Whether
the assertion is the issuer's is told by where it stands (verification "hosted") or by a JWS ("signed"). 1.x has the
member `verify` for `verification`, and numbers for dates.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time
from typing import Any
from urllib.parse import urlsplit

from app.vc import timestamps
from app.vc.json_pointer import child
from app.vc.shape_kinds import objects, texts

CONTEXTS = re.compile(
    r"https?://(w3id\.org/openbadges/v[12]|(www\.)?openbadgespec\.org/v[12](/context\.json)?"
    r"|purl\.imsglobal\.org/(spec/)?ob/v2p[01]/\S{1,80})/?",
    re.ASCII,
)
KINDS = ("BadgeClass", "Issuer", "Profile", "RevocationList", "CryptographicKey", "Endorsement")  # beside Assertion
HOSTED, SIGNED = "hosted", "signed"
VERIFICATION_TYPES = {"hosted": HOSTED, "HostedBadge": HOSTED, "signed": SIGNED, "SignedBadge": SIGNED}
IDENTITY_TYPES = {"email": "emailAddress", "telephone": "ext:telephone", "url": "ext:url", "id": "identifier"}
# What may be written otherwise where it says the same, or is looked at by itself.
NOT_COMPARED = frozenset({"@context", "verification", "verify", "revoked", "revocationReason"})
DATES = frozenset({"issuedOn", "expires"})
NAIVE = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})(?:[T ](?P<time>\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?))?(?P<offset>Z|[+-][\d:]{2,5})?",
    re.ASCII,
)
SHORT_OFFSET = re.compile(r"([+-]\d{2}):?(\d{2})?")
# Of 1973 to 2286, so that neither a year nor digits of a day and hour (202611210000) are taken for them.
SECONDS = re.compile(r"\d{9,10}(\.\d{1,9})?", re.ASCII)
MAX_SECONDS = 253_402_300_799  # the end of the year 9999


def is_open_badges_2(document: Mapping[str, Any]) -> bool:
    """Tell whether it is any document of the versions before 3.0."""
    types = set(texts(document.get("type")))
    if "VerifiableCredential" in types:
        return False
    if any(CONTEXTS.fullmatch(context) for context in texts(document.get("@context"))):
        return True
    return "Assertion" in types or "BadgeClass" in types or {"recipient", "badge"} <= document.keys()


def is_assertion(document: Mapping[str, Any]) -> bool:
    """Tell of such a document whether it is somebody's badge, and not a description of one."""
    types = set(texts(document.get("type")))
    return "Assertion" in types or (types.isdisjoint(KINDS) and bool({"badge", "recipient"} & document.keys()))


def verification(assertion: Mapping[str, Any]) -> dict[str, Any]:
    """Return how it is verified: the member `verification`, or `verify` of 1.x; {} when there is none."""
    value = assertion.get("verification", assertion.get("verify"))
    return value if isinstance(value, dict) else {}


def verification_type(assertion: Mapping[str, Any]) -> str:
    """Return "hosted", "signed", or "" for what is neither; a list of types may name one of them."""
    named = {VERIFICATION_TYPES.get(name, "") for name in texts(verification(assertion).get("type"))} - {""}
    return named.pop() if len(named) == 1 else ""


def location(assertion: Mapping[str, Any]) -> str:
    """Return the URL at which a hosted assertion stands, "" when it does not say: its id, in 1.x `verify.url`."""
    return first_web_url(assertion.get("id"), verification(assertion).get("url"))


def key_location(assertion: Mapping[str, Any]) -> str:
    """Return the URL of the key that a signed assertion names, "" for none: `creator`, in 1.x `verify.url`."""
    how = verification(assertion)
    return first_web_url(id_of(how.get("creator")), how.get("url"))


def first_web_url(*values: Any) -> str:
    """Return the first value that is an http or https URL, "" when none is."""
    return next((one for one in values if isinstance(one, str) and one.startswith(("https://", "http://"))), "")


def id_of(value: Any) -> str:
    """Return the id of an object, or the text that stands for it; "" when there is none."""
    name = value.get("id", value.get("@id")) if isinstance(value, dict) else value
    return name if isinstance(name, str) else ""


def is_same_id(one: str, other: str) -> bool:
    """Compare ids as servers do that moved from http to https; a slash at the end does not count."""
    return one.replace("http://", "https://", 1).rstrip("/") == other.replace("http://", "https://", 1).rstrip("/")


def is_in_scope(url: str, profile: Mapping[str, Any]) -> bool:
    """Tell whether an assertion at this URL may be of the issuer with this profile (VerificationObject).

    By what its URL must start with, by the origins that the profile allows, else by the host of the issuer's id.
    """
    rules = [rule for rule in objects(profile.get("verification")) if not rule.keys() <= {"id", "type"}]
    starts = [rule["startsWith"] for rule in rules if rule.get("startsWith") is not None]
    origins = [rule["allowedOrigins"] for rule in rules if rule.get("allowedOrigins") is not None]
    if starts and not any(is_beginning(start, url) for one in starts for start in texts(one)):
        return False
    if origins or not starts:
        allowed = [origin for one in origins for origin in texts(one)] if origins else [id_of(dict(profile))]
        return host_of(url) in {host_of(origin) for origin in allowed} - {""}
    return True


def is_beginning(start: str, url: str) -> bool:
    """Tell whether a URL starts with another; the other must name a whole host, or evil.example.attacker would fit."""
    return host_of(start) == host_of(url) != "" and url.partition("://")[2].startswith(start.partition("://")[2])


def host_of(url: str) -> str:
    """Return host and port of a URL, or of a mere host name; "" when there is none."""
    try:
        return urlsplit(url if "://" in url else f"//{url}").netloc.lower()
    except ValueError:
        return ""


def differences(sent: Any, published: Any, pointer: str = "") -> Iterator[str]:
    """Yield pointers to what was sent otherwise than it is published; what was left out is no difference.

    An object and its URL say the same, and so do one value and an array of it.
    """
    if sent == published:
        return
    if isinstance(sent, dict) and isinstance(published, dict):
        for name, value in sent.items():
            is_same_date = name in DATES and moment(value) is not None and moment(value) == moment(published.get(name))
            if name not in NOT_COMPARED and not is_same_date:
                yield from differences(value, published.get(name), child(pointer, name))
    elif isinstance(sent, list) and isinstance(published, list) and len(sent) == len(published):
        for position, (one, other) in enumerate(zip(sent, published, strict=True)):
            yield from differences(one, other, child(pointer, position))
    elif not _is_reference(sent, published) and _alone(sent) != _alone(published):
        yield pointer


def _is_reference(one: Any, other: Any) -> bool:
    """Tell whether one of two is the URL, and the other the object of that id."""
    is_pair = isinstance(one, dict) is not isinstance(other, dict)
    return is_pair and bool(id_of(one)) and is_same_id(id_of(one), id_of(other))


def _alone(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def moment(value: Any, *, is_end: bool = False) -> datetime | None:
    """Return the moment of a date of any of the versions, None when it is none.

    ISO 8601 with offset; without one UTC is meant; a date alone is its first second, or its last one when `is_end`;
    seconds since 1970 in 1.x, as a number or a text.
    """
    if isinstance(value, str) and SECONDS.fullmatch(value):
        value = int(value.partition(".")[0])
    if isinstance(value, int) and not isinstance(value, bool):
        return datetime.fromtimestamp(value, UTC) if 0 <= value <= MAX_SECONDS else None
    strict = timestamps.read(value)
    match = NAIVE.fullmatch(value) if strict is None and isinstance(value, str) and len(value) < 40 else None  # noqa: PLR2004
    if match is None:
        return strict
    clock = match["time"] or str(time.max if is_end else time.min)
    offset = match["offset"] or "Z"
    short = SHORT_OFFSET.fullmatch(offset)
    offset = f"{short[1]}:{short[2] or '00'}" if short else offset
    if match["time"] is None and match["offset"]:
        return None
    read = timestamps.read(f"{match['date']}T{clock if clock.count(':') > 1 else clock + ':00'}{offset}")
    return read.replace(microsecond=0) if read else None


def is_revoked(assertion: Mapping[str, Any]) -> bool | None:
    """Tell whether a hosted assertion says that it is revoked; None when what it says cannot be understood."""
    told = assertion.get("revoked")
    words = {"true": True, "false": False}
    return told if isinstance(told, bool) else False if told is None else words.get(str(told).lower())


def credential_view(assertion: dict[str, Any], badge: Mapping[str, Any], issuer: Mapping[str, Any]) -> dict[str, Any]:
    """Return an assertion under the names that Open Badges 3.0 has, for the checks and the report.

    `badge`, `issuer`: {} where they are not known.
    """
    name = id_of(issuer.get("id")) or id_of(badge.get("issuer"))
    view = {
        "id": assertion.get("id", assertion.get("uid")),
        "type": ["Assertion"],
        "name": badge.get("name"),
        "issuer": {**_picked(issuer, "name", "url", "email", "description", "image"), "id": name, "type": ["Profile"]},
        "validFrom": _written(assertion.get("issuedOn"), is_end=False),
        "validUntil": _written(assertion.get("expires"), is_end=True),
        "evidence": [{"id": one} if isinstance(one, str) else one for one in listed(assertion.get("evidence"))] or None,
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [identity(one) for one in objects(assertion.get("recipient"))],
            "achievement": achievement(assertion, badge),
            **_picked(assertion, "narrative"),
        },
    }
    return {member: value for member, value in view.items() if value is not None}


def _written(value: Any, *, is_end: bool) -> Any:
    read = moment(value, is_end=is_end)
    return timestamps.write(read) if read else value


def listed(value: Any) -> list[Any]:
    """Return a list as it is, any other value as a list of it, and nothing for null."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _picked(holder: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: holder[name] for name in names if name in holder}


def achievement(assertion: Mapping[str, Any], badge: Mapping[str, Any]) -> dict[str, Any]:
    """Return a BadgeClass as Achievement; of one that is not known its id."""
    criteria = badge.get("criteria")
    made = {
        "id": id_of(dict(badge)) or id_of(assertion.get("badge")) or None,
        "type": ["Achievement"],
        "criteria": {"id": criteria} if isinstance(criteria, str) else criteria,
        "alignment": list(objects(badge.get("alignment", badge.get("alignments", [])))) or None,
        "tag": texts(badge.get("tags")) or None,
        **_picked(badge, "name", "description", "image"),
    }
    return {name: value for name, value in made.items() if value is not None}


def identity(recipient: Mapping[str, Any]) -> dict[str, Any]:
    """Return a recipient as IdentityObject of Open Badges 3.0."""
    kind = recipient.get("type")
    return {
        "type": "IdentityObject",
        "identityType": IDENTITY_TYPES.get(str(_alone(kind)), f"ext:{str(_alone(kind))[:80]}"),
        "identityHash": recipient.get("identity"),
        **_picked(recipient, "hashed", "salt"),
    }
