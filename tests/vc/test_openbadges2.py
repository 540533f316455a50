"""What an assertion of Open Badges 2.0 says; whole badges are in tests/corpus."""

from datetime import UTC, datetime

import pytest

from app.vc import openbadges2, openbadges2_shape, revoked_assertions
from app.vc.timestamps import write

ASSERTION = {
    "@context": "https://w3id.org/openbadges/v2",
    "type": "Assertion",
    "id": "https://a.example/1",
    "recipient": {"type": "email", "identity": "ana@example.org", "hashed": False},
    "badge": "https://a.example/badge",
    "verification": {"type": "hosted"},
    "issuedOn": "2026-01-01T00:00:00Z",
}


@pytest.mark.parametrize(
    ("document", "is_older", "is_somebodys"),
    [
        (ASSERTION, True, True),
        ({"type": "Assertion"}, True, True),
        ({"recipient": {}, "badge": "x"}, True, True),
        ({"@context": ["https://w3id.org/openbadges/v1"], "type": "BadgeClass"}, True, False),
        ({"@context": "http://openbadgespec.org/v2/context.json", "type": ["Profile"]}, True, False),
        ({"@context": "https://w3id.org/openbadges/v2", "type": "RevocationList"}, True, False),
        ({"type": ["VerifiableCredential", "Assertion"], "@context": "https://w3id.org/openbadges/v2"}, False, True),
        ({"@context": "https://w3id.org/openbadges/v3", "type": "Thing"}, False, False),
        ({}, False, False),
    ],
)
def test_documents_of_the_versions_before_are_told(document, is_older, is_somebodys):
    assert openbadges2.is_open_badges_2(document) is is_older
    if is_older:
        assert openbadges2.is_assertion(document) is is_somebodys


@pytest.mark.parametrize(
    ("value", "is_end", "expected"),
    [
        ("2026-01-31T12:00:00Z", False, "2026-01-31T12:00:00Z"),
        ("2026-01-31T12:00:00+02:00", False, "2026-01-31T10:00:00Z"),
        ("2026-01-31T12:00:00+0200", False, "2026-01-31T10:00:00Z"),
        ("2026-01-31T12:00:00.5+02", False, "2026-01-31T10:00:00Z"),
        ("2026-01-31T12:00:00", False, "2026-01-31T12:00:00Z"),
        ("2026-01-31 12:00", False, "2026-01-31T12:00:00Z"),
        ("2026-01-31", False, "2026-01-31T00:00:00Z"),
        ("2026-01-31", True, "2026-01-31T23:59:59Z"),
        (1769860800, False, "2026-01-31T12:00:00Z"),
        (0, False, "1970-01-01T00:00:00Z"),
        ("1769860800", False, "2026-01-31T12:00:00Z"),
        ("1769860800.5", False, "2026-01-31T12:00:00Z"),
    ],
)
def test_dates_of_all_versions(value, is_end, expected):
    assert write(openbadges2.moment(value, is_end=is_end)) == expected


@pytest.mark.parametrize(
    "value",
    [
        "",
        "yesterday",
        "2026",
        "202611210000",
        "2026-13-01",
        "2026-01-31Z",
        "2026-01-31T25:00:00Z",
        -1,
        10**18,
        True,
        None,
        [],
        {},
        "2" * 10_000,
    ],
)
def test_what_is_no_date(value):
    assert openbadges2.moment(value) is None


@pytest.mark.parametrize(
    ("url", "rules", "expected"),
    [
        ("https://a.example/1", None, True),
        ("https://A.example/1", None, True),
        ("https://a.example:8443/1", None, False),
        ("https://b.example/1", None, False),
        ("https://sub.a.example/1", None, False),
        ("https://a.example@b.example/1", None, False),
        ("https://b.example/1", {"allowedOrigins": "b.example"}, True),
        ("https://b.example/1", {"allowedOrigins": ["a.example", "https://b.example"]}, True),
        ("https://a.example/1", {"allowedOrigins": "b.example"}, False),
        ("https://b.example/x/1", {"startsWith": "https://b.example/x/"}, True),
        ("http://b.example/x/1", {"startsWith": ["https://c.example/", "https://b.example/x/"]}, True),
        ("https://b.example/y/1", {"startsWith": "https://b.example/x/"}, False),
        ("https://b.example.evil.example/1", {"startsWith": "https://b.example"}, False),
        ("https://b.example/x/1", {"startsWith": "https://b.example/x/", "allowedOrigins": "a.example"}, False),
        ("https://b.example/1", {"startsWith": ""}, False),
        ("https://a.example/1", {"startsWith": 7}, False),
        ("https://a.example/1", {"allowedOrigins": {}}, False),
        ("https://a.example/1", {"type": "VerificationObject", "verificationProperty": "id"}, True),
        ("https://[b/1", None, False),
        ("urn:uuid:1", None, False),
        ("", {"allowedOrigins": ""}, False),
    ],
)
def test_places_of_an_issuer(url, rules, expected):
    profile = {"id": "https://a.example/issuer"} | ({"verification": rules} if rules is not None else {})
    assert openbadges2.is_in_scope(url, profile) is expected


def told(sent, published):
    return list(openbadges2.differences(sent, published))


def test_what_was_sent_otherwise():
    assert told(ASSERTION, ASSERTION) == []
    assert told({}, ASSERTION) == []
    assert told(ASSERTION | {"expires": None}, ASSERTION) == []
    assert told({"issuedOn": "2026-01-01T01:00:00+01:00"}, ASSERTION) == []
    assert told({"badge": {"id": "http://a.example/badge", "name": "x"}}, ASSERTION) == []
    assert told({"badge": "https://a.example/badge"}, {"badge": {"id": "https://a.example/badge"}}) == []
    assert told({"tags": ["x"]}, {"tags": "x"}) == []
    assert told({"badge": "https://a.example/other"}, ASSERTION) == ["/badge"]
    assert told({"badge": {"name": "x"}}, ASSERTION) == ["/badge"]
    assert told({"recipient": {"identity": "bob@example.org"}}, ASSERTION) == ["/recipient/identity"]
    assert told({"evidence": "https://a.example/e"}, ASSERTION) == ["/evidence"]
    assert told({"tags": ["x", "y"]}, {"tags": ["x"]}) == ["/tags"]
    assert told({"tags": [{"a": 1}]}, {"tags": [{"a": 2}]}) == ["/tags/0/a"]
    assert told({"a": True}, {"a": "true"}) == ["/a"]
    assert told({"recipient": {"type": "url"}}, ASSERTION) == ["/recipient/type"]
    assert told({"type": ["Assertion"]}, ASSERTION) == []


def test_revoked_by_its_host():
    words = (True, "true", False, None, "False", 1, "yes", {})
    told_of = [openbadges2.is_revoked({"revoked": word}) for word in words]
    assert told_of == [True, True, False, False, False, None, None, None]


def test_structure():
    assert openbadges2_shape.check_assertion(ASSERTION) == ()
    codes = [finding.code for finding in openbadges2_shape.check_assertion({})]
    assert set(codes) == {"missing_member"}
    odd = ASSERTION | {"recipient": {"type": "email", "identity": "abc", "hashed": True}, "expires": "2025-01-01"}
    assert [finding.pointer for finding in openbadges2_shape.check_assertion(odd)] == [
        "/recipient/identity",
        "/expires",
    ]
    text = openbadges2_shape.check_assertion(ASSERTION | {"badge": 7, "verification": "hosted", "recipient": "ana"})
    assert {finding.pointer for finding in text} >= {"/badge", "/recipient", "/verification"}


def test_the_words_of_open_badges_3():
    badge = {"name": "Analyst", "criteria": "https://a.example/c", "alignment": {"targetName": "x"}, "tags": ["t"]}
    view = openbadges2.credential_view(ASSERTION, badge, {"id": "https://a.example/i", "name": "Academy"})
    assert view["issuer"] == {"name": "Academy", "id": "https://a.example/i", "type": ["Profile"]}
    assert view["validFrom"] == "2026-01-01T00:00:00Z"
    subject = view["credentialSubject"]
    assert subject["identifier"][0]["identityType"] == "emailAddress"
    assert subject["achievement"]["criteria"] == {"id": "https://a.example/c"}
    assert subject["achievement"]["alignment"] == [{"targetName": "x"}]
    assert openbadges2.credential_view({}, {}, {})["issuer"]["id"] == ""
    odd = openbadges2.credential_view(
        {"recipient": [7], "badge": []}, {"criteria": [], "alignment": 3, "issuer": 1}, {}
    )
    assert odd["credentialSubject"]["identifier"] == []


@pytest.mark.parametrize(
    ("document", "codes"),
    [
        ({"issuer": "https://a.example/i", "revokedAssertions": ["https://a.example/1"]}, ["revoked"]),
        ({"issuer": {"id": "https://a.example/i"}, "revokedAssertions": [{"uid": "u1"}]}, ["revoked"]),
        ({"revokedAssertions": [{"id": "https://a.example/1", "revocationReason": "x"}]}, ["revoked"]),
        ({"revokedAssertions": "https://a.example/1"}, ["revoked"]),
        ({"u1": "A reason", "@context": "x"}, ["revoked"]),
        ({"revokedAssertions": ["https://a.example/2"]}, []),
        ({"id": "https://a.example/l", "type": "RevocationList", "issuer": "https://a.example/i"}, []),
        ({"issuer": "https://b.example/i", "revokedAssertions": []}, ["status_list_of_another_issuer"]),
        ({"revokedAssertions": [7]}, ["malformed_status_list"]),
        ({"revokedAssertions": ""}, ["malformed_status_list"]),
        ({"id": "x", "name": "y"}, ["malformed_status_list"]),
        ([], ["malformed_status_list"]),
    ],
)
def test_revoked_assertions(document, codes):
    assertion = {"id": "https://a.example/1", "uid": "u1"}
    findings = revoked_assertions.check(document, assertion, "https://a.example/i")
    assert [finding.code for finding in findings] == codes


def test_the_last_second_of_python():
    assert openbadges2.moment(openbadges2.MAX_SECONDS) == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
