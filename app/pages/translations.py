"""In which language a reader gets a page: `?lang=` says which, else Accept-Language (RFC 9110, section 12.5.4)."""

from typing import Annotated, Self
from urllib.parse import urlencode

from fastapi import Depends, Header, Query, Request

from app.texts import LANGUAGES, SOURCE
from app.web.negotiation import choose_language

LANG = "lang"


class Language(str):
    """One of LANGUAGES, as a text; it knows the address it was chosen at, for the links to the other languages.

    `query`: the other parameters of that address. `is_asked_for`: the reader chose it by `?lang=`, so that the links of
    the page keep it.
    """

    __slots__ = ("is_asked_for", "query")
    is_asked_for: bool
    query: tuple[tuple[str, str], ...]

    def __new__(cls, tag: str, *, query: tuple[tuple[str, str], ...] = (), is_asked_for: bool = False) -> Self:
        """Return that language as it was chosen."""
        made = super().__new__(cls, tag)
        made.query, made.is_asked_for = query, is_asked_for
        return made

    @property
    def kept(self) -> str:
        """What a link of the page ends with, so that it leads to a page in this language; empty when nothing must."""
        return f"?{LANG}={self}" if self.is_asked_for else ""

    def switched_to(self, tag: str) -> str:
        """Return the reference to the same page in another language (RFC 3986, section 4.2: the query alone)."""
        return "?" + urlencode([*self.query, (LANG, tag)])


def language(
    lang: Annotated[str | None, Query(max_length=50)] = None,
    accept_language: Annotated[str | None, Header()] = None,
) -> str:
    """One of LANGUAGES; English when none of what the reader would like is there."""
    offered = tuple(LANGUAGES)
    return choose_language(lang, offered) or choose_language(accept_language, offered) or SOURCE


def language_here(request: Request, chosen: Annotated[str, Depends(language)]) -> Language:
    """The language of this request's reader."""
    others = tuple((name, value) for name, value in request.query_params.multi_items() if name != LANG)
    asked_for = choose_language(request.query_params.get(LANG), tuple(LANGUAGES))
    return Language(chosen, query=others, is_asked_for=asked_for == chosen)


LanguageOf = Annotated[Language, Depends(language_here)]
