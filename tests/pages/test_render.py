"""What stands in a page is text, and stays in its place."""

import pytest

from app.pages.render import environment


@pytest.mark.parametrize("character", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_a_name_does_not_turn_round_what_stands_after_it(character):
    template = environment("en").from_string("{{ name }} <strong>{{ host }}</strong>")
    told = template.render(name=f"<b>{character}Uni", host=f"evil.example{character}")
    assert told == "&lt;b&gt;Uni <strong>evil.example</strong>"


def test_letters_of_languages_from_right_to_left_are_left_alone():
    name = "אוניברסיטה\u200f جامعة"
    assert environment("en").from_string("{{ name }}{{ number }}").render(name=name, number=7) == f"{name}7"
