"""Every text of pages, mails and certificates stands in every catalogue, and no catalogue has what nobody uses."""

import re
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from app.competency.messages import ENGLISH
from app.pages.translations import language
from app.texts import LANGUAGES, SOURCE, translations

APP = Path(__file__).parent.parent / "app"
OTHERS = [each for each in LANGUAGES if each != SOURCE]
PLACE = re.compile(r"%\(\w+\)s|%\(\w+\)d|\{\w+\}")
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}


@cache
def used():
    """msgid -> files that use it; of a plural the singular."""
    found = {text: {"competency/messages.py"} for text in ENGLISH.values()}
    for path in [*APP.rglob("*.py"), *APP.rglob("*.html")]:
        method = "python" if path.suffix == ".py" else "jinja2.ext:babel_extract"
        source = BytesIO(path.read_bytes())
        for _, message, _, _ in extract(method, source, KEYWORDS, options={"trimmed": "true", "silent": "false"}):
            key = message if isinstance(message, str) else message[0]
            if key:
                found.setdefault(key, set()).add(str(path.relative_to(APP)))
    return found


@cache
def catalogued(language):
    """msgid -> Message of all parts; what stands in two of them is translated alike."""
    found = {}
    for path in sorted(APP.glob(f"locale/*/{language}.po")):
        for message in read_po(BytesIO(path.read_bytes()), locale=language, abort_invalid=True):
            if message.id:
                key = message.id if isinstance(message.id, str) else message.id[0]
                twin = found.setdefault(key, message)
                assert twin.string == message.string, f"{key!r} is translated in two ways"
    return found


def texts_of(message):
    return [message.string] if isinstance(message.string, str) else list(message.string)


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_translated(language):
    missing = {key: sorted(files) for key, files in used().items() if key not in catalogued(language)}
    assert not missing
    untold = [key for key, message in catalogued(language).items() if not all(texts_of(message)) or message.fuzzy]
    assert not untold


@pytest.mark.parametrize("language", OTHERS)
def test_no_catalogue_has_texts_that_nobody_uses(language):
    assert not catalogued(language).keys() - used().keys()


@pytest.mark.parametrize("language", OTHERS)
def test_translations_have_the_places_of_the_english(language):
    for key, message in catalogued(language).items():
        told = [key] if isinstance(message.id, str) else list(message.id)
        wanted = {place for each in told for place in PLACE.findall(each)}
        for text in texts_of(message):
            assert set(PLACE.findall(text)) <= wanted, (key, text)
        assert {place for text in texts_of(message) for place in PLACE.findall(text)} == wanted, key


def test_english_and_unknown_languages_get_the_source():
    assert translations("en").gettext("Check a badge") == "Check a badge"
    assert translations("tlh").gettext("Check a badge") == "Check a badge"
    assert translations("de").gettext("Check a badge") == "Badge prüfen"
    assert translations("de").gettext("not a text of ours") == "not a text of ours"


@pytest.mark.parametrize(
    ("lang", "accept_language", "chosen"),
    [
        (None, None, "en"),
        ("el", "de", "el"),
        ("fr", "de-AT,en;q=0.5", "de"),
        (None, "fr,ro;q=0.7,en;q=0.3", "ro"),
        ("x" * 50, "*", "en"),
    ],
)
def test_the_reader_says_which_language(lang, accept_language, chosen):
    assert language(lang, accept_language) == chosen
