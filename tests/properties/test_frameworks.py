"""Whatever is broken in a framework file, the answer is a framework or a refusal in plain words, never a failure."""

import copy
import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.competency import framework as frameworks
from app.competency import framework_csv, moodle_competencies, skos
from app.competency.case_package import read_package
from app.competency.case_reader import export, read
from app.competency.case_writer import Publication
from app.competency.lint_warnings import warnings
from app.competency.notices import Notices
from app.competency.yaml_text import write_yaml
from app.errors import BadInput
from tests.competency.test_case import ROOT, association, item, rubric
from tests.competency.test_framework_csv import TABLE
from tests.competency.test_moodle_competencies import table
from tests.examples import examples

HERE = Publication("https://attesta.example.org/ims/case/v1p1", "2026-03-01T00:00:00Z", "Main")
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**60), 2**60),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["", "en", "ROOT", "2025-13-40", "isChildOf", "javascript:x", "\x00", "a" * 12_000]),
    st.lists(st.none() | st.text(max_size=3) | st.dictionaries(st.text(max_size=3), st.none()), max_size=2),
    st.dictionaries(st.sampled_from(["identifier", "uri", "title", "x"]), st.text(max_size=5) | st.none(), max_size=3),
)


def package():
    target = {"title": "T", "identifier": "9", "uri": "https://other.example/9"}
    return {
        "CFDocument": {
            "identifier": ROOT,
            "uri": f"https://x.example/CFDocuments/{ROOT}",
            "creator": "G",
            "title": "Gardens",
            "lastChangeDateTime": "2025-06-01T10:00:00Z",
            "language": "en",
            "version": "1",
        },
        "CFItems": [
            item(1, CFItemType="Area", notes="n"),
            item(2, humanCodingScheme="A.1", statusEndDate="2026-01-01"),
            item(3, CFItemType="Performance Criterion"),
            item(4, CFItemType="Role", educationLevel=["1"]),
        ],
        "CFAssociations": [
            association(1, 1, ROOT),
            association(2, 2, 1),
            association(3, 3, 2),
            association(4, 4, ROOT, sequenceNumber=1),
            association(5, 2, 2, "isRelatedTo", destinationNodeURI=target),
        ],
        "CFRubrics": [rubric(2, ["Low", "High"], ["a", "b"])],
        "CFDefinitions": {"CFItemTypes": [{"identifier": ROOT, "title": "Area"}]},
        "extensions": {"x": 1},
    }


def places(value, path=()):
    """Every place of a JSON value."""
    yield path
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in members:
        yield from places(each, (*path, name))


PLACES = [path for path in places(package()) if path]


def changed(path, odd):
    value = package()
    *way, last = path
    home = value
    for step in way:
        home = home[step]
    home[last] = copy.deepcopy(odd)
    return value


def all_forms(document):
    """What is valid can be written in every form, and the forms are sound."""
    warnings(document)
    out = export(document, HERE)
    notices = Notices()
    read_package(out, notices)
    assert {each.code for each in notices.told()} <= {"OTHER_PLACE"}, "ours needs no tolerance"
    assert read(out).document == document
    assert frameworks.read_yaml(write_yaml(document)) == document
    assert framework_csv.write(document)
    assert moodle_competencies.write(document, "en")
    assert skos.write(document, "https://x.example/frameworks/1")


@examples(400)
@given(st.sampled_from(PLACES), ODD, st.booleans())
def test_any_member_of_a_package_may_be_anything(path, odd, again):
    try:
        first = read(package()).document if again else None
        document = read(changed(path, odd), first).document
        frameworks.validate(document)
    except BadInput:
        return
    all_forms(document)


@examples(300)
@given(st.data(), st.sampled_from([TABLE.encode(), table()]), st.sampled_from([framework_csv, moodle_competencies]))
def test_any_cell_of_a_table_may_be_anything(data, content, module):
    lines = list(csv.reader(io.StringIO(content.decode())))
    for _ in range(data.draw(st.integers(1, 3))):
        row = data.draw(st.integers(0, len(lines) - 1))
        column = data.draw(st.integers(0, len(lines[row]) - 1))
        lines[row][column] = data.draw(
            st.text(max_size=6) | st.sampled_from(["A", "A.1", "B", "[1", "null", '[{"id":1}]', "[1,2]"])
        )
    out = io.StringIO()
    csv.writer(out).writerows(lines)
    try:
        document = module.read(out.getvalue().encode(), None, today="2026-01-01").document
        frameworks.validate(document)
    except BadInput:
        return
    all_forms(document)


@pytest.mark.parametrize("value", [[], 1, None, "x", {}, {"CFDocument": None}, {"CFDocument": {}, "CFItems": 3}])
def test_what_is_no_package_at_all(value):
    with pytest.raises(BadInput):
        read(value)


KEPT = read(package()).document
KEPT_PLACES = [path for path in places(KEPT) if path and (path[0] == "case" or "source" in path)]


@examples(400)
@given(st.sampled_from(KEPT_PLACES), ODD)
def test_what_people_write_into_the_parts_of_case_is_sound_or_refused(path, odd):
    document = copy.deepcopy(KEPT)
    *way, last = path
    home = document
    for step in way:
        home = home[step]
    home[last] = odd
    try:
        frameworks.validate(document)
    except BadInput:
        return
    all_forms(document)
