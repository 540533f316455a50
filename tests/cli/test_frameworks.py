"""attesta framework import, export and diff."""

import json

import pytest

from app.competency import framework as frameworks
from tests.api.test_frameworks import case_package
from tests.cli.test_cli import _json, _run
from tests.service import DATA

CODE = "smart-city-reference"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    home = tmp_path_factory.mktemp("frameworks")
    _json(_run(home, "framework", "import", str(DATA / "smart-city-framework.yaml")))
    return home


@pytest.mark.parametrize(
    ("form", "name"), [("yaml", "f.yaml"), ("case", "f.json"), ("csv", "f.csv"), ("moodle", "m.csv")]
)
def test_out_and_in_again_changes_nothing(folder, form, name):
    done = _run(folder, "framework", "export", CODE, "--format", form, "--output", str(folder / name))
    assert done.returncode == 0, done.stderr.decode()
    assert _json(_run(folder, "framework", "import", str(folder / name)))["outcome"] == "unchanged"


def test_skos_goes_to_the_standard_output(folder):
    done = _run(folder, "framework", "export", CODE, "--format", "skos")
    assert len(json.loads(done.stdout)["@graph"]) == 50


def test_a_draft_is_compared_and_a_case_package_comes_in(folder):
    document = frameworks.read_yaml((DATA / "smart-city-framework.yaml").read_bytes())
    document["framework"]["version"] = "0.2.0"
    (folder / "new.json").write_text(json.dumps(document))
    assert _json(_run(folder, "framework", "import", str(folder / "new.json"), "--draft"))["outcome"] == "draft"
    told = _json(_run(folder, "framework", "diff", CODE, "--to", "draft"))
    assert [each["pointer"] for each in told["changed"][0]["places"]] == ["/version"]
    package = case_package(language="en")
    (folder / "package.json").write_text(json.dumps(package))
    told = _json(_run(folder, "framework", "import", str(folder / "package.json")))
    assert told["source"] == {"format": "case", "items": 2, "associations": 2, "rubrics": 0}


@pytest.mark.parametrize(
    "arguments",
    [
        ("export", "none"),
        ("export", CODE, "--format", "pdf"),
        ("export", CODE, "--output", "/none/there.yaml"),
        ("diff", "none"),
        ("import", "f.yaml", "--format", "pdf"),
    ],
)
def test_what_is_not_there_is_told(folder, arguments):
    done = _run(folder, "framework", *arguments)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
