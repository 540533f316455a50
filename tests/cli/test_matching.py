"""`attesta match`: exit codes, a framework of a file, and what people read."""

import json

from tests.cli.test_cli import _run
from tests.verifier.test_match import ANA, SMALL, sealed, shows

WHOLE = sealed(shows(A_1="L2", A_2="L1", A_3="L1"))
PART = sealed(shows(A_1="L1"))


def run(folder, *documents, more=()):
    (folder / "small.json").write_text(json.dumps(SMALL.document))
    names = []
    for number, document in enumerate(documents):
        names.append(f"{number}.json")
        (folder / names[-1]).write_text(json.dumps(document))
    return _run(folder, "match", "R", *names, "--framework", "small.json", *more)


def test_a_role_that_is_shown(tmp_path):
    done = run(tmp_path, WHOLE, more=("--recipient", ANA))
    lines = done.stdout.decode().splitlines()
    assert done.returncode == 0, done.stderr
    assert lines[0] == "The badges show every competency that the role Planner asks for."
    assert "  + A.1 Competency A.1: asked Practising; Practising in 0.json" in lines
    assert "  electives: 1 of at least 1" in lines


def test_a_role_that_is_not_shown(tmp_path):
    done = run(tmp_path, PART, PART | {"name": "Changed"})
    lines = done.stdout.decode().splitlines()
    assert done.returncode == 1
    assert "  - A.2 Competency A.2: asked Aware; not shown" in lines
    assert any(line.startswith("  1.json: ") and "does not count" in line for line in lines)


def test_what_could_not_be_read_leaves_it_open(tmp_path):
    done = run(tmp_path, PART, {"no": "badge"}, more=("--json",))
    assert done.returncode == 3
    assert [one["badge"] for one in json.loads(done.stdout)["unreadable"]] == ["1.json"]


def test_an_unknown_framework_or_role_is_told(tmp_path):
    (tmp_path / "0.json").write_text(json.dumps(PART))
    done = _run(tmp_path, "match", "R", "0.json", "--framework", "nowhere")
    assert (done.returncode, b"no framework nowhere" in done.stderr) == (1, True)
