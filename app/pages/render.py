"""Templates to HTML, with the texts of app/texts.py in the reader's language."""

from functools import cache
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from app.texts import SOURCE, translations

LANGUAGE = SOURCE
# No script or style but our own files; forms only to ourselves.
POLICY = "default-src 'self'; img-src 'self' data: https:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"


@cache
def environment(language: str) -> Environment:
    """The templates, their texts in that language."""
    made = Environment(
        loader=PackageLoader("app.pages"),
        autoescape=select_autoescape(default=True),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    return made


def page(template: str, status_code: int = 200, *, language: str = SOURCE, **values: Any) -> HTMLResponse:
    """The page of that template; `language`: one of app.texts.LANGUAGES (a route has it from `LanguageOf`)."""
    content = environment(language).get_template(template).render(language=language, **values)
    return HTMLResponse(content, status_code, {"Content-Security-Policy": POLICY, "Content-Language": language})
