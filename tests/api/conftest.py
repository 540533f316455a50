"""What tests of the API share."""

from pathlib import Path
from typing import Any

import pytest


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Making a test of every operation takes seconds, so it is not begun where none of them is to run."""
    return (collection_path.name == "test_schemathesis.py" and "not long" in config.option.markexpr) or None


@pytest.fixture
def house(backend: Any) -> Any:
    """The golden learners with all their evidence, on the day on which Ana is certified."""
    from tests import certification, service

    with service.lent(backend, "golden", certification.load, now=certification.GRANT_DAY) as made:
        yield made
