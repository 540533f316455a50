"""What all tests share: under ATTESTA_TEST_STRICT=1, which .ci/run sets, a skipped test is a failed test."""

import gc
import os
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests import examples, scratch
from tests.ports import held_port
from tests.postgres import find_binaries

if TYPE_CHECKING:  # the service takes a while to import; tests of pure rooms do without it
    from tests import service

STRICT = os.environ.get("ATTESTA_TEST_STRICT") == "1"


def pytest_configure(config: pytest.Config) -> None:
    examples.load_profile(is_short="not long" in config.option.markexpr)
    config.addinivalue_line("markers", "may_skip(reason): this test may be skipped even under ATTESTA_TEST_STRICT=1")


def pytest_collection_finish() -> None:
    """What is there before the first test stays to the end; looking for garbage there takes a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)  # of what tests make, most is gone by itself


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if STRICT and report.skipped and not hasattr(report, "wasxfail") and item.get_closest_marker("may_skip") is None:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and ATTESTA_TEST_STRICT=1 allows no skip: {reason}"
    return report


BACKENDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture
def port() -> Iterator[int]:
    """Where a program that the test starts can listen."""
    with held_port() as held:
        yield held


@pytest.fixture(scope="session")
def sqlite_house() -> "Iterator[service.SqliteHouse]":
    from tests import service

    with tempfile.TemporaryDirectory(prefix="attesta-tests-", dir=scratch.folder()) as folder:
        yield service.SqliteHouse(Path(folder))


@pytest.fixture(scope="session")
def postgres_house() -> "Iterator[service.PostgresHouse]":
    from tests import service

    if find_binaries() is None:
        pytest.skip("PostgreSQL server binaries are missing (Debian: apt-get install postgresql-15)")
    with service.postgres_house() as house:
        yield house


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> Any:
    """Where databases come from: every test that uses it runs on SQLite and, in `make test-all`, on PostgreSQL."""
    return request.getfixturevalue(f"{request.param}_house")


@pytest.fixture
def world(backend: Any) -> "Iterator[service.World]":
    """A service with one tenant and nothing in it."""
    from tests import service

    with service.lent(backend, "empty", lambda _: None) as made:
        yield made


@pytest.fixture
def loaded(backend: Any) -> "Iterator[service.World]":
    """A service with the reference framework, the invented learners and their results."""
    from tests import service

    with service.lent(backend, "loaded", service.load) as made:
        yield made


@pytest.fixture(scope="module")
def shared(sqlite_house: "service.SqliteHouse") -> "Iterator[service.World]":
    """A loaded service for tests that change nothing in it."""
    from tests import service

    with service.lent(sqlite_house, "loaded", service.load) as made:
        yield made
