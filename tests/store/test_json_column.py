"""What is written into a JSON column is read as what it was, whoever of the two writes it."""

import dataclasses
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.store.json_column import json_text

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES)
def test_every_json_value_comes_back(value):
    assert json.loads(json_text(value)) == value


def test_what_orjson_refuses_is_written_all_the_same():
    assert json_text({"large": 2**70}) == '{"large": 1180591620717411303424}'
    assert json_text({1: "\ud800"}) == r'{"1": "\ud800"}'


@dataclasses.dataclass
class NoJson:
    name: str = "x"


@pytest.mark.parametrize("value", [NoJson(), datetime(2026, 9, 1, tzinfo=UTC), {1, 2}])
def test_what_the_standard_library_refuses_is_refused(value):
    with pytest.raises(TypeError):
        json_text({"it": value})
