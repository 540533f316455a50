import contextlib
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.vc import baked
from app.vc.outcome import Unsound
from app.vc.png import MAX_CHUNKS, SIGNATURE, bake, chunk_of, chunks, unbake
from tests.examples import examples
from tests.vc.pictures import END, HEADER, HOSTILE, HOSTILE_PNG, PIXEL, PNG, itxt, with_text
from tests.vc.test_baked import CREDENTIALS

JSON = '{"@context":[]}'
JWS = "eyJhbGciOiJFUzI1NiJ9.e30.c2ln"
KINDS = (
    st.from_regex(r"[A-Za-z]{4}", fullmatch=True).map(str.encode).filter(lambda kind: kind not in {b"IEND", b"IHDR"})
)
PICTURES = st.lists(st.tuples(KINDS, st.binary(max_size=30)), max_size=6).map(
    lambda more: SIGNATURE + HEADER + b"".join(chunk_of(kind, data) for kind, data in more) + PIXEL + END
)


def refused(call, *arguments):
    with pytest.raises(Unsound) as refusal:
        call(*arguments)
    return refusal.value.finding.code


def test_the_chunk_is_what_open_badges_asks_for():
    picture = bake(PNG, JSON)
    data = b"openbadgecredential\0" + b"\0\0" + b"\0" + b"\0" + JSON.encode()
    added = len(data).to_bytes(4, "big") + b"iTXt" + data + zlib.crc32(b"iTXt" + data).to_bytes(4, "big")
    assert picture == PNG[: -len(END)] + added + END
    assert unbake(picture) == baked.Baked("3.0", JSON)


@given(PICTURES, CREDENTIALS)
def test_any_credential_comes_back_from_any_picture_which_stays_as_it_is(picture, credential):
    with_credential = bake(picture, json.dumps(credential, ensure_ascii=False))
    found = unbake(with_credential)
    assert (found.version, json.loads(found.text)) == ("3.0", credential)
    kept = [chunk.raw for chunk in chunks(with_credential) if chunk.keyword != b"openbadgecredential"]
    assert SIGNATURE + b"".join(kept) == picture


@pytest.mark.long
@examples(3000)
@given(st.binary(max_size=200), st.integers(0, 250), CREDENTIALS)
def test_no_spoiled_picture_gives_another_credential(bytes_in, place, credential):
    text = baked.portable(json.dumps(credential))
    whole = bake(PNG, text)
    spoiled = whole[:place] + bytes_in + whole[place + len(bytes_in) :]
    try:
        assert unbake(spoiled).text == text
    except Unsound:
        assert spoiled != whole


@given(CREDENTIALS)
def test_baking_again_replaces(credential):
    text = json.dumps(credential)
    assert bake(bake(PNG, JWS), text) == bake(PNG, text)
    assert unbake(bake(bake(PNG, text), JWS)).text == JWS


def test_what_others_have_written_is_left_alone_and_a_broken_one_is_replaced():
    older = with_text(b"tEXt", b"openbadges\0https://issuer.example/1")
    assert older[: -len(END)] in bake(older, JWS)
    for broken in (itxt(b"\xff"), b"openbadgecredential\0", b"openbadgecredential"):
        assert bake(with_text(b"iTXt", broken), JWS) == bake(PNG, JWS)


def test_older_pictures_are_told_apart():
    assert unbake(with_text(b"tEXt", b"openbadges\0https://issuer.example/\xe9")).text == "https://issuer.example/é"
    found = unbake(with_text(b"iTXt", itxt("{é}".encode(), b"openbadges")))
    assert found == baked.Baked("2.0", "{é}")
    both = SIGNATURE + HEADER + chunk_of(b"iTXt", itxt(b"{}", b"openbadges")) + chunk_of(b"iTXt", itxt(b"a.b.c")) + END
    assert unbake(both) == baked.Baked("3.0", "a.b.c")


def test_a_compressed_text_is_read_within_bounds():
    assert unbake(with_text(b"iTXt", itxt(zlib.compress(JSON.encode()), flags=b"\1\0"))).text == JSON
    most = b" " * baked.MAX_TEXT_BYTES
    assert unbake(with_text(b"iTXt", itxt(zlib.compress(most), flags=b"\1\0"))).text == most.decode()
    assert refused(unbake, with_text(b"iTXt", itxt(zlib.compress(most + b" "), flags=b"\1\0"))) == "picture_too_large"
    assert refused(unbake, with_text(b"iTXt", itxt(most + b" "))) == "picture_too_large"
    for data in (b"", b"x", zlib.compress(b"{}")[:-1], zlib.compress(b"{}") + b"x"):
        assert refused(unbake, with_text(b"iTXt", itxt(data, flags=b"\1\0"))) == "malformed_png"


@pytest.mark.parametrize("flags", [b"\2\0", b"\0\1", b"\1\1"])
def test_unknown_flags_of_a_text(flags):
    assert refused(unbake, with_text(b"iTXt", itxt(b"{}", flags=flags))) == "malformed_png"


@pytest.mark.parametrize("name", sorted(HOSTILE_PNG))
def test_hostile_pictures(name):
    assert refused(unbake, (HOSTILE / name).read_bytes()) == HOSTILE_PNG[name]


@pytest.mark.parametrize(
    "picture",
    [
        b"",
        SIGNATURE,
        SIGNATURE[:-1],
        b"\xff\xd8\xff\xe0" + PNG,
        SIGNATURE + END,
        SIGNATURE + PIXEL + HEADER + END,
        SIGNATURE + chunk_of(b"IHDR", b"") + END,
        SIGNATURE + HEADER + chunk_of(b"a\0\0\0", b"") + END,
        SIGNATURE + HEADER + chunk_of(b"    ", b"") + END,
        SIGNATURE + HEADER + chunk_of(b"IEND", b"x"),
        PNG + b"\n",
        PNG[:-1],
        PNG[:20],
    ],
    ids=lambda picture: None,
)
def test_what_is_no_whole_png_is_neither_read_nor_baked_into(picture):
    assert refused(unbake, picture) == refused(bake, picture, JWS) == "malformed_png"


@given(st.integers(8, len(PNG) - 1), st.integers(1, 255))
def test_any_changed_byte_of_a_picture_is_noticed(place, change):
    picture = PNG[:place] + bytes([PNG[place] ^ change]) + PNG[place + 1 :]
    assert refused(bake, picture, JWS) == "malformed_png"


def test_size_and_number_of_chunks_are_bounded():
    empty = chunk_of(b"teSt", b"")
    assert bake(SIGNATURE + HEADER + empty * (MAX_CHUNKS - 2) + END, JWS)
    assert refused(unbake, SIGNATURE + HEADER + empty * (MAX_CHUNKS - 1) + END) == "picture_too_large"
    large = SIGNATURE + HEADER + chunk_of(b"IDAT", bytes(baked.MAX_IMAGE_BYTES)) + END
    assert refused(unbake, large) == refused(bake, large, JWS) == "picture_too_large"


def test_a_picture_without_a_credential():
    assert refused(unbake, PNG) == "no_baked_credential"
    assert refused(unbake, with_text(b"tEXt", b"Comment\0openbadgecredential {}")) == "no_baked_credential"


@given(st.binary(max_size=100))
def test_any_bytes_are_refused_and_nothing_else_is_raised(data):
    for picture in (data, SIGNATURE + data, SIGNATURE + HEADER + data):
        assert refused(unbake, picture) in {"malformed_png", "no_baked_credential"}
    for picture in (with_text(b"iTXt", b"openbadgecredential\0" + data), with_text(b"iTXt", data)):
        with contextlib.suppress(Unsound):
            unbake(picture)
