import pytest

from app.adapters.turnstile import Turnstile
from app.ports import FetchFailed


def test_room_is_counted_per_key_and_in_all_and_given_back():
    turnstile = Turnstile(per_key=1, in_all=2)
    with turnstile.passage("a", 0):
        with pytest.raises(FetchFailed) as full, turnstile.passage("a", 0):
            pass
        with turnstile.passage("b", 0), pytest.raises(FetchFailed), turnstile.passage("c", 0):
            pass
    assert full.value.code == "timeout"
    with turnstile.passage("a", 0), turnstile.passage("c", 0):
        pass
