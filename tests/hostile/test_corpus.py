"""Each hostile document is refused or not valid, for the reason that its name tells, at a bounded cost.

The cost is counted, not timed: calls of Python functions, documents fetched. tests/hostile/test_cost.py measures it.
"""

import cProfile

import pytest

from app.verifier.plan import MAX_NEEDS
from tests.hostile.corpus import FOUND, MADE, METADATA, judged
from tests.hostile.trick import FOLDER, REFUSED

MOST_CALLS = 4_000_000  # the costliest takes 2,800,000, which is less than a second
SIDECAR = ".web.json"
NAMES = [*FOUND, *(trick.name for trick in MADE)]


def counted(function, *arguments):
    """The answer, and how many Python functions were called for it in this thread."""
    profile = cProfile.Profile(builtins=False, subcalls=False)
    answer = profile.runcall(function, *arguments)
    return answer, sum(entry.callcount for entry in profile.getstats())


def test_the_folder_holds_what_is_tried_and_nothing_else():
    here = {path.name for path in FOLDER.iterdir() if not path.name.endswith(SIDECAR)}
    assert here == set(NAMES)
    assert len(NAMES) == len(set(NAMES)) >= 60


def test_the_files_are_those_that_are_made_here():
    made = {name: data for trick in MADE for name, data in trick.files.items()}
    assert {name for name, data in made.items() if (FOLDER / name).read_bytes() != data} == set()
    assert {path.name for path in FOLDER.glob(f"*{SIDECAR}")} <= made.keys()


def test_one_code_does_not_catch_all():
    codes = {trick.code for trick in MADE} | set(FOUND.values())
    assert len(codes) > 80
    assert "internal_error" not in codes


@pytest.mark.parametrize("trick", MADE, ids=lambda trick: trick.name)
def test_each_comes_to_what_it_must(trick):
    verdict, calls = counted(judged, trick.name)
    assert verdict.outcome == trick.outcome
    assert (trick.check, trick.code) in verdict.found
    assert calls < MOST_CALLS
    assert len(verdict.asked) <= MAX_NEEDS
    assert not any("evil.example" in url for url in verdict.asked)  # no context, `jku` or `x5u` of theirs is fetched


@pytest.mark.parametrize("name", FOUND)
def test_each_of_the_others_comes_to_its_code(name):
    verdict, calls = counted(judged, name)
    assert verdict.outcome in (REFUSED, "invalid", "unknown")
    assert FOUND[name] in {code for _, code in verdict.found}
    assert calls < MOST_CALLS
    assert set(verdict.asked) <= METADATA.keys()
