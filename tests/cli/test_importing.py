"""attesta results import: every format, files of any size, each wrong row told, progress shown."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import command_line
from app.cli import importing as module
from tests.cli.conftest import FRAMEWORK_AND_LEARNERS

SOURCES = Path(__file__).parents[1] / "fixtures" / "sources"
HEADER = "source_system,source_record_id,person_id,assessment,section,attempt,score,max,performed_on,status"
GOOD = "lms,r{0},p-ana,C01-T,GOV.1,1,24,30,2026-02-01,final"
BAD = [
    ("lms,r{0},p-ana,C01-T,GOV.1,1,many,30,2026-02-01,final", "BAD_SCORE"),
    ("lms,r{0},p-nobody,C01-T,GOV.1,1,24,30,2026-02-01,final", "UNKNOWN_LEARNER"),
    ('lms,"r{0},p-ana,C01-T,GOV.1,1,24,30,2026-02-01,final', "BAD_QUOTES"),
    ("lms,r{0},p-ana", "WRONG_COLUMN_COUNT"),
    ("lms,r{0},p-\udcff,C01-T,GOV.1,1,24,30,2026-02-01,final", "BAD_VALUE"),  # a byte that is not UTF-8
]


@pytest.fixture
def home(tmp_path, monkeypatch, prepared):
    monkeypatch.setenv("ATTESTA_DATA_DIR", str(tmp_path / "data"))
    prepared(tmp_path, FRAMEWORK_AND_LEARNERS)
    return tmp_path


def run(*arguments):
    done = CliRunner().invoke(command_line(), [str(each) for each in arguments])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done


def imported(*arguments):
    done = run("results", "import", *arguments)
    return json.loads(done.stdout), done.stderr


def test_every_third_row_is_wrong_and_all_others_go_in(home):
    rows, reasons = [], []
    for number in range(1500):
        line, reason = (GOOD, None) if number % 3 else BAD[number // 3 % len(BAD)]
        rows.append(line.format(number))
        reasons += [reason] if reason else []
    file = home / "large.csv"
    file.write_bytes("\n".join([HEADER, *rows, ""]).encode("utf-8", "surrogateescape"))
    done, shown = imported(file)
    assert done["counts"] == {"new": 1000, "same": 0, "correction": 0, "refused": 500}
    assert [row["reason"] for row in done["refused"]] == reasons
    assert [row["row"] for row in done["refused"]] == list(range(2, 1502, 3))
    assert all(row["message"].endswith(".") for row in done["refused"])
    assert [line for line in shown.splitlines() if "%" in line][-1] == "Results: 100 %"
    again, _ = imported(file)
    assert again["counts"] == {"new": 0, "same": 1000, "correction": 0, "refused": 500}


def test_rows_are_stored_as_they_are_read(home):
    """Reading is never further ahead than one chunk: memory does not grow with the file."""
    from app.cli.opened import open_services, operator
    from app.issuer.assessment.results import CHUNK, in_chunks

    services = open_services()
    read = []

    def lines():
        yield HEADER + "\n"
        for number in range(5 * CHUNK):
            read.append(number)
            yield GOOD.format(number) + "\n"

    rows = module.results.iterate_csv(lines(), today=services.clock().date())
    for count, chunk in enumerate(in_chunks(services, operator(services, None), rows, services.new_id()), start=1):
        assert (len(chunk), len(read)) == (CHUNK, count * CHUNK)
    assert count == 5


@pytest.mark.parametrize(
    ("file", "options", "counts"),
    [
        ("moodle-ws-gradereport_user_get_grade_items.json", ("--format", "moodle-ws"), (9, 1)),
        ("oneroster-results.json", ("--format", "oneroster"), (15, 0)),
        ("xapi-statements.json", ("--format", "xapi"), (3, 2)),
        ("canvas-outcome_results.json", ("--format", "canvas", "--assessment", "C02-P"), (0, 2)),
    ],
)
def test_other_formats(home, file, options, counts):
    done, _ = imported(SOURCES / file, *options)
    assert (done["counts"]["new"], done["counts"]["refused"]) == counts


def test_a_table_with_a_mapping_from_a_file(home):
    items = {"Quiz: C02-T PRJ.1 (Real)": {"assessment": "C02-T", "section": "PRJ.1", "max": 30}}
    mapping = home / "mapping.json"
    mapping.write_text(json.dumps({"id_column": "ID number", "items": items, "source_system": "moodle-a"}))
    table = SOURCES / "moodle-grade-export-semicolon-decimal-comma.csv"
    options = ("--format", "moodle-csv", "--mapping", mapping, "--performed-on", "2026-05-01")
    tried, _ = imported(table, *options, "--dry-run")
    done, _ = imported(table, *options)
    assert tried["counts"] == done["counts"] == {"new": 2, "same": 0, "correction": 0, "refused": 1}
    assert done["refused"][0]["reason"] == "UNKNOWN_LEARNER"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nothing.csv",), "cannot be read"),
        ((SOURCES / "caliper-grade-event.json", "--format", "excel"), "not a format"),
        ((SOURCES / "caliper-grade-event.json", "--assessment", "C02-T", "--course", "C02"), "not both"),
        ((SOURCES / "moodle-grade-export-en.csv", "--performed-on", "yesterday"), "not a day"),
        ((SOURCES / "moodle-grade-export-en.csv",), "not known"),
        ((SOURCES / "moodle-grade-export-en.csv", "--format", "moodle-csv"), "mapping"),
    ],
)
def test_mistakes_are_told(home, arguments, words):
    done = CliRunner().invoke(command_line(), ["results", "import", *map(str, arguments)])
    assert words in str(done.exception)
    assert type(done.exception).__name__ == "BadInput"
