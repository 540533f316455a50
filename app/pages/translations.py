"""In which language a reader gets a page: `?lang=` says which, else Accept-Language (RFC 9110, section 12.5.4)."""

from typing import Annotated

from fastapi import Depends, Header, Query

from app.texts import LANGUAGES, SOURCE
from app.web.negotiation import choose_language


def language(
    lang: Annotated[str | None, Query(max_length=50)] = None,
    accept_language: Annotated[str | None, Header()] = None,
) -> str:
    """One of LANGUAGES; English when none of what the reader would like is there."""
    offered = tuple(LANGUAGES)
    return choose_language(lang, offered) or choose_language(accept_language, offered) or SOURCE


LanguageOf = Annotated[str, Depends(language)]
