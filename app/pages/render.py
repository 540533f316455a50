"""Templates to HTML. Texts go through gettext, so that other languages are only catalogues."""

from gettext import NullTranslations
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

LANGUAGE = "en"
# No script or style but our own files; forms only to ourselves.
POLICY = "default-src 'self'; img-src 'self' data: https:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

_environment = Environment(
    loader=PackageLoader("app.pages"),
    autoescape=select_autoescape(default=True),
    extensions=["jinja2.ext.i18n"],
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.install_gettext_translations(NullTranslations(), newstyle=True)  # type: ignore[attr-defined]


def page(template: str, status_code: int = 200, **values: Any) -> HTMLResponse:
    """The page of that template."""
    content = _environment.get_template(template).render(language=LANGUAGE, **values)
    return HTMLResponse(content, status_code, {"Content-Security-Policy": POLICY})
