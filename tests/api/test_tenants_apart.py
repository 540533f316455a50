"""Every operation that needs an API key, called by one tenant with the ids of another: as if they did not exist."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import inspect, select

from app.asgi import openapi_document
from app.issuer import tenancy
from app.issuer.names import UUID
from app.store.session import Scoped, Table
from tests.certification import applied, decided, post
from tests.service import World

pytestmark = pytest.mark.long

METHODS = ("get", "delete", "put", "post")
REASON = {"reason": "because"}
BODIES: dict[str, dict[str, Any]] = {  # what it takes to come as far as the id; ID stands for it
    "/api/v1/credentials/{credential_id}/revoke": REASON,
    "/api/v1/results/review/{item_id}": {"action": "dismiss"},
    "/api/v1/experience/{item_id}/withdraw": REASON,
    "/api/v1/attestations/{item_id}/withdraw": REASON,
    "/api/v1/rpl-claims/{item_id}/withdraw": REASON,
    "/api/v1/recognitions/{item_id}/withdraw": REASON,
    "/api/v1/experience/{item_id}/verify": {"verified_by": "as-1"},
    "/api/v1/rpl-claims/{item_id}/decisions": {"assessor": "as-1", "decision": "accepted"},
    "/api/v1/recognitions/{item_id}/settlement": {"action": "accept", "by": "as-1"} | REASON,
    "/api/v1/awards/review/{review_id}": {"by": "as-1"} | REASON,
    "/api/v1/appeals/{appeal_id}/decision": {"officer": "off-2", "decision": "overturn"} | REASON,
    "/api/v1/learners/{learner_id}": {"name": "N", "email": "n@example.org"},
    "/api/v1/decisions": {"application": "ID", "officer": "off-2", "decision": "withdraw"} | REASON,
    "/api/v1/appeals": {"decision": "ID"} | REASON,
    "/api/v1/sign-offs": {"signed_by": "as-1", "results": ["ID"]},
    "/api/v1/applications": {"learner": "ID", "achievement": "RC-SCPM"},
    "/api/v1/credentials": {"learner": "ID", "achievement": "MC-02"},
    "/credentials/status": {
        "credentialId": "urn:uuid:ID",
        "credentialStatus": {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"},
    },
}
ID_PARAMETERS = ("learner", "credential", "achievement")
Rows = dict[str, list[dict[str, Any]]]


def rows_of(world: World, tenant_id: str) -> Rows:
    """All that is stored of a tenant, by table."""
    tables = [mapper.local_table for mapper in Table.registry.mappers if issubclass(mapper.class_, Scoped)]
    with world.services.database.everywhere(why="what is there before and afterwards is compared") as session:
        queries = {table: select(table).where(table.c.tenant_id == tenant_id) for table in tables}
        return {
            str(table): [
                dict(row) for row in session.connection().execute(query.order_by(*table.primary_key)).mappings()
            ]
            for table, query in queries.items()
        }


def ids_in(rows: Rows) -> dict[str, str]:
    """One of the ids of each table, under which something could be found."""
    keys = {str(mapper.local_table): inspect(mapper.local_table).primary_key for mapper in Table.registry.mappers}
    names = {table: [column.name for column in keys[table]] + ["item_id", "credential_id"] for table in rows}
    found = {
        f"{table}.{name}": str(some[0].get(name)).removeprefix("urn:uuid:")
        for table, some in rows.items()
        for name in names[table]
        if some
    }
    return {name: value for name, value in found.items() if UUID.fullmatch(value)}


def fill(world: World) -> None:
    """Something in the tables that the golden learners leave empty."""
    credential = post(world, "credentials", 201, learner="p-ana", achievement="MC-02")["id"]
    post(world, f"credentials/{credential}/offers", 201)
    refusal = decided(world, applied(world, "p-boris")["id"], "refuse", **REASON)["id"]
    post(world, "appeals", 201, decision=refusal, **REASON)
    post(world, "batches", 202, achievement="MC-01", learners=["p-ana"])
    issuer = world.client.get("/api/v1/profile", headers=world.headers).json()["issuers"]["Ed25519"]
    signed = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": f"urn:uuid:{uuid.uuid4()}",
        "type": ["VerifiableCredential"],
        "issuer": issuer,
        "credentialSubject": {"id": "did:example:alice"},
    }
    answer = world.client.post("/credentials/issue", json={"credential": signed}, headers=world.headers)
    assert answer.status_code == 201, answer.text


def requests() -> Iterator[tuple[str, str, dict[str, str], Any]]:
    """(method, path, query, body) of all operations that need a key and are told an id; ID stands for it."""
    for path, operations in openapi_document()["paths"].items():
        for method in METHODS:
            operation = operations.get(method, {})
            named = [each for each in operation.get("parameters", []) if each["in"] in ("path", "query")]
            query = {each["name"]: "ID" for each in named if each["name"] in ID_PARAMETERS}
            body = BODIES.get(path) if method in ("put", "post") else None
            if operation.get("security") and (query or "{" in path or "ID" in str(body)):
                url = path
                for each in named:
                    url = url.replace(f"{{{each['name']}}}", "ID")
                yield method, url, query, body


def with_id(value: Any, used: str) -> Any:
    """The same with that id in it."""
    if isinstance(value, dict):
        return {name: with_id(each, used) for name, each in value.items()}
    if isinstance(value, list):
        return [with_id(each, used) for each in value]
    return value.replace("ID", used) if isinstance(value, str) else value


def test_what_another_tenant_has_is_as_if_it_did_not_exist(house):
    fill(house)
    before = rows_of(house, house.principal.tenant_id)
    ids = ids_in(before)
    assert len(ids) > 25
    other = tenancy.add_tenant(house.services, "other", {"name": "Other", "country_code": "BG"})
    headers = {"Authorization": f"Bearer {tenancy.add_api_key(house.services, other.id, 'k', tenancy.SCOPES)[1]}"}

    def told(used, method, url, query, body):
        sent = {"params": with_id(query, used), "json": with_id(body, used), "headers": headers}
        answer = house.client.request(method, url.replace("ID", used), **sent)
        return answer.status_code, answer.text.replace(used, "ID")

    asked = sorted(requests(), key=lambda request: request[0] == "put")  # which adds learners of those ids
    assert len(asked) > 70
    for request in asked:
        nothing = told(str(uuid.uuid4()), *request)
        assert nothing[0] < 500
        for name, used in ids.items():
            assert told(used, *request) == nothing, f"{request}: {name}"
    assert rows_of(house, house.principal.tenant_id) == before
