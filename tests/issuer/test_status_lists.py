"""The bits of a status list, and of the entries that mirror them (app.vc.status.mirrored)."""

from dataclasses import replace

import pytest

from app.issuer.credential import forms, status_lists
from app.issuer.credential.issue import Order, issue, revoke
from app.store import credential as store
from app.vc import status
from app.vc.status import mirrored


def issued(world, learner="p-ana"):
    return issue(world.services, world.principal, Order("MC-02", learner, forms.DEFAULT))


def bits(world, list_id):
    with world.services.database.reading(world.principal.tenant_id) as session:
        return store.status_list(session, list_id).bits


def put(world, list_id, index, *, value=True):
    with world.services.database.writing(world.principal.tenant_id) as session:
        status_lists.set_bits(session, list_id, [index], value=value)


@pytest.mark.parametrize(("index", "other"), [(0, 7), (5, 2), (12, 11), (131_071, 131_064)])
def test_an_index_is_mirrored_in_its_byte(index, other):
    assert (mirrored(index), mirrored(other)) == (other, index)


def test_what_counts_the_bits_from_the_wrong_end_sees_the_same(loaded):
    made = issued(loaded)
    row = made.rendition
    revoke(loaded.services, loaded.principal, made.award.id, "a mistake")
    after = bits(loaded, row.status_list_id)
    wrong_end = after[row.status_index // 8] >> row.status_index % 8 & 1
    assert (status.get_bit(after, row.status_index), wrong_end) == (True, 1)
    assert sum(byte.bit_count() for byte in after) == 2
    put(loaded, row.status_list_id, row.status_index, value=False)
    assert not any(bits(loaded, row.status_list_id))


def test_nobody_is_given_the_mirror_of_anothers_index(loaded):
    taken = issued(loaded).rendition.status_index
    free = (taken + 8) % status.MIN_ENTRIES
    proposed = iter([taken, mirrored(taken), free])
    services = replace(loaded.services, random_below=lambda _: next(proposed))
    made = issue(services, loaded.principal, Order("MC-02", "p-boris", forms.DEFAULT))
    assert made.rendition.status_index == free


def test_a_mirror_that_was_given_to_another_is_left_alone(loaded):
    first, second = issued(loaded).rendition, issued(loaded, "p-boris").rendition
    with loaded.services.database.writing(loaded.principal.tenant_id) as session:
        row = store.rendition(session, second.id)
        row.status_list_id, row.status_index = first.status_list_id, mirrored(first.status_index)
    put(loaded, first.status_list_id, first.status_index)
    after = bits(loaded, first.status_list_id)
    assert status.get_bit(after, first.status_index)
    assert not status.get_bit(after, mirrored(first.status_index))


def test_any_number_of_indexes_is_looked_up(loaded):
    row = issued(loaded).rendition
    with loaded.services.database.reading(loaded.principal.tenant_id) as session:
        assert store.allotted(session, row.status_list_id, set(range(status.MIN_ENTRIES))) == {row.status_index}
        assert store.allotted(session, row.status_list_id, {mirrored(row.status_index)}) == set()
        assert store.allotted(session, row.status_list_id, set()) == set()
