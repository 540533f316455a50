"""Named queries about the access tokens and nonces of wallets."""

from datetime import datetime

from sqlalchemy import delete, select, update

from app.store.session import TenantSession
from app.store.tables import WalletNonce, WalletToken


def token(session: TenantSession, token_hash: str) -> WalletToken | None:
    """The access token of that hash, also one that has expired."""
    return session.scalars(select(WalletToken).where(WalletToken.token_hash == token_hash)).one_or_none()


def token_of_code(session: TenantSession, code_hash: str) -> WalletToken | None:
    """An access token that was given for that pre-authorized code."""
    return session.scalars(select(WalletToken).where(WalletToken.code_hash == code_hash).limit(1)).one_or_none()


def end_undelivered(session: TenantSession, offer_id: str, now: datetime) -> None:
    """End the tokens of an offer with which nothing was fetched: the learner has begun anew."""
    unused = (WalletToken.offer_id == offer_id, WalletToken.delivered_at.is_(None), WalletToken.expires_at > now)
    session.execute(update(WalletToken).where(*unused).values(expires_at=now))


def take_keys(session: TenantSession, token_id: str, count: int) -> bool:
    """Count that many keys more against a token; False, and nothing is counted, when it is not good for them."""
    enough = (WalletToken.id == token_id, WalletToken.keys_left >= count)
    done = session.execute(update(WalletToken).where(*enough).values(keys_left=WalletToken.keys_left - count))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def use_nonce(session: TenantSession, nonce_hash: str, now: datetime) -> bool:
    """Use a nonce up; of two who try at the same instant, one gets True."""
    done = session.execute(
        delete(WalletNonce).where(WalletNonce.nonce_hash == nonce_hash, WalletNonce.expires_at > now)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def forget_expired(session: TenantSession, nonces_before: datetime, tokens_before: datetime) -> int:
    """Forget nonces and tokens that expired before those moments; returns how many."""
    done = (
        session.execute(delete(WalletNonce).where(WalletNonce.expires_at <= nonces_before)),
        session.execute(delete(WalletToken).where(WalletToken.expires_at <= tokens_before)),
    )
    return sum(one.rowcount for one in done)  # type: ignore[attr-defined]
