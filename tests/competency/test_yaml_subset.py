"""YAML comes in as plain JSON values, or with the line that is wrong."""

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from app.competency.yaml_subset import MAX_BYTES, MAX_DEPTH, MAX_NODES, read_yaml
from app.errors import BadInput, TooLarge


def test_the_reference_framework_reads_as_pyyaml_reads_it(framework_file):
    data = framework_file.read_bytes()
    assert read_yaml(data) == yaml.load(data, Loader=yaml.CSafeLoader)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"), ("Yes", "Yes"), ("on", "on"), ("true", True), ("false", False), ("True", "True"),
        ("null", None), ("~", None), ("", None), ("2026-02-01", "2026-02-01"), ("0488", "0488"), ("017", "017"),
        ("0x1F", "0x1F"), ("1_000", "1_000"), ("12:30:45", "12:30:45"), (".nan", ".nan"), (".inf", ".inf"),
        ("7", 7), ("-7", -7), ("0", 0), ("2.5", 2.5), ("1e3", 1000.0), ("+1", "+1"), ("2/3", "2/3"), ("=", "="),
        ("'7'", "7"), ('"true"', "true"), ("|\n  7\n", "7\n"),
    ],
)  # fmt: skip
def test_scalars_are_what_yaml_1_2_says(text, value):
    assert read_yaml(b"a: " + text.encode()) == {"a": value}


def test_keys_are_text_and_norwegian_is_a_language():
    assert read_yaml(b"{no: Norsk, '1': one, '': empty}") == {"no": "Norsk", "1": "one", "": "empty"}


def test_a_byte_order_mark_is_skipped():
    assert read_yaml(b"\xef\xbb\xbfa: \xc3\xa9") == {"a": "é"}


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"a: 1\nb: &x [1]\nc: *x", 2, "anchor"),
        (b"a: *x", 1, "alias"),
        (b"a: 1\nb: 2\na: 3", 3, "second time"),
        (b"a: {x: 1,\n  x: 2}", 2, "second time"),
        (b"1: one", 1, "not text"),
        (b"true: one", 1, "not text"),
        (b"? [a, b]\n: one", 1, "not text"),
        (b"a: !!python/object:os.system x", 1, "tag"),
        (b"a: !!str 5", 1, "tag"),
        (b"---\na: 1\n---\nb: 2", 3, "second document"),
        (b"a: 1\n b: 2", 2, "mapping values"),
        (b"a: [1, 2\n", 2, "expected"),
        (b"a: 1\nb: \xff\xfe", 2, "UTF-8"),
        (b'a: "\\ud83d"', 1, "escape"),
        (b'a: "x\\0y"', 1, "NUL"),
        (b"a: 99999999999999999999", 1, "too large"),
        (b"a: 1e999", 1, "too large"),
    ],
)
def test_what_is_refused_names_its_line(data, line, words):
    with pytest.raises(BadInput) as refused:
        read_yaml(data)
    assert refused.value.pointer == f"line {line}"
    assert words in refused.value.detail
    assert refused.value.remedy


@pytest.mark.parametrize("data", [b"", b"# only a comment", b"a: \x01"])
def test_nothing_and_control_characters_are_refused(data):
    with pytest.raises(BadInput):
        read_yaml(data)


def test_depth_size_and_number_of_values_are_bounded():
    assert read_yaml(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)
    for data in (b"[" * (MAX_DEPTH + 1), b"[" * 1_000_000, b" " * (MAX_BYTES + 1), b"- 1\n" * MAX_NODES):
        with pytest.raises(TooLarge):
            read_yaml(data)


@given(
    st.one_of(st.binary(max_size=200), st.text(alphabet="-:?[]{}&*!|>'\"#%@` ab1\n\t~,\\", max_size=60).map(str.encode))
)
def test_no_bytes_make_the_reader_fail(data):
    try:
        value = read_yaml(data)
    except BadInput:
        return
    json.dumps(value, allow_nan=False)
