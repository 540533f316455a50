"""The service's own texts in the languages of its readers.

English is the source: what stands in `_("...")` of a template or module is the English text and the key. The other
languages are gettext catalogues, one folder a part: `app/locale/<part>/<language>.po`. What a catalogue lacks is said
in English; a test tells what is missing.
"""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO

from babel import Locale
from babel.core import get_global
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCE = "en"
LANGUAGES = {
    "en": "English",
    "bg": "Български",
    "de": "Deutsch",
    "el": "Ελληνικά",
    "es": "Español",
    "ro": "Română",
}


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of one of LANGUAGES, all parts together; any other language gets the English texts."""
    if language == SOURCE or language not in LANGUAGES:
        return NullTranslations()
    merged = Catalog(locale=language)
    for part in sorted(files("app").joinpath("locale").iterdir(), key=lambda folder: folder.name):
        catalogue = part / f"{language}.po"
        if catalogue.is_file():
            for message in read_po(BytesIO(catalogue.read_bytes()), locale=language):
                if message.id:
                    merged[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return GNUTranslations(compiled)


def is_language(tag: str) -> bool:
    """Whether the first subtag of a tag (BCP 47) names a language: CLDR knows it, or an older code that means one."""
    first = tag.partition("-")[0].lower()
    return first in Locale(SOURCE).languages or first in get_global("language_aliases")


def N_(text: str) -> str:  # noqa: N802 - the name that gettext's tools look for
    """Mark a text that is translated where it is shown, not where it stands."""
    return text
