"""Published frameworks as CASE packages, and where each of their objects stands."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from cachetools import LRUCache

from app.competency.case_package import DEFINITIONS
from app.competency.case_reader import export
from app.issuer.catalogue import formats, published
from app.ports import Services
from app.store.tables import FrameworkVersion

SHELF_SIZE = 32  # packages held in memory; the reference one takes about 1 MB
PRIVATE = "Private Draft"  # CASE: a framework of that status is not for others

Thing = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Published:
    """One framework as package; `objects`: kind -> identifier -> object, as the API gives them one by one.

    `page`: the path of the framework's public page; `pages`: of the items that have one of their own, by identifier.
    """

    document: Thing
    package: Thing
    page: str
    pages: dict[str, str]
    objects: dict[str, dict[str, Thing]] = field(default_factory=dict)

    @classmethod
    def of(cls, package: Thing, address: str, page: str, competencies: Iterable[Thing]) -> "Published":
        """Build the lookups once. `address`: the base of the API; `competencies`: of the framework's document."""
        head = package["CFDocument"]
        uri = f"{address}/CFPackages/{head['identifier']}"
        document = head | {"CFPackageURI": {"title": head["title"], "identifier": head["identifier"], "uri": uri}}
        link = {"title": head["title"], "identifier": head["identifier"], "uri": head["uri"]}
        objects = {"CFDocument": {head["identifier"]: document}}
        for kind, name in (("CFItem", "CFItems"), ("CFAssociation", "CFAssociations")):
            objects[kind] = {each["identifier"]: each | {"CFDocumentURI": link} for each in package[name]}
        objects["CFRubric"] = {each["identifier"]: each for each in package.get("CFRubrics", [])}
        for name, kind in DEFINITIONS.items():
            objects[kind] = {each["identifier"]: each for each in package.get("CFDefinitions", {}).get(name, [])}
        pages = {each["uuid"]: f"{page}/competencies/{quote(each['id'], safe='')}" for each in competencies}
        return cls(document, package, page, pages, objects)

    def associations_of(self, identifier: str) -> list[Thing]:
        """The associations that begin or end at an item."""
        ends = ("originNodeURI", "destinationNodeURI")
        return [
            each
            for each in self.objects["CFAssociation"].values()
            if identifier in {each[end]["identifier"] for end in ends}
        ]


class Packages:
    """The newest version of every published framework; a version never changes, so a package once built is kept."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._built: LRUCache[str, Published] = LRUCache(SHELF_SIZE)
        self._lock = threading.Lock()

    def rows(self) -> list[tuple[FrameworkVersion, str]]:
        """The newest versions with their publishers' names; of two with one identifier the later counts."""
        return published.newest(self._services)

    def all(self) -> dict[str, Published]:
        """Every framework that is not private, by its identifier, in the order of their publication."""
        found = (self._of(row, creator) for row, creator in self.rows())
        public = [each for each in found if each.document.get("adoptionStatus") != PRIVATE]
        return {each.document["identifier"]: each for each in public}

    def find(self, kind: str, identifier: str) -> tuple[Published, Thing] | None:
        """The object of that kind and identifier, and the framework that it is in; the latest framework first."""
        for each in reversed(list(self.all().values())):
            if identifier in each.objects[kind]:
                return each, each.objects[kind][identifier]
        return None

    def _of(self, row: FrameworkVersion, creator: str) -> Published:
        with self._lock:
            found = self._built.get(row.id)
        if found is None:
            publication = formats.publication(self._services, row, creator)
            framework = published.framework_of(self._services, row.id)[1].document
            package, page = export(framework, publication), f"/frameworks/{row.id}"
            found = Published.of(package, publication.address, page, framework["competencies"])
            with self._lock:
                self._built[row.id] = found
        return found
