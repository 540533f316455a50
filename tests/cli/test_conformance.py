"""`attesta serve` with the conformance harness: on this machine, in one process, or not at all."""

import pytest

from tests.cli.test_cli import _run


@pytest.mark.parametrize(
    ("arguments", "environment", "told"),
    [
        ([], {"ATTESTA_HOST": "0.0.0.0"}, b"ATTESTA_CONFORMANCE"),  # noqa: S104
        ([], {"ATTESTA_HOST": "badges.example.org"}, b"for this machine alone"),
        (["--workers", "2"], {}, b"lives in one process"),
    ],
)
def test_serving_is_refused(tmp_path, arguments, environment, told):
    done = _run(tmp_path, "serve", *arguments, ATTESTA_CONFORMANCE="on", **environment)
    assert done.returncode == 1
    assert told in done.stderr
    assert list(tmp_path.iterdir()) == []  # nothing was begun
