"""Statements that are ready have the tenant in them, whatever their author forgot, and are executed for one tenant."""

import importlib
import pkgutil
import re

import pytest
from sqlalchemy import Select, Update, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app import store
from app.issuer import tenancy
from app.issuer.award.evidence import BESIDES_RESULTS
from app.store import assessment, evidence
from app.store.prepared import TENANT, scoped
from app.store.session import Scoped, Table
from app.store.tables import Achievement, Learner, Result, SigningKey, Tenant
from tests.service import World

ALL = "the test counts"
TABLES = {mapper.local_table.name for mapper in Table.registry.mappers if issubclass(mapper.class_, Scoped)}


def _prepared():
    """By name: every statement that stands ready in a module of app/store."""
    for module in pkgutil.iter_modules(store.__path__, "app.store."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, Select | Update):
                yield f"{module.name.rpartition('.')[2]}.{name}", value
    yield "evidence.known", evidence._known(BESIDES_RESULTS)


PREPARED = dict(_prepared())
ACROSS = {"tenancy._API_KEY"}  # an API key tells which tenant it is


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()], ids=["sqlite", "postgresql"])
@pytest.mark.parametrize("name", sorted(PREPARED.keys() - ACROSS))
def test_every_table_of_tenants_is_asked_for_one_tenant(name, dialect):
    told = str(PREPARED[name].compile(dialect=dialect))
    named = re.findall(r"(?:FROM|JOIN|UPDATE) \"?(\w+)", told)
    assert named
    for table in TABLES.intersection(named):
        asked = re.findall(rf"\b{table}\.tenant_id = (?:\?|%\({TENANT}\))", told)
        assert len(asked) == named.count(table), told


def test_there_are_such_statements():
    assert {"credential._TAKEN", "audit._LAST", "evidence.known"} <= PREPARED.keys()


@pytest.fixture
def both(world: World) -> tuple[World, str]:
    other = tenancy.add_tenant(world.services, "other", {"name": "Other", "country_code": "EL"}).id
    for tenant in (world.principal.tenant_id, other):
        with world.services.database.writing(tenant) as session:
            session.insert(_learner(world, "p-1", tenant))
    return world, other


def _learner(world: World, code: str, name: str) -> Learner:
    now = world.clock()
    values = {"email": "n@example.org", "to_recheck": False, "created_at": now, "updated_at": now}
    return Learner(id=world.services.new_id(), code=code, name=name, **values)


def test_a_ready_statement_sees_and_changes_one_tenant_only(both):
    world, other = both
    ours = world.principal.tenant_id
    by_code = bindparam("wanted")
    query = scoped(select(Learner.name).where(Learner.code == by_code))
    rename = scoped(update(Learner).where(Learner.code == by_code).values(name="changed"))
    with world.services.database.writing(ours) as session:
        assert [row.name for row in session.rows(query, wanted="p-1")] == [ours]
        session.change(rename, wanted="p-1")
        assert [row.name for row in session.rows(query, wanted="p-1")] == ["changed"]
    with world.services.database.reading(other) as session:
        assert [row.name for row in session.rows(query, wanted="p-1")] == [other]


def test_a_ready_statement_is_not_executed_across_tenants(both):
    world, _ = both
    with (
        world.services.database.everywhere(why=ALL) as session,
        pytest.raises(RuntimeError, match="across tenants"),
    ):
        assessment.read_learner(session, "p-1")


def test_a_row_of_another_tenant_is_not_inserted(both):
    world, other = both
    row = _learner(world, "p-2", "N")
    row.tenant_id = other
    with (
        pytest.raises(RuntimeError, match="another tenant"),
        world.services.database.writing(world.principal.tenant_id) as session,
    ):
        session.insert(row)


def test_what_was_added_before_is_seen_and_comes_first(both):
    world, _ = both
    with world.services.database.writing(world.principal.tenant_id) as session:
        session.add(_learner(world, "p-3", "Added"))
        assert assessment.read_learner(session, "p-3").name == "Added"


def test_a_statement_across_tenants_is_not_executed_for_one(both):
    world, _ = both
    query = select(Learner.name).where(Learner.code == bindparam("wanted"))
    with (
        world.services.database.reading(world.principal.tenant_id) as session,
        pytest.raises(RuntimeError, match="for one of them"),
    ):
        session.rows_of_any(query, wanted="p-1")


def test_a_row_without_a_value_that_only_the_orm_fills_in_is_not_inserted(both):
    world, _ = both
    row = _learner(world, "p-4", "N")
    del row.to_recheck
    with (
        pytest.raises(RuntimeError, match="to_recheck"),
        world.services.database.writing(world.principal.tenant_id) as session,
    ):
        session.insert(row)


@pytest.mark.usefixtures("backend")
def test_rows_have_the_values_that_the_orm_gives(loaded: World):
    everything = {table: scoped(select(table)) for table in (Learner, Result, Tenant, Achievement, SigningKey)}
    with loaded.services.database.reading(loaded.principal.tenant_id) as session:
        for table, query in everything.items():
            rows = [row._asdict() for row in session.rows(query)]
            known = {row.id: row for row in session.scalars(select(table))}
            assert rows
            for row in rows:
                assert row == {name: getattr(known[row["id"]], name) for name in row}
                assert "id" in row
