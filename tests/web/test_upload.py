"""Forms that are sent URL-encoded, whatever media type is told."""

import pytest

from app.errors import TooLarge
from app.web.upload import MAX_FIELDS, field, is_form

NAMES = ("file", "text")


def test_the_first_field_that_has_something_is_taken_and_the_others_are_told():
    others = {}
    assert is_form(b"file=&text=a%20b&recipient=x", NAMES)
    assert field(b"file=&text=a%20b&recipient=x", NAMES, others, 100) == (b"a b", "text/plain")
    assert others == {"recipient": "x"}


@pytest.mark.parametrize("body", [b'{"file": 1}', b"", b"recipient=x&file=1", b"files=1"])
def test_what_begins_otherwise_is_no_form(body):
    assert not is_form(body, NAMES)


def test_a_form_of_very_many_fields_is_refused_before_they_are_read():
    field(b"text=x" + b"&a=1" * (MAX_FIELDS - 1), NAMES, {}, 100)
    with pytest.raises(TooLarge, match="100 fields"):
        field(b"text=x" + b"&a=1" * MAX_FIELDS, NAMES, {}, 100)


def test_a_form_that_holds_more_than_is_taken_is_refused_before_it_is_decoded():
    assert field(b"text=" + b"%41" * 100_000, NAMES, {}, 100_000) == (b"A" * 100_000, "text/plain")
    with pytest.raises(TooLarge, match="100000 bytes"):
        field(b"text=" + b"%41" * 130_000, NAMES, {}, 100_000)
