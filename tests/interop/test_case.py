"""1EdTech's own JSON Schema of a CASE 1.1 package judges what we write; its licence does not let us commit it."""

import json
import os
import re
from datetime import datetime
from pathlib import Path

import pytest
from jsonschema import Draft201909Validator, FormatChecker

from app.competency import framework as frameworks
from app.competency.case_reader import export, read
from app.competency.case_writer import Publication
from tests.service import DATA

pytestmark = [pytest.mark.interop, pytest.mark.may_skip("the schema is in no package registry")]
NAMES = ("official-case-v1p1-cfpackage.schema.json", "case_v1p1_cfpackage.schema.json")
HERE = Publication("https://attesta.example.org/ims/case/v1p1", "2026-03-01T00:00:00Z", "Main")
UUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")


def _formats():
    formats = FormatChecker()
    formats.checks("date-time", raises=ValueError)(lambda value: datetime.fromisoformat(value).tzinfo is not None)
    formats.checks("date", raises=ValueError)(lambda value: bool(datetime.fromisoformat(value)))
    formats.checks("uuid")(lambda value: bool(UUID.fullmatch(value)))
    return formats


@pytest.fixture(scope="module")
def official():
    folder = os.environ.get("ATTESTA_OFFICIAL_SCHEMAS")
    found = [Path(folder) / name for name in NAMES if (Path(folder) / name).is_file()] if folder else []
    if not found:
        pytest.skip(
            f"1EdTech's schema of a CASE package is not here: name its folder in ATTESTA_OFFICIAL_SCHEMAS ({NAMES[0]})"
        )
    return Draft201909Validator(json.loads(found[0].read_text("utf-8")), format_checker=_formats())


@pytest.fixture(scope="module")
def reference():
    return frameworks.read_yaml((DATA / "smart-city-framework.yaml").read_bytes())


def test_the_reference_framework_has_no_error(official, reference):
    assert [error.message for error in official.iter_errors(export(reference, HERE))] == []


def test_a_framework_that_came_from_case_has_no_error(official, reference):
    package = export(reference, HERE)
    del package["extensions"]
    package["CFDocument"] |= {"CFPackageURI": "x", "colour": None, "subject": "gardens"}
    package["CFItems"][0] |= {"educationalLevel": "12", "CFDocumentURI": "x"}
    assert list(official.iter_errors(package)), "the judge sees what is wrong"
    assert [error.message for error in official.iter_errors(export(read(package).document, HERE))] == []


@pytest.mark.parametrize("part", ["identifier", "fullStatement", "lastChangeDateTime"])
def test_the_judge_refuses_a_broken_twin(official, reference, part):
    package = json.loads(json.dumps(export(reference, HERE)))
    del package["CFItems"][7][part]
    assert len(list(official.iter_errors(package))) == 1
