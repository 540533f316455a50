"""The token endpoint and the revocation endpoint; and whose access token it is that comes with a request.

RFC 6749 sections 4.1.3 and 6, RFC 7636 section 4.6, RFC 7009, RFC 9700 sections 2.1.1, 2.1.2 and 4.14. A code works
once, and so does a refresh token; when one comes again somebody stole it, and all tokens of that grant end.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from app.errors import Forbidden, Unauthenticated
from app.ports import Services
from app.store import oauth as store
from app.store.session import TenantSession
from app.store.tables import OAuthClient, OAuthGrant, OAuthToken
from app.wallet.oauth import scopes
from app.wallet.oid4vci.refused import Refused
from app.wallet.sessions import SignedIn, hash_of, note, own_learners

ACCESS_LASTS = timedelta(hours=1)  # as Open Badges 3.0 section 7.4 advises
REFRESH_LASTS = timedelta(days=90)  # since it was used last
CLIENT_REMEMBERED = timedelta(days=90)  # after registering, while nobody allowed it anything
WHY = "a token is of an address"
Answer = dict[str, Any]


def give(services: Services, client: OAuthClient, sent: Mapping[str, str]) -> Answer:
    """Answer a token request; raises Refused with a code of RFC 6749 section 5.2."""
    kind = sent.get("grant_type", "")
    if kind == "authorization_code":
        return _from_code(services, client, sent)
    if kind == "refresh_token":
        return _from_refresh_token(services, client, sent)
    code = "unsupported_grant_type" if kind else "invalid_request"
    raise Refused(code, "The grant_type must be authorization_code or refresh_token.")


def _needed(sent: Mapping[str, str], name: str) -> str:
    if not sent.get(name):
        raise Refused("invalid_request", f"{name} is missing.")
    return sent[name]


def _from_code(services: Services, client: OAuthClient, sent: Mapping[str, str]) -> Answer:
    """One try for each code: whatever is wrong with the request, the code is used up."""
    code, redirect_uri, verifier = (_needed(sent, name) for name in ("code", "redirect_uri", "code_verifier"))
    now, answer = services.clock(), None
    with services.database.everywhere(why=WHY, writes=True) as session:
        grant = store.grant_of_code(session, hash_of(code))
        if grant is None or grant.client_id != client.id:
            raise Refused("invalid_grant", "The code is unknown.")
        is_first = store.use_code(session, grant.id, now)
        if not is_first:
            store.end_grant(session, grant.id, now)
        elif _is_good(grant, redirect_uri, verifier) and grant.code_expires_at > now and grant.ended_at is None:
            answer = _new_tokens(services, session, grant, grant.scope)
    if not is_first:
        _note(services, grant.email, "code of a service used again")
    if answer is None:
        raise Refused("invalid_grant", "The code is used, too old, or does not belong to this request.")
    return answer


def _is_good(grant: OAuthGrant, redirect_uri: str, verifier: str) -> bool:
    made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return hmac.compare_digest(made, grant.code_challenge) and redirect_uri == grant.redirect_uri


def _from_refresh_token(services: Services, client: OAuthClient, sent: Mapping[str, str]) -> Answer:
    secret, now, answer = _needed(sent, "refresh_token"), services.clock(), None
    with services.database.everywhere(why=WHY, writes=True) as session:
        found = store.token(session, hash_of(secret))
        if found is None or found[0].kind != "refresh" or found[1].client_id != client.id:
            raise Refused("invalid_grant", "The refresh token is unknown.")
        token, grant = found
        wanted = scopes.split(sent.get("scope", token.scope))
        if not wanted or not set(wanted) <= set(scopes.split(token.scope)):
            raise Refused("invalid_scope", "More than the learner allowed.")
        is_first = store.use_token(session, token.id, now)
        if not is_first:
            store.end_grant(session, grant.id, now)
        elif token.expires_at > now and grant.ended_at is None:
            answer = _new_tokens(services, session, grant, scopes.joined(wanted))
    if not is_first:
        _note(services, grant.email, "refresh token of a service used again")
    if answer is None:
        raise Refused("invalid_grant", "The refresh token is used, too old, or was revoked.")
    return answer


def _new_tokens(services: Services, session: TenantSession, grant: OAuthGrant, scope: str) -> Answer:
    now, access, refresh = services.clock(), services.new_secret(), services.new_secret()
    for kind, secret, lasts, allowed in (
        ("access", access, ACCESS_LASTS, scope),
        ("refresh", refresh, REFRESH_LASTS, grant.scope),
    ):
        row = OAuthToken(
            id=services.new_id(),
            grant_id=grant.id,
            kind=kind,
            token_hash=hash_of(secret),
            scope=allowed,
            expires_at=now + lasts,
        )
        session.add(row)
    lasts_s = int(ACCESS_LASTS.total_seconds())
    told = {"access_token": access, "token_type": "Bearer", "expires_in": lasts_s}
    return told | {"refresh_token": refresh, "scope": scope}


def revoke(services: Services, client: OAuthClient, sent: Mapping[str, str]) -> None:
    """RFC 7009: a refresh token ends with all that came of it, an access token alone; an unknown one is no error."""
    secret, now = _needed(sent, "token"), services.clock()
    with services.database.everywhere(why=WHY, writes=True) as session:
        found = store.token(session, hash_of(secret))
        if found is None:
            return
        token, grant = found
        if grant.client_id != client.id:
            raise Refused("invalid_grant", "This token was given to another client.")
        if token.kind == "refresh":
            store.end_grant(session, grant.id, now)
        else:
            store.end_token(session, token.id, now)
    _note(services, grant.email, "token of a service revoked")


def learner_of(services: Services, authorization: str | None, scope: str) -> SignedIn:
    """Whose access token this is (RFC 6750 section 2.1), with that scope; raises Unauthenticated, Forbidden."""
    scheme, _, secret = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise Unauthenticated("This needs an access token.", remedy="Get one by OAuth 2.0: see /ims/ob/v3p0/discovery.")
    with services.database.everywhere(why=WHY) as session:
        found = store.token(session, hash_of(secret.strip()))
        learners = () if found is None else own_learners(session, found[1].email)
    if found is None or not _counts(services, *found) or not learners:
        raise Unauthenticated(
            "The access token is unknown, expired or revoked.", remedy="Refresh it, or ask the learner again."
        )
    if scope not in scopes.split(found[0].scope):
        raise Forbidden(f"The learner did not allow {scope}.", remedy="Ask her for this scope.", scope=scope)
    return SignedIn(found[1].email, "", learners)


def _counts(services: Services, token: OAuthToken, grant: OAuthGrant) -> bool:
    return token.kind == "access" and token.expires_at > services.clock() and grant.ended_at is None


def _note(services: Services, email: str, action: str) -> None:
    with services.database.everywhere(why=WHY) as session:
        learners = own_learners(session, email)
    note(services, learners, action)


def forget_expired(services: Services) -> int:
    """For the sweep: forget what counts no more, and clients that nobody ever allowed anything."""
    now = services.clock()
    with services.database.everywhere(why="the sweep serves all tenants", writes=True) as session:
        return store.forget_expired(session, now, now - CLIENT_REMEMBERED)
