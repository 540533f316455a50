"""Templates to HTML, with the texts of app/texts.py in the reader's language."""

from functools import cache
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from app.pages.translations import Language
from app.texts import LANGUAGES, SOURCE, translations

LANGUAGE = SOURCE
# No script or style but our own files; forms only to ourselves.
POLICY = "default-src 'self'; img-src 'self' data: https:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
# The camera is for the codes that a reader wants to scan on /verify; it is opened when she asks for it.
PERMISSIONS = "camera=(self), microphone=(), geolocation=()"
# Characters that turn round what is written after them (Unicode 15.1, UAX 9, section 2): in the name that a badge
# gives its issuer, they would have the reader take our words for others.
TURNING = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))


@cache
def environment(language: str) -> Environment:
    """The templates, their texts in that language."""
    made = Environment(
        loader=PackageLoader("app.pages"),
        autoescape=select_autoescape(default=True),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        finalize=_straight,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    return made


def _straight(value: Any) -> Any:
    """What stands in a page, without what would turn round the rest of its line."""
    return value.translate(TURNING) if isinstance(value, str) else value


def page(template: str, status_code: int = 200, *, language: str = SOURCE, **values: Any) -> HTMLResponse:
    """The page of that template; `language`: one of app.texts.LANGUAGES (a route has it from `LanguageOf`).

    `more_tongues`: tags of other languages that the shown content has, for the same switch.
    """
    has_choice = isinstance(language, Language)
    reader = language if isinstance(language, Language) else Language(language)
    shown = {"tongues": LANGUAGES if has_choice else {}, "more_tongues": [], "robots": "index"} | values
    content = environment(str(reader)).get_template(template).render(language=reader, **shown)
    headers = {
        "Content-Security-Policy": POLICY,
        "Permissions-Policy": PERMISSIONS,
        "Content-Language": str(reader),
        "Vary": "Accept-Language",
    }
    return HTMLResponse(content, status_code, headers)
