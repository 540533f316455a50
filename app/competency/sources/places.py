"""Where an item of a source belongs: section and assessment, by the saved mapping, then by the framework itself.

The framework names its sections for other systems in `match` (an activity's IRI, a line item's resource id, an item's
id number); `{assessment}/{section}` is always a name too. A name that means two sections means none.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from app.competency.exact import number_text
from app.competency.framework import Framework
from app.competency.rules import Section
from app.competency.sources.reading import MappedItem, Reading, SourceMapping


@dataclass(frozen=True, slots=True)
class Place:
    """A section and its scale: `max` as decimal text; `told_max` what the mapping says of the source's scale."""

    assessment: str
    section: str
    max: str | None = None
    told_max: str | None = None


class Places:
    """The sections of some frameworks by all their names; with `assessment` also by section and competency alone."""

    def __init__(self, frameworks: Iterable[Framework], mapping: SourceMapping, assessment: str | None = None) -> None:
        """Index once; `mapping` goes before the frameworks."""
        self._mapping = mapping
        self._assessment = assessment
        self._sections: dict[tuple[str, str], Place] = {}
        self._names: dict[str, set[Place]] = {}
        self._of_competency: dict[tuple[str, str], set[Place]] = {}
        for framework in frameworks:
            for code, document in framework.assessments.items():
                self._index(framework, code, document)

    def _index(self, framework: Framework, code: str, document: dict[str, Any]) -> None:
        sections = framework.rules.assessments[code].sections
        for part in document["sections"]:
            section = sections[part["id"]]
            place = Place(code, section.id, number_text(section.max))
            self._sections[code, section.id] = place
            for name in self._names_of(code, section, part, alone=len(sections) == 1):
                self._names.setdefault(name, set()).add(place)
            competency = framework.competencies.get(section.competency or "", {})
            for name in {str(each) for each in (section.competency, competency.get("uuid")) if each}:
                self._of_competency.setdefault((code, name), set()).add(place)

    def _names_of(self, code: str, section: Section, part: dict[str, Any], *, alone: bool) -> set[str]:
        names = {f"{code}/{section.id}", *part.get("match", {}).values()}
        if alone:
            names.add(code)
        if code == self._assessment:
            names.add(section.id)
        return names

    def find(self, reading: Reading) -> list[Place]:
        """Return the one place of a reading (all sections for `every_section`), or nothing when it is not clear."""
        told = self._mapping.items
        names = (reading.competency,) if reading.competency else reading.items
        mapped = next((told[name] for name in names if name in told), None)
        if mapped is not None:
            return [self._mapped(mapped)]
        if reading.every_section:
            return self._all_of(reading.items)
        if reading.competency:
            return _only(self._by_competency(reading))
        for name in reading.items:
            found = self._names.get(name, set())
            if found:
                return _only(found)
        if not reading.items and self._mapping.section is not None and self._assessment is not None:
            return [self._mapped(MappedItem(self._assessment, self._mapping.section))]
        return []

    def _mapped(self, item: MappedItem) -> Place:
        known = self._sections.get((item.assessment, item.section))
        return Place(item.assessment, item.section, known.max if known else None, item.max)

    def _by_competency(self, reading: Reading) -> set[Place]:
        for code in self._assessments(reading.items):
            found = self._of_competency.get((code, reading.competency))
            if found:
                return found
        return set()

    def _assessments(self, items: Iterable[str]) -> Iterator[str]:
        """The assessments that are named themselves, then the one that was asked for."""
        known = {code for code, _ in self._sections}
        named = [name for name in items if name in known]
        yield from named
        if not named and self._assessment is not None:
            yield self._assessment

    def _all_of(self, items: Iterable[str]) -> list[Place]:
        code = next(self._assessments(items), None)
        return [place for (assessment, _), place in self._sections.items() if assessment == code]

    def sections_of(self, assessment: str) -> list[str]:
        """Return the ids of an assessment's sections."""
        return [section for code, section in self._sections if code == assessment]

    @property
    def assessment(self) -> str | None:
        """The assessment that was asked for."""
        return self._assessment

    def named(self) -> dict[str, Place]:
        """Return every clear name with its place."""
        return {name: next(iter(found)) for name, found in self._names.items() if len(found) == 1}


def _only(found: set[Place]) -> list[Place]:
    return list(found) if len(found) == 1 else []
