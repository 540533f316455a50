"""OpenID4VP 1.0: a holder with the OpenWallet Foundation's library shows a badge that was fetched over OpenID4VCI.

Over https, with the presentations that wallets make: Digital Bazaar's library (with the suite and purpose of
LearnCard's wallet, and with the newer suite), jose, and the SD-JWT library of Credo's wallets.
"""

from typing import Any

import pytest

from tests.interop.wallets.conftest import Offer, Wallets
from tests.interop.wallets.employer import Employer

pytestmark = [pytest.mark.interop, pytest.mark.usefixtures("node_modules")]

WAYS = pytest.mark.parametrize(
    ("format_name", "how"),
    [("ldp_vc", "ed25519-2020"), ("ldp_vc", "eddsa-2022"), ("jwt_vc_json", ""), ("dc+sd-jwt", "")],
)


def shown(wallets: Wallets, offer: Offer, format_name: str, **more: Any) -> tuple[Employer, Any]:
    employer = Employer(wallets.service)
    link = employer.link
    got = wallets.run("openid4vp.mjs", offer=offer.link(format_name), request=link, format=format_name, **more)
    return employer, got


@WAYS
def test_a_wallet_shows_a_badge_in_each_format(wallets: Wallets, offer: Offer, format_name: str, how: str):
    employer, got = shown(wallets, offer, format_name, how=how, twice=True)
    assert (got["client"], got["version"]) == ("redirect_uri", 100)
    assert got["status"] == [200, 404], "one answer counts"
    assert employer.verdict == "valid"
    assert wallets.service.get(f"{employer.path}/state").json() == {"waits": False, "notice": None}


@WAYS
@pytest.mark.parametrize("instead", [{"nonce": "another"}, {"clientId": "redirect_uri:https://other.example/answers"}])
def test_what_was_signed_for_another_occasion_or_verifier_is_refused(
    wallets: Wallets, offer: Offer, format_name: str, how: str, instead: dict[str, str]
):
    employer, got = shown(wallets, offer, format_name, how=how, instead=instead)
    assert got["status"] == [400]
    assert employer.verdict == "unread"
    state = wallets.service.get(f"{employer.path}/state").json()
    assert state == {"waits": True, "notice": "unproved"}, "the code still counts"
