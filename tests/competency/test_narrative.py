"""The criteria narrative tells the whole rule, and no wallet stumbles over it."""

import pytest

from app.competency.explain import rule_in_words
from app.competency.framework import Framework
from app.errors import NotFound


def test_mc_02_is_told_whole(framework):
    text = rule_in_words(framework, "MC-02")
    for words in (
        "Smart City Project Design and Delivery (MC-02) is awarded when this rule is met (rule version 1.0.0).",
        "    - Project planning and control (PRJ.3) at Professional (L3) or higher.",
        "    - At least 2/3 of all points together (10 of 15).",
        "- Professional (L3): evidence of these kinds: practical assessment, recognised prior learning; at least 1,",
        "at least 1, at Professional (L3) or higher and signed off.",
        "- Professional (L3): evidence of these kinds: knowledge test, recognised prior learning; at least 1, at",
        "at least 1, at Practitioner (L2) or higher.",
        "signed by somebody other than the learner",
        "Only results with the status final count.",
        "Practitioner (L2) from 20 of 30 points in a section. Attempts: at most 3. Days between attempts: at least 1.",
        "Professional (L3) from 3 of 3 points in a section. Attempts: at most 2. Days between attempts: at least 14.",
        "Evidence counts for 60 months from the day of the assessment.",
        "- Lead a cross-disciplinary team (PRJ.5, Professional (L3)).",
        "- Notional workload: 100 hours.",
        "- Credits: 4 ECTS (indicative until an awarding body allocates them).",
        "- Level: EQF 6 (indicative).",
        "- Type of assessment: quiz, project work.",
        "- Form of participation: Blended.",
        "- Supervision and identity check during assessment: Supervised with ID Verification.",
        "- Quality assurance: Program Quality Assurance.",
        "- Learning setting: non-formal learning.",
        "- Integration: stackable; counts towards Smart City Project Manager (RC-SCPM)",
        "- Validity: without end.",
    ):
        assert words in text


def test_levels_that_the_rule_does_not_need_are_left_out(framework):
    assert "Expert (L4)" not in rule_in_words(framework, "MC-02")
    assert "- Practitioner (L2): evidence" not in rule_in_words(framework, "MC-02")


def test_limits_of_their_own_are_told(framework):
    text = rule_in_words(framework, "MC-10")
    assert "Evidence of DAT.4 counts for 36 months from the day of the assessment." in text
    assert "counts for 60 months" in text
    assert "- Validity: 36 months from the award; renewal: new evidence for the expired competencies." in text


def test_series_are_told(framework):
    assert "The latest result weighs 65/100, the mean of those before the rest. At least 3 results are needed." in (
        rule_in_words(framework, "MC-06")
    )
    assert "The mean of the results of at least 2/3 counts, when there are at least 3 of them." in (
        rule_in_words(framework, "MC-07")
    )


def test_a_certification_is_told_too(framework):
    text = rule_in_words(framework, "RC-SCPM")
    for words in (
        "Learning route or practitioner route: one of these is enough.",
        "the credential Smart City Foundations (MC-01), or one that is agreed to be equivalent.",
        "At least 2 further micro-credential(s): at least 2 of these are needed.",
        "At least 18 credits (ECTS) from MC-01, MC-02",
        "60 months of verified practice: 60 months of verified practice.",
        "portfolio-review; signatures needed: 2.",
        "Elective: Engagement and co-creation (CIT.1) at Practitioner (L2) or higher.",
        "of the electives at least 3.",
        "At most 1/2 of the competencies may be shown by recognition of prior learning.",
        "At least 2/3 of the points in PRJ.",
        "At least 2/3 of the points in at least 5 of 8 sections.",
        "The assessment counts for 24 months from its day.",
        "The best result of each section counts, of attempts within 24 months.",
        "- Validity: 36 months from the award.",
    ):
        assert words in text


@pytest.mark.parametrize("language", ["en", "bg", "es", "el", "ro", "de", "xx"])
def test_every_award_is_told_in_every_language_without_braces_or_line_ends(framework, language):
    for award_id in framework.awards:
        text = rule_in_words(framework, award_id, language)
        assert not set("{}") & set(text)
        assert all(line == line.rstrip() for line in text.split("\n"))
        assert framework.text(framework.awards[award_id]["title"], language)[0] in text


def test_braces_in_a_framework_become_round(document):
    document["micro_credentials"][1]["title"] = {"en": "Unbalanced {"}
    assert rule_in_words(Framework.of(document), "MC-02").startswith("Unbalanced ( (MC-02)")


def test_what_the_rule_hash_covers_is_told(document, framework):
    before = rule_in_words(framework, "MC-02")
    for change in (
        lambda d: d["assessments"][2]["attempts"].update(max=3),
        lambda d: d["assessments"][1]["attempts"].update(count="latest"),
        lambda d: d["mappings"][1]["steps"][2].update({"from": "5/2"}),
        lambda d: d["policy"]["evidence_max_age"].update(default="P1Y1D"),
        lambda d: d["policy"]["sign_off"]["by_other_than"].append("assessor"),
        lambda d: d["policy"]["level_rules"][2]["all"][0].update(distinct_assessors=2),
        lambda d: d["micro_credentials"][1]["validity"].update(period="P1M"),
        lambda d: d["assessments"][2].update(needs_sign_off=False),
    ):
        change(document)
        after = rule_in_words(Framework.of(document), "MC-02")
        assert after != before
        before = after
    assert "12 months and 1 day" in before
    assert "- Validity: 1 month from the award." in before


def test_an_unknown_award_is_not_found(framework):
    with pytest.raises(NotFound, match="MC-99"):
        rule_in_words(framework, "MC-99")
