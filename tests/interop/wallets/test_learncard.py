"""LearnCard's own packages, put together as its app does: they take our offers, check what they get, and show it.

Over https. What the wallet says about a badge that it was given is compared with what is true.
"""

from typing import Any

import pytest

from tests import npm
from tests.interop.attesta_service import Service
from tests.interop.judges import BADGE_WALLETS
from tests.interop.wallets.conftest import Offer, Wallets, make_offer
from tests.interop.wallets.employer import Employer

pytestmark = pytest.mark.interop

# JWTs are kept and shown, but its library checks none of anybody (@learncard/didkit-plugin 1.9.10).
CHECKED = {
    "ldp_vc": ["proof", "status"],
    "dc+sd-jwt": ["parse", "disclosure_hash_integrity", "issuer_resolved", "issuer_signature", "expiration"],
    "jwt_vc_json": [],
}


@pytest.fixture(scope="module")
def learncard(service: Service) -> Wallets:
    npm.install(BADGE_WALLETS)
    return Wallets(service, BADGE_WALLETS)


def run(learncard: Wallets, **request: Any) -> Any:
    return learncard.run("learncard.mjs", **request)


@pytest.mark.parametrize("format_name", CHECKED)
def test_it_takes_checks_and_shows_a_badge(learncard: Wallets, service: Service, format_name: str):
    employer = Employer(service)
    offer = make_offer(service, tx_code=True)
    taken = {"link": offer.link(format_name), "txCode": offer.tx_code}
    got = run(learncard, offers=[taken], request=employer.link)
    assert got["failures"] == []
    (kept,) = got["kept"]
    assert (kept["format"], kept["category"]) == (format_name, "Achievement")
    assert kept["verdict"]["checks"] == CHECKED[format_name]
    assert bool(kept["verdict"]["errors"]) is (format_name == "jwt_vc_json")
    assert kept["twin"]["errors"]
    assert got["shown"]["status"] == 200
    assert employer.verdict == "valid"
    asked = [line for line in got["asked"] if not line.startswith("POST /verify/answers/")]
    assert asked[1:] == [
        "GET /.well-known/openid-credential-issuer/issuers/main 200",
        "GET /.well-known/oauth-authorization-server/issuers/main 200",
        "POST /oid4vci/token 200",
        "POST /oid4vci/nonce 200",
        "POST /oid4vci/credential 200",
    ]


def test_a_badge_from_the_claim_page_until_it_is_revoked(learncard: Wallets, service: Service):
    offer = make_offer(service, learner="p-boris")
    got = run(learncard, offers=[{"link": offer.button("wallet")}])
    (kept,) = got["kept"]
    assert kept["vc"]["credentialSubject"]["id"] == got["did"]
    assert (kept["verdict"]["errors"], kept["verdict"]["revoked"]) == ([], False)
    service.revoke(offer.credential)
    (verdict,) = run(learncard, judged=[kept["vc"]])["verdicts"]
    assert (verdict["errors"], verdict["revoked"]) == (["Credential is revoked."], True)


def test_a_badge_by_an_exchange(learncard: Wallets, offer: Offer):
    got = run(learncard, exchange=offer.exchange["interaction"].removeprefix("interaction:"))
    (kept,) = got["kept"]
    assert kept["vc"]["credentialSubject"]["id"] == got["did"]
    assert (kept["verdict"]["errors"], bool(kept["twin"]["errors"])) == ([], True)
