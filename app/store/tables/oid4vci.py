"""What wallets are handed while they fetch a credential over OpenID4VCI: access tokens and nonces, as hashes."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.store.session import Scoped, Table, UtcDateTime


class WalletToken(Scoped, Table):
    """An access token, for the credential of one offer. `id` is also the notification_id.

    `code_hash`: of the pre-authorized code that it was given for. `keys_left`: for how many more keys it is good.
    `delivered_at`: when a wallet got a credential with it. `event`: what the wallet notified last.
    """

    __tablename__ = "wallet_token"
    __table_args__ = (Index("wallet_token_of_tenant", "tenant_id", "offer_id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    offer_id: Mapped[str] = mapped_column(String(36), ForeignKey("offer.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    code_hash: Mapped[str] = mapped_column(String(64), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    keys_left: Mapped[int]
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    event: Mapped[str | None] = mapped_column(String(60))


class WalletNonce(Table):
    """A nonce that a wallet was given, whoever it is; used up by the first proof that carries it."""

    __tablename__ = "wallet_nonce"

    nonce_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
