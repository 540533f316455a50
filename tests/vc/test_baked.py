import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.vc.baked import MAX_TEXT_BYTES, Baked, only_one, portable
from app.vc.outcome import Unsound

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | TEXTS
    | st.sampled_from(["]]>", "{", '"}', "\\", "\U0001f600"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
CREDENTIALS = st.dictionaries(TEXTS, VALUES, max_size=4)


@given(CREDENTIALS, st.booleans())
def test_any_json_object_stays_the_same_value_in_plain_characters(value, ascii_only):
    text = portable(json.dumps(value, ensure_ascii=ascii_only))
    assert json.loads(text) == value
    assert text.isascii()
    assert text.isprintable()
    assert not set("<>") & set(text)
    assert portable(text) == text


@given(CREDENTIALS)
def test_counting_braces_finds_the_end_as_a_wallet_does(value):
    text = portable(json.dumps(value)) + "IEND}"
    depths = itertools.accumulate((character == "{") - (character == "}") for character in text)
    end = next(place for place, depth in enumerate(depths) if depth == 0)
    assert json.loads(text[: end + 1]) == value


def test_white_space_between_tokens_and_escapes_stay():
    assert portable(' {\n "a\\u00e9\\"{" :\t"é" } \n') == '{\n "a\\u00e9\\"\\u007b" :\t"\\u00e9" }'
    assert portable("\n a.b-_.c ") == "a.b-_.c"


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "[]",
        '"a.b.c"',
        "null",
        "{",
        "{} {}",
        '{"a": 1, "a": 2}',
        '{"a": NaN}',
        '{"a": "\ud800"}',
        '{"a": "\0"}',
        "a.b",
        "a.b.c.d",
        "a.b.c~",
        "https://issuer.example/1",
        '{"a": "' + "x" * MAX_TEXT_BYTES + '"}',
        '{"a": "' + "é" * (MAX_TEXT_BYTES // 3) + '"}',
    ],
    ids=lambda wrong: wrong[:20].encode("ascii", "replace").decode().replace("\0", "NUL"),
)
def test_what_is_no_credential_is_not_baked(wrong):
    with pytest.raises(Unsound) as refusal:
        portable(wrong)
    assert refusal.value.finding.code == "not_bakeable"


def test_one_of_the_newer_version_goes_before_one_of_the_older():
    newer, older = Baked("3.0", "a"), Baked("2.0", "b")
    assert only_one([older, newer]) == newer
    assert only_one([older]) == older
    for found, code in (
        ([], "no_baked_credential"),
        ([newer] * 2, "ambiguous_picture"),
        ([older] * 2, "ambiguous_picture"),
    ):
        with pytest.raises(Unsound) as refusal:
            only_one(found)
        assert refusal.value.finding.code == code
