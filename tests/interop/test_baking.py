"""Pictures in others' hands: what we bake they find, and what they bake we find."""

import json

import pytest
from openbadgeslib import baking

from app.vc import png, svg
from tests.vc.pictures import PNG, SVG
from tests.vc.test_png import JWS

pytestmark = pytest.mark.interop

CREDENTIAL = {"@context": ["https://www.w3.org/ns/credentials/v2"], "name": "Größe {2} > ]]> \U0001f600"}
TEXT = json.dumps(CREDENTIAL, ensure_ascii=False)


def theirs_from_png(picture):
    return baking.extract_png(picture, keyword=baking.ITXT_KEYWORD_OB3)


def theirs_from_svg(picture):
    return baking.extract_svg(picture, element=baking.SVG_ELEMENT_OB3, text_fallback=True)


def their_svg(credential):
    as_text = credential != JWS
    names = {"element": baking.SVG_ELEMENT_OB3, "namespace": baking.SVG_NS_OB3}
    return baking.bake_svg(SVG, credential, as_text=as_text, **names)


@pytest.mark.parametrize("credential", [JWS, TEXT])
def test_openbadgeslib_finds_what_we_bake(credential):
    for found in (theirs_from_png(png.bake(PNG, credential)), theirs_from_svg(svg.bake(SVG, credential))):
        text = found.decode() if isinstance(found, bytes) else found
        assert text == JWS if credential == JWS else json.loads(text) == CREDENTIAL


@pytest.mark.parametrize("credential", [JWS, TEXT])
def test_we_find_what_openbadgeslib_bakes(credential):
    assert png.unbake(baking.bake_png(PNG, credential, keyword=baking.ITXT_KEYWORD_OB3)).text == credential
    assert svg.unbake(their_svg(credential)).text == credential
