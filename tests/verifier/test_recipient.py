import hashlib
import json

import pytest

from app.vc.openbadge import email_identity
from app.verifier.case import Policy
from app.verifier.recipient import kind_of
from app.verifier.verify import verify
from tests.verifier.badges import badge, codes, made, outcomes, services, signed, university, verified

SUBJECT = badge()["credentialSubject"]
ANA = email_identity("ana@city.example", "salt")


def about(*identifiers, **members):
    """A badge whose subject has these identifiers and members."""
    more = {"identifier": list(identifiers)} if identifiers else {}
    return signed(badge(credentialSubject=SUBJECT | more | members), suite="eddsa-jcs-2022")


def asked(document, recipient):
    return verify(json.dumps(document).encode(), None, services(university()), policy=Policy(recipient=recipient))


def test_without_a_recipient_there_is_no_such_check():
    assert "recipient" not in outcomes(verified(about(ANA)))


@pytest.mark.parametrize("given", ["ana@city.example", " Ana@City.Example ", "mailto:ana@city.example"])
def test_hashed_address_in_any_spelling(given):
    report = asked(about(ANA), given)
    assert (report.outcome, outcomes(report)["recipient"]) == ("valid", "valid")


def test_another_address_is_somebody_else():
    report = asked(about(ANA), "eve@city.example")
    assert (report.outcome, codes(report, "recipient")) == ("invalid", ["wrong_recipient"])
    assert made(report, "recipient").findings[0].pointer == "/credentialSubject/identifier/0"


def test_plain_identifiers():
    plain = {"type": "IdentityObject", "hashed": False, "identityHash": "S-17", "identityType": "systemId"}
    assert asked(about(plain), "S-17").outcome == "valid"
    assert codes(asked(about(plain), "S-18"), "recipient") == ["wrong_recipient"]
    assert codes(asked(about(plain), "ana@city.example"), "recipient") == ["recipient_unknown"]


def test_subject_id():
    document = about(id="did:example:ana")
    assert asked(document, "did:example:ana").outcome == "valid"
    assert codes(asked(document, "did:example:eve"), "recipient") == ["wrong_recipient"]
    assert codes(asked(document, "ana@city.example"), "recipient") == ["recipient_unknown"]


def test_random_subject_id_tells_nobody():
    report = asked(about(), "did:example:ana")
    assert (report.outcome, codes(report, "recipient")) == ("unknown", ["recipient_unknown"])


def test_any_of_several_suffices():
    other = email_identity("old@city.example", "pepper")
    assert asked(about(other, ANA), "ana@city.example").outcome == "valid"


def test_md5_and_upper_case_digests():
    digest = (
        hashlib.md5(b"ana@city.examplesalt", usedforsecurity=False).hexdigest().upper()
    )  # the algorithm of old badges
    assert asked(about(ANA | {"identityHash": f"md5${digest}"}), "ana@city.example").outcome == "valid"
    assert codes(asked(about(ANA | {"identityHash": "crc32$00"}), "ana@city.example"), "recipient") == [
        "wrong_recipient"
    ]


@pytest.mark.parametrize("odd", [5, None, {}, {"identityHash": 5}, {"identityHash": "x", "hashed": "yes", "salt": []}])
def test_odd_identifiers_are_no_failure(odd):
    assert made(asked(about(odd), "ana@city.example"), "recipient").outcome in ("invalid", "unknown")


def test_kinds():
    given = ("a@b.example", "mailto:a@b.example", "did:key:z", "http://a.example", "S-17", "Note: x")
    assert [kind_of(one) for one in given] == ["email", "email", "did", "https", "identifier", "identifier"]
