"""The claim page and wallets in the same browser (CHAPI), by way of a stand-in for the third party's mediator."""

import os
import shutil
from pathlib import Path

import pytest

from tests import npm, service
from tests.browser.test_claim import offered
from tests.interop import certificate
from tests.live import serving

pytestmark = pytest.mark.browser
HERE = Path(__file__).parent
MEDIATOR = "https://mediator.example"
TAKEN = "✓ It is in your wallet"
NOTHING = "Nothing was stored: you said no, or this browser has no wallet yet."


@pytest.fixture(scope="module")
def world(sqlite_house):
    made = service.build(sqlite_house.fresh("loaded", service.load), chapi_mediator=MEDIATOR)
    yield made
    made.services.database.close()


@pytest.fixture(scope="module")
def offers(world):
    """Name -> (path of the claim page, what the provider was told)."""
    given = {"fetched": ("MC-01", "p-ana"), "refused": ("MC-02", "p-ana"), "handed": ("MC-01", "p-carmen"),
             "scanned": ("MC-02", "p-carmen"), "guarded": ("MC-01", "p-boris")}  # fmt: skip
    return {name: offered(world, *who, tx_code=name == "guarded") for name, who in given.items()}


@pytest.fixture(scope="module")
def seen(world, offers, tmp_path_factory):
    """What the browser saw. ATTESTA_TEST_SHOTS names a folder for pictures of it, for people to look at."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is missing (Debian: apt-get install chromium)")
    npm.install(HERE)
    folder = tmp_path_factory.mktemp("mediator")
    certificate.write(folder)
    with serving(world.client.app) as address:
        request = {
            "chromium": chromium,
            "base": address,
            "public": world.services.settings.public_url,
            "certificate": str(folder / certificate.CERTIFICATE),
            "key": str(folder / certificate.KEY),
            "claims": {name: path for name, (path, _) in offers.items()},
            "shots": os.environ.get("ATTESTA_TEST_SHOTS"),
        }
        return npm.run_node(HERE, "chapi.mjs", request)


def standing(world, offers, name):
    """How the provider sees the offer."""
    learner = {"fetched": "p-ana", "handed": "p-carmen"}[name]
    listed = world.client.get(f"/api/v1/offers?learner={learner}", headers=world.headers).json()["offers"]
    return next(each for each in listed if each["id"] == offers[name][1]["id"])


def test_nobody_else_is_asked_before_the_click_and_the_page_says_whom_it_will_ask(seen):
    assert seen["before"]["heading"] == "Into a wallet in this browser"
    assert "The mediator is mediator.example" in seen["before"]["who"]
    assert "It has been told nothing yet." in seen["before"]["who"]
    assert (seen["before"]["foreign"], seen["before"]["asked"]) == ([], [])


def test_the_request_says_by_which_protocols_the_badge_can_be_fetched(seen, world):
    credential = seen["fetched"]["credential"]
    public = world.services.settings.public_url
    assert (credential["type"], credential["dataType"]) == ("web", "VerifiablePresentation")
    assert credential["data"] == {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
    }
    protocols = credential["options"]["protocols"]
    assert sorted(protocols) == ["OID4VCI", "vcapi"]
    assert protocols["vcapi"].startswith(f"{public}/exchanges/")
    assert protocols["OID4VCI"].startswith("openid-credential-offer://?credential_offer=")


def test_the_published_polyfill_sends_the_same_request(seen):
    assert seen["polyfill"] == seen["fetched"]["credential"]


def test_the_wallet_fetches_a_badge_that_is_valid_and_then_the_page_says_so(seen, world, offers):
    badge = seen["fetched"]["badge"]
    assert badge["credentialSubject"]["id"].startswith("did:key:")
    assert world.client.post("/verify", json=badge).json()["outcome"] == "valid"
    assert seen["fetched"]["focused"].startswith(TAKEN)
    assert seen["fetched"]["later"] == "It is in your wallet"
    assert standing(world, offers, "fetched")["state"] == "claimed"


def test_the_mediator_learns_who_asks_but_not_the_address_of_the_page(seen):
    assert seen["fetched"]["referrer"].count("/") == 3
    assert "claim" not in seen["fetched"]["referrer"]
    assert seen["fetched"]["foreign"] == []


@pytest.mark.parametrize("how", ["refused", "closed", "escaped", "again"])
def test_no_is_an_answer_and_she_can_ask_again(seen, how):
    assert seen[how]["said"].startswith(NOTHING)
    assert (seen[how]["focused"], seen[how]["open"]) == ("Ask mediator.example for my wallets", 0)


def test_what_goes_wrong_is_told(seen):
    assert seen["broken"]["said"].startswith("mediator.example says that something went wrong.")
    assert seen["asking"] == "Waiting for mediator.example …"
    assert seen["silent"]["said"].startswith("mediator.example does not answer.")
    assert seen["silent"]["focused"] == "Ask mediator.example for my wallets"


def test_a_wallet_that_only_says_that_it_has_it_is_not_believed(seen):
    assert seen["unfetched"]["waits"].startswith("The wallet was asked.")
    assert not seen["unfetched"]["taken"]


def test_an_older_wallet_is_handed_the_badge_itself(seen, world, offers):
    handed = seen["handed"]
    (badge,) = handed["credential"]["data"]["verifiableCredential"]
    assert handed["credential"]["options"]["protocols"] == {}
    assert world.client.post("/verify", json=badge).json()["outcome"] == "valid"
    assert handed["focused"].startswith(TAKEN)
    state = standing(world, offers, "handed")
    assert state["state"] == "open", "no wallet proved a key, so it can still be taken into one"
    assert state["taken_at"] is not None


def test_a_page_with_a_code_says_when_the_wallet_elsewhere_has_it(seen, world):
    assert world.client.post("/verify", json=seen["scanned"]["badge"]).json()["outcome"] == "valid"
    assert seen["scanned"]["focused"].startswith(TAKEN)
    assert not seen["scanned"]["code"]


def test_without_script_it_says_that_the_other_ways_work(seen):
    assert seen["plain"] == {
        "told": "This way needs scripts, which are switched off in your browser. The other ways work without them.",
        "button": False,
    }


def test_where_a_transaction_code_guards_the_offer_it_is_taken_by_what_can_ask_for_one(seen):
    assert list(seen["guarded"]) == ["OID4VCI"]
    assert "tx_code" in seen["guarded"]["OID4VCI"]
    assert seen["guardedOlder"] == 0


def test_axe_has_no_objection_in_light_dark_and_on_a_phone(seen):
    assert len(seen["pages"]) == 9
    assert {name: found for name, found in seen["pages"].items() if found} == {}
    assert seen["errors"] == []
