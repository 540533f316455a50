"""Judging at another time than the evidence is of."""

import json
from datetime import datetime, timedelta

import pytest

from app.errors import BadInput
from app.vc import proof
from app.verifier.case import Policy
from app.verifier.freshness import read_as_of
from app.verifier.verify import verify
from tests.corpus.cases import FOLDER
from tests.corpus.kit import NOW as CORPUS_NOW
from tests.corpus.kit import CorpusWeb
from tests.verifier.badges import (
    INDEX,
    KEY,
    NOW,
    UNIVERSITY,
    badge,
    codes,
    method_of,
    outcomes,
    revocable,
    services,
    signed,
    stamp,
    status_list,
    token,
    university,
    with_list,
)

BADGE = signed(revocable())


def judged(document, web, as_of: datetime | None):
    return verify(json.dumps(document).encode(), None, services(web), policy=Policy(as_of=as_of))


@pytest.mark.parametrize(
    ("text", "moment"),
    [("2026-09-01", "2026-09-01T23:59:59+00:00"), ("2026-09-01T12:00:00+02:00", "2026-09-01T10:00:00+00:00")],
)
def test_a_date_means_its_last_second(text, moment):
    assert read_as_of(text).isoformat() == moment


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "2026-09-01T12:00:00", "0001-01-01", "9999-12-31"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(BadInput, match="no date"):
        read_as_of(text)


def test_a_badge_that_has_expired_since_was_valid_then():
    report = judged(signed(badge()), university(), NOW + timedelta(days=3650))
    assert codes(report, "validity_period") == ["expired"]
    assert judged(signed(badge()), university(), NOW - timedelta(days=30)).outcome == "valid"
    told = judged(signed(badge()), university(), NOW - timedelta(days=30)).to_json()
    assert (told["as_of"], told["verified_at"]) == ("2026-10-21T12:00:00Z", "2026-11-20T12:00:00Z")


def test_the_list_of_today_tells_nothing_of_last_month():
    listed = signed(status_list(INDEX, validFrom=stamp(NOW)))
    assert judged(BADGE, with_list(listed), None).outcome == "invalid"
    report = judged(BADGE, with_list(listed), NOW - timedelta(days=30))
    assert (outcomes(report)["status"], codes(report, "status")) == ("unknown", ["status_list_of_another_time"])


def test_a_list_that_was_signed_before_covers_what_came_after():
    old = status_list(validFrom="2026-01-01T00:00:00Z")
    assert judged(BADGE, with_list(signed(old)), NOW - timedelta(days=30)).outcome == "valid"
    options = proof.proof_options("eddsa-rdfc-2022", method_of(KEY, UNIVERSITY), stamp(NOW))
    signed_since = proof.add_proof(old, KEY, options)
    report = judged(BADGE, with_list(signed_since), NOW - timedelta(days=30))
    assert codes(report, "status") == ["status_list_of_another_time"]


def test_a_list_counts_later_only_as_long_as_it_says():
    until = signed(status_list(validUntil=stamp(NOW + timedelta(days=2))))
    assert judged(BADGE, with_list(until), NOW + timedelta(days=1)).outcome == "valid"
    assert codes(judged(BADGE, with_list(until), NOW + timedelta(days=3)), "status") == ["status_list_of_another_time"]
    endless = status_list()
    del endless["validUntil"]
    assert judged(BADGE, with_list(signed(endless)), NOW + timedelta(minutes=30)).outcome == "valid"
    report = judged(BADGE, with_list(signed(endless)), NOW + timedelta(days=1))
    assert codes(report, "status") == ["status_list_of_another_time"]


def test_a_list_as_jwt_tells_when_it_was_signed():
    listed = status_list(validFrom="2026-01-01T00:00:00Z")
    report = judged(BADGE, with_list(token(listed, KEY, "EdDSA")), NOW - timedelta(days=30))
    assert outcomes(report)["status"] == "valid"


@pytest.mark.parametrize(
    ("name", "days", "outcome", "codes_of_status"),
    [
        ("ob2_hosted_valid", 0, "valid", []),
        ("ob2_hosted_valid", 30, "unknown", ["status_list_of_another_time"]),
        ("ob2_hosted_valid", -30, "unknown", ["status_list_of_another_time"]),
        ("ob2_hosted_revoked", 30, "invalid", ["revoked"]),
        ("ob2_hosted_revoked", -30, "unknown", ["status_list_of_another_time"]),
        ("ob2_signed_revoked", 0, "invalid", ["revoked"]),
        ("ob2_signed_revoked", 30, "invalid", ["revoked"]),
        ("ob2_signed_revoked", -30, "unknown", ["status_list_of_another_time"]),
    ],
)
def test_older_badges_at_another_time(name, days, outcome, codes_of_status):
    (path,) = [one for one in FOLDER.iterdir() if one.stem == name and ".web" not in one.name]
    web = CorpusWeb(json.loads((FOLDER / f"{path.name}.web.json").read_bytes()))
    policy = Policy(as_of=CORPUS_NOW + timedelta(days=days))
    report = verify(path.read_bytes(), None, services(web, now=CORPUS_NOW), policy=policy)
    assert (outcomes(report)["status"], codes(report, "status")) == (outcome, codes_of_status)
