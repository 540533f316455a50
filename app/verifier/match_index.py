"""Which competency of a framework an alignment of a badge means. Pure.

Open Badges 3.0, class Alignment: `targetUrl`, `targetCode`, `targetFramework`
(https://www.imsglobal.org/spec/ob/v3p0/#alignment). An alignment means a competency

    case_uri     when a path segment of its URL is the competency's UUID: CASE URIs, whoever serves them
    url          when its URL is the one that the framework itself gives to the competency
    code         when its framework is this one, by id, title or address, in any version, and its code the competency's
    exact_match  when the framework says that the competency is exactly what the alignment names

Other alignments that the framework shares with a badge (both name one ESCO skill) are related: told, never counted.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.competency.framework import Framework

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
VERSION = re.compile(r"[vV]?[0-9][0-9A-Za-z.+-]{0,39}")  # what may follow a framework's title in `targetFramework`
EXACT = "exactMatchOf"


@dataclass(frozen=True, slots=True)
class Meant:
    """The competency (its id) that an alignment means, and by what that is known."""

    competency: str
    by: str


@dataclass(frozen=True, slots=True)
class Index:
    """What alignments are looked up in. `names`: of the framework, folded. Others: to ids of competencies."""

    names: frozenset[str]
    codes: frozenset[str]
    by_uuid: Mapping[str, str]
    by_url: Mapping[str, str]
    exact: Mapping[str, str]
    related: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, framework: Framework) -> "Index":
        """Build it once for a framework."""
        competencies = framework.competencies.values()
        aligned = [(one["uri"], one.get("relation"), each["id"]) for each in competencies for one in targets(each)]
        return cls(
            names=frozenset(map(folded, names_of(framework))),
            codes=frozenset(framework.competencies),
            by_uuid={each["uuid"].lower(): each["id"] for each in competencies if "uuid" in each},
            by_url={url: each["id"] for each in competencies if (url := each.get("source", {}).get("uri"))},
            exact={uri: competency for uri, relation, competency in aligned if relation == EXACT},
            related=grouped((uri, competency) for uri, relation, competency in aligned if relation != EXACT),
        )

    def meant(self, alignment: Mapping[str, str | None]) -> Meant | None:
        """Return what an alignment means, None when it is none of the framework's competencies."""
        url, code = alignment["targetUrl"] or "", alignment["targetCode"] or ""
        for uuid in UUID.findall(url.lower()):
            if uuid in self.by_uuid:
                return Meant(self.by_uuid[uuid], "case_uri")
        if url in self.by_url:
            return Meant(self.by_url[url], "url")
        if code in self.codes and self.is_this_framework(alignment["targetFramework"] or ""):
            return Meant(code, "code")
        return Meant(self.exact[url], "exact_match") if url in self.exact else None

    def is_this_framework(self, name: str) -> bool:
        """Tell whether a name, with or without a version behind it, is the framework's."""
        whole = folded(name)
        title, _, version = whole.rpartition(" ")
        return whole in self.names or (title in self.names and VERSION.fullmatch(version) is not None)

    def related_to(self, alignment: Mapping[str, str | None]) -> frozenset[str]:
        """Return the competencies that name the same thing elsewhere, without being it."""
        return self.related.get(alignment["targetUrl"] or "", frozenset())


def grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """Return for each first all seconds."""
    found: dict[str, set[str]] = {}
    for first, second in pairs:
        found.setdefault(first, set()).add(second)
    return {first: frozenset(seconds) for first, seconds in found.items()}


def targets(competency: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a competency's own alignments that have an address."""
    yield from (one for one in competency.get("alignments", []) if "uri" in one)


def names_of(framework: Framework) -> Iterator[str]:
    """Yield everything that the framework is called."""
    about = framework.document["framework"]
    yield from (about["id"], about["uuid"], *about["title"].values())
    if "uri" in about:
        yield about["uri"]


def folded(name: str) -> str:
    """Return a name for comparing: without case, white space folded."""
    return " ".join(name.casefold().split())
