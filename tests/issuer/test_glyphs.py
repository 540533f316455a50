"""Characters on paper: what nobody sees goes, what no font has becomes a square."""

from app.issuer.credential.render.glyphs import displayable, printed


def test_characters_that_nobody_sees_are_not_printed():
    assert printed({"a": ["in\u202evoice\u0000", 3, None], "b": "one\ntwo\tthree"}) == {
        "a": ["invoice", 3, None],
        "b": "one two three",
    }


def test_what_the_fonts_have_stays_and_the_rest_is_a_square():
    assert displayable("Ана Ώρα Łódź Știință € “x”") == "Ана Ώρα Łódź Știință € “x”"
    assert displayable("王 a 😀") == "□ a □"
