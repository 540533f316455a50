import pytest

from app.adapters.walk_check import OneIn
from app.errors import Unavailable


@pytest.mark.parametrize(
    ("every", "due"),
    [(1, [True] * 5), (2, [True, False] * 2), (0, [False] * 5), (1000, [True] + [False] * 4)],
)
def test_one_in_so_many_is_due_and_the_first_always(every, due):
    check = OneIn(every)
    assert [check.is_due() for _ in due] == due


def test_a_difference_stops_signing_and_says_what_to_do():
    check = OneIn(1000)
    assert "ATTESTA_WALK_CHECK_ONE_IN=1" in check.differed("urn:x").remedy
    assert check.differences == 1
    with pytest.raises(Unavailable) as caught:
        check.is_due()
    assert "ATTESTA_WALK_CHECK_ONE_IN=1" in caught.value.remedy


def test_when_every_document_is_checked_those_that_agree_are_signed():
    check = OneIn(1)
    check.differed("urn:x")
    assert check.is_due()
