"""What a provider's newest frameworks call the things that a learner's records have codes of, in her language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

from app.competency.framework import Framework
from app.issuer.catalogue import find
from app.issuer.catalogue.published import Said
from app.ports import Services
from app.store.session import TenantSession


@dataclass(frozen=True, slots=True)
class Named:
    """Names by code; a code that no framework has is said as it stands. `language`: one of app.texts.LANGUAGES."""

    frameworks: tuple[Framework, ...]
    language: str

    @classmethod
    def of(cls, services: Services, session: TenantSession, language: str) -> Self:
        """By the newest frameworks of the session's tenant."""
        return cls(tuple(find.newest_frameworks(services, session)), language)

    def assessment(self, code: str) -> Said:
        """Say which assessment."""
        return self._first(code, ((each, each.assessments.get(code, {}).get("title")) for each in self.frameworks))

    def section(self, assessment: str, code: str) -> Said:
        """Say which part of an assessment: by its own title, else by the competency or area that it is about."""
        return self._first(code, self._sections(assessment, code))

    def _sections(self, assessment: str, code: str) -> Iterator[tuple[Framework, Mapping[str, str] | None]]:
        for framework in self.frameworks:
            for section in framework.assessments.get(assessment, {}).get("sections", ()):
                if section["id"] == code:
                    competency = framework.competencies.get(section.get("competency", ""), {})
                    area = framework.areas.get(section.get("area", ""), {})
                    yield framework, section.get("title") or competency.get("name") or area.get("name")

    def competency(self, code: str) -> Said:
        """Say which competency."""
        return self._first(code, ((each, each.competencies.get(code, {}).get("name")) for each in self.frameworks))

    def level(self, competency: str, code: str) -> Said:
        """Say which level, of the framework that has the competency."""
        owners = [each for each in self.frameworks if competency in each.competencies]
        levels = ((each, level) for each in owners for level in each.levels if level["id"] == code)
        return self._first(code, ((each, level.get("name")) for each, level in levels))

    def award(self, code: str) -> Said:
        """Say which micro-credential or certificate."""
        return self._first(code, ((each, each.awards.get(code, {}).get("title")) for each in self.frameworks))

    def _first(self, code: str, named: Iterator[tuple[Framework, Mapping[str, str] | None]]) -> Said:
        said = next((Said.of(framework, texts, self.language) for framework, texts in named if texts), None)
        return as_it_stands(code) if said is None else said


def as_it_stands(text: str) -> Said:
    """Say a text of which nobody knows the language."""
    said = Said(text)
    said.lang = None
    return said
