"""What all tests share: under ATTESTA_TEST_STRICT=1, which .ci/run sets, a skipped test is a failed test."""

import os
from collections.abc import Generator

import pytest

STRICT = os.environ.get("ATTESTA_TEST_STRICT") == "1"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "may_skip(reason): this test may be skipped even under ATTESTA_TEST_STRICT=1")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if STRICT and report.skipped and not hasattr(report, "wasxfail") and item.get_closest_marker("may_skip") is None:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and ATTESTA_TEST_STRICT=1 allows no skip: {reason}"
    return report
