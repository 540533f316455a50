"""Badges against a role: a small framework, badges as they are judged, no service."""

import json
from typing import Any

import pytest

from app.competency.framework import Framework, validate
from app.errors import BadInput, TooLarge
from app.vc import did
from app.verifier.case import Policy
from app.verifier.freshness import read_as_of
from app.verifier.match import Role
from app.verifier.match_index import Index
from app.verifier.match_shape import MatchShape
from app.verifier.matching import MAX_DOCUMENTS, Sent, match_documents
from tests.verifier.badges import KEY, badge, ed25519_key, method_of, revocable, services, signed
from tests.verifier.test_presented import presentation
from tests.verifier.test_report import long_winded

ISSUER = did.did_key(KEY.public)
ANA, BORIS = (did.did_key(ed25519_key(number).public) for number in (21, 22))
ESCO = "http://data.europa.eu/esco/skill/d5bcc417-a004-4165-b7f1-ab739eadd2f4"
EXACT = "http://data.europa.eu/esco/skill/538f8bc6-a5bf-422b-8112-5ad3fe9de9a0"
NAMES = {"L1": "Aware", "L2": "Practising", "L3": "Leading"}
URL = "https://issuer.example/frameworks/1/competencies/"


def uuid(number: int) -> str:
    return f"{number:08}-1111-4111-8111-111111111111"


def competency(number: int, code: str, **members: Any) -> dict[str, Any]:
    words = {level: {"en": f"{code} at {level}"} for level in NAMES}
    named = {"id": code, "uuid": uuid(number), "name": {"en": f"Competency {code}", "de": f"Kompetenz {code}"}}
    return named | {"statement": {"en": "Does it."}, "level_descriptors": words} | members


def framework() -> Framework:
    targets = [
        {"framework": "ESCO", "uri": ESCO, "name": "smart city features", "relation": "isRelatedTo"},
        {"framework": "ESCO", "uri": EXACT, "name": "urban sustainability", "relation": "exactMatchOf"},
    ]
    document = {
        "format": "smart-city-framework/0.1",
        "framework": {
            "id": "small",
            "uuid": uuid(9),
            "version": "2.0",
            "title": {"en": "Small City"},
            "languages": ["en"],
        },
        "areas": [],
        "levels": [
            {"id": level, "order": order, "name": {"en": name}, "descriptor": {"en": name}}
            for order, (level, name) in enumerate(NAMES.items(), 1)
        ],
        "competencies": [competency(1, "A.1"), competency(2, "A.2", alignments=targets), competency(3, "A.3")],
        "roles": [
            {
                "id": "R",
                "uuid": uuid(8),
                "name": {"en": "Planner"},
                "profile": {
                    "mandatory": [{"competency": "A.1", "min_level": "L2"}, {"competency": "A.2", "min_level": "L1"}],
                    "elective": [{"competency": "A.3", "min_level": "L1"}],
                    "elective_at_least": 1,
                },
            },
            {"id": "EMPTY", "uuid": uuid(7), "name": {"en": "Nothing"}},
        ],
    }  # fmt: skip
    validate(document)
    return Framework.of(document)


SMALL = framework()
ROLE = Role.of(SMALL, "R")


def alignment(code: str | None, url: str | None = None, name: str = "Small City 2.0") -> dict[str, Any]:
    target = {"type": ["Alignment"], "targetName": code or "?", "targetUrl": url or f"{URL}{code}"}
    return target | ({"targetCode": code, "targetFramework": name} if code else {})


def shows(subject: str | None = ANA, /, **levels: str) -> dict[str, Any]:
    """A valid badge that shows these competencies (A_1 for A.1) at these levels."""
    document = badge(ISSUER, validUntil=None)
    descriptions, results = [], []
    for number, (code, level) in enumerate(levels.items()):
        name = f"urn:uuid:{number:08}-2222-4222-8222-222222222222"
        scale = [
            {"id": f"{name[:-1]}{rank}", "type": ["RubricCriterionLevel"], "name": title, "level": each}
            for rank, (each, title) in enumerate(NAMES.items(), 3)
        ]
        descriptions.append(
            {"id": name, "type": ["ResultDescription"], "name": code, "resultType": "RubricCriterionLevel",
             "rubricCriterionLevel": scale, "alignment": [alignment(code.replace("_", "."))]}
        )  # fmt: skip
        reached = scale[list(NAMES).index(level)]["id"]
        results.append({"type": ["Result"], "resultDescription": name, "achievedLevel": reached})
    document["credentialSubject"]["achievement"]["resultDescription"] = descriptions
    document["credentialSubject"]["result"] = results
    if subject is not None:
        document["credentialSubject"]["id"] = subject
    return document


def sealed(document: dict[str, Any]) -> dict[str, Any]:
    return signed(document, KEY, method_of(KEY))


def matched(*documents: Any, policy: Policy | None = None, role: Role = ROLE, language: str = "en") -> dict[str, Any]:
    sent = tuple(
        Sent(f"/credentials/{position}", json.dumps(one).encode(), "application/json")
        for position, one in enumerate(documents)
    )
    told = match_documents(sent, role, services(), policy or Policy(), language=language)
    MatchShape.model_validate(told)
    json.dumps(told)
    return told


def test_two_badges_of_one_person_show_a_role():
    told = matched(sealed(shows(A_1="L3")), sealed(shows(A_2="L1", A_3="L2")))
    assert (told["outcome"], told["same_person"]) == ("met", "one")
    assert told["summary"] == "The badges show every competency that the role Planner asks for."
    (person,) = told["persons"]
    assert person["missing"] == []
    first = person["mandatory"][0]
    assert (first["status"], first["min_level"]["id"]) == ("met", "L2")
    assert first["shown_by"] == [
        {
            "badge": "/credentials/0",
            "level": {"id": "L3", "name": "Leading"},
            "level_as_told": "Leading",
            "is_enough": True,
            "by": "code",
        }
    ]
    assert (person["electives"]["met"], person["electives"]["at_least"]) == (1, 1)
    assert [one["competencies"] for one in told["badges"]] == [["A.1"], ["A.2", "A.3"]]


def test_what_is_missing_or_too_low_is_told():
    told = matched(sealed(shows(A_1="L1")))
    (person,) = told["persons"]
    assert [(one["competency"], one["status"]) for one in person["mandatory"]] == [
        ("A.1", "level_too_low"),
        ("A.2", "missing"),
    ]
    assert (person["outcome"], person["missing"], person["electives"]["met"]) == ("not_met", ["A.1", "A.2"], 0)


def test_of_several_badges_the_highest_level_counts():
    told = matched(sealed(shows(A_1="L1")), sealed(shows(A_1="L2", A_2="L1", A_3="L1")))
    (person,) = told["persons"]
    assert person["outcome"] == "met"
    assert [one["is_enough"] for one in person["mandatory"][0]["shown_by"]] == [True, False]


def test_a_badge_that_is_sent_twice_counts_once():
    one = sealed(shows(A_1="L2"))
    told = matched(one, one, presentation(one), sealed(shows(A_1="L3") | {"id": "urn:uuid:other"}))
    assert [each["counts"] for each in told["badges"]] == [True, False, False, True]
    assert told["badges"][2]["why_not"].endswith("it is the same badge as /credentials/0.")
    (person,) = told["persons"]
    assert [each["badge"] for each in person["mandatory"][0]["shown_by"]] == ["/credentials/3", "/credentials/0"]


def test_what_a_report_leaves_out_is_told():
    told = matched(presentation(*[long_winded()] * 64))
    assert len(told["badges"]) + len(told["unreadable"]) == 64
    assert told["unreadable"][-1]["badge"] == "/credentials/0/verifiableCredential/63"
    assert told["unreadable"][-1]["why"].endswith("send it alone.")


def test_badges_that_are_not_valid_do_not_count():
    broken = sealed(shows(A_1="L3")) | {"name": "Changed"}
    unsure = shows(A_1="L3") | {"credentialStatus": revocable()["credentialStatus"]}  # its list cannot be reached
    told = matched(broken, sealed(unsure), {"hello": "world"})
    assert (told["outcome"], told["same_person"], told["persons"]) == ("not_met", "none", [])
    assert [(one["outcome"], one["counts"]) for one in told["badges"]] == [("invalid", False), ("unknown", False)]
    assert all(one["why_not"] for one in told["badges"])
    assert [one["badge"] for one in told["unreadable"]] == ["/credentials/2"]
    assert told["summary"].startswith("No badge counts")


def test_badges_of_different_people_are_not_taken_for_one():
    told = matched(sealed(shows(ANA, A_1="L3")), sealed(shows(BORIS, A_2="L1", A_3="L1")))
    assert (told["outcome"], told["same_person"], len(told["persons"])) == ("not_met", "different", 2)
    assert "different people" in told["summary"]
    numbers = ("urn:uuid:aaaaaaaa-1111-4111-8111-111111111111", "urn:uuid:bbbbbbbb-1111-4111-8111-111111111111")
    told = matched(*(sealed(shows(one, A_1="L3")) for one in numbers))
    assert told["same_person"] == "unknown"
    assert "name the recipient" in told["summary"]


def test_with_a_recipient_only_badges_about_that_person_count():
    badges = (sealed(shows(ANA, A_1="L3")), sealed(shows(BORIS, A_2="L1", A_3="L1")))
    told = matched(*badges, policy=Policy(recipient=ANA))
    assert (told["same_person"], told["recipient_asked"]) == ("recipient", True)
    assert [one["counts"] for one in told["badges"]] == [True, False]
    assert told["persons"][0]["missing"] == ["A.2"]


def test_a_presentation_is_opened():
    told = matched(presentation(sealed(shows(A_1="L2")), sealed(shows(A_2="L2", A_3="L2"))))
    assert told["outcome"] == "met"
    assert [one["badge"] for one in told["badges"]] == [
        "/credentials/0/verifiableCredential/0",
        "/credentials/0/verifiableCredential/1",
    ]


def test_a_level_of_another_scale_tells_nothing():
    document = shows(A_1="L2")
    (description,) = document["credentialSubject"]["achievement"]["resultDescription"]
    for level in description["rubricCriterionLevel"]:
        level |= {"name": f"Grade {level['name']}", "level": "7"}
    told = matched(sealed(document))
    (shown,) = told["persons"][0]["mandatory"][0]["shown_by"]
    assert told["persons"][0]["mandatory"][0]["status"] == "level_unknown"
    assert (shown["level"], shown["level_as_told"], shown["is_enough"]) == (None, "Grade Practising", False)


def test_an_alignment_without_result_shows_no_level():
    document = shows()
    document["credentialSubject"].pop("result")
    document["credentialSubject"]["achievement"].pop("resultDescription")
    document["credentialSubject"]["achievement"]["alignment"] = [alignment("A.1"), alignment("A.2", ESCO, "ESCO")]
    told = matched(sealed(document))
    assert told["persons"][0]["mandatory"][0]["status"] == "level_unknown"
    assert told["badges"][0]["related"] == ["A.2"]


def test_results_that_failed_do_not_count():
    document = shows(A_1="L3")
    document["credentialSubject"]["result"][0]["status"] = "Failed"
    assert matched(sealed(document))["persons"][0]["mandatory"][0]["status"] == "missing"


@pytest.mark.parametrize(
    ("code", "url", "name", "by"),
    [
        ("A.1", None, "Small City", "code"),
        ("A.1", None, "small city 1.4.0-draft", "code"),
        ("A.1", None, "small", "code"),
        ("A.1", None, uuid(9), "code"),
        ("X", f"https://case.example/ims/case/v1p1/CFItems/{uuid(1)}", "Anything", "case_uri"),
        (None, f"https://other.example/ims/case/v1p0/uri/{uuid(1).upper()}", "", "case_uri"),
        ("B.9", EXACT, "ESCO", "exact_match"),
        ("A.1", None, "Small City Extended", None),
        ("A.1", None, "Another Framework 2.0", None),
        ("A.9", None, "Small City 2.0", None),
        ("B.9", ESCO, "ESCO", None),
    ],
)
def test_what_an_alignment_means(code, url, name, by):
    told = dict.fromkeys(("targetName", "targetCode", "targetFramework", "targetUrl", "targetType"))
    found = Index.of(SMALL).meant(told | alignment(code, url, name))
    assert (found.by if found else None) == by


def test_what_there_was_no_time_for_is_told():
    sent = tuple(Sent(str(number), json.dumps(sealed(shows(A_1="L2"))).encode(), "") for number in range(3))
    ticks = iter([0, 0, *[99] * 99])
    told = match_documents(sent, ROLE, services(), Policy(), monotonic=lambda: next(ticks))
    assert [one["badge"] for one in told["badges"]] + [one["badge"] for one in told["unreadable"]] == ["0", "1", "2"]
    assert len(told["badges"]) == 1
    assert "took all the time" in told["unreadable"][-1]["why"]


def test_texts_are_in_the_language_that_was_asked_for():
    told = matched(sealed(shows(A_1="L2")), language="de")
    assert told["persons"][0]["mandatory"][0]["name"] == "Kompetenz A.1"


def test_roles_that_cannot_be_matched_are_refused():
    with pytest.raises(BadInput, match="no role") as caught:
        Role.of(SMALL, "X")
    assert caught.value.remedy == "Its roles: R, EMPTY."
    with pytest.raises(BadInput, match="asks for no competencies"):
        Role.of(SMALL, "EMPTY")


def test_too_many_and_none_are_refused():
    with pytest.raises(TooLarge, match="At most 12"):
        matched(*[{}] * (MAX_DOCUMENTS + 1))
    with pytest.raises(BadInput, match="nothing to match"):
        matched()


def test_as_of_judges_the_badges_at_another_time():
    told = matched(sealed(shows(A_1="L2")), policy=Policy(as_of=read_as_of("2020-01-01")))
    assert (told["as_of"], told["badges"][0]["outcome"]) == ("2020-01-01T23:59:59Z", "invalid")
