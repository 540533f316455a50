"""Addresses in place of documents: followed, told, bounded."""

import json

import pytest

from app.errors import BadInput, TooLarge, Unsupported
from app.ports import FetchFailed
from app.vc import png
from app.verifier.verify import verify, verify_document
from tests.corpus.kit import CorpusWeb
from tests.corpus.openbadges2 import ASSERTION, ASSERTION_URL, jws
from tests.corpus.openbadges2 import web as badge_web
from tests.vc.pictures import PNG, itxt, with_text
from tests.verifier.badges import Local, badge, services, signed, university, verified

AT = "https://wallet.example/1"
BADGE = signed(badge())


def served(document):
    """The university's web with this document at an address."""
    web = university()
    web.documents[AT] = document
    return web


def page(head):
    return f"<!doctype html><html><head>{head}</head></html>".encode()


def test_what_stands_at_an_address_is_judged_and_told():
    web = served(BADGE)
    report = verified({"url": AT}, web).to_json()
    assert report["outcome"] == "valid"
    first = report["fetched"][0]
    assert (first["url"], first["kind"], first["ok"], first["pointer"]) == (AT, "document", True, "")
    assert first["why"] == "This address was sent to be verified."
    assert web.asked[0] == AT


def test_an_http_address_is_asked_for_by_https():
    assert verified(AT.replace("https", "http").encode(), served(BADGE)).outcome == "valid"


def test_our_own_address_is_read_here():
    web = university()
    report = verified(AT.encode(), web, local=Local({AT: BADGE}))
    assert report.outcome == "valid"
    assert AT not in web.asked


def test_the_digest_is_that_of_what_was_judged():
    data = json.dumps(BADGE).encode()
    assert verified(AT.encode(), served(data)).submission.sha256 == verified(data).submission.sha256


@pytest.mark.parametrize("code", ["unreachable", "timeout", "status", "gone", "refused", "too_large"])
def test_an_address_at_which_nothing_is_to_be_had(code):
    with pytest.raises(BadInput) as refusal:
        verified(AT.encode(), served(FetchFailed(code, "It could not be had.")))
    assert refusal.value.members["code"] == "address_unavailable"
    assert "It could not be had." in refusal.value.detail


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (b"<!doctype html><html>Ana</html>", "web_page"),
        (b"Ana has passed.", "no_jwt"),
        (b"\0\1\2", "not_json"),
        (b"", "not_json"),
        (b"{", "not_json"),
        ({"hello": "world"}, "no_credential"),
        (PNG, "no_baked_credential"),
    ],
)
def test_what_is_no_document_at_an_address_is_refused(document, code):
    with pytest.raises(BadInput) as refusal:
        verified(AT.encode(), served(document))
    assert refusal.value.members["code"] == code


def test_addresses_that_lead_round_in_circles_end():
    others = {f"https://wallet.example/{number}": f'"https://wallet.example/{number + 1}"' for number in range(1, 9)}
    web = university()
    web.documents |= {url: text.encode() for url, text in others.items()}
    with pytest.raises(Unsupported) as refusal:
        verified(AT.encode(), web)
    assert len(web.asked) == 3
    assert refusal.value.members["code"] == "no_credential"
    round_about = served(json.dumps(AT).encode())
    with pytest.raises(Unsupported):
        verified(AT.encode(), round_about)
    assert round_about.asked == [AT]


def test_a_page_leads_to_its_own_host_only():
    web = served(page("<link rel='alternate' type='application/json' href='https://internal.example/x'>"))
    with pytest.raises(Unsupported):
        verified(AT.encode(), web)
    assert web.asked == [AT]


def test_a_picture_whose_host_is_gone_is_a_badge_all_the_same():
    baked = with_text(b"iTXt", itxt(ASSERTION_URL.encode(), b"openbadges"))
    report = verified(baked, CorpusWeb({}))
    assert (report.outcome, report.to_json()["credential"]["id"]) == ("unknown", ASSERTION_URL)
    assert verified(baked, CorpusWeb({ASSERTION_URL: {"status": 410}})).outcome == "invalid"


def test_a_hosted_badge_is_fetched_once():
    web = CorpusWeb(badge_web())
    report = verified(ASSERTION_URL.encode(), web).to_json()
    assert report["outcome"] == "valid"
    assert sorted(web.asked) == sorted(badge_web())
    assert [one["kind"] for one in report["fetched"]] == ["document", "badge_class", "issuer_profile"]
    assert (report["issuer"]["name"], report["achievement"]["name"]) == ("Badge Academy", "Urban data analyst")
    assert report["credential"]["validFrom"] == ASSERTION["issuedOn"]


def test_too_much_is_refused_before_anything_is_asked():
    web = university()
    with pytest.raises(TooLarge):
        verify(b'{"url": "%s"}' % (b"x" * 2_000_000), None, services(web))
    assert web.asked == []


def test_a_verifiable_credential_is_asked_for_where_older_badges_are_none():
    report = verify_document(ASSERTION, services(CorpusWeb(badge_web())))
    assert report.outcome == "invalid"
    with pytest.raises(BadInput):
        verify_document(jws(), services())


def test_a_picture_at_an_address():
    assert verified(AT.encode(), served(png.bake(PNG, json.dumps(BADGE)))).outcome == "valid"
