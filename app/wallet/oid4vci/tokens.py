"""The token endpoint: a pre-authorized code against an access token for that one credential. And the nonce endpoint.

OpenID4VCI 1.0 sections 6 and 7 (https://openid.net/specs/openid-4-verifiable-credential-issuance-1_0.html#section-6).
Wallets need no registration. A code is used once; two at the same instant get one token. When a wallet fails after
that, the learner's claim page makes another code, and the tokens with which nothing was fetched end.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

from app.errors import BadInput
from app.issuer.catalogue import find
from app.ports import Services
from app.store import audit
from app.store import oid4vci as store
from app.store.tables import WalletNonce, WalletToken
from app.vc import strict_json
from app.wallet import offers
from app.wallet.offers import Offered, digest
from app.wallet.oid4vci import configurations
from app.wallet.oid4vci.metadata import BATCH_SIZE, PRE_AUTHORIZED
from app.wallet.oid4vci.refused import Refused

TOKEN_LASTS = timedelta(minutes=15)  # time to read what is offered, and to unlock the phone
NONCE_LASTS = timedelta(minutes=5)
TOKEN_REMEMBERED = timedelta(days=7)  # after it expired: a code that comes again is told of in the audit log
MAX_FIELDS = 50  # wallets send up to seven


def parameters(body: bytes) -> dict[str, str]:
    """The parameters of a token request (RFC 6749 section 3.2): empty ones count as left out, unknown ones are kept.

    Raises Refused invalid_request for what is no form, and for a parameter that comes twice.
    """
    try:
        pairs = parse_qsl(body.decode("ascii"), strict_parsing=bool(body), errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError:
        raise Refused("invalid_request", "The body is not application/x-www-form-urlencoded.") from None
    sent = dict(pairs)
    if len(sent) < len(pairs):
        raise Refused("invalid_request", "A parameter was sent twice.")
    return sent


def give(services: Services, sent: Mapping[str, str]) -> dict[str, Any]:
    """Answer a token request; raises Refused with a code of section 6.3."""
    if sent.get("grant_type") != PRE_AUTHORIZED:
        code = "unsupported_grant_type" if "grant_type" in sent else "invalid_request"
        raise Refused(code, f"The grant_type must be {PRE_AUTHORIZED}.")
    code = sent.get("pre-authorized_code", "")
    if not code:
        raise Refused("invalid_request", "The pre-authorized_code is missing.")
    found = offers.find_by_code(services, code)
    if found is None:
        _note_used_code(services, code)
        raise Refused("invalid_grant", "The pre-authorized code is unknown, used, or too old.")
    details = _authorization_details(services, found, sent.get("authorization_details"))
    _check_tx_code(services, found, sent)
    if not offers.use_code(services, found, code):
        raise Refused("invalid_grant", "The pre-authorized code was used a moment ago.")
    token = _new_token(services, found, code)
    answer = {"access_token": token, "token_type": "Bearer", "expires_in": int(TOKEN_LASTS.total_seconds())}
    return answer | ({"authorization_details": details} if details else {})


def _note_used_code(services: Services, code: str) -> None:
    """A code that comes again may have been overheard: the audit log tells of it."""
    with services.database.everywhere(why="the code itself tells whose it is") as session:
        token = store.token_of_code(session, digest(code))
    if token is None:
        return
    with services.database.writing(token.tenant_id) as session:
        at = services.clock()
        audit.record(session, at=at, actor="wallet", action="wallet code used again", subject=token.offer_id)


def _check_tx_code(services: Services, found: Offered, sent: Mapping[str, str]) -> None:
    """Section 6.3: missing or unasked for is invalid_request, wrong is invalid_grant; the drafts call it user_pin."""
    if found.offer.tx_code_hash is None:
        if "tx_code" in sent:
            raise Refused("invalid_request", "This offer has no transaction code, so none must be sent.")
        return
    tx_code = sent.get("tx_code") or sent.get("user_pin")
    if not tx_code:
        raise Refused("invalid_request", "This offer needs its transaction code: tx_code is missing.")
    if not offers.is_tx_code(services, found, tx_code):
        raise Refused("invalid_grant", "The transaction code is wrong. After a few wrong ones the offer ends.")


def _new_token(services: Services, found: Offered, code: str) -> str:
    now, token = services.clock(), services.new_secret()
    with services.database.writing(found.tenant.id) as session:
        store.end_undelivered(session, found.offer.id, now)
        row = WalletToken(
            id=services.new_id(),
            offer_id=found.offer.id,
            token_hash=digest(token),
            code_hash=digest(code),
            created_at=now,
            expires_at=now + TOKEN_LASTS,
            keys_left=BATCH_SIZE,
        )
        session.add(row)
        session.flush()
    return token


def _authorization_details(services: Services, found: Offered, text: str | None) -> list[dict[str, Any]] | None:
    """What to answer to `authorization_details` (sections 5.1.1 and 6.2), None when there were none."""
    if text is None:
        return None
    try:
        asked = strict_json.loads(text.encode())
    except BadInput:
        asked = None
    with services.database.reading(found.tenant.id) as session:
        achievement = find.achievement_as_awarded(services, session, found.award.achievement_id)
    ids = configurations.of_achievement(achievement.row, achievement.version)
    for one in asked if isinstance(asked, list) and asked else [None]:
        named = one.get("credential_configuration_id") if isinstance(one, dict) else None
        if not isinstance(one, dict) or one.get("type") != "openid_credential" or named not in ids:
            message = "The authorization_details do not name a credential of this offer by its configuration."
            raise Refused("invalid_authorization_details", message)
    return [one | {"credential_identifiers": [one["credential_configuration_id"]]} for one in json.loads(text)]


def new_nonce(services: Services) -> str:
    """A fresh c_nonce (section 7.2), for whoever asks; good for one credential request."""
    now, nonce = services.clock(), services.new_secret()
    with services.database.everywhere(why="a nonce belongs to no tenant yet", writes=True) as session:
        session.add(WalletNonce(nonce_hash=digest(nonce), expires_at=now + NONCE_LASTS))
    return nonce


def forget_expired(services: Services) -> int:
    """For the sweep: forget nonces that count no more, and tokens whose codes nobody is likely to try again."""
    now = services.clock()
    with services.database.everywhere(why="the sweep serves all tenants", writes=True) as session:
        return store.forget_expired(session, now, now - TOKEN_REMEMBERED)
