"""Status lists: begun, revoked in, signed anew when changed, served.

One list of bits, signed as Bitstring Status List (https://www.w3.org/TR/vc-bitstring-status-list/) for credentials of
the W3C's data model, and as Token Status List (https://datatracker.ietf.org/doc/draft-ietf-oauth-status-list/) for
SD-JWT VCs.

A bit and the row's `revision` change in the transaction of the revocation. Reading signs first when the signed form is
behind, so a revocation is seen at once and a batch of revocations costs one signature. What others fetch may lag: it is
signed anew a second after the last time, however many bits change, so that readers cannot keep the key busy.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.issuer.catalogue.find import FoundAchievement
from app.issuer.credential.forms import JSON_LD, JWT
from app.issuer.credential.identity import Identity, named
from app.issuer.sign import sign, sign_token
from app.ports import Services, Signer
from app.store import credential as store
from app.store import tenancy
from app.store.credential import OpenList
from app.store.session import TenantSession
from app.store.tables import SigningKey, StatusList
from app.vc import issuance, jose, status, timestamps, token_status_list

PURPOSE = "revocation"
SUSPENSION = "suspension"
ENTRIES = status.MIN_ENTRIES
TTL = timedelta(minutes=5)  # how long others may keep a copy
VALID_FOR = timedelta(days=14)  # a stolen old copy without a revocation is worth nothing after that
SIGN_ANEW_AFTER = timedelta(days=7)
LAG = timedelta(seconds=1)  # of what others fetch, and then keep for TTL; our own verifier sees each bit at once
JWT_ALGORITHMS = {key_type: algorithm for algorithm, key_type in jose.ALGORITHMS.items()}
CRYPTOSUITES = {"Ed25519": "eddsa-rdfc-2022", "P-256": "ecdsa-rdfc-2019", "P-384": "ecdsa-rdfc-2019"}


@dataclass(frozen=True, slots=True)
class Served:
    """A signed status list as bytes. `etag` without quotes."""

    content: bytes
    media_type: str
    etag: str


@dataclass(frozen=True, slots=True)
class _Signed:
    """A list in the forms in which it is served."""

    document: bytes | None
    jwt: bytes
    token: bytes


def token_list_url(url: str) -> str:
    """Where the list at `url` is served as Token Status List, whatever a client says that it accepts."""
    return f"{url}/token"


def purpose_of(achievement: FoundAchievement) -> str:
    """The one purpose of its badges (docs/decisions/0009): certificates, on which officers decide, can be suspended."""
    return SUSPENSION if "process" in achievement.framework.awards[achievement.row.code] else PURPOSE


def open_list(
    services: Services, session: TenantSession, signer: Identity, now: datetime, purpose: str = PURPOSE
) -> OpenList:
    """A list of this issuer and purpose with room; begun when there is none."""
    found = store.open_status_list(session, signer.issuer, purpose)
    if found is not None:
        return found
    list_id = services.new_id()
    row = StatusList(
        id=list_id,
        url=f"{services.settings.public_url}/status-lists/{list_id}",
        issuer=signer.issuer,
        signing_key_id=_list_key(session, signer),
        purpose=purpose,
        entries=ENTRIES,
        allotted=0,
        bits=status.new_bits(ENTRIES),
        revision=1,
        created_at=now,
        signed_revision=0,
    )
    session.insert(row)
    return OpenList(row.id, row.url, row.entries)


def _list_key(session: TenantSession, signer: Identity) -> str:
    """Under one did:web all badges share the list, so it is signed with the key whose signatures all verifiers read."""
    default = tenancy.active_signing_key(session, "Ed25519") if signer.issuer.startswith("did:web:") else None
    return (default or signer.key).id


def set_bits(session: TenantSession, list_id: str, indexes: Iterable[int], *, value: bool = True) -> None:
    """Revoke or suspend these indexes, or take it back with `value` False, in the caller's transaction.

    The indexes that mirror them say the same (`status.mirrored`), unless they were given to others, as they were in
    lists of earlier versions. What changes no bit is no new revision, so it is not signed anew either.
    """
    row = store.status_list(session, list_id, lock=True)
    if row is None:
        raise RuntimeError(f"status list {list_id} is gone")
    own = set(indexes)
    mirrors = {status.mirrored(index) for index in own}
    bits = status.set_bits(row.bits, own | (mirrors - store.allotted(session, list_id, mirrors)), value)
    if bits != row.bits:
        row.bits = bits
        row.revision += 1


def hand_over(session: TenantSession, old: SigningKey, new: SigningKey) -> None:
    """Let another key sign the lists of a did:web that the old one signed; an issuer that is the key keeps its own."""
    for row in store.status_lists_of_key(session, old.id):
        if _outlives_its_key(row):
            row.signing_key_id = new.id
            row.revision += 1
    session.flush()


def close_own(session: TenantSession, key: SigningKey) -> None:
    """Set every entry of the lists whose issuer is the key itself, allotted or not: nothing under that name counts."""
    for row in store.status_lists_of_key(session, key.id):
        if not _outlives_its_key(row):
            row.bits = b"\xff" * len(row.bits)
            row.allotted = row.entries
            row.revision += 1
    session.flush()


def _outlives_its_key(row: StatusList) -> bool:
    """Whether another key can sign this list: where the issuer is a did:web, and not the key itself."""
    return row.issuer.startswith("did:web:")


def serve(services: Services, list_id: str, *, as_jwt: bool = False, may_lag: bool = False) -> Served | None:
    """The list as signed credential, signed anew first when a bit changed or it grows old; None when unknown.

    `may_lag`: what was signed within the last second will do, although a bit changed since.
    """
    row = _current(services, list_id, may_lag=may_lag)
    if row is None:
        return None
    if as_jwt or row.signed_document is None:
        return _served(row.signed_jwt, JWT)
    return _served(row.signed_document, JSON_LD)


def serve_token(services: Services, list_id: str, *, may_lag: bool = False) -> Served | None:
    """The list as Token Status List, signed anew as `serve` does it; None when unknown."""
    row = _current(services, list_id, may_lag=may_lag)
    if row is None or row.signed_token is None:  # a revoked key's list of the time before signs nothing any more
        return None
    return _served(row.signed_token, token_status_list.MEDIA_TYPE)


def _current(services: Services, list_id: str, *, may_lag: bool) -> StatusList | None:
    with services.database.everywhere(why="status lists are public by their random id") as session:
        row = store.status_list(session, list_id)
    return _sign(services, row) if row is not None and _is_behind(row, services.clock(), may_lag=may_lag) else row


def _served(content: bytes | None, media_type: str) -> Served:
    if content is None:
        raise RuntimeError("a status list could not be signed")
    return Served(content, media_type, hashlib.sha256(content).hexdigest()[:32])


def _is_behind(row: StatusList, now: datetime, *, may_lag: bool) -> bool:
    if row.signed_at is None or row.signed_token is None:
        return True
    age = now - row.signed_at
    if row.signed_revision < row.revision:  # the first revision is of a list in which no bit was set yet
        return not (may_lag and row.signed_revision > 1 and timedelta() <= age < LAG)
    return age > SIGN_ANEW_AFTER


def _sign(services: Services, row: StatusList) -> StatusList:
    """Sign what was read, then store it unless somebody stored a newer one; signing happens outside the transaction.

    What a revoked key signed last (`close_own`) stands for ever: every entry is set, and the key signs nothing again.
    """
    with services.database.reading(row.tenant_id) as session:
        key = tenancy.signing_key(session, row.signing_key_id)
    if key.revoked_at is not None and row.signed_revision == row.revision:
        return row
    now = services.clock()
    signer = named(row.issuer, key)  # under the name that its badges carry, also after the base URL changed
    valid_until = None if key.revoked_at is not None else now + VALID_FOR
    made = _sealed(services, row, signer, now, valid_until)
    with services.database.writing(row.tenant_id) as session:
        current = store.status_list(session, row.id, lock=True)
        if current is not None and current.signed_revision <= row.revision:
            current.signed_revision, current.signed_at = row.revision, now
            _put(current, made)
    _put(row, made)
    return row


def _put(row: StatusList, made: _Signed) -> None:
    row.signed_document, row.signed_jwt, row.signed_token = made.document, made.jwt, made.token


def _sealed(
    services: Services, row: StatusList, signer: Identity, now: datetime, valid_until: datetime | None
) -> _Signed:
    """The list in all securing mechanisms; an RSA key has no Data Integrity suite, so it gives no document."""
    document = status.list_credential(
        row.url,
        row.issuer,
        row.purpose,
        status.encode(row.bits),
        timestamps.write(now),
        timestamps.write(valid_until) if valid_until else None,
        int(TTL.total_seconds() * 1000),
    )
    key = services.keys.signer(signer.key.name)
    jwt = issuance.Jwt(JWT_ALGORITHMS[key.key_type], kid=signer.verification_method)
    credential = sign(services, document, jwt, key, signer.public).content
    token = _token(row, signer, key, now, valid_until)
    suite = CRYPTOSUITES.get(key.key_type)
    if suite is None:
        return _Signed(None, credential, token)
    securing = issuance.DataIntegrity(suite, signer.verification_method, now)
    return _Signed(sign(services, document, securing, key, signer.public).content, credential, token)


def _token(row: StatusList, signer: Identity, key: Signer, now: datetime, valid_until: datetime | None) -> bytes:
    """The list as Status List Token: what is suspended comes back, what is invalid does not."""
    value = token_status_list.SUSPENDED if row.purpose == SUSPENSION else token_status_list.INVALID
    header = {
        "alg": JWT_ALGORITHMS[key.key_type],
        "typ": token_status_list.TOKEN_TYPES[0],
        "kid": signer.verification_method,
    }
    url = token_list_url(row.url)
    claims = token_status_list.claims(url, row.issuer, row.bits, value, now=now, ttl=TTL, until=valid_until)
    return sign_token(header, claims, key, signer.public)
