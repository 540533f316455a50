"""The ways into a wallet that the claim page offers, in the order in which they stand there."""

from collections.abc import Callable
from functools import partial
from typing import Any

from app.ports import Services
from app.texts import N_
from app.wallet import chapi, exchanges
from app.wallet.claims import Way
from app.wallet.offers import Offered
from app.wallet.oid4vci import links
from app.web.qr_code import qr_svg


def _over_oid4vci(format_name: str) -> Callable[[Services, Offered, str], dict[str, Any]]:
    """An OpenID4VCI offer: a link for a wallet on this device, a QR code for one on another."""
    return partial(_offer, format_name)


def _offer(format_name: str, services: Services, _: Offered, code: str) -> dict[str, Any]:
    by_reference = links.by_reference(services, code, format_name)
    by_value = links.by_value(links.credential_offer(services, code, format_name))
    return {"uri": by_value, "qr": qr_svg(by_reference)}


OPEN_WALLET, ASK_BROWSER = "claim_wallet.html", "claim_browser.html"
ALL: tuple[Way, ...] = (
    Way(
        "wallet",
        N_("Most wallets for badges take this (OpenID4VCI, JSON-LD)."),
        N_("Into my wallet"),
        OPEN_WALLET,
        _over_oid4vci("ldp_vc"),
    ),
    Way(
        "learner-credential-wallet",
        N_("The Learner Credential Wallet of the Digital Credentials Consortium takes this."),
        N_("Into my Learner Credential Wallet"),
        OPEN_WALLET,
        exchanges.way,
        is_usual=False,
        asks_for_code=False,
    ),
    Way(
        "identity-wallet",
        N_("Wallets for identity cards and for the European Union want this (OpenID4VCI, SD-JWT VC)."),
        N_("Into my identity wallet"),
        OPEN_WALLET,
        _over_oid4vci("dc+sd-jwt"),
        is_usual=False,
    ),
    Way(
        "jwt-wallet",
        N_("Some wallets take this alone (OpenID4VCI, VC-JWT)."),
        N_("Into my wallet as a JWT"),
        OPEN_WALLET,
        _over_oid4vci("jwt_vc_json"),
        is_usual=False,
    ),
    Way(
        chapi.FETCHES,
        N_("Wallets that are web pages in this browser take this (CHAPI). The next page says who is asked for them."),
        N_("Save with a wallet in this browser"),
        ASK_BROWSER,
        chapi.for_wallets_that_fetch,
        is_usual=False,
    ),
    Way(
        chapi.IS_HANDED,
        N_("Older wallets in this browser cannot fetch the badge: they take it when it is handed to them."),
        N_("Hand the badge to the wallet"),
        ASK_BROWSER,
        chapi.for_wallets_that_are_handed,
        is_usual=False,
        is_listed=False,
        asks_for_code=False,
    ),
)


def ways(services: Services) -> dict[str, Way]:
    """The ways by name; those into a wallet in the browser only where there is a mediator."""
    return {way.name: way for way in ALL if services.settings.chapi_mediator or way.template != ASK_BROWSER}
