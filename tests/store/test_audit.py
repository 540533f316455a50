"""The audit log is a chain: what was changed, removed or put in later is noticed."""

import pytest
import rfc8785
import sqlalchemy
from hypothesis import given
from hypothesis import strategies as st

from app.store import audit
from tests.examples import examples
from tests.service import World


def _write(world: World, count: int) -> None:
    for number in range(count):
        with world.services.database.writing(world.principal.tenant_id) as session:
            audit.record(session, at=world.clock(), actor="me", action="did", subject=f"s{number}", number=number)


def _tamper(world: World, statement: str) -> None:
    with world.services.database.everywhere(why="the test plays the intruder", writes=True) as session:
        session.execute(sqlalchemy.text(statement))


def _first_broken(world: World) -> int | None:
    with world.services.database.reading(world.principal.tenant_id) as session:
        return audit.first_broken(session)


def test_an_untouched_chain_is_whole(world):
    _write(world, 5)
    assert _first_broken(world) is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET detail = '{}' WHERE subject = 's2'",
        "UPDATE audit_entry SET actor = 'you' WHERE subject = 's2'",
        "UPDATE audit_entry SET subject = 's9' WHERE subject = 's2'",
        "DELETE FROM audit_entry WHERE subject = 's2'",
    ],
)
def test_a_changed_history_is_noticed_where_it_was_changed(world, statement):
    _write(world, 5)
    with world.services.database.reading(world.principal.tenant_id) as session:
        number = next(row.number for row in audit.entries(session, limit=1000) if row.subject == "s2")
    _tamper(world, statement)
    assert _first_broken(world) == number


def test_entries_page_in_order(world):
    _write(world, 4)
    with world.services.database.reading(world.principal.tenant_id) as session:
        every = [row.number for row in audit.entries(session)]
        assert every == list(range(1, len(every) + 1))
        assert [row.number for row in audit.entries(session, after=every[-2])] == every[-1:]
        assert [row.subject for row in audit.entries(session, subject="s3")] == ["s3"]


@examples(20)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), max_size=3))
def test_details_of_any_text_keep_the_chain_whole(sqlite_house, texts):
    from tests import service

    world = service.build(sqlite_house.fresh("empty", lambda _: None))
    with world.services.database.writing(world.principal.tenant_id) as session:
        audit.record(session, at=world.clock(), actor="me", action="did", subject="s", texts=texts)
    assert _first_broken(world) is None
    world.services.database.close()


def test_a_part_that_is_taken_back_leaves_no_gap_in_the_chain(world):
    def fail(session):
        with session.part():
            audit.record(session, at=world.clock(), actor="a", action="undone", subject="s")
            raise ArithmeticError

    with world.services.database.writing(world.principal.tenant_id) as session:
        audit.record(session, at=world.clock(), actor="a", action="before", subject="s")
        with pytest.raises(ArithmeticError):
            fail(session)
        audit.record(session, at=world.clock(), actor="a", action="after", subject="s")
    with world.services.database.reading(world.principal.tenant_id) as session:
        assert [each.action for each in audit.entries(session)][-2:] == ["before", "after"]
        assert audit.first_broken(session) is None


@examples(300)
@given(
    st.dictionaries(
        st.from_regex(r"[a-z_0-9]{1,12}", fullmatch=True), st.text(st.characters(exclude_categories=["Cs"]))
    )
)
def test_texts_are_written_as_canonical_json(detail):
    assert audit._canonical(detail).encode() == rfc8785.dumps(detail)


def test_what_is_not_a_text_is_canonical_json_too():
    assert audit._canonical({"b": 1.0, "a": {"d": [], "c": None}}) == '{"a":{"c":null,"d":[]},"b":1}'
