import copy
import json
from pathlib import Path

import pytest

from app.vc.outcome import Outcome
from app.vc.problem_types import MALFORMED_VALUE_ERROR, RANGE_ERROR
from app.vc.shape import CODES, MAX_FINDINGS, check_shape
from tests.vc.badge_examples import badge

ACHIEVEMENT = "/credentialSubject/achievement"
APP = Path(__file__).parent.parent.parent / "app" / "vc"


def changed(document, pointer, value=...):
    """A copy with another value at `pointer`, or with nothing there."""
    document = copy.deepcopy(document)
    *path, last = (int(token) if token.isdigit() else token for token in pointer.split("/")[1:])
    place = document
    for token in path:
        place = place[token]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return document


def places(document):
    return [(finding.code, finding.pointer) for finding in check_shape(document)]


def status_list():
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": "https://example.org/status/1",
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": "did:web:example.org",
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {
            "id": "https://example.org/status/1#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": "uH4sI",
        },
    }


def old_badge():
    """An OB 3.0 badge on VCDM 1.1, in the compacted form that 1EdTech's own samples have."""
    return {
        "@context": [
            "https://www.w3.org/2018/credentials/v1",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
            "https://w3id.org/security/suites/ed25519-2020/v1",
        ],
        "id": "http://example.edu/credentials/3732",
        "type": ["VerifiableCredential", "AchievementCredential"],
        "name": "Teamwork",
        "issuer": {"id": "https://example.edu/issuers/565049", "type": "Profile", "name": "Example University"},
        "issuanceDate": "2010-01-01T00:00:00Z",
        "expirationDate": "2030-01-01T00:00:00Z",
        "credentialSubject": {
            "id": "did:example:ebfeb1f712ebc6f1c276e12ec21",
            "type": "AchievementSubject",
            "achievement": {
                "id": "https://example.com/achievements/teamwork",
                "type": "Achievement",
                "criteria": {"narrative": "Nominated by peers."},
                "description": "Team work.",
                "name": "Teamwork",
            },
        },
        "evidence": {"type": "Evidence", "narrative": "A letter."},
        "proof": {"type": "Ed25519Signature2020", "created": "2010-01-01T19:23:24Z"},
    }


def endorsement():
    return {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": "urn:uuid:8e2c3c8e-58f3-4fd4-8b52-f33f4d4b3b8e",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "Endorsement",
        "issuer": {"id": "did:web:example.org", "type": ["Profile"]},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {
            "id": "https://example.com/achievements/teamwork",
            "type": ["EndorsementSubject"],
            "endorsementComment": "Good.",
        },
    }


@pytest.mark.parametrize("example", [badge, status_list, old_badge, endorsement])
def test_sound_documents_have_no_findings(example):
    assert check_shape(example()) == ()


def test_a_secured_badge_is_as_sound():
    proof = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "proofPurpose": "assertionMethod"}
    assert check_shape(badge() | {"proof": [proof]}) == ()
    assert check_shape(badge() | {"proof": proof}) == ()


# The data model: what the W3C's own negative tests ask for, and more.
@pytest.mark.parametrize(
    ("pointer", "value", "expected"),
    [
        ("/@context", ..., ("malformed_value", "/@context")),
        ("/@context", "https://www.w3.org/ns/credentials/v2", ("malformed_value", "/@context")),
        ("/@context/0", "https://example.org/other", ("wrong_context", "/@context/0")),
        ("/@context/0", 7, ("wrong_context", "/@context/0")),
        ("/id", "not a url", ("malformed_url", "/id")),
        ("/id", "relative/path", ("malformed_url", "/id")),
        ("/id", ["urn:uuid:1", "urn:uuid:2"], ("malformed_value", "/id")),
        ("/id", None, ("malformed_value", "/id")),
        ("/type", ..., ("missing_member", "")),
        ("/type", ["BitstringStatusListCredential"], ("missing_type", "/type")),
        ("/credentialStatus", [], ("malformed_value", "/credentialStatus")),
        ("/proof", [], ("malformed_value", "/proof")),
        ("/proof", [{"type": []}], ("malformed_value", "/proof/0/type")),
        ("/type", ["VerifiableCredential", 3], ("malformed_value", "/type/1")),
        ("/name", 3, ("malformed_value", "/name")),
        ("/name", {"@language": "en"}, ("missing_member", "/name")),
        ("/name", {"@value": "A", "@language": "en", "url": "x"}, ("unknown_member", "/name/url")),
        ("/name", {"@value": "A", "@language": "en_GB"}, ("malformed_value", "/name/@language")),
        ("/name", {"@value": "A", "@language": None}, ("malformed_value", "/name/@language")),
        ("/name", {"@value": "A", "@direction": "up"}, ("unknown_word", "/name/@direction")),
        ("/description", [{"@value": "A"}, "B"], ("malformed_value", "/description/1")),
        ("/issuer", ..., ("missing_member", "")),
        ("/issuer", None, ("malformed_value", "/issuer")),
        ("/issuer", ["did:web:example.org"], ("malformed_value", "/issuer")),
        ("/issuer", "example", ("malformed_url", "/issuer")),
        ("/issuer", {"name": "A"}, ("missing_member", "/issuer")),
        ("/issuer", {"id": "a b"}, ("malformed_url", "/issuer/id")),
        ("/issuer", {"id": "did:web:a.example", "name": 3}, ("malformed_value", "/issuer/name")),
        ("/credentialSubject", ..., ("missing_member", "")),
        ("/credentialSubject", [], ("empty_subject", "/credentialSubject")),
        ("/credentialSubject", [{}], ("empty_subject", "/credentialSubject/0")),
        ("/credentialSubject", "did:example:a", ("malformed_value", "/credentialSubject")),
        ("/credentialSubject/id", "x y", ("malformed_url", "/credentialSubject/id")),
        ("/validFrom", "2026-01-01", ("malformed_date", "/validFrom")),
        ("/validFrom", "2026-01-01T00:00:00", ("malformed_date", "/validFrom")),
        ("/validFrom", 1767225600, ("malformed_date", "/validFrom")),
        ("/validUntil", "2026-02-30T00:00:00Z", ("malformed_date", "/validUntil")),
        ("/validUntil", "2025-12-31T23:59:59Z", ("period_reversed", "/validUntil")),
        ("/credentialStatus", {"id": "urn:x:1"}, ("missing_member", "/credentialStatus")),
        ("/credentialStatus", {"type": "A", "id": "x"}, ("malformed_url", "/credentialStatus/id")),
        ("/credentialStatus", [{"type": "A"}, 3], ("malformed_value", "/credentialStatus/1")),
        ("/confidenceMethod", {"id": "https://a.example/c"}, ("missing_member", "/confidenceMethod")),
        ("/renderMethod", [{"type": "A"}, {}], ("missing_member", "/renderMethod/1")),
        ("/credentialSubject/type", "StatusList2021", ("missing_type", "/credentialSubject/type")),
        ("/credentialSubject/statusPurpose", ..., ("missing_member", "/credentialSubject")),
        (
            "/credentialSubject/statusPurpose",
            ["revocation", 1],
            ("malformed_value", "/credentialSubject/statusPurpose/1"),
        ),
        ("/credentialSubject/encodedList", "H4sI", ("malformed_value", "/credentialSubject/encodedList")),
        ("/credentialSubject/encodedList", "uH4sI==", ("malformed_value", "/credentialSubject/encodedList")),
        ("/credentialSubject/encodedList", ..., ("missing_member", "/credentialSubject")),
        ("/credentialSubject/ttl", -1, ("malformed_value", "/credentialSubject/ttl")),
        ("/credentialSubject/ttl", "300000", ("malformed_value", "/credentialSubject/ttl")),
        ("/credentialSchema", {"type": "JsonSchema"}, ("missing_member", "/credentialSchema")),
        ("/credentialSchema", {"id": "https://a.example/s"}, ("missing_member", "/credentialSchema")),
        ("/refreshService", {"id": "https://a.example/s"}, ("missing_member", "/refreshService")),
        ("/termsOfUse", {"id": "https://a.example/s"}, ("missing_member", "/termsOfUse")),
        ("/evidence", [{"name": "A"}], ("missing_member", "/evidence/0")),
        ("/proof", "z3x", ("malformed_value", "/proof")),
        ("/proof", [{"cryptosuite": "eddsa-rdfc-2022"}], ("missing_member", "/proof/0")),
        ("/relatedResource", [{"id": "https://a.example/r"}], ("missing_member", "/relatedResource/0")),
    ],
)
def test_one_break_of_the_data_model_is_found_at_its_place(pointer, value, expected):
    document = changed(
        status_list() | {pointer.split("/")[1]: {}} if pointer.count("/") == 1 else status_list(), pointer, value
    )
    assert places(document) == [expected]
    finding = check_shape(document)[0]
    assert finding.outcome is Outcome.INVALID
    assert finding.problem_type in (MALFORMED_VALUE_ERROR, RANGE_ERROR)


def test_language_objects_and_lists_of_them_are_names():
    english, greek = {"@value": "List", "@language": "en"}, {"@value": "Λίστα", "@language": "el", "@direction": "ltr"}
    assert check_shape(status_list() | {"name": english, "description": [english, greek]}) == ()


def test_version_1_1_needs_its_own_dates():
    assert places(changed(old_badge(), "/issuanceDate")) == [("missing_member", "")]
    assert places(changed(old_badge(), "/issuanceDate", "2010-01-01")) == [("malformed_date", "/issuanceDate")]
    assert places(changed(old_badge(), "/expirationDate", "2009-01-01T00:00:00Z")) == [
        ("period_reversed", "/expirationDate")
    ]


@pytest.mark.parametrize("name", ["credentialStatus", "refreshService"])
def test_version_1_1_wants_ids_where_2_0_does_not(name):
    assert places(old_badge() | {name: {"type": "A"}})[0] == ("missing_member", f"/{name}")
    assert places(old_badge() | {name: {"type": "A", "id": "https://a.example/s"}}) == []
    assert places(status_list() | {name: {"type": "A"}}) == []


# Open Badges
@pytest.mark.parametrize(
    ("pointer", "value", "expected"),
    [
        ("/@context/1", "https://w3id.org/security/data-integrity/v2", ("wrong_context", "/@context/1")),
        ("/@context", ["https://www.w3.org/ns/credentials/v2"], ("wrong_context", "/@context/1")),
        ("/id", ..., ("missing_member", "")),
        ("/validFrom", ..., ("missing_member", "")),
        ("/issuer/type", ..., ("missing_type", "/issuer/type")),
        ("/issuer/url", "consortium", ("malformed_url", "/issuer/url")),
        ("/issuer/address/type", ["Place"], ("missing_type", "/issuer/address/type")),
        ("/issuer/image/size", 3, ("unknown_member", "/issuer/image/size")),
        ("/awardedDate", "2025-12-20", ("malformed_date", "/awardedDate")),
        ("/credentialStatus/id", ..., ("missing_member", "/credentialStatus")),
        ("/credentialSubject/type", ["Person"], ("missing_type", "/credentialSubject/type")),
        ("/credentialSubject/achievement", ..., ("missing_member", "/credentialSubject")),
        ("/credentialSubject/achievement", "https://a.example/a", ("malformed_value", ACHIEVEMENT)),
        (f"{ACHIEVEMENT}/id", ..., ("missing_member", ACHIEVEMENT)),
        (f"{ACHIEVEMENT}/name", ..., ("missing_member", ACHIEVEMENT)),
        (f"{ACHIEVEMENT}/description", None, ("malformed_value", f"{ACHIEVEMENT}/description")),
        (f"{ACHIEVEMENT}/criteria", ..., ("missing_member", ACHIEVEMENT)),
        (f"{ACHIEVEMENT}/criteria", {}, ("no_criteria", f"{ACHIEVEMENT}/criteria")),
        (f"{ACHIEVEMENT}/criteria/id", "here", ("malformed_url", f"{ACHIEVEMENT}/criteria/id")),
        (f"{ACHIEVEMENT}/achievementType", "Microcredential", ("unknown_word", f"{ACHIEVEMENT}/achievementType")),
        (f"{ACHIEVEMENT}/inLanguage", "English", ("malformed_value", f"{ACHIEVEMENT}/inLanguage")),
        (f"{ACHIEVEMENT}/creditsAvailable", "4", ("malformed_value", f"{ACHIEVEMENT}/creditsAvailable")),
        (f"{ACHIEVEMENT}/creditsAvailable", True, ("malformed_value", f"{ACHIEVEMENT}/creditsAvailable")),
        (f"{ACHIEVEMENT}/image", "https://a.example/i.png", ("malformed_value", f"{ACHIEVEMENT}/image")),
        (f"{ACHIEVEMENT}/alignment/0/targetUrl", ..., ("missing_member", f"{ACHIEVEMENT}/alignment/0")),
        (f"{ACHIEVEMENT}/alignment/0/targetType", "ext:", ("unknown_word", f"{ACHIEVEMENT}/alignment/0/targetType")),
        (f"{ACHIEVEMENT}/tag", ["a", 3], ("malformed_value", f"{ACHIEVEMENT}/tag/1")),
        (f"{ACHIEVEMENT}/endorsementJwt", ["a.b"], ("malformed_value", f"{ACHIEVEMENT}/endorsementJwt/0")),
        (
            f"{ACHIEVEMENT}/resultDescription/0/requiredLevel",
            "https://a.example/none",
            ("dangling_result", f"{ACHIEVEMENT}/resultDescription/0/requiredLevel"),
        ),
        (
            f"{ACHIEVEMENT}/resultDescription/1/rubricCriterionLevel/0/points",
            1,
            ("malformed_value", f"{ACHIEVEMENT}/resultDescription/1/rubricCriterionLevel/0/points"),
        ),
        (
            "/credentialSubject/result/0/resultDescription",
            "https://a.example/none",
            ("dangling_result", "/credentialSubject/result/0/resultDescription"),
        ),
        (
            "/credentialSubject/result/2/achievedLevel",
            "https://consortium.example.org/achievements/5fbb5cf2#result-PRJ.1-L3",
            ("dangling_result", "/credentialSubject/result/2/achievedLevel"),
        ),
        ("/credentialSubject/result/1/status", "Done", ("unknown_word", "/credentialSubject/result/1/status")),
        (
            "/credentialSubject/identifier/0/identityHash",
            "ana@example.org",
            ("malformed_value", "/credentialSubject/identifier/0/identityHash"),
        ),
        (
            "/credentialSubject/identifier/0/email",
            "ana@example.org",
            ("unknown_member", "/credentialSubject/identifier/0/email"),
        ),
        (
            "/credentialSubject/identifier/0/hashed",
            "true",
            ("malformed_value", "/credentialSubject/identifier/0/hashed"),
        ),
        ("/evidence/0/type", ["Document"], ("missing_type", "/evidence/0/type")),
        ("/evidence/0/id", "here", ("malformed_url", "/evidence/0/id")),
    ],
)
def test_one_break_of_open_badges_is_found_at_its_place(pointer, value, expected):
    assert expected in places(changed(badge(), pointer, value))
    assert len({place for _, place in places(changed(badge(), pointer, value))}) == 1


def test_a_subject_that_nothing_identifies():
    document = changed(changed(badge(), "/credentialSubject/id"), "/credentialSubject/identifier")
    assert places(document) == [("no_subject_identity", "/credentialSubject")]


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        (f"{ACHIEVEMENT}/image", "https://a.example/i.png"),
        ("/issuer/image", {"id": "https://a.example/i.png"}),
        (f"{ACHIEVEMENT}/achievementType", "Program"),
        (f"{ACHIEVEMENT}/alignment/0/targetType", "esco:Skill"),
        ("/name", {"@value": "Анализ", "@language": "bg"}),
        ("/issuer/name", [{"@value": "City"}, {"@value": "Град", "@language": "bg"}]),
        ("/credentialStatus/id", ...),
    ],
)
def test_what_changes_nothing_is_told_and_not_wrong(pointer, value):
    findings = check_shape(changed(badge(), pointer, value))
    assert [finding.outcome for finding in findings] == [Outcome.VALID]


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        (f"{ACHIEVEMENT}/image", "i.png"),
        ("/issuer/image", {"caption": "Arms"}),
        ("/name", {"@language": "bg"}),
        ("/issuer/name", 5),
        ("/credentialStatus/type", ...),
        ("/credentialSubject/result/1/status", "Done"),
    ],
)
def test_what_is_wrong_stays_so(pointer, value):
    assert Outcome.INVALID in {finding.outcome for finding in check_shape(changed(badge(), pointer, value))}


def test_a_badge_of_a_vocabulary_that_is_not_known():
    document = changed(badge(), "/@context/1", "https://a.example/badges/v1")
    (finding,) = check_shape(document)
    assert (finding.code, finding.outcome) == ("wrong_context", Outcome.UNKNOWN)
    known = changed(badge(), "/@context/1", "https://w3id.org/security/data-integrity/v2")
    assert {finding.outcome for finding in check_shape(known)} == {Outcome.INVALID}


def test_a_badge_is_about_one_subject():
    document = badge()
    document["credentialSubject"] = [document["credentialSubject"]] * 2
    assert places(document) == [("malformed_value", "/credentialSubject")]


def test_a_result_of_the_type_status_needs_one():
    document = changed(badge(), f"{ACHIEVEMENT}/resultDescription/0/resultType", "Status")
    assert places(changed(document, "/credentialSubject/result/0/status")) == [
        ("missing_member", "/credentialSubject/result/0")
    ]


def test_an_unhashed_identity_is_plain_text():
    document = changed(badge(), "/credentialSubject/identifier/0/hashed", value=False)
    assert places(changed(document, "/credentialSubject/identifier/0/identityHash", "ana@example.org")) == []


def test_endorsements_inside_a_badge_are_looked_at_too():
    document = badge()
    document["endorsement"] = [endorsement()]
    assert places(document) == []
    del document["endorsement"][0]["credentialSubject"]["id"]
    assert places(document) == [("missing_member", "/endorsement/0/credentialSubject")]


def test_an_endorsement_needs_its_subject():
    assert places(changed(endorsement(), "/credentialSubject/type")) == [("missing_type", "/credentialSubject/type")]


def test_findings_are_bounded_and_told_once():
    document = badge()
    document["credentialSubject"]["achievement"]["tag"] = [3] * 100_000
    assert len(check_shape(document)) == MAX_FINDINGS
    del document["credentialSubject"], document["id"]
    assert places(document) == [("missing_member", "")] * 2


def pointers(value, pointer=""):
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, member in members:
        yield f"{pointer}/{name}"
        yield from pointers(member, f"{pointer}/{name}")


@pytest.mark.parametrize("value", [None, 2.5, "text", [], {}, [[]], {"@value": []}])
def test_any_value_anywhere_gives_findings_and_never_an_exception(value):
    for pointer in pointers(badge()):
        assert isinstance(check_shape(changed(badge(), pointer, value)), tuple)
    for name in badge():
        assert check_shape({name: value})


def test_foreign_text_is_cut_in_messages():
    finding = check_shape(changed(badge(), "/id", "x" * 10_000))[0]
    assert len(finding.message) < 200


def test_every_code_is_explained():
    used = {
        line.split('found("')[1].split('"')[0]
        for path in (*APP.glob("shape*.py"), APP / "related_resources.py")
        for line in path.read_text().replace('found(\n            "', 'found("').splitlines()
        if 'found("' in line
    }
    assert used == set(CODES)


def test_the_findings_are_plain_values():
    assert json.dumps([finding.message for finding in check_shape({})])
