"""OpenID4VP 1.0: a holder with the OpenWallet Foundation's library shows a badge that was fetched over OpenID4VCI.

Over https, with the presentations that wallets make: Digital Bazaar's library (with the suite and purpose of
LearnCard's wallet, and with the newer suite), jose, and the SD-JWT library of Credo's wallets.
"""

import html
import re
from typing import Any

import pytest

from tests.interop.attesta_service import Service
from tests.interop.wallets.conftest import Offer, Wallets

pytestmark = [pytest.mark.interop, pytest.mark.usefixtures("node_modules")]

LINK = re.compile(r'href="(openid4vp://[^"]+)"')
WAYS = pytest.mark.parametrize(
    ("format_name", "how"),
    [("ldp_vc", "ed25519-2020"), ("ldp_vc", "eddsa-2022"), ("jwt_vc_json", ""), ("dc+sd-jwt", "")],
)


class Employer:
    """Somebody at the page "ask the holder"."""

    def __init__(self, service: Service) -> None:
        self.service = service
        page = service.post("/verify/ask", expect=(303,))
        self.path = page.headers["location"]

    @property
    def page(self) -> str:
        return html.unescape(self.service.client.get(self.path, headers={"Accept": "text/html"}).text)

    @property
    def link(self) -> str:
        found = LINK.search(self.page)
        assert found is not None
        return found.group(1)

    @property
    def verdict(self) -> str:
        return re.findall(r'data-verdict="(\w+)"', self.page)[0]


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
    assert wallets.service.get(f"{employer.path}/state").json() == {"waits": False}


@WAYS
@pytest.mark.parametrize("instead", [{"nonce": "another"}, {"clientId": "redirect_uri:https://other.example/answers"}])
def test_what_was_signed_for_another_occasion_or_verifier_is_refused(
    wallets: Wallets, offer: Offer, format_name: str, how: str, instead: dict[str, str]
):
    employer, got = shown(wallets, offer, format_name, how=how, instead=instead)
    assert got["status"] == [400]
    assert employer.verdict not in ("valid", "unknown")
