"""Every check and every finding has a sentence for people, and nothing has one that does not exist."""

import re
from pathlib import Path

from app.errors import BadInput
from app.pages import meaning_words
from app.pages.check_words import CHECKS, FETCHED, FINDINGS
from app.pages.problem_words import problem_view
from app.pages.wording import Wording
from app.verifier.check_list import CHECK_LIST
from app.verifier.gather import ACCEPT
from app.verifier.meaning import ATTENDANCE, KINDS_OF_ACHIEVEMENT, KINDS_OF_CREDENTIAL
from app.verifier.meaning_european import MANDATORY
from app.verifier.meaning_shape import HolderShape

DOCS = (Path(__file__).parent.parent.parent / "docs" / "verification.md").read_text(encoding="utf-8")


def documented(*headings: str) -> set[str]:
    """The codes of the tables beneath these headings; of all when none is given."""
    sections = re.split(r"^(?=##)", DOCS, flags=re.MULTILINE)
    chosen = [section for section in sections if not headings or section.splitlines()[0].strip("# ") in headings]
    rows = [row for section in chosen for row in section.splitlines() if "in no report" not in row]
    return {found[1] for row in rows if (found := re.match(r"\| `([a-z0-9_]+)` \|", row))}


def test_every_check_asks_a_question():
    assert CHECKS.keys() == {check.id for check in CHECK_LIST}


def test_every_finding_of_a_check_has_a_sentence():
    others = ("Codes of any check", "Codes of SD-JWTs, envelopes and presentations")
    of_checks = documented(*CHECKS, "Open Badges 2.0", *others)
    assert len(of_checks) > 100
    assert of_checks - FINDINGS.keys() == set()


def test_no_sentence_is_of_a_finding_that_does_not_exist():
    assert FINDINGS.keys() - documented() == set()


def test_every_kind_of_fetch_is_named():
    assert FETCHED.keys() == ACCEPT.keys()


def test_every_kind_of_badge_has_its_words():
    kinds = {*KINDS_OF_ACHIEVEMENT.values(), *KINDS_OF_CREDENTIAL.values(), ATTENDANCE + "ance"}
    assert kinds | {"participation", "achievement", "other"} == meaning_words.KINDS.keys()


def test_every_binding_and_element_has_its_words():
    assert {*meaning_words.BINDINGS} == {*HolderShape.model_fields["binding"].annotation.__args__}
    assert {*MANDATORY} <= meaning_words.EUROPEAN.keys()


def test_numbers_and_dates_that_are_none_are_said_as_they_stand():
    words = Wording("de")
    assert words.number("12.5") == "12,5"
    assert words.number("NaN") == "NaN"
    assert words.number("1e999999") == "1e999999"
    assert words.number("many") == "many"
    assert words.day("soon") == "soon"
    assert words.day(None) is None
    assert words.minute("2026-11-20T12:00:00Z") == "20. November 2026, 12:00 UTC"


def test_trouble_without_words_is_told_in_english_and_marked():
    told = problem_view(BadInput("Something rare.", code="rare"), Wording("ro"))
    assert (told["text"], told["lang"], told["detail"]) == ("Something rare.", "en", None)
    assert told["title"] == "Nu a putut fi citit"
