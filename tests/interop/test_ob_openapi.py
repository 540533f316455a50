"""The Open Badges 3.0 API by 1EdTech's own OpenAPI document: generated requests, and every answer as it prescribes.

The document is not ours to commit: it is read from the folder that ATTESTA_OFFICIAL_SCHEMAS names.
"""

import json
import os
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import CHECKS, load_all_checks

from app.wallet import foreign
from app.wallet.ob_api.description import PATH
from tests import service
from tests.backpacks import ANA, issue, signed_in
from tests.live import serving
from tests.wallet.oauth import Service

pytestmark = [pytest.mark.interop, pytest.mark.may_skip("the OpenAPI file is in no package registry")]

NAMES = ("openbadges/service-openapi.json", "service-openapi.json")
OPERATIONS = ("GET /credentials", "POST /credentials", "GET /profile", "PUT /profile", "GET /discovery")
JUDGED_BY = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)


@pytest.fixture(scope="module")
def official():
    folder = os.environ.get("ATTESTA_OFFICIAL_SCHEMAS")
    found = [Path(folder) / name for name in NAMES if (Path(folder) / name).is_file()] if folder else []
    if not found:
        pytest.skip(f"1EdTech's OpenAPI is not here: name its folder in ATTESTA_OFFICIAL_SCHEMAS ({NAMES[0]})")
    load_all_checks()
    return schemathesis.openapi.from_dict(json.loads(found[0].read_text("utf-8")))


@pytest.fixture(scope="module")
def host(sqlite_house):
    """(address, headers of a service that may do everything); the learner has an award and a badge from elsewhere."""
    world = service.build(sqlite_house.fresh("loaded", service.load))
    who = signed_in(world, ANA)
    issue(world, "MC-02", "p-ana")
    others = issue(world, "MC-01", "p-boris")
    for accept in ("application/vc", "application/vc+jwt"):
        answer = world.client.get(f"/api/v1/credentials/{others}", headers=world.headers | {"Accept": accept})
        foreign.bring(world.services, who, answer.content, accept)
    bearer = Service.register(world).bearer()
    with serving(world.client.app) as address:
        yield f"{address}{PATH}", bearer
    world.services.database.close()


def operation(schema, name):
    method, path = name.split()
    return schema[path][method]


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("has_token", [True, False])
def test_every_answer_is_as_the_specification_prescribes(official, host, name, has_token):
    base_url, bearer = host

    @given(case=operation(official, name).as_strategy())
    @settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def judged(case):
        answer = case.call(base_url=base_url, headers=bearer if has_token else {})
        assert has_token or answer.status_code in (200, 401)
        case.validate_response(answer, checks=CHECKS.get_by_names(JUDGED_BY))

    judged()


def test_the_judge_sees_what_is_wrong(official, host):
    base_url, bearer = host
    profile, credentials = (operation(official, name).Case() for name in ("GET /profile", "GET /credentials"))
    answer = credentials.call(base_url=base_url, headers=bearer)
    assert len(answer.json()["credential"]) + len(answer.json()["compactJwsString"]) == 3
    credentials.validate_response(answer, checks=CHECKS.get_by_names(JUDGED_BY))
    with pytest.raises((AssertionError, BaseExceptionGroup), match="required"):
        profile.validate_response(answer, checks=CHECKS.get_by_names(JUDGED_BY))
