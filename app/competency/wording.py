"""Names of things with their codes, and periods, as people read them in a language."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date

from app.competency.framework import Framework
from app.competency.messages import message
from app.competency.period import Period
from app.competency.vocabulary import label
from app.texts import LANGUAGES, SOURCE, translations


@dataclass(frozen=True, slots=True)
class Wording:
    """A framework and a language. Names come from the framework: in the language where it has it, else in English."""

    framework: Framework
    language: str

    def say(self, key: str, **places: str) -> str:
        """Return the sentence of this key."""
        return message(key, self.language, **places)

    def text(self, texts: dict[str, str]) -> str:
        """Return a language map's text."""
        return self.framework.text(texts, self.language)[0]

    def competency(self, competency_id: str) -> str:
        """Return e.g. "Privacy by design (SEC.2)"."""
        return self._named(self.framework.competencies[competency_id].get("name"), competency_id)

    def level(self, level_id: str) -> str:
        """Return e.g. "Professional (L3)"."""
        return self._named(self.framework.level(level_id).get("name"), level_id)

    def assessment(self, assessment_id: str) -> str:
        """Return e.g. "Lab sheets (series of 5) (C07-L)"."""
        return self._named(self.framework.assessments[assessment_id].get("title"), assessment_id)

    def award(self, award_id: str) -> str:
        """Return e.g. "Smart City Foundations (MC-01)"."""
        return self._named(self.framework.awards[award_id].get("title"), award_id)

    def concept(self, uri: str) -> str:
        """Return the label of a concept of the European vocabularies; the URI itself of any other."""
        return translations(self.language).gettext(label(uri))

    def period(self, text: str) -> str:
        """Return e.g. "36 months" for P3Y."""
        period = Period.of(text)
        months = self.say("period.month" if period.months == 1 else "period.months", n=str(period.months))
        days = self.say("period.day" if period.days == 1 else "period.days", n=str(period.days))
        if period.months and period.days:
            return self.say("period.both", months=months, days=days)
        return months if period.months else days

    def day(self, day: date) -> str:
        """Return a date as people write it in the language of the sentences."""
        spoken = self.language if self.language in LANGUAGES else SOURCE
        return format_date(day, format="long", locale=spoken)

    def _named(self, texts: dict[str, Any] | None, identifier: str) -> str:
        return self.say("named", name=self.text(texts), id=identifier) if texts else identifier
