"""Generated requests over the whole OpenAPI document: no 500, and errors are problem documents."""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from app.asgi import openapi_document
from tests import service

pytestmark = pytest.mark.long

schema = schemathesis.openapi.from_dict(openapi_document())


@pytest.fixture(scope="module")
def target(sqlite_house):
    world = service.build(sqlite_house.fresh("loaded", service.load))
    yield world
    world.services.database.close()


@schema.parametrize()
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_request_breaks_the_service(case, target):
    kwargs = case.as_transport_kwargs(base_url=service.BASE_URL)
    kwargs["headers"] = {**(kwargs.get("headers") or {}), **target.headers}
    kwargs.pop("cookies", None)
    answer = target.client.request(**kwargs)
    assert answer.status_code < 500, (kwargs, answer.text[:500])
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
