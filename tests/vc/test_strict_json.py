import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput, TooLarge
from app.vc import strict_json

JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**300), 10**300)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(JSON_VALUES, st.booleans())
def test_every_json_value_comes_back(value, ascii_only):
    text = json.dumps(value, ensure_ascii=ascii_only)
    assert strict_json.loads(text) == value
    assert strict_json.loads(text.encode()) == value
    assert strict_json.loads(b"\xef\xbb\xbf" + text.encode()) == value


@given(JSON_VALUES)
def test_a_compact_text_has_the_value_that_the_same_text_with_spaces_has(value):
    compact = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    assert repr(strict_json.loads(compact)) == repr(strict_json.loads(f" {compact}"))


@pytest.mark.parametrize("text", ["-0", "-0.0", "1e16", "1e-7", "1.0", "18446744073709551616", "5e-324", "null"])
def test_numbers_are_read_the_same_however_the_text_is_written(text):
    assert repr(strict_json.loads(text)) == repr(strict_json.loads(f"{text} ")) == repr(json.loads(text))


@given(st.binary() | st.text())
def test_any_input_is_read_or_refused_in_words(data):
    try:
        strict_json.loads(data)
    except BadInput as problem:
        said = (problem.detail, problem.remedy)
    else:
        return
    assert all(said)


@pytest.mark.parametrize(
    ("text", "pointer", "says"),
    [
        ('{"a": 1, "a": 1}', "", "'a' stands more than once"),
        ('{"x": [{}, {"id": 1, "b": 2, "id": 3}]}', "/x/1", "'id' stands more than once"),
        ('{"x": {"y": 1, "y": {"z": 1, "z": 2}}}', "/x", "'y' stands more than once"),
        ('{"a": "first", "\\u0061": "second"}', "", "'a' stands more than once"),
        ('{"a": [NaN]}', "/a/0", "NaN is not a JSON number"),
        ('{"a/b": -Infinity}', "/a~1b", "-Infinity is not"),
        ("[1e999]", "/0", "larger than any IEEE 754 double"),
        ("[" + "9" * 308 + "," + "9" * 5000 + "]", "/1", "larger than any"),
        ('["\\ud800"]', "/0", "half of a surrogate pair"),
        ('{"a": "\\udc00\\ud800"}', "/a", "half of a surrogate pair"),
        ('{"\\udfff": 1}', "", "half of a surrogate pair"),
        ('["\ud800"]', "/0", "half of a surrogate pair"),
    ],
)
def test_ambiguous_and_unbounded_values_are_refused_where_they_stand(text, pointer, says):
    with pytest.raises(BadInput) as caught:
        strict_json.loads(text)
    assert caught.value.pointer == pointer
    assert says in caught.value.detail


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[1,]",
        b"\xff{}",
        "{}".encode("utf-16"),
        b'{"a":1}x',
        b"'a'",
        b'"\x01"',
        b"01",
        b"[1}",
        b'"\\u12"',
        b"\0",
    ],
)
def test_what_is_not_json_is_refused(data):
    with pytest.raises(BadInput):
        strict_json.loads(data)


def test_surrogate_pairs_are_characters():
    assert strict_json.loads('"\\ud83c\\udfc5"') == "\N{SPORTS MEDAL}"


def test_nesting_is_bounded_before_parsing():
    assert strict_json.loads("[" * 64 + "]" * 64)
    with pytest.raises(TooLarge, match="64 levels at character 64"):
        strict_json.loads("[" * 65 + "]" * 65)
    with pytest.raises(TooLarge):
        strict_json.loads('{"a":' * 500_000)
    with pytest.raises(TooLarge):
        strict_json.loads("[[[]]]", max_depth=2)
    for quote in ('"\\""', '"\\\\\\""', '"\\\\"'):  # a quote, a backslash and a quote, a backslash
        with pytest.raises(TooLarge):
            strict_json.loads(f"[{quote},{'[' * 64}{']' * 64},{quote}]")


def test_brackets_in_strings_and_side_by_side_do_not_count():
    assert len(strict_json.loads(json.dumps(["[{" * 100] * 100 + [[]] * 100))) == 200
    assert strict_json.loads(json.dumps('\\"[' * 100)) == '\\"[' * 100


def test_the_scan_is_linear_in_unfinished_strings():
    hostile = "[" * 65 + '"' + '\\"' * 500_000
    start = time.process_time()
    with pytest.raises(TooLarge):
        strict_json.loads(hostile)
    with pytest.raises(BadInput):
        strict_json.loads('"' + "\\" * 500_001 + "[" * 65)
    assert time.process_time() - start < 5  # a quadratic scan would take minutes


def test_long_names_are_not_written_for_every_value_below_them():
    hostile = json.dumps({"n" * 400_000: [0] * 200_000, "x": "\U0001f600"})  # the escaped pair makes it look everywhere
    start = time.process_time()
    assert strict_json.loads(hostile)["x"] == "\U0001f600"
    assert time.process_time() - start < 2  # a pointer for each value takes ten times as long


def test_finding_the_doubled_member_is_linear():
    members = ",".join(f'"{n}":0' for n in range(100_000))
    start = time.process_time()
    with pytest.raises(BadInput, match="'99999' stands more than once"):
        strict_json.loads("{" + members + ',"99999":1}')
    assert time.process_time() - start < 5


PIECES = [*"{}[],:\\1é", '"', '"a"', '"[{"', '"\\""', '"\\\\"', "1e999", "NaN", '"\\ud800"']


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | JSON_VALUES.map(json.dumps), st.integers(0, 4))
def test_the_quick_pass_says_what_the_exact_one_says(text, max_depth):
    def told(read):
        try:
            return read()
        except BadInput as problem:
            return (type(problem), problem.detail, problem.pointer, problem.members["code"])

    def exactly():
        strict_json._refuse_too_deep(text, max_depth)
        return strict_json._parse_exactly(text)

    assert told(lambda: strict_json.loads(text, max_depth=max_depth)) == told(exactly)
