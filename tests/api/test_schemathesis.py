"""Generated requests over the whole OpenAPI document, to a real socket: no 500, and errors are problem documents."""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from app.asgi import openapi_document
from tests import service
from tests.live import serving

pytestmark = [
    pytest.mark.long,
    pytest.mark.filterwarnings("ignore:Skipped test cases with unsupported payload"),
]

OTHER_ERRORS = ("/oid4vci/", "/oauth/", "/ims/ob/")  # prescribed elsewhere: RFC 6749 section 5.2, Open Badges 3.0

schema = schemathesis.openapi.from_dict(openapi_document())


@pytest.fixture(scope="module")
def target(sqlite_house):
    world = service.build(sqlite_house.fresh("loaded", service.load))
    with serving(world.client.app) as address:
        yield address, world.headers
    world.services.database.close()


@schema.parametrize()
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_request_breaks_the_service(case, target):
    address, headers = target
    answer = case.call(base_url=address, headers=headers)
    assert answer.status_code < 500, answer.text[:500]
    if answer.status_code >= 400 and not case.path.startswith(OTHER_ERRORS):
        assert answer.headers["content-type"][0] == "application/problem+json", answer.text[:500]
