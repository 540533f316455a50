"""Foreign judges on a role certificate: its one status entry of purpose suspension, set and cleared (decision 0009)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from tests import service
from tests.certification import GRANT_DAY, badge, decided, granted, load
from tests.interop.judges import DigitalBazaar, OfficialSchema, OpenBadgesLib

pytestmark = pytest.mark.interop


@pytest.fixture
def house(sqlite_house: service.SqliteHouse) -> Iterator[service.World]:
    made = service.build(sqlite_house.fresh("golden", load), now=GRANT_DAY)
    yield made
    made.services.database.close()


def documents(house: service.World, credential: dict[str, Any], accept: str = "application/vc") -> dict[str, Any]:
    url = credential["credentialStatus"]["statusListCredential"]
    # foreign judges look at the real clock; and a list is signed for others at most once a second
    house.clock.now = max(datetime.now(UTC), house.clock.now + timedelta(seconds=1))
    answer = house.client.get(url, headers={"Accept": accept})
    return {url: answer.text if accept == "application/vc+jwt" else answer.json()}


@pytest.mark.may_skip("the schema is in no package registry")
def test_the_official_schema_has_no_objection(official_schema: OfficialSchema, house: service.World):
    _, made = granted(house)
    document = badge(house, made["award"]["id"])
    assert official_schema.errors(document) == []
    assert official_schema.errors(document | {"credentialStatus": [document["credentialStatus"]]}) != []


def test_digital_bazaar_sees_a_suspension_come_and_go(digital_bazaar: DigitalBazaar, house: service.World):
    application, made = granted(house)
    document = badge(house, made["award"]["id"])
    assert digital_bazaar.judge(document, documents(house, document)).accepted is True
    decided(house, application, "suspend", reason="a complaint")
    assert digital_bazaar.judge(document, documents(house, document)).revoked is True
    decided(house, application, "reinstate")
    assert digital_bazaar.judge(document, documents(house, document)).accepted is True
    decided(house, application, "withdraw", reason="fraud")
    assert digital_bazaar.judge(document, documents(house, document)).accepted is False


def test_openbadgeslib_sees_a_withdrawal(openbadgeslib: OpenBadgesLib, house: service.World):
    application, made = granted(house)
    headers = house.headers | {"Accept": "application/vc+jwt"}
    token = house.client.get(f"/api/v1/credentials/{made['award']['id']}", headers=headers).text
    document = badge(house, made["award"]["id"])
    assert openbadgeslib.judge_jwt(token, jwt_documents(house, token, document)).accepted is True
    decided(house, application, "withdraw", reason="fraud")
    assert openbadgeslib.judge_jwt(token, jwt_documents(house, token, document)).accepted is False


def jwt_documents(house: service.World, token: str, document: dict[str, Any]) -> dict[str, Any]:
    """The list of the JWT's own issuer: under did:key each key has its own."""
    claims = jwt.decode(token, options={"verify_signature": False})
    return documents(house, document | {"credentialStatus": claims["credentialStatus"]}, "application/vc+jwt")
