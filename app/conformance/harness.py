"""The harness: its profiles, its status lists, and the services that its verifier works with."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.conformance import profiles
from app.conformance.profiles import Profile
from app.conformance.status_lists import StatusLists
from app.ports import Fetched, Keys, LocalDocuments, Services


@dataclass(frozen=True, slots=True)
class OwnLists:
    """The LocalDocuments port with the harness's lists before our own documents: we cannot fetch from ourselves."""

    lists: StatusLists
    others: LocalDocuments

    def get(self, url: str) -> Fetched | None:
        """The document that we ourselves serve at this URL."""
        return self.lists.document(url) or self.others.get(url)


@dataclass(frozen=True, slots=True)
class Harness:
    """All of it. `services`: those of the process, with the harness's own lists among the local documents."""

    profiles: Mapping[str, Profile]
    lists: StatusLists
    services: Services


def build(services: Services, keys: Keys) -> Harness:
    """The harness with fresh keys."""
    made = profiles.make(keys)
    lists = StatusLists(services, made[profiles.BITSTRING])
    own = replace(services, local_documents=OwnLists(lists, services.local_documents))
    return Harness(made, lists, own)
