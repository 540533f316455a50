"""CHAPI: the claim page asks a wallet in the learner's own browser to store what is offered (Credential Handler API).

No browser has the API itself. A *mediator*, a page of a third party in a frame, asks her for the wallet and passes our
request on. The request is a WebCredential (https://chapi.io/developers/issuers) whose `protocols` tell a wallet where
to fetch the badge (https://github.com/credential-handler/credential-handler-polyfill, docs/get-store.md); older
wallets know none of them and take the badge from the presentation in `data`, which nobody needs to sign.
"""

import json
from typing import Any
from urllib.parse import urlsplit

from app.ports import Services
from app.vc.openbadge import CREDENTIALS_CONTEXT
from app.wallet import exchanges
from app.wallet.claims import owner_of, refuse_guarded
from app.wallet.files import file_of
from app.wallet.offers import Offered
from app.wallet.oid4vci import links

FETCHES, IS_HANDED = "browser-wallet", "browser-wallet-handed"  # the ways, as they stand in addresses


def for_wallets_that_fetch(services: Services, found: Offered, code: str) -> dict[str, Any]:
    """What the page needs to ask for a wallet that fetches the badge by one of the protocols."""
    nothing = {"@context": [CREDENTIALS_CONTEXT], "type": ["VerifiablePresentation"]}
    return _page(services, nothing, _protocols(services, found, code))


def for_wallets_that_are_handed(services: Services, found: Offered, code: str) -> dict[str, Any]:
    """What the page needs to hand the badge to a wallet that knows no protocol. Raises Conflict for a guarded offer."""
    del code
    refuse_guarded(found)
    made = file_of(services, owner_of(found), found.award.id, "json", "en")
    presentation = exchanges.as_presentation(json.loads(made.content))["verifiablePresentation"]
    return _page(services, presentation, {})


def _protocols(services: Services, found: Offered, code: str) -> dict[str, str]:
    """Where a wallet fetches it, by protocol. Where a transaction code guards the offer, only what can ask for it."""
    by_value = links.by_value(links.credential_offer(services, code))
    if found.offer.tx_code_hash is not None:
        return {"OID4VCI": by_value}
    told = {"vcapi": exchanges.address(services, code), "OID4VCI": by_value}
    if services.settings.public_url.startswith("https:"):  # mediators and wallets take no other interaction URL
        told["interact"] = exchanges.interaction(services, code)
    return told


def _page(services: Services, presentation: dict[str, Any], protocols: dict[str, str]) -> dict[str, Any]:
    mediator = services.settings.chapi_mediator
    web_credential = {
        "type": "web",
        "dataType": "VerifiablePresentation",
        "data": presentation,
        "options": {"recommendedHandlerOrigins": [], "protocols": protocols},
    }
    return {
        "mediator": mediator,
        "mediator_host": urlsplit(mediator).netloc,
        "web_credential": web_credential,
        "is_handed": not protocols,
    }
