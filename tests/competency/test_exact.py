"""Texts of exact numbers lose nothing."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.competency.exact import fraction, number_text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("20", "20"),
        ("0", "0"),
        ("19.99", "19.99"),
        ("50/3", "50/3"),
        ("1/8", "0.125"),
        ("-3/2", "-1.5"),
        ("100", "100"),
    ],
)
def test_number_text(number, text):
    assert number_text(Fraction(number)) == text


@given(st.fractions())
def test_the_text_is_the_number(number):
    assert Fraction(number_text(number)) == number


def test_what_stands_in_the_file_is_meant():
    assert fraction(0.1) == Fraction(1, 10)
    assert fraction("2/3") == Fraction(2, 3)
    assert fraction(2.5) == Fraction(5, 2)
