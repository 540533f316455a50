"""The competency map: what roles need, what teaches and shows it, and where nothing does."""

from app.competency.case_reader import export, read
from app.competency.case_writer import Publication
from app.competency.competency_map import competency_map
from app.competency.framework import Framework, content_hash, diff, validate

RESOURCES = [
    {
        "id": "LR-1",
        "title": {"en": "How to read a maturity model"},
        "url": "https://example.org/lr/1",
        "type": "video",
        "language": "en",
        "licence": "CC BY 4.0",
        "provider": "Example University",
        "competencies": [{"competency": "GOV.1", "level": "L2"}, {"competency": "PRJ.3", "level": "L2"}],
        "courses": ["C01"],
    },
    {
        "id": "LR-2",
        "title": {"en": "A schedule that holds"},
        "url": "https://example.org/lr/2",
        "competencies": [{"competency": "PRJ.3", "level": "L3"}],
    },
]


def mapped(document):
    validate(document)
    return competency_map(Framework.of(document))


def by_id(things, wanted):
    return next(each for each in things if each["id"] == wanted)


def test_the_reference_framework_teaches_and_shows_what_its_roles_need_and_nothing_at_the_highest_level(reference):
    told = mapped(reference)
    assert told["gaps"] == []
    assert told["not_needed"] == []
    # counted by hand in the file: 13 competencies are taught up to L2 only, and no rubric goes beyond L3
    assert [(each["id"], each["taught"], each["shown"]) for each in told["levels"]] == [
        ("L1", 36, 36),
        ("L2", 36, 36),
        ("L3", 23, 36),
        ("L4", 0, 0),
    ]
    assert [each["with_learning_resources"] for each in told["levels"]] == [0, 0, 0, 0]


def test_a_role_of_the_reference_framework(reference):
    role = by_id(mapped(reference)["roles"], "SCPM")
    assert (role["certifications"], role["exams"], role["elective_at_least"]) == (["RC-SCPM"], ["EX-SCPM"], 3)
    assert [(each["competency"], each["level"]) for each in role["needs"] if each["need"] == "mandatory"] == [
        ("GOV.1", "L2"), ("GOV.2", "L2"), ("GOV.3", "L2"), ("PRJ.1", "L2"), ("PRJ.3", "L3"), ("PRJ.4", "L3"),
        ("PRJ.5", "L3"), ("CIT.3", "L2"), ("SEC.2", "L2"),
    ]  # fmt: skip
    covered = {"needed": 9, "taught": 9, "shown": 9, "with_learning_resources": 0}
    assert role["coverage"]["mandatory"] == covered
    assert role["coverage"]["elective"] == covered | {"needed": 10, "taught": 10, "shown": 10}


def test_what_teaches_and_shows_a_competency(reference):
    told = by_id(mapped(reference)["competencies"], "GOV.1")
    assert told["courses"] == [
        {"id": "C01", "level": "L2", "learning_outcomes": ["C01.LO1"]},
        {"id": "C10", "level": "L3", "learning_outcomes": ["C10.LO4"]},
    ]
    assert [(each["id"], each["kind"], each["level"]) for each in told["assessments"]] == [
        ("C01-T", "knowledge", "L2"),
        ("C10-T", "knowledge", "L2"),
        ("C10-P", "practice", "L3"),
    ]
    assert told["roles"] == ["SCPM", "SCPD", "SCPA", "SCRE", "SCPP"]
    assert told["highest"] == {"taught": "L3", "shown": "L3", "learning_resources": None}


def test_a_level_that_no_course_teaches(document):
    outcomes = by_id(document["courses"], "C02")["learning_outcomes"]
    next(each for each in outcomes if each["competency"] == "PRJ.5")["level"] = "L2"
    told = mapped(document)
    gap = {"role": "SCPM", "competency": "PRJ.5", "level": "L3", "need": "mandatory"}
    assert told["gaps"] == [gap | {"code": "NOT_TAUGHT", "highest": "L2"}]
    role = by_id(told["roles"], "SCPM")
    assert role["coverage"]["mandatory"]["taught"] == 8
    assert [each["gaps"] for each in role["needs"] if each["competency"] == "PRJ.5"] == [["NOT_TAUGHT"]]


def test_a_level_that_needs_practice_is_not_shown_by_a_test_and_prior_learning_does_not_hide_the_gap(document):
    practice = by_id(document["assessments"], "C02-P")
    practice["sections"] = [each for each in practice["sections"] if each["competency"] != "PRJ.4"]
    gaps = {(each["role"], each["need"], each["code"], each["highest"]) for each in mapped(document)["gaps"]}
    assert {each[0] for each in gaps if each[1] == "mandatory"} == {"SCPM"}
    assert {each[2:] for each in gaps} == {("NOT_SHOWN", "L2")}


def test_a_competency_that_nothing_teaches_or_shows(document):
    new = document["competencies"][0] | {"id": "GOV.9", "uuid": "00000000-0000-4000-8000-000000000009"}
    document["competencies"].append(new)
    assert mapped(document)["not_needed"] == ["GOV.9"]
    document["roles"][1]["profile"]["elective"].append({"competency": "GOV.9", "min_level": "L1"})
    told = mapped(document)
    assert told["not_needed"] == []
    assert [(each["code"], each["highest"]) for each in told["gaps"]] == [("NOT_TAUGHT", None), ("NOT_SHOWN", None)]
    new["retired"] = "2026-01-01"
    document["roles"][1]["profile"]["elective"].pop()
    assert mapped(document)["not_needed"] == []


def test_learning_resources_are_linked_and_missing_ones_are_told_once_there_are_any(document):
    document["learning_resources"] = RESOURCES
    told = mapped(document)
    competency = by_id(told["competencies"], "PRJ.3")
    assert competency["learning_resources"] == [{"id": "LR-1", "level": "L2"}, {"id": "LR-2", "level": "L3"}]
    assert competency["highest"]["learning_resources"] == "L3"
    assert {each["code"] for each in told["gaps"]} == {"NO_RESOURCE"}
    role = by_id(told["roles"], "SCPM")
    assert role["coverage"]["mandatory"]["with_learning_resources"] == 2
    assert [each["competency"] for each in role["needs"] if not each["gaps"]] == ["GOV.1", "PRJ.3"]
    assert [each["with_learning_resources"] for each in told["levels"]] == [2, 2, 1, 0]


def test_a_framework_of_competencies_only(document):
    bare = {name: document[name] for name in ("format", "framework", "areas", "competencies")}
    for each in bare["competencies"]:
        each["level_descriptors"] = {}
    role = {name: document["roles"][0][name] for name in ("id", "uuid", "name")}
    told = mapped(bare | {"levels": [], "roles": [role]})
    assert (told["levels"], told["gaps"], told["roles"][0]["needs"]) == ([], [], [])
    assert len(told["not_needed"]) == 36


def test_without_level_rules_the_mappings_are_believed(document):
    for name in ("micro_credentials", "certifications", "equivalences", "policy"):
        document.pop(name)
    told = mapped(document)
    assert by_id(told["competencies"], "PRJ.4")["highest"]["shown"] == "L3"
    assert told["gaps"] == []


def test_learning_resources_count_in_the_content_hash_and_in_differences(reference, document):
    assert content_hash(document) == content_hash(reference)
    document["learning_resources"] = RESOURCES
    assert content_hash(document) != content_hash(reference)
    assert Framework.of(document).rule_hashes == Framework.of(reference).rule_hashes
    added = diff(reference, document)["added"]
    assert added == [{"kind": "learning_resources", "id": "LR-1"}, {"kind": "learning_resources", "id": "LR-2"}]


def test_learning_resources_survive_the_way_through_case(document):
    document["learning_resources"] = RESOURCES
    package = export(document, Publication("https://x.example/ims/case/v1p1", "2026-02-02T00:00:00Z", "Main"))
    assert read(package, None).document == document
    del package["extensions"]
    assert read(package, document).document["learning_resources"] == RESOURCES
