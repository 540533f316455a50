import re
from datetime import timedelta

import pytest

from app.errors import BadInput, Conflict, NotFound
from app.issuer import tenancy
from app.store import tenancy as store

PROFILE = {"name": "Provider B", "country_code": "EL"}


@pytest.mark.parametrize(
    ("profile", "pointer"),
    [
        ({"country_code": "BG"}, "/name"),
        ({"name": "A"}, "/country_code"),
        ({"name": "A", "country_code": "Bulgaria"}, "/country_code"),
        ({"name": "A", "country_code": "BG", "url": "javascript:alert(1)"}, "/url"),
        ({"name": "A", "country_code": "BG", "image": 7}, "/image"),
        ({"name": "A", "country_code": "BG", "email": "office\u2028@a.example"}, "/email"),
        ({"name": "A", "country_code": "BG", "email": 'a@b.example"><b>'}, "/email"),
        ({"name": "A", "country_code": "BG", "motto": "x"}, "/motto"),
    ],
)
def test_a_wrong_profile_is_told_by_member(profile, pointer):
    with pytest.raises(BadInput) as caught:
        tenancy.check_profile(profile)
    assert pointer in [fault.pointer for fault in caught.value.faults]


def test_a_tenant_gets_a_key_of_each_type_and_nobody_shares_one(world):
    tenant = tenancy.add_tenant(world.services, "b", PROFILE)
    with world.services.database.reading(tenant.id) as session:
        found = {key.key_type: key for key in store.signing_keys(session)}
    assert set(found) == set(tenancy.KEY_TYPES)


@pytest.mark.parametrize("slug", ["", "A", "a b", "-a", "a" * 64, "../x"])
def test_slugs_are_safe(world, slug):
    with pytest.raises(BadInput):
        tenancy.add_tenant(world.services, slug, PROFILE)


def test_a_slug_is_taken_once(world):
    with pytest.raises(Conflict):
        tenancy.add_tenant(world.services, "main", PROFILE)


def test_api_keys_are_stored_as_hashes_expire_and_can_be_withdrawn(world):
    tenant_id = world.principal.tenant_id
    expires_at = world.clock() + timedelta(days=1)
    row, clear = tenancy.add_api_key(world.services, tenant_id, "k", ["read"], expires_at=expires_at)
    assert clear not in repr(row.__dict__)
    assert re.fullmatch(r"[0-9a-f]{64}", row.key_hash)
    found = world.services.principals.find(clear)
    assert found is not None
    assert found.scopes == {"read"}
    world.clock.move(days=1)
    assert world.services.principals.find(clear) is None
    other, clear = tenancy.add_api_key(world.services, tenant_id, "k2", ["read"])
    tenancy.revoke_api_key(world.services, tenant_id, other.id)
    assert world.services.principals.find(clear) is None
    with pytest.raises(NotFound):
        tenancy.revoke_api_key(world.services, tenant_id, "nothing")


def test_unknown_scopes_are_refused(world):
    for scopes in (["everything"], []):
        with pytest.raises(BadInput):
            tenancy.add_api_key(world.services, world.principal.tenant_id, "k", scopes)


def test_the_admin_key_follows_the_setting(world):
    from tests import service

    changed = service.build(world.services.database.url.render_as_string(hide_password=False), admin_key="another")
    assert changed.services.principals.find("another") is not None
    assert changed.services.principals.find(service.ADMIN_KEY) is None
    changed.services.database.close()


def test_the_admin_key_has_the_scopes_that_a_newer_version_knows(world):
    tenant_id = world.principal.tenant_id
    with world.services.database.writing(tenant_id) as session:
        (key,) = store.api_keys(session)
        key.scopes = ["read"]
    tenancy.ensure_first_key(world.services)
    assert world.principal.scopes == frozenset(tenancy.SCOPES)
