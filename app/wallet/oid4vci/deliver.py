"""The credential endpoint: access token and key proofs against the credential, bound to those keys.

OpenID4VCI 1.0 section 8 (https://openid.net/specs/openid-4-verifiable-credential-issuance-1_0.html#section-8).

1. whose token is it, and does the offer stand
2. which configuration is asked for, and is it that of the offered credential
3. which keys are proved; their nonces are used up, new keys are counted
4. a rendition of the award is sealed for each key, or the one that there is is taken
5. the offer is claimed, in the transaction that says that the credential is handed out

A crash before 5 leaves the offer open: the learner claims again, and the same key gets what was sealed for it.
"""

import json
from dataclasses import dataclass
from typing import Any

from app.errors import BadInput, Conflict
from app.issuer.catalogue import find
from app.issuer.credential.bound import bound_rendition
from app.issuer.credential.identity import issuer_url
from app.issuer.credential.issue import Issued
from app.ports import Services
from app.store import audit
from app.store import credential as awards
from app.store import oid4vci as store
from app.store import wallet as offer_store
from app.store.session import TenantSession
from app.store.tables import WalletToken
from app.vc import strict_json
from app.wallet import offers
from app.wallet.offers import Offered, digest
from app.wallet.oid4vci import configurations, proofs
from app.wallet.oid4vci.configurations import Configuration
from app.wallet.oid4vci.proofs import Proved
from app.wallet.oid4vci.refused import Refused

ACTOR = "wallet"  # for the audit log
EVENTS = ("credential_accepted", "credential_failure", "credential_deleted")  # section 11.1


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who has the access token: the token, and the offer that it is for."""

    token: WalletToken
    found: Offered


def bearer(services: Services, authorization: str | None) -> Bearer:
    """Who sends this Authorization header (RFC 6750 section 2.1); raises Refused invalid_token."""
    scheme, _, token = (authorization or "").partition(" ")
    now = services.clock()
    with services.database.everywhere(why="who has the token may use it") as session:
        row = store.token(session, digest(token.strip()))
        offer = offer_store.offer(session, row.offer_id) if row is not None else None
        if scheme.lower() != "bearer" or row is None or offer is None or row.expires_at <= now:
            raise Refused("invalid_token", "The access token is missing, unknown, or too old.")
        return Bearer(row, offers.offered(session, offer, now))


def deliver(services: Services, held: Bearer, body: bytes) -> dict[str, Any]:
    """Answer a credential request; raises Refused with a code of section 8.3.1, which the audit log tells of."""
    try:
        return _deliver(services, held, body)
    except Refused as refused:
        with services.database.writing(held.found.tenant.id) as session:
            _audit(session, services, held, "wallet refused", error=refused.code)
        raise


def _deliver(services: Services, held: Bearer, body: bytes) -> dict[str, Any]:
    request = _object(body, "invalid_credential_request")
    if "credential_response_encryption" in request:
        raise Refused("invalid_encryption_parameters", "Answers are not encrypted here, beyond TLS.")
    _refuse_ended(held)
    configuration = _configuration(services, held, request)
    issuer = issuer_url(services.settings, held.found.tenant.slug)
    proved = proofs.read(request, issuer, services.clock())
    _use_nonces(services, proved)
    _count_keys(services, held, configuration, proved)
    issued = [_sealed(services, held, configuration, one) for one in proved]
    _hand_out(services, held, configuration)
    return {"credentials": [{"credential": _content(one)} for one in issued], "notification_id": held.token.id}


def _object(body: bytes, code: str) -> dict[str, Any]:
    try:
        value = strict_json.loads(body)
    except BadInput as problem:
        raise Refused(code, f"The body cannot be read: {problem.detail}") from None
    if not isinstance(value, dict):
        raise Refused(code, "The body must be a JSON object.")
    return value


def _refuse_ended(held: Bearer) -> None:
    """Whoever was first keeps it: a token that fetched the credential may fetch it again, any other comes too late."""
    if held.found.ended is not None or (held.found.is_claimed and held.token.delivered_at is None):
        raise Refused("credential_request_denied", "This offer has ended, or another wallet has taken it.")


def _configuration(services: Services, held: Bearer, request: dict[str, Any]) -> Configuration:
    """What is asked for, by configuration or by the identifier that the token endpoint gave, which is the same text."""
    ids = [name for name in ("credential_configuration_id", "credential_identifier") if name in request]
    if len(ids) != 1:
        message = "Name either credential_configuration_id or credential_identifier."
        raise Refused("invalid_credential_request", message)
    award, named = held.found.award, request[ids[0]]
    with services.database.reading(held.found.tenant.id) as session:
        achievement = find.achievement_as_awarded(services, session, award.achievement_id)
        own = configurations.of_achievement(achievement.row, achievement.version)
        if not isinstance(named, str) or named not in own:
            _refuse_other(session, ids[0], named)
    return own[named]


def _refuse_other(session: TenantSession, member: str, named: Any) -> None:
    """Tell apart what is not there, and what this access token is not for (RFC 6750 section 3.1)."""
    if member == "credential_identifier":
        raise Refused("unknown_credential_identifier", "The token endpoint gave no such identifier.")
    known = (configurations.of_achievement(row, version) for row, version in configurations.known(session).values())
    if isinstance(named, str) and any(named in ids for ids in known):
        raise Refused("insufficient_scope", "The access token is for another credential.")
    raise Refused("unknown_credential_configuration", "The metadata of the issuer have no such configuration.")


def _use_nonces(services: Services, proved: tuple[Proved, ...]) -> None:
    now = services.clock()
    with services.database.everywhere(why="a nonce belongs to no tenant", writes=True) as session:
        for nonce in {one.nonce for one in proved}:
            if not store.use_nonce(session, digest(nonce), now):
                raise Refused("invalid_nonce", "The nonce of a proof is unknown, used, or too old: ask for a new one.")


def _count_keys(services: Services, held: Bearer, configuration: Configuration, proved: tuple[Proved, ...]) -> None:
    """Each key costs a signature and a status index for ever, so an offer is good for a few."""
    award_id, form = held.found.award.id, configuration.form.name
    with services.database.writing(held.found.tenant.id) as session:
        new = [one for one in proved if awards.issued_rendition(session, award_id, form, one.holder) is None]
        if new and not store.take_keys(session, held.token.id, len(new)):
            raise Refused("credential_request_denied", "This access token has served as many keys as it may.")


def _sealed(services: Services, held: Bearer, configuration: Configuration, proved: Proved) -> Issued:
    found = held.found
    try:
        return bound_rendition(services, found.tenant.id, found.award.id, configuration.form, proved.holder, ACTOR)
    except Conflict as problem:  # revoked or suspended this very moment
        raise Refused("credential_request_denied", problem.detail) from None


def _hand_out(services: Services, held: Bearer, configuration: Configuration) -> None:
    """Claim the offer; raises Refused when somebody else did while this was sealed."""
    with services.database.writing(held.found.tenant.id) as session:
        token = store.token(session, held.token.token_hash)
        if token is None or (token.delivered_at is None and not offers.claimed(services, session, token.offer_id)):
            raise Refused("credential_request_denied", "This offer has ended, or another wallet has taken it.")
        token.delivered_at = token.delivered_at or services.clock()
        _audit(session, services, held, "handed to a wallet", configuration=configuration.id)


def _content(issued: Issued) -> Any:
    """A credential as appendix A has it: an object with embedded proofs, else a text."""
    content = (issued.rendition.content or b"").decode()
    return json.loads(content) if content.startswith("{") else content


def _audit(session: TenantSession, services: Services, held: Bearer, action: str, **detail: str) -> None:
    offer = held.found.offer
    audit.record(
        session,
        at=services.clock(),
        actor=ACTOR,
        action=action,
        subject=held.found.award.id,
        offer=offer.id,
        **detail,
    )


def notify(services: Services, held: Bearer, body: bytes) -> None:
    """Keep what a wallet says became of the credential (section 11); the same again changes nothing.

    Raises Refused invalid_notification_request or invalid_notification_id.
    """
    sent = _object(body, "invalid_notification_request")
    event = sent.get("event")
    if event not in EVENTS or not isinstance(sent.get("notification_id"), str):
        message = f"A notification has a notification_id, and an event: {', '.join(EVENTS)}."
        raise Refused("invalid_notification_request", message)
    if sent["notification_id"] != held.token.id or held.token.delivered_at is None:
        raise Refused("invalid_notification_id", "This is not the notification_id that came with the credential.")
    with services.database.writing(held.found.tenant.id) as session:
        token = store.token(session, held.token.token_hash)
        if token is not None and token.event != event:
            token.event = event
            _audit(session, services, held, "wallet notified", event=event)
