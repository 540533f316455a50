"""In which language an answer of the API explains."""

from typing import Annotated

from fastapi import Depends, Header, Query

from app.texts import LANGUAGES, SOURCE
from app.web.negotiation import choose_language


def of_sentences(
    lang: Annotated[
        str | None,
        Query(max_length=35, pattern=r"^[A-Za-z0-9-]+$", description="Of the sentences; default by Accept-Language."),
    ] = None,
    accept_language: Annotated[str | None, Header(max_length=1000)] = None,
) -> str:
    """A language tag. `lang` may name one that only the framework has: its names are then in it, the sentences English.

    Without it one of app.texts.LANGUAGES, by Accept-Language (RFC 9110, section 12.5.4), else English.
    """
    return lang or choose_language(accept_language, tuple(LANGUAGES)) or SOURCE


SentenceLanguage = Annotated[str, Depends(of_sentences)]
