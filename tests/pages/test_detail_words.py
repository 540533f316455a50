"""The verifier's sentences that readers meet most, whole in their language: from real verdicts, so that none drifts."""

from datetime import timedelta

import pytest

from app.pages.detail_words import SENTENCES, in_her_words
from app.pages.verify_view import report_view
from app.pages.wording import Wording
from app.texts import LANGUAGES, SOURCE
from app.vc import did
from tests.verifier.badges import (
    INDEX,
    KEY,
    NOW,
    badge,
    method_of,
    revocable,
    signed,
    spoiled,
    stamp,
    status_list,
    verified,
    with_list,
)

OWN = did.did_key(KEY.public)
OTHERS = [language for language in LANGUAGES if language != SOURCE]


def own(**members):
    return signed(badge(OWN, **members), KEY, method_of(KEY))


CASES = {
    "valid": own(validUntil=None),
    "for a year": own(validUntil=stamp(NOW + timedelta(days=365))),
    "expired": own(validUntil=stamp(NOW - timedelta(days=1))),
    "not yet": own(validFrom=stamp(NOW + timedelta(days=1)), validUntil=None),
    "tampered": spoiled(own(validUntil=None), "name", by=lambda _: "Changed"),
    "unsigned": badge(OWN, validUntil=None),
}


def sentences(report, language):
    """Every sentence of the checks, as the page has it."""
    for check in report_view(report.to_json(), language)["checks"]:
        yield from [check["message"]] if check["message"] else []
        yield from check["findings"]


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("name", CASES)
def test_nothing_of_a_plain_verdict_is_left_in_english(name, language):
    told = list(sentences(verified(CASES[name]), language))
    assert told
    assert [each for each in told if each["lang"] != language or each["detail"]] == []


@pytest.mark.parametrize(
    ("purpose", "said"), [("revocation", "widerrufen"), ("suspension", "vorübergehend ausgesetzt")]
)
def test_what_a_status_list_says_is_told_whole(purpose, said):
    listed = with_list(signed(status_list(INDEX, purpose=purpose)))
    told = list(sentences(verified(signed(revocable(purpose)), listed), "de"))
    (status,) = [each for each in told if said in each["text"]]
    assert (status["lang"], status["detail"]) == ("de", None)


def test_names_and_times_stand_in_the_sentence():
    assert in_her_words("It was valid until 2026-11-19 12:00 UTC.", Wording("de")) == (
        "Es galt bis 19. November 2026, 12:00 UTC."
    )
    assert in_her_words(f"It was signed by its issuer, {OWN}.", Wording("es")) == f"La firmó su emisor, {OWN}."
    hostile = "It was signed by its issuer, %(moment)s {name} <b>."
    assert in_her_words(hostile, Wording("ro")) == "A fost semnată de emitentul ei, %(moment)s {name} <b>."


@pytest.mark.parametrize("english", ["Something rare.", "It was valid until tomorrow.", "It names no schema. More."])
def test_other_sentences_are_left_alone(english):
    assert in_her_words(english, Wording("de")) is None


def test_each_sentence_is_found_by_its_own_pattern():
    for english, sentence in SENTENCES.items():
        met = english.format(name="did:key:z6Mk", moment="2026-11-19 12:00 UTC")
        assert in_her_words(met, Wording("bg")), sentence
