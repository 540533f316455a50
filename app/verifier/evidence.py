"""What was fetched for one verification, and what could not be: the evidence that the judge reads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from app.ports import Fetched


@dataclass(frozen=True, slots=True)
class NotFetched:
    """Why a document is not there. `code`: of ports.FetchFailed, or `too_many`. `reason`: a sentence."""

    code: str
    reason: str


Had = Fetched | NotFetched


@dataclass(frozen=True, slots=True)
class EvidenceSet:
    """By URL: the document, or why it could not be had. A URL that is missing was not asked for yet.

    `gathered_at`: aware; when it was fetched, None when that does not matter.
    """

    items: Mapping[str, Had] = field(default_factory=lambda: MappingProxyType({}))
    gathered_at: datetime | None = None

    def get(self, url: str) -> Had | None:
        """Return what was had for this URL, None when it was not asked for."""
        return self.items.get(url)

    def with_more(self, more: Mapping[str, Had]) -> "EvidenceSet":
        """Return a set that holds both; what is there already stays."""
        return EvidenceSet(MappingProxyType({**more, **self.items}), self.gathered_at)


def recall(evidence: EvidenceSet, urls: Iterable[str]) -> dict[str, Had]:
    """Give each document out of evidence that was saved; what is not in it is told, and fetched by nobody."""
    return {url: evidence.get(url) or not_in_evidence(url) for url in urls}


def not_in_evidence(url: str) -> NotFetched:
    """Say that a replay does not have a document."""
    return NotFetched("not_in_evidence", f"{url[:200]} is not in the evidence, and a replay fetches nothing.")
