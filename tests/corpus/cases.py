"""All cases, and the files that they are kept in."""

from pathlib import Path

from tests.corpus import habits, openbadges2, openbadges3, others, statuses, tokens
from tests.corpus.kit import NOW, Case, as_file, stamp

FOLDER = Path(__file__).parent / "documents"
INDEX = "expected.json"
CASES: tuple[Case, ...] = (
    *openbadges3.CASES,
    *statuses.CASES,
    *tokens.CASES,
    *openbadges2.CASES,
    *others.CASES,
    *habits.CASES,
)


def files() -> dict[str, bytes]:
    """Every file of the folder, by name."""
    made = {name: data for case in CASES for name, data in case.files.items()}
    index = {
        "now": stamp(NOW),
        "expected": {case.name: case.expected for case in sorted(CASES, key=lambda one: one.name)},
    }
    return made | {INDEX: as_file(index)}
