"""What the verifier tells of our own keys: a badge that was signed before a key was stolen, and one from after."""

from datetime import timedelta

import pytest

from app.issuer.credential import signing_keys
from app.store import tenancy
from tests import service

PUBLIC = "https://badges.example.org"


@pytest.fixture
def public(backend):
    with service.lent(backend, "loaded", service.load, base_url=PUBLIC) as made:
        yield made


@pytest.mark.parametrize(("stolen", "code"), [(1, "signed_before_key_end"), (-1, "signed_after_key_end")])
def test_since_when_a_key_was_in_wrong_hands(public, stolen, code):
    body = {"achievement": "MC-02", "learner": "p-ana"}
    made = public.client.post("/api/v1/credentials", json=body, headers=public.headers).json()
    assert public.client.post("/verify", json=made["credential"]).json()["outcome"] == "valid"
    signed_at = public.clock()
    public.clock.move(days=2)
    tenant = public.principal.tenant_id
    with public.services.database.reading(tenant) as session:
        key = tenancy.active_signing_key(session, "Ed25519")
    since = signed_at + timedelta(days=stolen)
    signing_keys.revoke(public.services, tenant, key.name, since=since, reason="stolen")
    report = public.client.post("/verify", json=made["credential"]).json()
    checks = {check["id"]: check for check in report["checks"]}
    assert report["outcome"] == "invalid"
    assert [finding["code"] for finding in checks["proof"]["findings"]] == ["key_revoked"]
    assert [finding["code"] for finding in checks["key_status"]["findings"]] == [code]
    assert f"{since:%Y-%m-%d}" in checks["key_status"]["message"]
