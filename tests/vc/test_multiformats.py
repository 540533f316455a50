import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.vc import multiformats
from app.vc.outcome import Unsound

# https://datatracker.ietf.org/doc/html/draft-msporny-base58-03 section 5
BASE58 = [
    (b"Hello World!", "2NEpo7TZRRrLZSi2U"),
    (b"The quick brown fox jumps over the lazy dog.", "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z"),
    (bytes.fromhex("0000287fb4cd"), "11233QC4"),
]
# https://github.com/multiformats/unsigned-varint, and the multicodecs that the rest of the house uses
VARINTS = [
    (1, "01"),
    (127, "7f"),
    (128, "8001"),
    (255, "ff01"),
    (300, "ac02"),
    (16384, "808001"),
    (0xED, "ed01"),
    (0x1200, "8024"),
]


@pytest.mark.parametrize(("data", "text"), BASE58)
def test_base58_known_answers(data, text):
    assert multiformats.base58btc_encode(data) == text
    assert multiformats.base58btc_decode(text) == data


@given(st.text(multiformats.BASE58_ALPHABET, max_size=200) | st.sampled_from([65, 1025, 1600]).map("z".__mul__))
def test_base58_is_a_number_whose_digits_are_letters(text):
    number = 0
    for letter in text:
        number = number * 58 + multiformats.BASE58_ALPHABET.index(letter)
    assert int.from_bytes(multiformats.base58btc_decode(text), "big") == number


@given(st.binary(max_size=200))
def test_bytes_come_back_from_every_base(data):
    assert multiformats.base58btc_decode(multiformats.base58btc_encode(data)) == data
    assert multiformats.base64url_decode(multiformats.base64url_encode(data)) == data
    for base in "zu":
        assert multiformats.multibase_decode(multiformats.multibase_encode(base, data)) == data


@pytest.mark.parametrize(("number", "encoded"), VARINTS)
def test_varint_known_answers(number, encoded):
    assert multiformats.varint_encode(number).hex() == encoded
    assert multiformats.varint_decode(bytes.fromhex(encoded) + b"rest") == (number, b"rest")


@given(st.integers(0, 2**63 - 1), st.binary(max_size=5))
def test_varints_come_back(number, rest):
    assert multiformats.varint_decode(multiformats.varint_encode(number) + rest) == (number, rest)


@pytest.mark.parametrize("text", ["0", "O", "I", "l", "+", " 2", "\N{SNOWMAN}", "2" * 1601])
def test_what_is_not_base58_is_refused(text):
    with pytest.raises(Unsound) as caught:
        multiformats.base58btc_decode(text)
    assert caught.value.finding.code == "malformed_base58"


@pytest.mark.parametrize("text", ["YQ==", "Y Q", "YQ\n", "a", "ab+/", "YR"])
def test_only_the_one_form_of_base64url_is_read(text):
    with pytest.raises(Unsound) as caught:
        multiformats.base64url_decode(text)
    assert caught.value.finding.code == "malformed_base64url"


@pytest.mark.parametrize(("text", "bases"), [("", "zu"), ("m1", "zu"), ("uYQ", "z"), ("z2", "u"), ("zu", "")])
def test_other_bases_are_refused(text, bases):
    with pytest.raises(Unsound) as caught:
        multiformats.multibase_decode(text, bases)
    assert caught.value.finding.code == "malformed_multibase"


@pytest.mark.parametrize("encoded", ["", "80", "8000", "ff" * 9 + "01"])
def test_bad_varints_are_refused(encoded):
    with pytest.raises(Unsound) as caught:
        multiformats.varint_decode(bytes.fromhex(encoded))
    assert caught.value.finding.code == "malformed_varint"
