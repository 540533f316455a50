import pytest

from tests.verifier.badges import CONTEXTS, P256, badge, codes, made, outcomes, signed, spoiled, token, verified


def test_form_of_json_and_jwt():
    assert made(verified(signed(badge())), "form").message == "It was read as JSON."
    assert "(JWT)" in made(verified(token(badge(), P256, "ES256")), "form").message


def test_jwt_that_cannot_be_read():
    report = verified(b"e30.e30.AAAA")
    assert (report.outcome, outcomes(report)["form"], outcomes(report)["context"]) == ("invalid", "invalid", None)
    assert codes(report, "form") == codes(report, "proof") != []


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_unknown_context_is_why_nothing_can_be_told(suite):
    document = signed(badge(), suite="eddsa-jcs-2022")
    changed = spoiled(document, "@context", by=lambda contexts: [*contexts, "https://university.example/own"])
    changed = spoiled(changed, "proof", 0, "cryptosuite", by=lambda _: suite)
    report = verified(changed)
    assert (outcomes(report)["context"], codes(report, "context")) in [
        ("unknown", ["unknown_context"]),
        ("unknown", ["unsigned_context"]),
    ]


def test_context_that_gives_words_another_meaning():
    document = spoiled(signed(badge()), "@context", by=lambda _: [*CONTEXTS, {"AchievementSubject": "urn:other"}])
    report = verified(document)
    assert (report.outcome, codes(report, "context")) == ("invalid", ["redefined_term"])


def test_contexts_of_a_jwt_are_not_asked():
    document = badge() | {"@context": [*CONTEXTS, "https://university.example/own"]}
    report = verified(token(document, P256, "ES256"))
    assert (report.outcome, outcomes(report)["context"]) == ("valid", "valid")
