import contextlib
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from app.vc import baked
from app.vc.outcome import Unsound
from app.vc.svg import CREDENTIAL, bake, looks_like_svg, unbake
from tests.examples import examples
from tests.vc.pictures import HOSTILE, HOSTILE_SVG, NAMESPACES, PNG, SVG, svg_with
from tests.vc.test_baked import CREDENTIALS

JSON = '{"@context":[]}'
JWS = "eyJhbGciOiJFUzI1NiJ9.e30.c2ln"
RICH = b"""<?xml version="1.0" encoding="UTF-8"?>
<!-- a licence: > [ -->
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" xlink:title="t" width='10'>
  text <g xmlns:i="urn:i" i:a="1"><path d="M0 0"/></g><style><![CDATA[ a > b ]]></style><!-- c --> &#xe9; \xc3\xa9
  <use xlink:href="#b"/>
</svg>
<!-- after -->"""
TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_characters="<&>"), max_size=8)
NODES = st.recursive(
    TEXT,
    lambda inner: st.tuples(st.sampled_from("gap"), TEXT, st.lists(inner, max_size=3)).map(
        lambda made: f"<{made[0]} title='{made[1].replace(chr(39), '')}'>{''.join(made[2])}</{made[0]}>"
    ),
    max_leaves=6,
)
PICTURES = NODES.map(lambda inside: svg_with(inside.encode()))


def refused(call, *arguments):
    with pytest.raises(Unsound) as refusal:
        call(*arguments)
    return refusal.value.finding.code


def without_credential(picture):
    """The drawing in canonical XML, without the credential."""
    root = etree.fromstring(picture)
    for element in root.iter(CREDENTIAL):
        element.getparent().text = element.tail
        element.getparent().remove(element)
    etree.cleanup_namespaces(root)
    return etree.tostring(root, method="c14n")


def test_json_stands_in_a_cdata_section_right_after_the_start_tag():
    assert bake(svg_with(b""), JSON) == (
        b"<svg " + NAMESPACES + b"><openbadges:credential><![CDATA[" + JSON.encode() + b"]]></openbadges:credential>"
        b'<path d="M0 0h1v1z"/></svg>'
    )
    assert unbake(bake(SVG, JSON)) == baked.Baked("3.0", JSON)


def test_a_jws_stands_in_the_attribute_and_the_namespace_on_the_root():
    picture = bake(SVG, JWS)
    assert b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"' in picture
    assert b'"0 0 1 1"><openbadges:credential verify="' + JWS.encode() + b'"/><title>' in picture
    assert unbake(picture) == baked.Baked("3.0", JWS)


@given(PICTURES, CREDENTIALS)
def test_any_credential_comes_back_from_any_picture_which_stays_as_it_is(picture, credential):
    with_credential = bake(picture, json.dumps(credential, ensure_ascii=False))
    found = unbake(with_credential)
    assert (found.version, json.loads(found.text)) == ("3.0", credential)
    assert without_credential(with_credential) == without_credential(picture)


@pytest.mark.long
@examples(3000)
@given(st.text(max_size=40).map(lambda text: text.encode("utf-8", "ignore")), st.integers(0, 400))
def test_whatever_is_written_over_a_picture_is_refused_or_read(bytes_in, place):
    whole = bake(RICH, JSON)
    spoiled = whole[:place] + bytes_in + whole[place + len(bytes_in) :]
    with contextlib.suppress(Unsound):
        assert unbake(spoiled).version == "3.0"
    with contextlib.suppress(Unsound):
        assert unbake(bake(spoiled, JWS)).text == JWS


@given(PICTURES, CREDENTIALS)
def test_baking_again_replaces(picture, credential):
    text = json.dumps(credential)
    assert bake(bake(picture, JWS), text) == bake(picture, text)


def test_everything_else_of_a_drawing_is_kept():
    picture = bake(RICH, JSON)
    assert without_credential(picture) == without_credential(RICH)
    for kept in (
        b"<?xml ",
        b"<!-- a licence: > [ -->",
        b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">',
        b"<![CDATA[ a > b ]]>",
        b'<g xmlns:i="urn:i" i:a="1"><path d="M0 0"/></g>',
        b'xlink:title="t"',
        b"<!-- after -->",
    ):
        assert kept in picture
    assert bake(bake(picture, JWS), JSON) == picture
    assert not bake(svg_with(b""), JSON).startswith(b"<?xml")


def test_comments_around_a_drawing_are_bounded_since_moving_them_is_slow():
    few, many = b"<!--x-->" * 100, b"<!--x-->" * 101
    assert bake(svg_with(b"", few) + few, JWS).startswith(few)
    for picture in (many + SVG.partition(b"?>\n")[2], SVG + many):
        assert refused(bake, picture, JWS) == "picture_too_large"
        assert refused(unbake, picture) == "no_baked_credential"


def test_a_credential_in_any_place_is_replaced_and_the_text_around_it_stays():
    inside = b"<g>one<b/>two<openbadges:credential verify='x.y.z'/>three</g>four"
    picture = bake(svg_with(inside), JWS)
    assert b"<g>one<b/>twothree</g>four" in picture
    assert unbake(picture).text == JWS
    assert b">zero!<path" in bake(svg_with(b"zero<openbadges:credential>{}</openbadges:credential>!"), JWS)
    twice = svg_with(b"<openbadges:credential>{}</openbadges:credential>" * 2)
    assert refused(bake, twice, JWS) == "ambiguous_picture"


def test_older_pictures_are_told_apart_and_kept():
    start = b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="http://openbadges.org">'
    assertion = (
        b'<openbadges:assertion verify="https://issuer.example/1"><![CDATA[{"id": "x"}]]></openbadges:assertion>'
    )
    older = start + assertion + b"</svg>"
    assert unbake(older) == baked.Baked("2.0", '{"id": "x"}')
    hosted = start + b'<openbadges:assertion verify="https://issuer.example/1"/></svg>'
    assert unbake(hosted) == baked.Baked("2.0", "https://issuer.example/1")
    picture = bake(older, JWS)
    assert unbake(picture) == baked.Baked("3.0", JWS)
    assert assertion in picture


def test_another_prefix_means_the_same():
    element = b'<o:credential xmlns:o="https://purl.imsglobal.org/ob/v3p0"> {} </o:credential>'
    picture = b'<s:svg xmlns:s="http://www.w3.org/2000/svg">' + element + b"</s:svg>"
    assert unbake(picture) == baked.Baked("3.0", "{}")
    assert unbake(bake(picture, JWS)).text == JWS


@pytest.mark.parametrize("name", sorted(HOSTILE_SVG))
def test_hostile_pictures(name):
    picture = (HOSTILE / name).read_bytes()
    start = time.process_time()
    assert refused(unbake, picture) == HOSTILE_SVG[name]
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("picture", "code"),
    [
        (b"", "malformed_svg"),
        (b"<svg/>", "malformed_svg"),
        (b"<html><svg xmlns='http://www.w3.org/2000/svg'/></html>", "malformed_svg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", "malformed_svg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>&nbsp;</svg>", "malformed_svg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' a='1' a='2'/>", "malformed_svg"),
        (PNG, "unsupported_svg"),
        (SVG.decode().encode("utf-16"), "unsupported_svg"),
        (SVG.replace(b"Badge", b"\xe9"), "unsupported_svg"),
        (SVG.replace(b"UTF-8", b"UTF-16"), "unsupported_svg"),
        (svg_with(b"<openbadges:credential/>"), "malformed_svg"),
        (svg_with(b"<openbadges:credential> <a/>{}</openbadges:credential>"), "malformed_svg"),
        (
            svg_with(b"<openbadges:credential>" + b" x" * baked.MAX_TEXT_BYTES + b"</openbadges:credential>"),
            "picture_too_large",
        ),
        (svg_with(b" " * baked.MAX_IMAGE_BYTES), "picture_too_large"),
        (SVG, "no_baked_credential"),
        (SVG.replace(b"<title>", b"<title><!-- <openbadges:credential>{} -->"), "no_baked_credential"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_holds_no_credential(picture, code):
    assert refused(unbake, picture) == code
    if code in {"malformed_svg", "unsupported_svg"} and b"openbadges" not in picture:
        assert refused(bake, picture, JWS) == code


def test_entities_that_another_document_declares_are_never_left_out_silently():
    doctype = b'<!DOCTYPE svg SYSTEM "http://127.0.0.1/a.dtd">'
    for inside in (b'<openbadges:credential verify="a.b.&x;c"/>', b"<title>&x;</title>"):
        assert refused(unbake, svg_with(inside, doctype)) == "unsupported_svg"
        assert refused(bake, svg_with(inside, doctype), JWS) == "unsupported_svg"
    assert unbake(bake(svg_with(b"<title>&amp;&#x20;</title>", doctype), JWS)).text == JWS


def test_an_svg_is_told_from_other_markup_by_its_beginning():
    for picture in (SVG, RICH, b"\xef\xbb\xbf" + SVG, svg_with(b""), b"<s:svg/>", b"<!DOCTYPE svg [", b" <svg\n"):
        assert looks_like_svg(picture)
    for other in (
        b"<!doctype html><svg/>",
        b"<html>",
        b"<svgx/>",
        b"<!-- <svg> -->",
        b"svg",
        b"",
        PNG,
        b"<?xml <svg/>",
    ):
        assert not looks_like_svg(other)


def test_the_scan_of_the_beginning_is_linear():
    start = time.process_time()
    for picture in (b"<!--" * 200_000, b"<?" * 400_000, b" " * 2_000_000, b"<!DOCTYPE " + b"'" * 1_000_000):
        looks_like_svg(picture)
        refused(unbake, picture)
    assert time.process_time() - start < 10


@given(st.binary(max_size=60))
def test_any_bytes_are_refused_and_nothing_else_is_raised(data):
    assert refused(unbake, data) in {"malformed_svg", "unsupported_svg"}
    for picture in (svg_with(data), svg_with(b"<openbadges:credential>" + data + b"</openbadges:credential>")):
        with contextlib.suppress(Unsound):
            unbake(picture)
