"""Badges of Open Badges 2.0 whose documents call themselves by the names of others."""

from dataclasses import replace
from typing import ClassVar

import pytest

from tests.corpus.kit import CorpusWeb, served
from tests.corpus.openbadges2 import (
    ASSERTION,
    ASSERTION_URL,
    BADGE,
    HOST,
    ISSUER,
    ISSUER_URL,
    KEY,
    KEY_URL,
    LIST_URL,
    OTHER_RSA,
    REVOCATIONS,
    TO_SIGN,
    jws,
    pem,
    signed_web,
    web,
)
from tests.verifier.badges import verified

NEIGHBOUR = f"{HOST}/neighbour"


@pytest.mark.parametrize("place", ["https://elsewhere.example/key", f"{HOST}/uploads/key"])
@pytest.mark.parametrize("name", [KEY_URL, f"{KEY_URL}/", "", None])
def test_a_key_of_elsewhere_is_not_the_issuers_by_calling_itself_so(place, name):
    forged = KEY | {"id": name, "publicKeyPem": pem(OTHER_RSA)}
    answers = signed_web() | {place: served(forged)}
    token = jws(OTHER_RSA, verification={"type": "signed", "creator": place})
    report = verified(token.encode(), CorpusWeb(answers)).to_json()
    assert report["outcome"] == "invalid"
    assert [f["code"] for c in report["checks"] for f in c["findings"]] == ["issuer_mismatch"]


def test_an_issuer_cannot_call_itself_by_the_id_of_a_neighbour_on_its_host():
    """Its badges are its own: neither the neighbour's place for badges nor the trust in the neighbour reaches them."""
    badge = BADGE | {"issuer": NEIGHBOUR}
    answers = web(badge=badge) | {NEIGHBOUR: served(ISSUER | {"id": ISSUER_URL})}
    report = verified(ASSERTION, CorpusWeb(answers)).to_json()
    assert report["issuer"]["id"] == NEIGHBOUR
    own_key = KEY | {"id": f"{NEIGHBOUR}/key", "publicKeyPem": pem(OTHER_RSA)}
    answers = signed_web(issuer=None) | {
        f"{HOST}/badges/1": served(badge),
        NEIGHBOUR: served(ISSUER | {"publicKey": f"{NEIGHBOUR}/key"}),
        f"{NEIGHBOUR}/key": served(own_key),
    }
    token = jws(OTHER_RSA, verification={"type": "signed", "creator": f"{NEIGHBOUR}/key"})
    assert verified(token.encode(), CorpusWeb(answers)).to_json()["issuer"]["id"] == NEIGHBOUR


def test_a_revocation_counts_whether_it_says_http_or_https():
    revoked = REVOCATIONS | {"revokedAssertions": ["http://badges.example/assertions/9"]}
    token = jws(**(TO_SIGN | {"id": "https://badges.example/assertions/9"}))
    report = verified(token.encode(), CorpusWeb(signed_web(revoked=revoked)))
    assert report.outcome == "invalid"
    assert LIST_URL in [need.url for need in report.needs]


class Redirecting(CorpusWeb):
    """A web whose hosts send us elsewhere for some addresses. `leads`: from an address to what answers in its place."""

    leads: ClassVar[dict[str, str]] = {}

    def get(self, url, *, accept):
        return replace(super().get(url, accept=accept), url=self.leads.get(url, url))


@pytest.mark.parametrize("place", [ASSERTION_URL, ISSUER_URL])
@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ("https://evil.example/1", "unknown"),
        ("https://evilbadges.example/1", "unknown"),
        ("https://www.badges.example/1", "valid"),
        ("https://badges.example/moved", "valid"),
    ],
)
def test_a_host_that_leads_to_another_one_vouches_for_nothing(place, answers, outcome):
    """Else every site that redirects to wherever its address says could be taken for the issuer."""
    led = Redirecting(web())
    led.leads = {place: answers}
    report = verified(ASSERTION, led)
    assert report.outcome == outcome
    codes = [f["code"] for c in report.to_json()["checks"] for f in c["findings"]]
    assert codes == ([] if outcome == "valid" else ["issuer_unconfirmed"])


def test_the_profile_that_lists_the_key_must_be_on_its_own_host():
    led = Redirecting(signed_web())
    led.leads = {ISSUER_URL: "https://evil.example/1"}
    assert verified(jws().encode(), led).outcome == "unknown"
    led.leads = {KEY_URL: "https://evil.example/1"}  # which the issuer's own profile names
    assert verified(jws().encode(), led).outcome == "valid"
