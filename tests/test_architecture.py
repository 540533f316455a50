"""The house rules that no linter knows: sizes, purity, documented settings, and nothing of our machines in the files.

Who may import whom is import-linter's business (`make check`).
"""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic_core import PydanticUndefined

from app.settings import Settings

ROOT = Path(__file__).parent.parent
APP = ROOT / "app"
MODULES = sorted(APP.rglob("*.py"))
ROOMS = sorted({path.relative_to(APP).parts[0] for path in MODULES})  # a test for every file costs more than reading it

MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 40
# Files that are one long table of data, each with the reason why it is not split. `path under app/: reason`.
LONG_TABLES: dict[str, str] = {}

PURE = (
    "vc",
    "competency",
    "verifier/plan",
    "verifier/judge",
    "verifier/checks",
    "verifier/presented",
    "verifier/case",
    "verifier/judgement",
    "verifier/endorsements",
    "verifier/reading",
    "verifier/secured",
    "verifier/resolution",
    "verifier/examine",
    "verifier/binding",
    "verifier/status",
    "verifier/token_status",
    "verifier/work",
    "verifier/form",
    "verifier/key_status",
    "verifier/references",
    "verifier/recipient",
    "verifier/trust",
    "verifier/registry",
    "verifier/options",
)
# Clock, randomness and environment are arguments in the pure rooms.
IMPURE_CALLS = re.compile(
    r"\b(?:datetime\.(?:now|utcnow|today)|date\.today|time\.(?:time|time_ns|monotonic)|uuid\.?uuid[14]|uuid[14]"
    r"|os\.(?:environ|getenv|urandom)|secrets\.\w+|random\.\w+)$"
)

# Spelled in two halves, so that this file may be searched too.
MACHINE_WORDS = re.compile(
    r"(?<![\w.\-])/(?:wo"
    r"rk|ro"
    r"ot)/|\.lib"
    r"rary\b|registry\.npm"
    r"js\.org|pypi\.org/sim"
    r"ple|files\.python"
    r"hosted"
)


def module_name(path: Path) -> str:
    return path.relative_to(APP).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def of(room: str) -> list[Path]:
    """The modules of a folder of app/, or the one that lies in app/ itself."""
    return [path for path in MODULES if path.relative_to(APP).parts[0] == room]


def is_pure(path: Path) -> bool:
    name = module_name(path)
    return any(name == f"{room}.py" or name.startswith(f"{room}/") for room in PURE)


def calls(path: Path) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of everything that is called or, like os.environ, only named."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)
        elif isinstance(node, ast.Attribute):
            yield node.lineno, ast.unparse(node)


@pytest.mark.parametrize("room", ROOMS)
def test_files_stay_short(room: str):
    lengths = {module_name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in of(room)}
    assert lengths
    long = {name for name, lines in lengths.items() if lines > MOST_LINES_OF_A_FILE}
    assert long - set(LONG_TABLES) == set()


@pytest.mark.parametrize("room", ROOMS)
def test_functions_stay_short(room: str):
    long = {
        f"{module_name(path)}:{node.lineno} {node.name}": _lines(node)
        for path in of(room)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _lines(node) > MOST_LINES_OF_A_FUNCTION
    }
    assert long == {}


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    assert function.end_lineno is not None
    return function.end_lineno - function.lineno + 1


def test_exceptions_name_files_that_exist():
    assert [name for name in LONG_TABLES if not (APP / name).is_file()] == []


@pytest.mark.parametrize("room", sorted({name.split("/")[0] for name in PURE}))
def test_pure_rooms_ask_no_clock_no_dice_and_no_environment(room: str):
    pure = [path for path in of(room) if is_pure(path)]
    assert pure
    asking = [(module_name(path), line, name) for path in pure for line, name in calls(path)]
    assert [each for each in asking if IMPURE_CALLS.search(each[2])] == []


def test_the_purity_test_would_notice(tmp_path: Path):
    for line in (
        "x = datetime.now(UTC)",
        "x = uuid4()",
        "x = uuid.uuid4()",
        "x = os.environ['HOME']",
        "x = time.time()",
    ):
        module = tmp_path / "module.py"
        module.write_text(line, encoding="utf-8")
        assert any(IMPURE_CALLS.search(name) for _, name in calls(module)), line


def test_only_the_command_line_prints():
    called = ((path, node.func) for path in MODULES for node in ast.walk(tree(path)) if isinstance(node, ast.Call))
    printing = {module_name(path) for path, name in called if isinstance(name, ast.Name) and name.id == "print"}
    assert {name for name in printing if not name.startswith("cli")} == set()


def test_modules_say_what_they_are_for():
    assert [module_name(path) for path in MODULES if not ast.get_docstring(tree(path))] == []


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_documented(name: str):
    rows = _documented_settings()
    variable = f"ATTESTA_{name.upper()}"
    assert variable in rows, f"docs/settings.md has no row for {variable}"
    assert rows[variable] == _default(name)


def test_no_documented_setting_is_gone():
    assert set(_documented_settings()) == {f"ATTESTA_{name.upper()}" for name in Settings.model_fields}


def _default(name: str) -> str:
    default = Settings.model_fields[name].default
    assert default is not PydanticUndefined, f"the setting {name} needs a default that works"
    return "none" if default is None or default == "" else str(default)


def _documented_settings() -> dict[str, str]:
    """Variable and default of each row of the table: | `ATTESTA_X` | `default` | what for |."""
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| `(ATTESTA_\w+)` \| `([^`]*)` \|", text, flags=re.MULTILINE))


def test_no_file_speaks_of_our_machines():
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    names = [name for name in tracked.decode().split("\0") if name and (ROOT / name).is_file()]
    assert names
    found = {}
    for name in names:
        match = MACHINE_WORDS.search((ROOT / name).read_bytes().decode("utf-8", errors="replace"))
        if match:
            found[name] = match.group()
    assert found == {}
