"""Signing keys: made new (rotate), given up for good (revoke). docs/keys.md is the operator's guide.

Rotate: a new key signs from now on; the old one is retired but stays published, so that what it signed keeps verifying.

Revoke: nothing that the key ever signed counts any longer, early badges neither, because whoever holds the key can
date a forgery back (docs/decisions/0007). One transaction

1. retires the key, and puts a new one in its place when no other key of its type is active
2. marks it revoked: the did:web document says so (Controlled Identifiers 1.0, section 2.2), the JWK set drops it
3. hands its status lists to a key that is active; where the issuer is the key itself (did:key, did:jwk) nobody can
   take them over, so all their entries are set, and the key signs them one last time (after 5)
4. gives up every badge that somebody is sealing with it at this moment, so that nothing new is sealed with it

5. then the badges that it sealed are revoked one by one in their status lists, so many in a transaction, because there
   may be tens of thousands and other writers must not wait for all of them

A crash leaves all of 1 to 4 or none; the sweep (`finish_revocations`), or doing it again, does what is left of 5.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.errors import BadInput, Conflict, NotFound, Problem, Unavailable
from app.issuer import names
from app.issuer.credential import status_lists
from app.issuer.credential.issue import reissue
from app.issuer.tenancy import signing_key_row
from app.ports import Principal, Services
from app.store import audit, tenancy, vc_api
from app.store import credential as store
from app.store.session import TenantSession
from app.store.tables import SigningKey

BADGES_AT_ONCE = 500  # ours: a tenth of a second on SQLite, where a writer is told after five that it is busy
KEY_TYPES = ("Ed25519", "P-256", "P-384", "RSA")
Made = tuple[str, dict[str, str]]  # what the Keys port gives: name and public JWK


@dataclass(frozen=True, slots=True)
class Badges:
    """What one key sealed. `to_reissue`: ids of awards in force that it left without a badge in some form.

    `before`, `after`: before the compromise, and since then; all is `before` when no compromise date is known.
    `for_others`: how many credentials it signed over VC-API, which only the programs that wrote them can send again.
    """

    sealed_before: int
    sealed_after: int
    to_reissue_before: tuple[str, ...]
    to_reissue_after: tuple[str, ...]
    issuers: tuple[str, ...]
    for_others: int


@dataclass(frozen=True, slots=True)
class Revocation:
    """A revoked key, the key that signs in its place, and the status lists (by id) that it could not sign any more."""

    key: SigningKey
    successor: SigningKey | None
    badges: Badges
    unsigned_lists: tuple[str, ...]


def rotate(
    services: Services, tenant_id: str, key_types: Iterable[str] = (), *, actor: str = "operator"
) -> list[SigningKey]:
    """New keys of these types (default: of every type in use), which sign from now on. Raises BadInput.

    The keys exist before the transaction that puts them to use: a crash between leaves a key file that nothing names.
    """
    wanted = list(dict.fromkeys(key_types)) or _types_in_use(services, tenant_id)
    for key_type in wanted:
        if key_type not in KEY_TYPES:
            raise BadInput(f"{key_type[:20]!r} is not a type of key.", remedy=f"One of {', '.join(KEY_TYPES)}.")
    made = [(key_type, services.keys.create(key_type)) for key_type in wanted]
    with services.database.writing(tenant_id) as session:
        return [_replace(services, session, key_type, new, actor) for key_type, new in made]


def _types_in_use(services: Services, tenant_id: str) -> list[str]:
    with services.database.reading(tenant_id) as session:
        return list(dict.fromkeys(key.key_type for key in tenancy.signing_keys(session) if key.retired_at is None))


def _replace(services: Services, session: TenantSession, key_type: str, made: Made, actor: str) -> SigningKey:
    """The new key in the place of the active ones of its type, in the caller's transaction."""
    retired = [key for key in tenancy.signing_keys(session) if key.key_type == key_type and key.retired_at is None]
    now = services.clock()
    new = signing_key_row(services, key_type, *made, now)
    session.add(new)
    session.flush()
    for old in retired:
        old.retired_at = now
        status_lists.hand_over(session, old, new)
    names_of_old = [old.name for old in retired]
    audit.record(
        session,
        at=now,
        actor=actor,
        action="signing key rotated",
        subject=new.id,
        key_type=key_type,
        name=new.name,
        retired=names_of_old,
    )
    return new


def find(services: Services, tenant_id: str, name: str) -> SigningKey | None:
    """The signing key of that name, or None."""
    with services.database.reading(tenant_id) as session:
        return tenancy.signing_key_named(session, name)


def revoke(
    services: Services,
    tenant_id: str,
    name: str,
    *,
    since: datetime | None = None,
    reason: str | None = None,
    actor: str = "operator",
) -> Revocation:
    """Revoke a signing key for good; doing it again finishes what was interrupted. The awards stay.

    `since`: from when on somebody else may have signed with it; an earlier moment may be told later. Raises NotFound,
    BadInput (a moment to come, a text that is too long), Conflict (a later moment than was told before).
    """
    told = names.text(reason, "/reason", most=1000) if reason else None
    if since is not None and since > services.clock():
        raise BadInput("The compromise date is still to come.", pointer="/since", remedy="Name a day that has begun.")
    found = find(services, tenant_id, name)
    if found is None:
        raise NotFound(f"There is no signing key {name[:100]}.", remedy="`attesta key list` shows them.")
    made = services.keys.create(found.key_type) if found.retired_at is None else None
    with services.database.writing(tenant_id) as session:
        key = tenancy.signing_key(session, found.id)
        if key.revoked_at is None:
            _revoke(services, session, key, made, since, told, actor)
        else:
            _tell_earlier_compromise(services, session, key, since, actor)
        own_lists = [each.id for each in store.status_lists_of_key(session, key.id)]
    _revoke_sealed(services, key, actor)
    return Revocation(key, *outlook(services, key), tuple(_sign_last(services, own_lists)))


def _revoke(
    services: Services,
    session: TenantSession,
    key: SigningKey,
    made: Made | None,
    since: datetime | None,
    reason: str | None,
    actor: str,
) -> None:
    if made is not None and key.retired_at is None:
        _replace(services, session, key.key_type, made, actor)
    now = services.clock()
    key.revoked_at, key.compromised_since, key.revocation_reason = now, since, reason
    heir = tenancy.active_signing_key(session, "Ed25519") or tenancy.active_signing_key(session, key.key_type)
    if heir is not None:
        status_lists.hand_over(session, key, heir)
    status_lists.close_own(session, key)
    for list_id, taken in store.abandon_unsealed(session, key.id).items():
        status_lists.set_bits(session, list_id, taken)
    audit.record(
        session,
        at=now,
        actor=actor,
        action="signing key revoked",
        subject=key.id,
        name=key.name,
        compromised_since=since.isoformat() if since else None,
    )


def _revoke_sealed(services: Services, key: SigningKey, actor: str) -> int:
    """Revoke the badges that a revoked key left in force, so many at once; gives how many they were."""
    revoked = 0
    while True:
        with services.database.reading(key.tenant_id) as session:
            if not store.has_in_force(session, key.id):
                return revoked
        with services.database.writing(key.tenant_id) as session:
            indexes = store.revoke_sealed(session, key.id, BADGES_AT_ONCE)
            for list_id, taken in indexes.items():
                status_lists.set_bits(session, list_id, taken)
            count = sum(len(taken) for taken in indexes.values())
            if count:  # else another one was quicker
                action = "badges of a revoked key revoked"
                audit.record(session, at=services.clock(), actor=actor, action=action, subject=key.id, badges=count)
        revoked += count


def finish_revocations(services: Services) -> int:
    """Revoke the badges that a revocation did not come to before a crash; gives how many."""
    with services.database.everywhere(why="the sweep serves all tenants") as session:
        revoked = tenancy.revoked_keys(session)
    return sum(_revoke_sealed(services, key, "resumed after a crash") for key in revoked)


def _tell_earlier_compromise(
    services: Services, session: TenantSession, key: SigningKey, since: datetime | None, actor: str
) -> None:
    known = key.compromised_since or key.revoked_at
    if since is None or since == known or known is None:
        return
    if since > known:
        raise Conflict(
            f"The key {key.name} is revoked, and not to be trusted since {known.isoformat()} already.",
            remedy="Only an earlier compromise date can be told now.",
        )
    key.compromised_since = since
    audit.record(
        session,
        at=services.clock(),
        actor=actor,
        action="signing key compromised earlier",
        subject=key.id,
        name=key.name,
        compromised_since=since.isoformat(),
    )


def _sign_last(services: Services, list_ids: Sequence[str]) -> Iterable[str]:
    """Let the key sign its own closed lists for the last time; gives those for which that failed."""
    for list_id in list_ids:
        try:
            status_lists.serve(services, list_id)
        except Unavailable:  # its file is gone: the signed list that is there runs out, and then nobody can tell
            yield list_id


def outlook(services: Services, key: SigningKey, since: datetime | None = None) -> tuple[SigningKey | None, Badges]:
    """(the key that signs in its place, what it sealed). `since`: a compromise date that is only being considered."""
    since = since or key.compromised_since
    with services.database.reading(key.tenant_id) as session:
        successor = tenancy.active_signing_key(session, key.key_type)
        sealed = store.sealed_with(session, key.id)
        for_others = vc_api.sealed_with(session, key.id)
        lost = store.awards_without_badge(session, key.id, services.clock().date())
    early = tuple(award_id for award_id, at in lost if since is None or at < since)
    before = sum(1 for _, at in sealed if since is None or at < since)
    issuers = tuple(sorted({issuer for issuer, _ in sealed}))
    late = tuple(award_id for award_id, at in lost if since is not None and at >= since)
    return successor, Badges(before, len(sealed) - before, early, late, issuers, for_others)


def reissue_all(
    services: Services, principal: Principal, award_ids: Iterable[str], progress: Callable[[int], object]
) -> dict[str, str]:
    """Issue these awards again under the active keys; gives why not, by award, for those that could not be.

    One after another, each in its own transactions: after a crash, what is left is still without a badge.
    """
    refused: dict[str, str] = {}
    for award_id in award_ids:
        try:
            reissue(services, principal, award_id)
        except Problem as problem:
            refused[award_id] = problem.detail
        progress(1)
    return refused
