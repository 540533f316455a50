"""What was fetched for one verification, and what could not be: the evidence that the judge reads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    """By URL: the document, or why it could not be had. A URL that is missing was not asked for yet."""

    items: Mapping[str, Had] = field(default_factory=lambda: MappingProxyType({}))

    def get(self, url: str) -> Had | None:
        """Return what was had for this URL, None when it was not asked for."""
        return self.items.get(url)

    def with_more(self, more: Mapping[str, Had]) -> "EvidenceSet":
        """Return a set that holds both; what is there already stays."""
        return EvidenceSet(MappingProxyType({**more, **self.items}))
