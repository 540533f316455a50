"""What tests of the command line share."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "app" / "demo" / "data"
DEMO = (("demo", "--issue-only"),)
FRAMEWORK_AND_LEARNERS = (
    ("framework", "import", str(DATA / "smart-city-framework.yaml")),
    ("learners", "import", str(DATA / "learners.csv")),
)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., None]:
    """Makes a folder one in which these commands were run; they are run once, and what came of them is copied."""
    from tests.cli.test_cli import _run

    made: dict[object, Path] = {}

    def prepare(folder: Path, commands: tuple[tuple[str, ...], ...], **environment: str) -> None:
        key = (commands, *sorted(environment.items()))
        if key not in made:
            template = tmp_path_factory.mktemp("prepared")
            for command in commands:
                assert _run(template, *command, **environment).returncode == 0
            made[key] = template
        # Without what SQLite has in shared memory, which it makes anew.
        shutil.copytree(made[key], folder, ignore=shutil.ignore_patterns("*-shm"), dirs_exist_ok=True)

    return prepare
