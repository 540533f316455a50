"""The claim page: looking uses nothing up, every way works without script, an ended offer says what to do."""

import re

import pytest
import structlog

from app.issuer.assessment import learners
from app.issuer.credential.forms import DEFAULT
from app.issuer.credential.issue import Order, issue, revoke
from app.pages.claim_ways import ALL
from app.texts import LANGUAGES
from app.wallet import offering, offers, post


@pytest.fixture
def award(loaded):
    return issue(loaded.services, loaded.principal, Order("MC-02", "p-ana", DEFAULT, offer=False)).award


@pytest.fixture
def english(loaded):
    """Ana reads English."""
    values = {"name": "Ana Petrova", "email": "ana.petrova@example.org", "language": "en"}
    learners.put(loaded.services, loaded.principal, learners.check("p-ana", values))


def offer(world, award, *, with_tx_code=False):
    """(path of the claim page, the transaction code)."""
    made = offering.offer(world.services, world.principal, award.id, with_mail=False, with_tx_code=with_tx_code)
    return made["link"].removeprefix(world.services.settings.public_url), made.get("tx_code")


def standing(world, path):
    return offers.look(world.services, path.rpartition("/")[2])


def test_looking_uses_nothing_up(loaded, award):
    path, _ = offer(loaded, award)
    before = vars(standing(loaded, path).offer).copy()
    for _ in range(3):
        answer = loaded.client.get(path)
        assert answer.status_code == 200
    after = vars(standing(loaded, path).offer)
    assert {name: after[name] for name in before if name[0] != "_"} == {
        name: value for name, value in before.items() if name[0] != "_"
    }


def test_nobody_keeps_the_page_or_learns_its_address(loaded, award):
    answer = loaded.client.get(offer(loaded, award)[0])
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_it_shows_what_is_offered_and_every_way(loaded, award, english):
    path, _ = offer(loaded, award)
    text = loaded.client.get(path).text
    for shown in (
        "My training organisation has awarded you:",
        "Smart City Project Design and Delivery",
        "Risk and quality management",
        "Professional",
        f"/achievements/{award.achievement_id}/image.svg",
        "works until October 1, 2026",
        f"/me/badges/{award.id}",
        *(f'action="{path}/{way.name}"' for way in ALL if way.is_listed),
        *(f'value="{kind}"' for kind in ("pdf", "png", "svg", "json", "jwt")),
    ):
        assert shown in text, shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_the_language_that_the_reader_chose(loaded, award, language):
    path, _ = offer(loaded, award)
    answer = loaded.client.get(f"{path}?lang={language}")
    assert f'<html lang="{language}">' in answer.text
    assert f"{path}/file{'?lang=' + language}" in answer.text
    assert answer.headers["content-language"] == language


def test_unless_she_chose_it_is_the_language_that_her_provider_has_of_her(loaded, award):
    path, _ = offer(loaded, award)
    answer = loaded.client.get(path, headers={"Accept-Language": "de"})
    assert answer.headers["content-language"] == "bg"
    assert "Ана" not in answer.text  # who is offered it is not told to who has the link


@pytest.mark.parametrize(
    ("kind", "media_type", "begins"),
    [
        ("pdf", "application/pdf", b"%PDF"),
        ("png", "image/png", b"\x89PNG"),
        ("svg", "image/svg+xml", b"<svg"),
        ("json", "application/vc", b"{"),
        ("jwt", "application/vc+jwt", b"eyJ"),
    ],
)
def test_files(loaded, award, kind, media_type, begins):
    path, _ = offer(loaded, award)
    answer = loaded.client.post(f"{path}/file", data={"kind": kind})
    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
    assert answer.content.startswith(begins)
    assert answer.headers["content-disposition"] == f'attachment; filename="MC-02.{kind}"'
    assert standing(loaded, path).offer.taken_at == loaded.clock()
    assert loaded.client.get(path).status_code == 200


@pytest.mark.parametrize("kind", ["", "exe", "../json", "J" * 5000])
def test_a_file_that_there_is_not(loaded, award, kind):
    assert loaded.client.post(f"{offer(loaded, award)[0]}/file", data={"kind": kind}).status_code == 404


@pytest.mark.parametrize("way", ["wallet", "identity-wallet", "jwt-wallet"])
def test_a_wallet_gets_a_link_and_a_code_to_scan(loaded, award, way):
    path, _ = offer(loaded, award)
    answer = loaded.client.post(f"{path}/{way}")
    assert answer.status_code == 200
    assert "openid-credential-offer://?credential_offer=" in answer.text
    assert "<svg" in answer.text
    assert standing(loaded, path).offer.code_hash is not None
    assert standing(loaded, path).offer.state == "open"


def test_a_way_that_there_is_not(loaded, award):
    assert loaded.client.post(f"{offer(loaded, award)[0]}/teleport").status_code == 404


@pytest.mark.parametrize("way", ["wallet", "file", "again", "teleport"])
def test_a_tab_that_is_opened_again_leads_back_to_the_ways(loaded, award, way):
    path, _ = offer(loaded, award)
    answer = loaded.client.get(f"{path}/{way}?lang=de", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{path}?lang=de")
    assert standing(loaded, path).offer.code_hash is None


def test_where_a_code_guards_the_offer_no_way_leads_nowhere(loaded, award):
    path, _ = offer(loaded, award, with_tx_code=True)
    named = set(re.findall(rf'action="{path}/([a-z-]+)"', loaded.client.get(path).text))
    assert named == {"wallet", "identity-wallet", "jwt-wallet", "browser-wallet", "file"}
    for name in named - {"file"}:
        assert loaded.client.post(f"{path}/{name}").status_code == 200


def test_a_transaction_code_guards_the_files_and_may_be_mistyped(loaded, award, english):
    path, code = offer(loaded, award, with_tx_code=True)
    wrong = loaded.client.post(f"{path}/file", data={"kind": "json", "tx_code": "12345"})
    assert wrong.status_code == 403
    assert "This is not the code that you were given." in wrong.text
    assert 'aria-invalid="true" aria-describedby="wrong" autofocus>' in wrong.text, "it is far down on a phone"
    assert code not in wrong.text
    spaced = f" {code[:3]} {code[3:]} "
    assert loaded.client.post(f"{path}/file", data={"kind": "json", "tx_code": spaced}).status_code == 200


def test_guessing_the_transaction_code_ends_the_offer(loaded, award, english):
    path, code = offer(loaded, award, with_tx_code=True)
    for _ in range(5):
        answer = loaded.client.post(f"{path}/file", data={"kind": "json", "tx_code": ""})
    assert (answer.status_code, "This offer was withdrawn" in answer.text) == (410, True)
    assert loaded.client.post(f"{path}/file", data={"kind": "json", "tx_code": code}).status_code == 410


def claim(world, path):
    with world.services.database.writing(world.principal.tenant_id) as session:
        assert offers.claimed(world.services, session, standing(world, path).offer.id)


def test_what_a_wallet_has_can_be_printed_for_an_hour(loaded, award, english):
    path, _ = offer(loaded, award)
    claim(loaded, path)
    text = loaded.client.get(path).text
    assert "It is in your wallet" in text
    assert f'action="{path}/wallet"' not in text
    assert f'action="{path}/file"' in loaded.client.post(f"{path}/wallet").text
    assert loaded.client.post(f"{path}/file", data={"kind": "pdf"}).status_code == 200
    loaded.clock.move(hours=1)
    assert loaded.client.post(f"{path}/file", data={"kind": "pdf"}).status_code == 410
    assert "This link was used" in loaded.client.get(path).text


def test_a_link_that_is_too_old_brings_a_new_one_to_her_mailbox_once_a_day(loaded, award, english):
    path, _ = offer(loaded, award)
    loaded.clock.move(days=31)
    answer = loaded.client.get(path)
    assert (answer.status_code, "This link is too old" in answer.text) == (410, True)
    for _ in range(3):
        sent = loaded.client.post(f"{path}/again")
        assert (sent.status_code, "Look into your mailbox" in sent.text) == (200, True)
        assert "ana.petrova" not in sent.text
    assert post.deliver(loaded.services) == 1
    text = loaded.mailbox.sent[0].get_body(("plain",)).get_content()
    assert loaded.client.get(re.search(r"/claim/[\w-]+", text)[0]).status_code == 200
    loaded.clock.move(days=1)
    loaded.client.post(f"{path}/again")
    assert post.deliver(loaded.services) == 1


@pytest.mark.parametrize("why", ["works", "revoked", "withdrawn", "guarded"])
def test_nobody_has_links_sent_that_are_not_to_be(loaded, award, why):
    path, _ = offer(loaded, award, with_tx_code=why == "guarded")
    if why == "revoked":
        revoke(loaded.services, loaded.principal, award.id, "a mistake")
    elif why == "withdrawn":
        offering.withdraw(loaded.services, loaded.principal, standing(loaded, path).offer.id)
    elif why == "guarded":
        loaded.clock.move(days=31)
        assert "/again" not in loaded.client.get(path).text
    loaded.client.post(f"{path}/again")
    post.deliver(loaded.services)
    assert [mail for mail in loaded.mailbox.sent if "/claim/" in mail.get_body(("plain",)).get_content()] == []


@pytest.mark.parametrize("token", ["x", "%00", "%2e%2e", "a" * 5000, "%F0%9F%98%80"])
@pytest.mark.parametrize(("method", "rest"), [("GET", ""), ("POST", "/file"), ("POST", "/wallet"), ("POST", "/again")])
def test_a_link_that_nobody_gave_out_is_a_page_that_says_so(shared, token, method, rest):
    answer = shared.client.request(method, f"/claim/{token}{rest}")
    assert answer.status_code == 404


def test_another_site_s_form_is_refused(loaded, award):
    path, _ = offer(loaded, award)
    for rest in ("file", "wallet", "again"):
        answer = loaded.client.post(f"{path}/{rest}", headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403
    assert standing(loaded, path).offer.code_hash is None


def test_a_link_is_in_no_log(loaded, award, monkeypatch):
    path, _ = offer(loaded, award)

    def broken(*_arguments):
        raise ZeroDivisionError

    monkeypatch.setattr(offers, "look", broken)
    with structlog.testing.capture_logs() as logged:
        assert loaded.client.get(path).status_code == 500
    assert logged[0]["route"] == "/claim/{token}"
    assert path.rpartition("/")[2] not in str(logged)
