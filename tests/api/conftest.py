"""What tests of the API share."""

from typing import Any

import pytest


@pytest.fixture
def house(backend: Any) -> Any:
    """The golden learners with all their evidence, on the day on which Ana is certified."""
    from tests import certification, service

    made = service.build(backend.fresh("golden", certification.load), now=certification.GRANT_DAY)
    yield made
    made.services.database.close()
