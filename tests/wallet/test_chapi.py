"""Wallets in the browser (CHAPI): what the page sends, who may be framed, what counts as taken."""

import html
import json
import re

import pytest
from pydantic import ValidationError

from app.settings import Settings
from app.store import audit
from app.vc.openbadge import CREDENTIALS_CONTEXT
from app.wallet import offering, offers
from tests import service
from tests.wallet.oid4vci import awarded, offer

EMPTY = {"@context": [CREDENTIALS_CONTEXT], "type": ["VerifiablePresentation"]}


def asked(world, made, way="browser-wallet"):
    """(answer, the WebCredential that stands in it)."""
    answer = world.client.post(f"/claim/{made.token}/{way}?lang=en")
    request = re.search(r'data-request="([^"]*)"', answer.text)
    return answer, json.loads(html.unescape(request.group(1))) if request else None


def state(world, made):
    return world.client.get(f"/claim/{made.token}/state")


@pytest.fixture
def made(loaded):
    return offer(loaded, awarded(loaded))


def elsewhere(backend, **changed):
    return service.build(backend.fresh("loaded", service.load), **changed)


def test_the_page_tells_wallets_where_to_fetch_the_badge_and_holds_none(loaded, made):
    _, request = asked(loaded, made)
    protocols = request["options"].pop("protocols")
    assert request == {
        "type": "web",
        "dataType": "VerifiablePresentation",
        "data": EMPTY,
        "options": {"recommendedHandlerOrigins": []},
    }
    code = protocols["vcapi"].removeprefix("http://127.0.0.1:8000/exchanges/")
    assert loaded.client.post(f"/exchanges/{code}", json={}).status_code == 200
    assert sorted(protocols) == ["OID4VCI", "vcapi"], "no wallet takes an interaction URL that is not https"


def test_over_https_there_is_an_interaction_url_too(backend):
    world = elsewhere(backend, base_url="https://badges.example.org")
    _, request = asked(world, offer(world, awarded(world)))
    protocols = request["options"]["protocols"]
    code = protocols["vcapi"].rpartition("/")[2]
    assert protocols["interact"] == f"https://badges.example.org/interactions/{code}?iuv=1"
    world.services.database.close()


def test_the_mediator_may_be_framed_on_that_page_alone(loaded, made):
    answer, _ = asked(loaded, made)
    policy = answer.headers["content-security-policy"]
    assert policy.endswith("; frame-src https://authn.io")
    assert "default-src 'self';" in policy
    others = [
        loaded.client.get(f"/claim/{made.token}"),
        loaded.client.post(f"/claim/{made.token}/wallet"),
    ]
    assert not any("authn.io" in other.headers["content-security-policy"] + other.text for other in others)


def test_without_a_mediator_there_is_no_such_way(backend):
    world = elsewhere(backend, chapi_mediator="")
    made = offer(world, awarded(world))
    assert "/browser-wallet" not in world.client.get(f"/claim/{made.token}").text
    for way in ("browser-wallet", "browser-wallet-handed"):
        assert asked(world, made, way)[0].status_code == 404
    world.services.database.close()


@pytest.mark.parametrize(
    "value", ["http://authn.io", "https://authn.io/mediator", "authn.io", "https://a.example; script-src *", "https://"]
)
def test_a_mediator_is_an_https_origin(value):
    with pytest.raises(ValidationError, match="without a path"):
        Settings(chapi_mediator=value)
    assert Settings(chapi_mediator="https://mediator.example:8443/").chapi_mediator == "https://mediator.example:8443"
    assert Settings(chapi_mediator="https://Mediator.example:443/").chapi_mediator == "https://mediator.example"


def test_asking_takes_nothing_and_the_service_alone_says_that_it_was_fetched(loaded, made):
    asked(loaded, made)
    assert state(loaded, made).json() == {"state": "open"}
    assert state(loaded, made).headers["cache-control"] == "no-store"
    assert offers.look(loaded.services, made.token).offer.taken_at is None
    with loaded.services.database.writing(loaded.principal.tenant_id) as session:
        assert offers.claimed(loaded.services, session, made.offer.id)
    assert state(loaded, made).json() == {"state": "claimed"}


def test_an_offer_that_ended_meanwhile_is_told_to_who_waits(loaded, made):
    with loaded.services.database.writing(loaded.principal.tenant_id) as session:
        offers.withdraw(loaded.services, session, made.offer.id, actor="provider")
    assert state(loaded, made).json() == {"state": "withdrawn"}
    assert loaded.client.get("/claim/nobody/state").status_code == 404


def test_an_older_wallet_gets_the_badge_itself_and_says_that_it_has_it(loaded, made):
    _, request = asked(loaded, made, "browser-wallet-handed")
    (badge,) = request["data"]["verifiableCredential"]
    assert request["options"]["protocols"] == {}
    assert loaded.client.post("/verify", json=badge).json()["outcome"] == "valid"
    assert offers.look(loaded.services, made.token).offer.taken_at is None, "nothing is taken by a click"
    for _ in range(2):
        assert loaded.client.post(f"/claim/{made.token}/handed-over").status_code == 204
    found = offers.look(loaded.services, made.token)
    assert (found.offer.taken_at, found.offer.state) == (loaded.clock(), "open")
    with loaded.services.database.reading(loaded.principal.tenant_id) as session:
        entries = [entry for entry in audit.entries(session, subject=found.award.id) if entry.action == "taken"]
    assert [json.loads(entry.detail)["how"] for entry in entries] == ["wallet in the browser"]


def test_what_a_transaction_code_guards_is_not_handed_over(loaded):
    award = awarded(loaded)
    told = offering.offer(loaded.services, loaded.principal, award.id, with_mail=False, with_tx_code=True)
    path = told["link"].removeprefix(loaded.services.settings.public_url)
    fetched = loaded.client.post(f"{path}/browser-wallet")
    assert "vcapi" not in fetched.text
    assert "openid-credential-offer" in fetched.text
    assert "/browser-wallet-handed" not in fetched.text
    assert loaded.client.post(f"{path}/browser-wallet-handed").status_code == 409
    assert told["tx_code"] not in fetched.text
    assert loaded.client.post(f"{path}/handed-over").status_code == 409, "who has the link alone marks nothing"


@pytest.mark.parametrize("path", ["handed-over", "browser-wallet", "browser-wallet-handed"])
def test_another_site_cannot_ask_in_her_name(loaded, made, path):
    answer = loaded.client.post(f"/claim/{made.token}/{path}", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert offers.look(loaded.services, made.token).offer.taken_at is None
