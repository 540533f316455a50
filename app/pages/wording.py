"""Dates, numbers and texts as a reader of one language expects them."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from gettext import NullTranslations

from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from app.texts import translations


class Wording:
    """How one language says things. `say`: the translation of a text of ours."""

    def __init__(self, language: str) -> None:
        """`language`: one of app.texts.LANGUAGES."""
        self.language = language
        self._texts: NullTranslations = translations(language)
        self.say: Callable[[str], str] = self._texts.gettext

    def has(self, text: str) -> bool:
        """Whether the reader gets this English text in her own language."""
        return self.say(text) != text

    def day(self, moment: str | None) -> str | None:
        """Say on which day an RFC 3339 time is; what is none is said as it stands."""
        read = _read(moment)
        return moment if read is None else format_date(read, "long", locale=self.language)

    def minute(self, moment: str) -> str:
        """Say an RFC 3339 time to the minute."""
        read = _read(moment)
        if read is None:
            return moment
        day, time = format_date(read, "long", locale=self.language), format_time(read, "HH:mm", locale=self.language)
        return f"{day}, {time} UTC"

    def number(self, text: str) -> str:
        """Say a number that is written as decimal text; what is none is said as it stands."""
        try:
            value = Decimal(text)
        except InvalidOperation:
            return text
        return format_decimal(value, locale=self.language) if value.is_finite() and abs(value) < 10**9 else text


def _read(moment: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(moment) if moment else None
    except ValueError:
        return None
