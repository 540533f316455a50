"""People read why, why not yet, and what comes next, with the numbers."""

from datetime import date

import pytest

from app.competency.evaluate import Evaluator, Evidence, evaluate
from app.competency.explain import explain, reason_in_words
from app.competency.framework import Framework

AS_OF = date(2026, 9, 1)


def sentences(framework, award, results, language="en", as_of=AS_OF):
    return explain(evaluate(framework, award, Evidence(tuple(results)), as_of=as_of), framework, language)


def test_boris_reads_what_he_misses_and_what_to_do(framework, golden_results):
    needed = "Practitioner (L2) is needed;"
    title = "Knowledge test: Cybersecurity and Privacy for Smart Communities (C08-T)"
    text = sentences(framework, "MC-08", golden_results["p-boris"])
    assert text[:3] == [
        "Cybersecurity and Privacy for Smart Communities (MC-08): the rule is not met as of September 1, 2026.",
        f"Privacy by design (SEC.2) is at L1 of L2 (17/30, needs 20): {needed} nearest is section SEC.2 of {title}.",
        f"Next step: take section SEC.2 of {title} again, as attempt 2 of 3.",
    ]
    assert text[-1].endswith("(C08-P) is passed as a whole (10/12, needs 8).")
    assert len(text) == 7


def test_what_a_met_choice_leaves_open_makes_no_route_longer(framework, golden_people):
    evaluation = Evaluator(framework, golden_people["p-boris"]).evaluate("RC-SCPM", date(2026, 9, 1))
    told = "\n".join(explain(evaluation, framework))
    assert told.index("(MC-08) is missing") < told.index("17 of 18 credits") < told.index("30 of 60 months")


def test_ana_reads_why(framework, golden_results):
    text = sentences(framework, "MC-02", golden_results["p-ana"])
    assert text[0].endswith("the rule is met as of September 1, 2026, with evidence up to December 12, 2025.")
    assert (
        text[1]
        == "Needs analysis and prioritisation (PRJ.1) is shown at Professional (L3); Professional (L3) is needed."
    )
    assert len(text) == 7


def test_names_are_in_the_language_asked_for_where_there_is_one(framework, golden_results):
    text = sentences(framework, "MC-02", golden_results["p-kiril"], "bg")
    assert text[0].startswith("Проектиране и изпълнение на проекти за интелигентни градове (MC-02)")
    assert text[1].startswith("Project planning and control (PRJ.3): Професионално ниво (L3) ще бъде достигнато, щом")
    assert text[2].startswith("Следваща стъпка: оценител подписва секция PRJ.3 на")


@pytest.mark.parametrize(
    ("language", "began"),
    [
        ("de", "Nächster Schritt: Eine prüfende Person zeichnet"),
        ("el", "Επόμενο βήμα: ένας αξιολογητής υπογράφει"),
        ("es", "Siguiente paso: una persona evaluadora da el visto bueno"),
        ("ro", "Pasul următor: o persoană evaluatoare vizează"),
        ("fr", "Next step: an assessor signs off"),
    ],
)
def test_the_sentences_are_in_the_language_asked_for(framework, golden_results, language, began):
    assert sentences(framework, "MC-02", golden_results["p-kiril"], language)[2].startswith(began)


def test_dimi_reads_until_when_it_counted(framework, golden_results):
    text = sentences(framework, "MC-08", golden_results["p-dimi"])
    assert "no longer met" in text[0]
    assert (
        "Privacy by design (SEC.2): Practitioner (L2) was shown, but that evidence counted through May 10, 2026 only."
        in text
    )


def one_competency(document, level, competency="PRJ.1"):
    rule = {"id": "r", "label": {"en": "r"}, "competency": {"ref": competency, "min_level": level}}
    document["micro_credentials"][1]["requirements"] = rule
    return Framework.of(document)


@pytest.mark.parametrize(
    ("level", "results", "words", "step"),
    [
        ("L2", [], "there is no evidence that counts today", "take section PRJ.1 of Knowledge test"),
        ("L2", [("C02-T", "12", "30", {})], "at no level of L2 (12/30, needs 20)", "as attempt 2 of 3."),
        (
            "L2",
            [("C02-T", "12", "30", {"on": "2026-09-01"})],
            "(12/30, needs 20)",
            "attempt 2 of 3, from September 2, 2026 on.",
        ),
        (
            "L2",
            [("C02-T", "20", "30", {"status": "provisional"})],
            "once the provisional result is final",
            "makes the result",
        ),
        ("L3", [("C02-T", "20", "30", {})], "does not include any", "take section PRJ.1 of Project assessment"),
        ("L3", [("C02-P", "3", "3", {})], "needs a knowledge test", "take section PRJ.1 of Knowledge test"),
        ("L2", [("C02-T", "20", "30", {"attempt": 9})], "no evidence that counts", "take section PRJ.1 of Project"),
        ("L4", [("C02-P", "3", "3", {})], "the assessments taken so far cannot show it", "ask the provider"),
    ],
)
def test_each_reason_reads_well(document, result, level, results, words, step):
    framework = one_competency(document, level)
    records = [result(name, "PRJ.1", score, of=of, **more) for name, score, of, more in results]
    text = sentences(framework, "MC-02", records)
    assert words in text[1]
    assert step in text[2]
    assert all("{" not in sentence and sentence.endswith(".") for sentence in text)


def test_results_that_do_not_count_are_told(document, result):
    framework = one_competency(document, "L2")
    record = result("C02-T", "PRJ.1", "20", attempt=9)
    assert sentences(framework, "MC-02", [record])[-1] == (
        f"Result {record.ref} does not count: it is an attempt more than is allowed."
    )


def test_series_tell_how_many_results_are_missing(document, result):
    framework = one_competency(document, "L2", "INF.1")
    labs = [result("C07-L", "INF.1", s, of="10", attempt=n, on=f"2026-05-0{n}") for n, s in enumerate("857", start=1)]
    assert "2 of at least 3 results reach 20/3 of 10 points in section INF.1" in sentences(framework, "MC-02", labs)[1]


def test_of_a_choice_the_nearest_route_comes_first(document, result):
    def competency(name):
        return {"id": name, "label": {"en": name}, "competency": {"ref": name, "min_level": "L2"}}

    far = {"id": "far", "label": {"en": "far"}, "all": [competency("PRJ.1"), competency("PRJ.2"), competency("PRJ.3")]}
    near = {"id": "near", "label": {"en": "near"}, "all": [competency("PRJ.4"), competency("PRJ.5")]}
    choice = {"id": "r", "label": {"en": "Either way"}, "any": [far, near]}
    document["micro_credentials"][1]["requirements"] = choice
    text = sentences(Framework.of(document), "MC-02", [result("C02-T", "PRJ.4", "20")])
    assert text[1] == "Either way: 0 of 2 met; needed: 1."
    assert [sentence.partition("(")[2][:5] for sentence in text[2::2]][:2] == ["PRJ.5", "PRJ.1"]


def test_every_node_of_every_golden_answer_has_a_sentence(framework, golden_results):
    def walk(node):
        yield node
        for child in node.children:
            yield from walk(child)

    for results in golden_results.values():
        for number in range(1, 11):
            root = evaluate(framework, f"MC-{number:02d}", Evidence(results), as_of=AS_OF).root
            assert all(reason_in_words(node, framework).endswith(".") for node in walk(root))
    root = evaluate(framework, "MC-08", Evidence(golden_results["p-boris"]), as_of=AS_OF).root
    assert reason_in_words(root, framework) == "Requirements of MC-08: 1 of 2 met; needed: 2."
    assert reason_in_words(root.children[0], framework).endswith(": 3 of 4 competencies are shown.")


def test_examinations_are_explained(document, result):
    rule = {
        "ref": "EX-SCPM",
        "section_min": "2/3",
        "mandatory_sections": ["PRJ"],
        "sections_at_least": 5,
        "within": "P24M",
    }
    document["micro_credentials"][1]["requirements"] = {"id": "r", "label": {"en": "r"}, "assessment": rule}
    framework = Framework.of(document)
    records = [result("EX-SCPM", "PRJ", "19.99")]
    assert sentences(framework, "MC-02", [])[1].startswith("The examination Certification examination")
    assert "Section PRJ of" in sentences(framework, "MC-02", records)[1]
    assert "(19.99/30, needs 20)" in sentences(framework, "MC-02", records)[1]
    passed = [result("EX-SCPM", name, "20") for name in ("PRJ", "GOV", "CIT", "SEC", "DAT")]
    assert sentences(framework, "MC-02", passed)[1].endswith("is passed in the sections that are needed.")
    assert "sections passed: 4 of 8; needed: 5" in sentences(framework, "MC-02", passed[:4])[1]
    assert "counted through March 10, 2028 only" in sentences(framework, "MC-02", passed, as_of=date(2028, 3, 11))[1]
    waiting = [result("EX-SCPM", name, "20", status="provisional") for name in ("PRJ", "GOV", "CIT", "SEC", "DAT")]
    assert sentences(framework, "MC-02", waiting)[2].startswith("Next step: the provider makes the results of")


def test_a_date_that_ends_with_a_full_stop_ends_the_sentence(framework, golden_results):
    text = sentences(framework, "MC-08", golden_results["p-boris"], "bg")
    assert "към 1 септември 2026" in text[0]
    assert text[0].endswith(".")
    assert not any(sentence.endswith("..") for sentence in text)
