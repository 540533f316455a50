"""Comma or semicolon."""

import pytest

from app.competency.separator import separator_of


@pytest.mark.parametrize(
    ("header", "separator"), [("a,b,c", ","), ("a;b;c", ";"), ("a;b,c", ","), ("a", ","), ("", ",")]
)
def test_what_stands_more_often_separates(header, separator):
    assert separator_of(header) == separator
