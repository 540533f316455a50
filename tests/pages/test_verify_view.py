"""A report as the page shows it: issuers, trust beside the verdict, European elements."""

import pytest

from app.pages.meaning_view import european_view, subject_view, web_address
from app.pages.verdict import verdict
from app.pages.verify_view import host, told, trust_view
from app.pages.wording import Wording

EN, DE = Wording("en"), Wording("de")
BY = {"name": "A consortium", "id": "did:web:c.example", "source": "https://c.example/registry"}


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("did:web:university.example", "university.example"),
        ("did:web:university.example%3A8443:faculty", "university.example:8443"),
        ("https://university.example/issuers/1", "university.example"),
        ("did:key:z6Mk", None),
        ("urn:uuid:1", None),
        ("javascript:alert(1)", None),
        ("", None),
        (None, None),
    ],
)
def test_whose_name_an_id_is(name, wanted):
    assert host(name) == wanted


def test_links_lead_to_the_web_only():
    assert web_address("https://a.example") == "https://a.example"
    assert [web_address(each) for each in ("javascript:alert(1)", "data:text/html,x", "", None)] == [None] * 4


@pytest.mark.parametrize(
    ("outcome", "by", "title"),
    [
        ("trusted", BY, "Its issuer is recognised"),
        ("not_trusted", BY, "Its issuer is recognised, but not for this"),
        ("not_trusted", None, "Its issuer is not known to this service"),
        ("unknown", None, "Whether its issuer is recognised could not be found out"),
        ("not_asked", None, "Do you know its issuer?"),
    ],
)
def test_trust_stands_beside_the_verdict(outcome, by, title):
    shown = trust_view({"outcome": outcome, "why": "Because.", "by": by, "scope": None}, EN, has_address=True)
    assert shown["title"] == title
    assert shown["caution"] is None
    assert ("A consortium" in shown["text"]) == (by is not None)
    assert (shown["detail"] is None) == (outcome == "not_asked" or (outcome == "not_trusted" and by is None))


def test_the_name_of_a_bare_key_is_its_own_word_unless_somebody_recognises_it():
    asked = {"outcome": "not_asked", "why": "", "by": None, "scope": None}
    assert "only its own word" in trust_view(asked, EN, has_address=False)["caution"]
    known = {"outcome": "trusted", "why": "", "by": BY, "scope": None}
    assert trust_view(known, EN, has_address=False)["caution"] is None


def test_a_sentence_without_translation_stays_english_and_says_so():
    assert told("", "Something rare.", DE) == {"text": "Something rare.", "lang": "en", "detail": None}
    assert told("It has expired.", "Until 2026.", EN) == {"text": "Until 2026.", "lang": "en", "detail": None}
    assert told("It has expired.", "Until 2026.", DE)["lang"] == "de"


def judged(outcome: str, **codes: list[str]) -> dict:
    checks = [
        {
            "id": check,
            "outcome": outcome if found else "valid",
            "findings": [{"code": code, "outcome": outcome} for code in found],
        }
        for check, found in codes.items()
    ]
    return {"outcome": outcome, "kind": "credential", "meaning": None, "checks": checks}


def test_what_makes_the_rest_worthless_decides():
    assert verdict(judged("invalid", proof=["bad_signature"], status=["revoked"])).name == "changed"
    assert verdict(judged("invalid", status=["revoked"], validity_period=["expired"])).name == "revoked"
    assert verdict(judged("invalid", structure=["missing_member"], proof=[])).name == "malformed"
    assert verdict(judged("invalid", structure=["missing_member"], proof=["malformed_proof"])).name == "invalid"
    assert (
        verdict(judged("unknown", proof=["unsupported_alg"], status=["status_list_unavailable"])).name == "unreachable"
    )


def test_a_finding_that_is_only_told_beside_decides_nothing():
    one = judged("invalid", status=["revoked"])
    one["checks"].append(
        {"id": "proof", "outcome": "valid", "findings": [{"code": "bad_signature", "outcome": "invalid"}]}
    )
    assert verdict(one).name == "revoked"


def test_european_elements_are_said_in_the_readers_language():
    elements = {
        "workload": {"duration": "PT12H30M", "hours": "12.5"},
        "credit": {"points": "0.5", "system": "ECTS", "system_id": None, "status": None},
        "level": {"framework": "EQF", "level": 5, "status": "indicative"},
        "assessment_types": [{"id": None, "name": "project work"}, {"id": None, "name": "a talk"}],
        "participation": None,
        "quality_assurance": None,
        "supervision": None,
        "identity_checked": True,
        "prerequisites": "None at all",
        "stackability": None,
        "missing": [],
    }
    assert dict(european_view(elements, DE)) == {
        DE.say("Workload"): "12,5 Stunden",
        "Leistungspunkte": "0,5 ECTS",
        DE.say("Level"): "Europäischer Qualifikationsrahmen, Niveau 5 (nur zur Orientierung)",
        "Arten der Leistungsprüfung": f"{DE.say('project work')}, a talk",
        "Identität wurde geprüft": "ja",
        "Was vorher nötig war": "None at all",
    }
    assert list(european_view({}, DE)) == []


def test_a_random_number_is_no_person():
    holder = {"id": "urn:uuid:1", "identified_by": ["random_id"], "identifiers": [], "binding": "not_presented"}
    shown = subject_view(holder, EN)
    assert "random number" in shown["about"]
    assert shown["named"] == []


def hosted(outcome, check, code):
    finding = {"code": code, "outcome": outcome, "message": "", "pointer": ""}
    checks = [{"id": check, "outcome": outcome, "findings": [finding] if code else []}]
    return {"outcome": outcome, "kind": "credential", "meaning": None, "hosted": True, "checks": checks}


@pytest.mark.parametrize(
    ("outcome", "check", "code"),
    [
        ("valid", "proof", None),
        ("invalid", "proof", "hosted_assertion_differs"),
        ("invalid", "issuer_binding", "issuer_mismatch"),
        ("unknown", "issuer_binding", "issuer_unconfirmed"),
    ],
)
def test_of_a_badge_that_nobody_signed_no_signature_is_spoken_of(outcome, check, code):
    judged = hosted(outcome, check, code)
    answer, as_if_signed = verdict(judged), verdict(judged | {"hosted": False})
    assert answer.name == as_if_signed.name
    assert "publish" in answer.text
    assert "signature" not in answer.text
    assert "publish" not in as_if_signed.text
