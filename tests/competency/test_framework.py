"""Lookups, hashes and differences of frameworks."""

import copy
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.competency.explain import rule_in_words
from app.competency.framework import Framework, content_hash, diff, rule_hash, validate
from app.errors import BadInput, NotFound
from tests.examples import examples


def test_lookups(framework, reference):
    assert [level["id"] for level in framework.levels] == ["L1", "L2", "L3", "L4"]
    assert len(framework.competencies) == 36
    assert len(framework.awards) == 15
    assert framework.competencies["SEC.2"]["name"]["en"] == "Privacy by design"
    assert framework.assessments["C02-P"]["kind"] == "practice"
    assert framework.courses["C01"]["workload_hours"] == 50
    assert framework.mappings["test-30"]["of"] == "share of maximum"
    assert framework.policy is reference["policy"]
    assert framework.level("L3")["name"]["en"] == "Professional"
    assert (framework.id, framework.version) == ("smart-city-reference", "0.1.0")


def test_levels_are_in_order_whatever_the_order_of_the_file(document):
    document["levels"].reverse()
    framework = Framework.of(document)
    assert [level["id"] for level in framework.levels] == ["L1", "L2", "L3", "L4"]
    assert framework.rules.rank("L4") == 4


@pytest.mark.parametrize(
    ("texts", "language", "text"),
    [
        ({"en": "a", "bg": "b"}, "bg", ("b", "bg")),
        ({"en": "a", "bg": "b"}, "bg-BG", ("b", "bg")),
        ({"en": "a", "bg": "b"}, "es", ("a", "en")),
        ({"ro": "c", "bg": "b"}, "es", ("b", "bg")),
    ],
)
def test_text_says_which_language_it_is_in(framework, texts, language, text):
    assert framework.text(texts, language) == text


def test_the_content_hash_does_not_depend_on_the_order_of_members(reference):
    turned = dict(reversed(reference.items()))
    assert content_hash(turned) == content_hash(reference) == content_hash(json.loads(json.dumps(reference)))
    assert re.fullmatch("sha256-[0-9a-f]{64}", content_hash(reference))
    assert content_hash({**reference, "notice": "another"}) != content_hash(reference)


def assessment(document, name):
    return next(item for item in document["assessments"] if item["id"] == name)


DECIDING = [
    lambda d: d["micro_credentials"][1]["requirements"]["all"][1]["assessment"].update(total_min="1/2"),
    lambda d: d["micro_credentials"][1]["requirements"]["all"][0]["competencies"]["list"].pop(),
    lambda d: d["micro_credentials"][1].update(rule_version="1.0.1"),
    lambda d: d["micro_credentials"][1].update(validity={"period": "P12M"}),
    lambda d: assessment(d, "C02-P")["attempts"].update(max=3),
    lambda d: assessment(d, "C02-T")["attempts"].update(min_days_between=2),
    lambda d: assessment(d, "C02-P").update(needs_sign_off=False),
    lambda d: assessment(d, "C02-T")["sections"][0].update(max=31),
    lambda d: assessment(d, "C07-L")["sections"].append(
        {"id": "PRJ.1", "max": 30, "competency": "PRJ.1", "mapping": "test-30"}
    ),
    lambda d: d["mappings"][0]["steps"][1].update({"from": "3/4"}),
    lambda d: d["policy"]["level_rules"][2]["all"].pop(),
    lambda d: d["policy"]["evidence_max_age"].update(default="P59M"),
    lambda d: d["policy"]["sign_off"]["by_other_than"].append("assessor"),
    lambda d: d["policy"].update(accepted_statuses=["final", "provisional"]),
    lambda d: next(c for c in d["competencies"] if c["id"] == "PRJ.5").update(evidence_max_age="P12M"),
    lambda d: d["levels"][0].update(order=9),
    lambda d: d["equivalences"][2]["grants"].append({"competency": "PRJ.1", "level": "L2"}),
]


@pytest.mark.parametrize("change", DECIDING)
def test_whatever_could_change_an_outcome_changes_the_rule_hash(document, framework, change):
    change(document)
    assert rule_hash(document, "MC-02") != framework.rule_hashes["MC-02"]


WORDING = [
    lambda d: d["micro_credentials"][1]["title"].update(en="Another title"),
    lambda d: d["micro_credentials"][1]["requirements"].update(label={"en": "x", "de": "y"}),
    lambda d: d["competencies"][0].update(statement={"en": "x"}),
    lambda d: d["policy"].update(comparison="x"),
    lambda d: assessment(d, "C02-P").update(title={"en": "x"}),
    lambda d: assessment(d, "C02-P")["sections"][0]["match"].update(moodle_item_idnumber="x"),
    lambda d: assessment(d, "C01-T")["attempts"].update(max=9),
    lambda d: d["mappings"][3]["steps"][0].update({"from": "3/4"}),
    lambda d: d["micro_credentials"][0].update(rule_version="2.0.0"),
]


@pytest.mark.parametrize("change", WORDING)
def test_wording_and_other_awards_leave_it(document, framework, change):
    change(document)
    assert rule_hash(document, "MC-02") == framework.rule_hashes["MC-02"]
    assert content_hash(document) != framework.content_hash


@pytest.mark.parametrize(
    ("award", "change"),
    [
        ("RC-SCPM", lambda d: d["roles"][0]["profile"]["mandatory"].pop()),
        ("RC-SCPM", lambda d: d["micro_credentials"][0]["annex"].update(credits=3)),
        ("RC-SCPM", lambda d: d["equivalences"][0].update(valid_until="2029-01-31")),
        ("RC-SCPM", lambda d: d["policy"]["rpl"].update(signatures=1)),
        ("RC-SCPM", lambda d: assessment(d, "EX-SCPM")["attempts"].update(carry_over="P12M")),
        ("RC-SCPM", lambda d: assessment(d, "EX-SCPM").update(examiner_must_not_be_trainer=False)),
    ],
)
def test_the_rule_hash_of_a_certification_follows_roles_credits_and_equivalences(document, framework, award, change):
    change(document)
    assert rule_hash(document, award) != framework.rule_hashes[award]


def test_an_unknown_award_has_no_rule(reference):
    with pytest.raises(NotFound, match="MC-99"):
        rule_hash(reference, "MC-99")


def test_diff(document, reference):
    assert diff(reference, reference) == {"added": [], "changed": [], "removed": []}
    assert len(diff(None, reference)["added"]) == 4 + 4 + 8 + 36 + 5 + 10 + 4 + 26 + 10 + 5 + 3
    document["competencies"][0]["name"]["en"] = "Renamed"
    document["policy"]["comparison"] = "x"
    document["areas"].append({**document["areas"][0], "id": "NEW"})
    del document["equivalences"][0]
    assert diff(reference, document) == {
        "added": [{"kind": "areas", "id": "NEW"}],
        "changed": [{"kind": "policy", "id": "policy"}, {"kind": "competencies", "id": "GOV.1"}],
        "removed": [{"kind": "equivalences", "id": "EQ-1"}],
    }


def test_the_problem_counts_the_faults_and_repeats_the_first(document):
    document["notice"] = 5
    with pytest.raises(BadInput) as refused:
        validate(document)
    assert (
        refused.value.detail == 'The framework has one fault. /notice: "notice" must be text (put it in quotes), not 5.'
    )
    assert "nothing was stored" in refused.value.remedy


def test_more_faults_than_are_listed_are_counted(document):
    document["competencies"] = [{"id": f"X.{number}"} for number in range(100)]  # which lack their names
    with pytest.raises(BadInput) as refused:
        validate(document)
    assert len(refused.value.faults) == 50
    told = re.match(r"The framework has (\d+) faults \(the first 50 are listed\)\.", refused.value.detail)
    assert told
    assert int(told[1]) % 100 == 0
    assert int(told[1]) >= 100


def test_what_is_unknown_is_counted_too(document):
    document["roles"][0] |= {f"x{number}": 1 for number in range(60)}
    with pytest.raises(BadInput, match=r"has 60 faults \(the first 50 are listed\)"):
        validate(document)
    del document["roles"][0]
    document["mappings"] = []
    with pytest.raises(BadInput, match=r"has \d+ faults"):
        validate(document)


def test_counting_ends_somewhere(document):
    document["competencies"] = [{"id": 5} for _ in range(20_000)]
    with pytest.raises(BadInput, match=r"has at least 10000 faults \(the first 50 are listed\)"):
        validate(document)


def places(value, path=()):
    """Every place of the document, as paths."""
    yield path
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for token, item in members:
        yield from places(item, (*path, token))


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.floats(-2, 2)
    | st.sampled_from(["", "L2", "PRJ.1", "2/3", "P1M"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "en", "all", "ref"]), inner),
    max_leaves=4,
)


@examples(25)
@given(data=st.data())
def test_a_framework_with_anything_anywhere_is_sound_or_refused(reference, data):
    document = copy.deepcopy(reference)
    path = data.draw(st.sampled_from(list(places(document))[1:]))
    part = document
    for token in path[:-1]:
        part = part[token]
    part[path[-1]] = data.draw(JUNK)
    try:
        validate(document)
    except BadInput:
        return
    framework = Framework.of(document)
    assert all(rule_in_words(framework, award) for award in framework.awards)
