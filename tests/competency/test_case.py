"""CASE packages in and out. The packages are invented; what they do wrong, packages of the world do."""

import copy
import json

import pytest

from app.competency import framework as frameworks
from app.competency.case_package import read_package
from app.competency.case_reader import export, read
from app.competency.case_writer import EXTENSION, Publication
from app.competency.notices import Notices
from app.errors import BadInput
from tests.service import DATA

HOME = "https://cases.example.org/ims/case/v1p0"
HERE = Publication("https://attesta.example.org/ims/case/v1p1", "2026-03-01T00:00:00Z", "Somebody")
ROOT = "d1111111-0000-4000-8000-000000000000"


def uuid(number):
    return f"a2222222-0000-4000-8000-{number:012d}"


def link(identifier, title="x"):
    return {"title": title, "identifier": identifier, "uri": f"{HOME}/CFItems/{identifier}"}


def item(number, **members):
    return {
        "identifier": uuid(number),
        "uri": f"{HOME}/CFItems/{uuid(number)}",
        "fullStatement": f"Statement {number}.",
        "lastChangeDateTime": "2025-05-01T10:00:00Z",
    } | members


def association(number, origin, target, kind="isChildOf", **members):
    return {
        "identifier": f"b3333333-0000-4000-8000-{number:012d}",
        "uri": f"{HOME}/CFAssociations/{number}",
        "associationType": kind,
        "originNodeURI": link(uuid(origin)),
        "destinationNodeURI": link(target if isinstance(target, str) else uuid(target)),
        "lastChangeDateTime": "2025-05-01T10:00:00Z",
    } | members


@pytest.fixture
def package():
    """Three items: 1 at the top, 2 and 3 below it, 3 first."""
    return {
        "CFDocument": {
            "identifier": ROOT,
            "uri": f"{HOME}/CFDocuments/{ROOT}",
            "creator": "Gardeners' guild",
            "title": "Urban gardening",
            "language": "en",
            "version": "3",
            "lastChangeDateTime": "2025-06-01T10:00:00Z",
        },
        "CFItems": [item(1, humanCodingScheme="G.1"), item(2, humanCodingScheme="G.1"), item(3)],
        "CFAssociations": [
            association(1, 1, ROOT),
            association(2, 2, 1, sequenceNumber=2),
            association(3, 3, 1, sequenceNumber=1),
        ],
    }


@pytest.fixture(scope="module")
def reference():
    return frameworks.read_yaml((DATA / "smart-city-framework.yaml").read_bytes())


def rubric(number, qualities, texts):
    levels = [
        {
            "identifier": f"c4444444-0000-4000-8000-{number * 10 + rank:012d}",
            "uri": "x:1",
            "quality": quality,
            "description": text,
            "score": rank,
            "feedback": "Well done.",
            "lastChangeDateTime": "2025-05-01T10:00:00Z",
        }
        for rank, (quality, text) in enumerate(zip(qualities, texts, strict=True), start=1)
    ]
    criterion = {
        "identifier": f"c5555555-0000-4000-8000-{number:012d}",
        "uri": "x:2",
        "CFItemURI": link(uuid(number)),
        "CFRubricCriterionLevels": levels[::-1],
        "lastChangeDateTime": "2025-05-01T10:00:00Z",
    }
    head = {"identifier": f"c6666666-0000-4000-8000-{number:012d}", "uri": "x:3", "title": "R"}
    return head | {"lastChangeDateTime": "2025-05-01T10:00:00Z", "CFRubricCriteria": [criterion]}


def sound(imported):
    frameworks.validate(imported.document)
    return imported.document


def codes(imported):
    return {each.code for each in imported.notices}


def test_the_tree_its_order_and_its_identifiers_are_kept(package):
    document = sound(read(package))
    told = [(each["uuid"], each.get("parent"), each["statement"]["en"]) for each in document["competencies"]]
    assert told == [
        (uuid(1), None, "Statement 1."),
        (uuid(3), "G.1", "Statement 3."),
        (uuid(2), "G.1", "Statement 2."),
    ]
    assert [each["id"] for each in document["competencies"]] == ["G.1", uuid(3), uuid(2)]
    assert document["framework"] | {"source": None} == {
        "id": ROOT,
        "uuid": ROOT,
        "version": "3",
        "language": "en",
        "languages": ["en"],
        "title": {"en": "Urban gardening"},
        "creator": "Gardeners' guild",
        "source": None,
    }
    assert document["competencies"][0]["source"]["uri"] == f"{HOME}/CFItems/{uuid(1)}"


def test_what_the_world_writes_is_read_as_meant_and_told(package):
    package["CFDocument"] |= {
        "CFPackageURI": {"uri": "x"},
        "frameworkType": None,
        "lastChangeDateTime": "2025-06-01T10:00:00",
    }
    package["CFItems"][0] |= {"CFDocumentURI": "x", "educationLevel": "12", "colour": "green", "listEnumeration": 4}
    package["CFAssociations"][1]["sequenceNumber"] = "2"
    package["CFAssociations"][2]["associationType"] = "Is Child Of"
    imported = read(package)
    document = sound(imported)
    assert codes(imported) == {"NOT_IN_A_PACKAGE", "NULL_MEMBER", "OTHER_FORM", "UNKNOWN_MEMBER"}
    members = document["competencies"][0]["source"]["members"]
    assert (members["educationLevel"], members["listEnumeration"]) == (["12"], "4")
    assert members["extensions"] == {"colour": "green"}
    assert [each["uuid"] for each in document["competencies"]] == [uuid(1), uuid(3), uuid(2)]


def test_what_comes_out_again_is_strict_and_reads_back_the_same(package):
    package["CFItems"][0] |= {"colour": "green", "notes": None, "educationLevel": "12"}
    package["CFRubrics"] = [rubric(2, ["Low", "High"], ["a", "b"]), rubric(3, ["Low", "High"], ["c", "d"])]
    package["CFAssociations"] += [
        association(4, 2, 3, "precedes"),
        association(5, 1, "https://other.example/skill/9", "exactMatchOf"),
    ]
    document = sound(read(package))
    out = export(document, HERE)
    assert EXTENSION not in out.get("extensions", {}), "CASE can say all of it"
    assert {each["identifier"] for each in out["CFAssociations"]} == {
        each["identifier"] for each in package["CFAssociations"]
    }
    again = read(out)
    assert again.notices == ()
    assert again.document == document


@pytest.mark.parametrize("moment", ["2026-03-01T00:00:00Z", "2031-12-24T18:00:00+02:00"])
def test_the_reference_framework_goes_out_and_comes_back_whole(reference, moment):
    out = json.loads(json.dumps(export(reference, Publication(HERE.address, moment, "Main"))))
    notices = Notices()
    assert read_package(out, notices).counts() == {"items": 121, "associations": 380, "rubrics": 36}
    assert notices.told() == (), "our own package needs no tolerance"
    assert read(out).document == reference
    del out["extensions"]
    plain = sound(read(out))
    for name in ("levels", "areas", "competencies", "roles"):
        assert [each["id"] for each in plain[name]] == [each["id"] for each in reference[name]]
    assert [each["area"] for each in plain["competencies"]] == [each["area"] for each in reference["competencies"]]
    assert plain["competencies"][0]["level_descriptors"]["L2"] == {
        "en": reference["competencies"][0]["level_descriptors"]["L2"]["en"]
    }


def test_a_package_changed_elsewhere_updates_what_case_says_and_nothing_else(reference):
    out = export(reference, HERE)
    edited = next(each for each in out["CFItems"] if each.get("humanCodingScheme") == "GOV.1")
    edited["fullStatement"] = "Another sentence."
    gone = next(each for each in out["CFItems"] if each.get("humanCodingScheme") == "GOV.2.b")
    out["CFItems"].remove(gone)
    imported = read(out)
    assert "CHANGED_ELSEWHERE" in codes(imported)
    document = sound(imported)
    assert document["competencies"][0]["statement"] == {"en": "Another sentence."}
    assert document["areas"][0]["name"] == reference["areas"][0]["name"], "other languages stay"
    assert document["certifications"] == reference["certifications"]
    criteria = {each["id"]: each for each in document["competencies"][1]["performance_criteria"]}
    assert criteria["GOV.2.b"]["retired"] == "2026-03-01"
    assert "retired" not in criteria["GOV.2.a"]


def test_an_import_again_is_an_update_by_identifier_and_retires(package):
    first = sound(read(package))
    assert read(package, first).document == first
    package["CFItems"][0] |= {"fullStatement": "Better.", "humanCodingScheme": "RENAMED"}
    del package["CFItems"][1]
    package["CFDocument"]["lastChangeDateTime"] = "2025-07-09T00:00:00Z"
    second = sound(read(package, first))
    things = {each["uuid"]: each for each in second["competencies"]}
    assert (things[uuid(1)]["id"], things[uuid(1)]["statement"]) == ("G.1", {"en": "Better."})
    assert things[uuid(2)]["retired"] == "2025-07-09"
    out = export(second, HERE)
    assert {each["identifier"]: each.get("statusEndDate") for each in out["CFItems"]}[uuid(2)] == "2025-07-09"
    package["CFItems"].append(item(2))
    third = {each["uuid"]: each for each in sound(read(package, second))["competencies"]}
    assert "retired" not in third[uuid(2)]


def test_rubrics_with_one_scale_become_levels(package):
    package["CFRubrics"] = [rubric(2, ["Beginner", "Expert"], ["a", "b"])]
    document = sound(read(package))
    assert [(each["id"], each["order"]) for each in document["levels"]] == [("Beginner", 1), ("Expert", 2)]
    assert document["competencies"][2]["level_descriptors"] == {"Beginner": {"en": "a"}, "Expert": {"en": "b"}}
    document["competencies"][2]["level_descriptors"]["Expert"]["en"] = "changed"
    levels = export(document, HERE)["CFRubrics"][0]["CFRubricCriteria"][0]["CFRubricCriterionLevels"]
    assert [(each["quality"], each["description"], each["feedback"]) for each in levels] == [
        ("Expert", "changed", "Well done."),
        ("Beginner", "a", "Well done."),
    ]


def test_rubrics_without_a_common_scale_are_kept_and_give_no_levels(package):
    package["CFRubrics"] = [rubric(2, ["1", "2"], ["a", "b"]), rubric(3, ["Low", "High"], ["c", "d"])]
    imported = read(package)
    assert "RUBRICS_DIFFER" in codes(imported)
    assert sound(imported)["levels"] == []
    assert export(imported.document, HERE)["CFRubrics"] == package["CFRubrics"]


def test_things_outside_are_alignments(package):
    target = {"title": "Pruning", "identifier": "9", "uri": "https://other.example/skill/9", "targetType": "ext:ESCO"}
    package["CFAssociations"].append(association(5, 1, 1, "isRelatedTo", destinationNodeURI=target))
    document = sound(read(package))
    assert document["competencies"][0]["alignments"] == [
        {"framework": "ESCO", "uri": "https://other.example/skill/9", "name": "Pruning", "relation": "isRelatedTo"}
    ]
    del document["competencies"][0]["alignments"]
    assert len(export(document, HERE)["CFAssociations"]) == 3, "an alignment taken away is not written"


def test_an_empty_framework_and_one_of_an_unknown_language(package):
    package |= {"CFItems": None, "CFAssociations": []}
    del package["CFDocument"]["language"]
    document = sound(read(package))
    assert document["competencies"] == []
    assert document["framework"]["languages"] == ["und"]
    assert "language" not in export(document, HERE)["CFDocument"]


def test_an_identifier_that_is_no_uuid_gets_one_that_is_always_the_same(package):
    package["CFItems"][0]["identifier"] = package["CFAssociations"][0]["originNodeURI"]["identifier"] = "one"
    package["CFAssociations"][1]["destinationNodeURI"]["identifier"] = "one"
    package["CFAssociations"][2]["destinationNodeURI"]["identifier"] = "one"
    imported = read(package)
    assert codes(imported) == {"NOT_A_UUID", "WRONG_VALUE"}
    assert [each.get("parent") for each in sound(imported)["competencies"]] == [None, "G.1", "G.1"]
    assert read(package).document == imported.document


def test_what_has_no_place_or_two_is_put_somewhere_and_told(package):
    package["CFAssociations"] = [association(1, 1, ROOT), association(2, 2, 1), association(3, 2, 3)]
    imported = read(package)
    assert codes(imported) == {"OTHER_PLACE", "NO_PLACE"}
    assert [each.get("parent") for each in sound(imported)["competencies"]] == [None, "G.1", None]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (lambda p: p["CFAssociations"].append(association(9, 1, 2)) or p["CFAssociations"].pop(0), "below itself"),
        (lambda p: p["CFAssociations"].__setitem__(0, association(1, 1, 1)), "below itself"),
        (lambda p: p["CFItems"].append(copy.deepcopy(p["CFItems"][0])), "second time"),
        (lambda p: p["CFItems"].append({"fullStatement": "x"}), "neither identifier nor uri"),
        (lambda p: p.update(CFItems={}) or p.update(CFItems={"a": 1}), "list"),
        (lambda p: p.update(CFDocument=[]), "CFDocument"),
        (lambda p: p["CFItems"].append(7), "objects"),
    ],
)
def test_what_cannot_be_read_is_refused_in_plain_words(package, wrong, told):
    wrong(package)
    with pytest.raises(BadInput, match=told):
        read(package)


def test_a_very_deep_tree_is_no_trouble(package):
    package["CFItems"] = [item(number) for number in range(1, 3001)]
    package["CFAssociations"] = [association(number, number, number - 1) for number in range(2, 3001)]
    document = sound(read(package))
    assert len(document["competencies"]) == 3000
    assert read(export(document, HERE)).document == document
