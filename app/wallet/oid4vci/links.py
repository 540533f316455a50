"""Credential offers, and the links by which they reach a wallet.

OpenID4VCI 1.0 section 4.1 (https://openid.net/specs/openid-4-verifiable-credential-issuance-1_0.html#section-4.1): by
value, or by reference to `/offers/{code}`, which is short enough for a QR code. The code in both is the pre-authorized
code, which the learner's claim page shows and nobody else can guess.
"""

import json
from typing import Any
from urllib.parse import quote

from app.errors import BadInput, NotFound
from app.issuer import names
from app.issuer.catalogue import find
from app.issuer.credential.identity import issuer_url
from app.ports import Principal, Services
from app.store import wallet as store
from app.wallet import offers
from app.wallet.offers import TX_CODE_DIGITS, Offered
from app.wallet.oid4vci.configurations import DEFAULT_FORMAT, FORMATS, Configuration
from app.wallet.oid4vci.metadata import PRE_AUTHORIZED

SCHEME = "openid-credential-offer://"


def credential_offer(services: Services, code: str, format_name: str = DEFAULT_FORMAT) -> dict[str, Any]:
    """The offer of a pre-authorized code that still counts, in one format; raises NotFound."""
    found = offers.find_by_code(services, code) if format_name in FORMATS else None
    if found is None:
        raise NotFound(
            "There is no such offer, or it was taken.", remedy="Open the link from the mail again for a new one."
        )
    return _offer(services, found, code, format_name)


def _offer(services: Services, found: Offered, code: str, format_name: str) -> dict[str, Any]:
    """The Credential Offer of an offer that stands, with its code (section 4.1.1)."""
    with services.database.reading(found.tenant.id) as session:
        achievement = find.achievement_as_awarded(services, session, found.award.achievement_id)
    grant: dict[str, Any] = {"pre-authorized_code": code}
    if found.offer.tx_code_hash is not None:
        described = "The code that you were given apart from the link."
        grant["tx_code"] = {"input_mode": "numeric", "length": TX_CODE_DIGITS, "description": described}
    configuration = Configuration(achievement.version.code, achievement.row.code, format_name)
    return {
        "credential_issuer": issuer_url(services.settings, found.tenant.slug),
        "credential_configuration_ids": [configuration.id],
        "grants": {PRE_AUTHORIZED: grant},
    }


def shown_by_provider(services: Services, principal: Principal, offer_id: str, format_name: str) -> dict[str, Any]:
    """An offer with a fresh code, for a provider who shows the QR code in her own portal or at a desk.

    Raises NotFound, Gone when it does not stand any more, BadInput for a format that there is not.
    """
    if format_name not in FORMATS:
        raise BadInput(f"There is no format {format_name[:40]!r}.", pointer="format", remedy=f"One of {list(FORMATS)}.")
    with services.database.reading(principal.tenant_id) as session:
        row = store.offer(session, names.known_uuid(offer_id, "offer"))
        if row is None:
            raise NotFound(f"There is no offer {offer_id}.")
        found = offers.offered(session, row, services.clock())
    offers.refuse_ended(found)
    code = offers.code_for(services, found)
    return {
        "credential_offer": _offer(services, found, code, format_name),
        "link": by_reference(services, code, format_name),
        "expires_in": int(offers.CODE_LASTS.total_seconds()),
    }


def by_value(offer: dict[str, Any]) -> str:
    """The link that carries an offer, for a button on the phone itself."""
    return f"{SCHEME}?credential_offer={quote(json.dumps(offer, separators=(',', ':')), safe='')}"


def by_reference(services: Services, code: str, format_name: str = DEFAULT_FORMAT) -> str:
    """The link that leads to an offer, for a QR code."""
    chosen = "" if format_name == DEFAULT_FORMAT else f"?format={quote(format_name, safe='')}"
    url = f"{services.settings.public_url}/offers/{quote(code, safe='')}{chosen}"
    return f"{SCHEME}?credential_offer_uri={quote(url, safe='')}"
