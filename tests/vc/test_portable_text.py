import pytest

from app.errors import BadInput
from app.vc.portable_text import MAX_FAULTS, refuse_unportable_text


@pytest.mark.parametrize("text", ["tab\tand\nline", "Ελληνικά \U0001f600 \u2028", "{a {b} c}", "", "\x80"])
def test_text_that_all_libraries_sign_alike_is_let_through(text):
    refuse_unportable_text({"name": text})


@pytest.mark.parametrize("code", [0x00, 0x08, 0x0B, 0x0C, 0x0D, 0x1F, 0x7F, 0xD800, 0xDFFF])
def test_characters_that_break_signatures_are_refused(code):
    with pytest.raises(BadInput, match=rf"Character 3 .*U\+{code:04X}") as refusal:
        refuse_unportable_text({"a": [{"b/c": f"ab{chr(code)}"}]})
    assert refusal.value.pointer == "/a/0/b~1c"


@pytest.mark.parametrize("text", ["{", "}", "}{", "{{}", "a } b { c"])
def test_braces_out_of_pairs_are_refused(text):
    with pytest.raises(BadInput, match="braces"):
        refuse_unportable_text({"narrative": text})


def test_every_wrong_text_is_told_up_to_a_limit():
    with pytest.raises(BadInput) as refusal:
        refuse_unportable_text({"list": ["\x01{"] * 30})
    assert len(refusal.value.faults) == MAX_FAULTS
    assert [fault.pointer for fault in refusal.value.faults[:3]] == ["/list/0", "/list/0", "/list/1"]
