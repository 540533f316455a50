"""References, duplicates, order and rules that nobody could meet are found before anything is stored."""

import pytest

from app.competency.framework import validate
from app.errors import BadInput


def faults_of(document):
    with pytest.raises(BadInput) as refused:
        validate(document)
    assert refused.value.pointer == refused.value.faults[0].pointer
    return [(fault.pointer, fault.detail) for fault in refused.value.faults]


def test_the_reference_framework_is_sound(reference):
    validate(reference)


def set_in(*path, to):
    """A change that sets the member at this path."""

    def change(document):
        part = document
        for token in path[:-1]:
            part = part[token]
        part[path[-1]] = to

    return change


def resource(**changes):
    """A learning resource."""
    return {"id": "LR-1", "title": {"en": "Reading a map"}, "url": "https://example.org/lr/1"} | changes


LIST = ("micro_credentials", 1, "requirements", "all", 0, "competencies", "list")
EXAM = ("certifications", 0, "requirements", "all", 2, "assessment")
CHANGES = [
    (
        set_in(*LIST, 2, "competency", to="PRJ.9"),
        "/micro_credentials/1/requirements/all/0/competencies/list/2/competency",
        'MC-02 names competency "PRJ.9", which the framework does not have; did you mean "PRJ.5"?',
    ),
    (
        set_in(*LIST, 2, "competency", to="PRJ.1"),
        "/micro_credentials/1/requirements/all/0/competencies/list/2/competency",
        'MC-02 names competency "PRJ.1" a second time.',
    ),
    (set_in(*LIST, 0, "min_level", to="X9"), "/micro_credentials/1/requirements/all/0/competencies/list/0/min_level",
     'MC-02 names level "X9", which the framework does not have.'),
    (set_in("competencies", 0, "area", to="GOX"), "/competencies/0/area",
     'GOV.1 names area "GOX", which the framework does not have; did you mean "GOV"?'),
    (set_in("competencies", 1, "id", to="GOV.9"), None, ""),
    (lambda d: d["areas"].append({**d["areas"][0], "uuid": "00000000-0000-4000-8000-000000000000"}), "/areas/8/id",
     'GOV: the id "GOV" stands a second time (first at /areas/0).'),
    (set_in("areas", 1, "uuid", to="75f9e94e-f22c-57fd-b0b8-4d4155663e8d"), "/areas/1/uuid",
     "PRJ has the same uuid as /framework; each needs its own."),
    (set_in("levels", 3, "order", to=3), "/levels/3/order", "L4 has the same order as L3; one must be higher."),
    (set_in("mappings", 0, "steps", 1, "from", to="1/3"), "/mappings/0/steps/1",
     "test-30: the steps must rise, both in score and in level."),
    (set_in("mappings", 0, "steps", 1, "from", to="20"), "/mappings/0/steps/1/from",
     'test-30: a share of "20" is more than the whole; write it like 2/3.'),
    (set_in("mappings", 0, "steps", 1, "level", to="L1"), "/mappings/0/steps/1",
     "test-30: the steps must rise, both in score and in level."),
    (set_in("assessments", 0, "sections", 0, "mapping", to="test-3"), "/assessments/0/sections/0/mapping",
     'C01-T names mapping "test-3", which the framework does not have; did you mean "test-30"?'),
    (set_in("assessments", 0, "sections", 1, "id", to="GOV.1"), "/assessments/0/sections/1/id",
     'GOV.1: the id "GOV.1" stands a second time (first at /assessments/0/sections/0).'),
    (lambda d: d["assessments"][0]["sections"][0].pop("mapping"), "/assessments/0/sections/0",
     "C01-T: section GOV.1 needs competency and mapping together, or neither."),
    (set_in("assessments", 2, "sections", 0, "max", to=2), "/assessments/2/sections/0",
     "C02-P: section PRJ.1 gives L3 from 3 of 2 points: out of reach."),
    (set_in("assessments", 0, "sections", 0, "max", to="0.00"), "/assessments/0/sections/0/max",
     "C01-T: section GOV.1 needs a maximum above 0."),
    (set_in("assessments", 0, "course", to="C99"), "/assessments/0/course",
     'C01-T names course "C99", which the framework does not have; did you mean "C09"?'),
    (set_in("assessments", 0, "aggregation", to={"method": "average"}), "/assessments/0/aggregation",
     'C01-T: average needs attempts.count "all"; else there is one result only.'),
    (lambda d: d["assessments"][20]["aggregation"].pop("threshold"), "/assessments/20/aggregation",
     'C07-L: n_times needs "threshold".'),
    (set_in("assessments", 20, "aggregation", "n", to=6), "/assessments/20/aggregation/n",
     "C07-L asks for 6 results of 5 attempts."),
    (set_in("assessments", 20, "aggregation", to={"method": "weighted_average", "weights": ["1", "2"]}),
     "/assessments/20/aggregation/weights", "C07-L needs one weight above 0 for each of attempts.max."),
    (set_in("courses", 0, "assessments", to=["C01-X"]), "/courses/0/assessments/0",
     'C01 names assessment "C01-X", which the framework does not have; did you mean "C01-T"?'),
    (set_in("courses", 0, "learning_outcomes", 0, "level", to="L5"), "/courses/0/learning_outcomes/0/level",
     'C01 names level "L5", which the framework does not have.'),
    (set_in("learning_resources", to=[resource(competencies=[{"competency": "GOV.99", "level": "L2"}])]),
     "/learning_resources/0/competencies/0/competency",
     'LR-1 names competency "GOV.99", which the framework does not have'),
    (set_in("learning_resources", to=[resource(competencies=[{"competency": "GOV.1", "level": "L9"}])]),
     "/learning_resources/0/competencies/0/level", 'LR-1 names level "L9", which the framework does not have'),
    (set_in("learning_resources", to=[resource(competencies=[{"competency": "GOV.1", "level": "L1"}] * 2)]),
     "/learning_resources/0/competencies/1", "LR-1 names GOV.1 a second time; keep the higher level."),
    (set_in("learning_resources", to=[resource(courses=["C01", "C99"])]), "/learning_resources/0/courses/1",
     'LR-1 names course "C99", which the framework does not have; did you mean "C09"?'),
    (set_in("learning_resources", to=[resource(), resource()]), "/learning_resources/1/id",
     'LR-1: the id "LR-1" stands a second time (first at /learning_resources/0).'),
    *((set_in("learning_resources", to=[resource(url=url)]), "/learning_resources/0/url",
       'LR-1: "url" must be a whole web address such as https://example.org/page, not ')
      for url in ("materials/1.pdf", "/materials/1.pdf", "//example.org/1", "javascript:alert(1)", "https:///x")),
    (set_in("roles", 0, "profile", "elective_at_least", to=11), "/roles/0/profile/elective_at_least",
     "SCPM asks for 11 electives of 10."),
    (set_in("micro_credentials", 0, "annex", "stacks_into", to=["RC-X"]), "/micro_credentials/0/annex/stacks_into/0",
     'MC-01 names award "RC-X", which the framework does not have'),
    (set_in("micro_credentials", 0, "annex", "learning_outcomes", to="courses.C77.learning_outcomes"),
     "/micro_credentials/0/annex/learning_outcomes", 'MC-01 names course "C77", which the framework does not have'),
    (set_in("certifications", 0, "role", to="SCPX"), "/certifications/0/role", 'RC-SCPM names role "SCPX"'),
    (set_in("certifications", 0, "requirements", "all", 1, "competencies", "profile", to="NONE"),
     "/certifications/0/requirements/all/1/competencies/profile", 'RC-SCPM names role "NONE"'),
    (set_in(*EXAM, "mandatory_sections", to=["QQQ"]),
     "/certifications/0/requirements/all/2/assessment/mandatory_sections/0",
     'RC-SCPM names section "QQQ", which the assessment EX-SCPM does not have.'),
    (set_in(*EXAM, "sections_at_least", to=9), "/certifications/0/requirements/all/2/assessment/sections_at_least",
     "RC-SCPM asks for 9 sections, but EX-SCPM has 8."),
    (set_in(*EXAM, to={"ref": "EX-SCPM"}), "/certifications/0/requirements/all/2/assessment",
     "RC-SCPM: the assessment needs total_min or section_min, so that passing means something."),
    (set_in(*EXAM, "section_min", to="20"), "/certifications/0/requirements/all/2/assessment/section_min",
     'RC-SCPM: a share of "20" is more than the whole; write it like 2/3.'),
    (set_in("certifications", 0, "requirements", "all", 0, "any", 0, "all", 1, "at_least", "n", to=7),
     "/certifications/0/requirements/all/0/any/0/all/1/at_least/n",
     "RC-SCPM asks for at least 7 of 6 rules, which nobody can meet."),
    (set_in("certifications", 0, "requirements", "all", 0, "any", 0, "all", 2, "credits", "from", to=["MC-99"]),
     "/certifications/0/requirements/all/0/any/0/all/2/credits/from/0", 'RC-SCPM names award "MC-99"'),
    (set_in("certifications", 0, "renewal", "requirements", "any", 1, "assessment", "ref", to="EX-NONE"),
     "/certifications/0/renewal/requirements/any/1/assessment/ref", 'RC-SCPM names assessment "EX-NONE"'),
    (set_in("certifications", 0, "renewal", "requirements", "id", to="SCPM.exam"),
     "/certifications/0/renewal/requirements/id", 'RC-SCPM: the rule id "SCPM.exam" stands a second time'),
    (lambda d: d["policy"]["level_rules"].pop(), "/policy",
     "policy needs a level rule for L4: awards are decided by these rules."),
    (lambda d: d.pop("policy"), "/policy", "policy needs a level rule for L1, L2, L3, L4"),
    (lambda d: d["policy"]["level_rules"].append(d["policy"]["level_rules"][0]), "/policy/level_rules/4/level",
     "policy has a second rule for level L1; keep one."),
    (set_in("equivalences", 0, "counts_as", to="MC-99"), "/equivalences/0/counts_as", 'EQ-1 names award "MC-99"'),
    (lambda d: d["equivalences"][0].pop("counts_as"), "/equivalences/0",
     "EQ-1 needs exactly one of counts_as and grants."),
    (set_in("equivalences", 0, "agreed_on", to="2026-02-30"), "/equivalences/0/agreed_on",
     'EQ-1: there is no day "2026-02-30" in the calendar.'),
    (set_in("equivalences", 0, "valid_until", to="2025-01-01"), "/equivalences/0/valid_until",
     "EQ-1 ends before it was agreed."),
]  # fmt: skip


@pytest.mark.parametrize(("change", "pointer", "sentence"), CHANGES)
def test_each_fault_is_found_where_it_is(document, change, pointer, sentence):
    change(document)
    found = faults_of(document)
    if pointer is None:  # a renamed competency: everything that names it complains
        assert len(found) > 3
        assert all("GOV.2" in detail for _, detail in found)
    else:
        assert [where for where, _ in found] == [pointer]
        assert found[0][1].startswith(sentence)


def test_awards_that_need_each_other_are_found(document):
    for number, other in ((0, "MC-02"), (1, "MC-03"), (2, "MC-01")):
        node = {"id": "need", "label": {"en": "need"}, "credential": {"ref": other}}
        document["micro_credentials"][number]["requirements"]["all"].append(node)
    ((pointer, sentence),) = faults_of(document)
    assert pointer.endswith("/requirements/all/2/credential/ref")
    assert "MC-01 needs MC-02" in sentence


def test_a_long_chain_of_awards_is_no_cycle_and_costs_no_stack(document):
    first = document["micro_credentials"][0]
    for number in range(3000):
        node = {"id": "r", "label": {"en": "r"}, "credential": {"ref": f"X-{number - 1}" if number else "MC-02"}}
        uuid = f"00000000-0000-4000-8000-{number:012d}"
        document["micro_credentials"].append({**first, "id": f"X-{number}", "uuid": uuid, "requirements": node})
    validate(document)


def test_a_framework_without_awards_needs_no_policy(document):
    for name in ("micro_credentials", "certifications", "equivalences", "policy"):
        del document[name]
    validate(document)
