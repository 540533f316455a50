"""Named queries about OAuth clients, grants and tokens, and about profiles: by hash, random id or e-mail address."""

from datetime import datetime

from sqlalchemy import delete, exists, select, update

from app.store.session import TenantSession
from app.store.tables import LearnerProfile, OAuthClient, OAuthGrant, OAuthToken

_PLAIN = {"synchronize_session": False}


def client(session: TenantSession, client_id: str) -> OAuthClient | None:
    """The client of that id."""
    return session.scalars(select(OAuthClient).where(OAuthClient.id == client_id)).one_or_none()


def grant_of_code(session: TenantSession, code_hash: str) -> OAuthGrant | None:
    """The grant that this code was given for, used or not."""
    return session.scalars(select(OAuthGrant).where(OAuthGrant.code_hash == code_hash)).one_or_none()


def use_code(session: TenantSession, grant_id: str, now: datetime) -> bool:
    """Use a grant's code up; of two who try at the same instant, one gets True."""
    unused = (OAuthGrant.id == grant_id, OAuthGrant.code_used_at.is_(None))
    done = session.execute(update(OAuthGrant).where(*unused).values(code_used_at=now).execution_options(**_PLAIN))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def token(session: TenantSession, token_hash: str) -> tuple[OAuthToken, OAuthGrant] | None:
    """The token of that hash with its grant, whether they still count or not."""
    query = select(OAuthToken, OAuthGrant).join(OAuthGrant, OAuthGrant.id == OAuthToken.grant_id)
    found = session.execute(query.where(OAuthToken.token_hash == token_hash)).one_or_none()
    return None if found is None else (found[0], found[1])


def use_token(session: TenantSession, token_id: str, now: datetime) -> bool:
    """Use a refresh token up; of two who try at the same instant, one gets True."""
    unused = (OAuthToken.id == token_id, OAuthToken.used_at.is_(None))
    done = session.execute(update(OAuthToken).where(*unused).values(used_at=now).execution_options(**_PLAIN))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def end_token(session: TenantSession, token_id: str, now: datetime) -> None:
    """Let one token count no more."""
    session.execute(update(OAuthToken).where(OAuthToken.id == token_id).values(expires_at=now))


def end_grant(session: TenantSession, grant_id: str, now: datetime) -> None:
    """Let no token of a grant count any more."""
    lasting = (OAuthGrant.id == grant_id, OAuthGrant.ended_at.is_(None))
    session.execute(update(OAuthGrant).where(*lasting).values(ended_at=now))


def end_grants_of(session: TenantSession, email: str, client_id: str, now: datetime) -> None:
    """End all that this address allowed a client."""
    hers = (OAuthGrant.email == email, OAuthGrant.client_id == client_id, OAuthGrant.ended_at.is_(None))
    session.execute(update(OAuthGrant).where(*hers).values(ended_at=now))


def lasting_grants(session: TenantSession, email: str, now: datetime) -> list[tuple[OAuthGrant, OAuthClient]]:
    """What this address allowed and what still counts, the newest first."""
    token = exists().where(OAuthToken.grant_id == OAuthGrant.id, OAuthToken.expires_at > now)
    query = (
        select(OAuthGrant, OAuthClient)
        .join(OAuthClient, OAuthClient.id == OAuthGrant.client_id)
        .where(OAuthGrant.email == email, OAuthGrant.ended_at.is_(None), token)
        .order_by(OAuthGrant.created_at.desc(), OAuthGrant.id)
    )
    return [(grant, client) for grant, client in session.execute(query)]


def profile(session: TenantSession, email: str) -> LearnerProfile | None:
    """The profile that was put for this address."""
    return session.scalars(select(LearnerProfile).where(LearnerProfile.email == email)).one_or_none()


def forget_expired(session: TenantSession, now: datetime, clients_before: datetime) -> int:
    """Forget tokens that expired, grants without any, and clients that nobody allowed anything; returns how many."""
    no_token = ~exists().where(OAuthToken.grant_id == OAuthGrant.id)
    no_grant = ~exists().where(OAuthGrant.client_id == OAuthClient.id)
    done = (
        session.execute(delete(OAuthToken).where(OAuthToken.expires_at <= now).execution_options(**_PLAIN)),
        session.execute(
            delete(OAuthGrant).where(OAuthGrant.code_expires_at <= now, no_token).execution_options(**_PLAIN)
        ),
        session.execute(
            delete(OAuthClient).where(OAuthClient.created_at <= clients_before, no_grant).execution_options(**_PLAIN)
        ),
    )
    return sum(one.rowcount for one in done)  # type: ignore[attr-defined]
