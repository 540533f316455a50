"""`attesta evaluate DIR`: everybody in a folder by every award."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import command_line
from app.errors import BadInput

GOLDEN = Path(__file__).parents[1] / "fixtures" / "golden"
HEADER = "source_system,source_record_id,person_id,assessment,section,attempt,score,max,performed_on,status\n"


@pytest.fixture
def evaluate():
    def run(*args):
        done = CliRunner().invoke(command_line(), ["evaluate", *map(str, args)], catch_exceptions=True)
        if isinstance(done.exception, BadInput):
            raise done.exception
        assert done.exit_code == 0, done.output
        return done

    return run


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(GOLDEN, tmp_path / "golden"))


def test_the_golden_folder_as_json(evaluate):
    told = json.loads(evaluate(GOLDEN, "--as-of", "2026-09-01", "--json").stdout)
    assert told["import_log"] == {"DUPLICATE": 1, "CORRECTION": 1}
    assert told["refused"] == []
    assert len(told["cases"]) == 8 * 15
    (granted,) = [case for case in told["cases"] if case["outcome"] == "granted"]
    assert (granted["person"], granted["award"], granted["valid_until"]) == ("p-ana", "RC-SCPM", "2029-08-15")


def test_for_people(evaluate):
    told = evaluate(GOLDEN, "--as-of", "2026-09-01").stdout
    assert "p-ana  RC-SCPM  granted, valid until 2029-08-15\n" in told
    assert "p-boris  MC-08  not_met\n    MC-08.lo COMPETENCIES_OPEN\n    SEC.2 LEVEL_TOO_LOW\n" in told


def test_bad_rows_are_told_and_the_rest_counts(evaluate, folder):
    with (folder / "results.csv").open("a") as results:
        results.write("moodle-a,r0001,p-boris,C01-T,GOV.1,1,24,30,2025-10-10,final,lms,,\n")  # Ana's record
        results.write("moodle-a,x1,p-boris,C01-T,GOV.1,1,31,30,2025-10-10,final,lms,,\n")
        results.write("moodle-a,x2,p-boris,C01-T,GOV.1,9,20,30,2025-10-10,final,lms,,\n")
    with (folder / "rpl.csv").open("a") as claims:
        claims.write("rpl-x,p-boris,GOV.99,L2,https://e.example.org,2025-11-01,as-2,accepted,2026-05-20\n")
    with (folder / "experience.csv").open("a") as experience:
        experience.write("p-boris,2024-13-01,,yes,manager\n,2024-01-01,,yes,manager\np-boris,2024-01-01,,maybe,x\n")
    told = json.loads(evaluate(folder, "--as-of", "2026-09-01", "--json").stdout)
    assert [(row["file"], row["row"], row["reason"]) for row in told["refused"]] == [
        ("results.csv", 321, "OTHER_LEARNER"),
        ("results.csv", 322, "SCORE_OUT_OF_RANGE"),
        ("results.csv", 323, "ATTEMPT_OVER_LIMIT"),
        ("experience.csv", 8, "BAD_DATE"),
        ("experience.csv", 9, "MISSING_VALUE"),
        ("experience.csv", 10, "BAD_VALUE"),
        ("rpl.csv", 7, "UNKNOWN_COMPETENCY"),
    ]
    assert told["import_log"]["ATTEMPT_OVER_LIMIT"] == 1
    same = json.loads(evaluate(GOLDEN, "--as-of", "2026-09-01", "--json").stdout)
    assert told["cases"] == same["cases"]


def test_results_alone_are_enough_and_may_be_of_any_order(evaluate, tmp_path):
    rows = [f"lms,{n},p-1,C01-T,{section},1,20,30,2026-01-01,final\n" for n, section in enumerate(("GOV.1", "GOV.2"))]
    (tmp_path / "results.csv").write_text(HEADER + "".join(rows[::-1]))
    told = json.loads(evaluate(tmp_path, "--as-of", "2026-09-01", "--json").stdout)
    assert told["cases"][0]["reached"] == {"GOV.1": "L2", "GOV.2": "L2", "GOV.3": None, "CIT.4": None}


def test_another_framework(evaluate, folder):
    shutil.copy(Path("app/demo/data/smart-city-framework.yaml"), folder / "framework.yaml")
    text = (folder / "framework.yaml").read_text()
    (folder / "framework.yaml").write_text(text.replace("total_min: 2/3", "total_min: 1/1"))
    told = json.loads(evaluate(folder, "--as-of", "2026-09-01", "--json").stdout)
    assert next(case for case in told["cases"] if case["award"] == "MC-01")["outcome"] == "not_met"
    named = json.loads(evaluate(GOLDEN, "--framework", folder / "framework.yaml", "--json").stdout)
    assert next(case for case in named["cases"] if case["award"] == "MC-01")["outcome"] == "not_met"


@pytest.mark.parametrize(
    ("prepare", "args", "why"),
    [
        (lambda _: None, (), "has none of results.csv"),
        (lambda folder: (folder / "results.csv").write_text("a,b\n"), (), "is not known"),
        (lambda folder: (folder / "results.csv").write_bytes(b"\xff\xfe"), (), "UTF-8"),
        (lambda folder: (folder / "rpl.csv").write_text("claim_id\n"), (), "lacks the column"),
        (lambda folder: (folder / "rpl.csv").write_bytes(b"\xff"), (), "UTF-8"),
        (lambda folder: (folder / "framework.yaml").write_text("a: [1"), (), "YAML"),
        (lambda _: None, ("--as-of", "soon"), "is not a day"),
    ],
)
def test_what_cannot_be_read_is_told(evaluate, tmp_path, prepare, args, why):
    prepare(tmp_path)
    with pytest.raises(BadInput, match=why):
        evaluate(tmp_path, *args)


def test_a_folder_that_is_not_there(evaluate, tmp_path):
    with pytest.raises(BadInput, match="no folder"):
        evaluate(tmp_path / "nowhere")
