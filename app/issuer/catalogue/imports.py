"""Import a framework: validate all of it, compare with what is published, publish."""

import json
from dataclasses import dataclass
from typing import Any

from app.competency import framework as frameworks
from app.competency.framework import Framework
from app.errors import Conflict
from app.ports import Principal, Services
from app.store import audit, catalogue
from app.store.session import AlreadyThere
from app.store.tables import Achievement, Assessment, FrameworkVersion


@dataclass(frozen=True, slots=True)
class Import:
    """What an import did or would do. `outcome`: created, unchanged, would_create."""

    outcome: str
    code: str
    version: str
    content_hash: str
    version_id: str | None
    changes: dict[str, Any]
    counts: dict[str, int]

    def to_json(self) -> dict[str, Any]:
        """The answer of the API and of the command line."""
        return {
            "outcome": self.outcome,
            "id": self.version_id,
            "framework": self.code,
            "version": self.version,
            "content_hash": self.content_hash,
            "counts": self.counts,
            "changes": self.changes,
        }


COUNTED = (
    "levels",
    "areas",
    "competencies",
    "roles",
    "courses",
    "assessments",
    "mappings",
    "micro_credentials",
    "certifications",
    "equivalences",
)


def import_framework(services: Services, principal: Principal, document: Any, *, dry_run: bool = False) -> Import:
    """Publish a framework document (plain JSON values, format smart-city-framework/0.1).

    The same content again changes nothing. Raises BadInput naming every wrong node (nothing is stored), or Conflict
    when this version number is published with other content: published versions are immutable.
    """
    frameworks.validate(document)
    code, version = document["framework"]["id"], document["framework"]["version"]
    content_hash = frameworks.content_hash(document)
    with services.database.reading(principal.tenant_id) as session:
        known = catalogue.framework_versions(session, code)
    newest = next((row for row in known if row.is_newest), None)
    changes = frameworks.diff(json.loads(newest.document) if newest else None, document)
    counts = {kind: len(document.get(kind, [])) for kind in COUNTED}
    same_number = next((row for row in known if row.version == version), None)
    if same_number is not None:
        if same_number.content_hash != content_hash:
            raise _immutable(code, version, changes)
        return Import("unchanged", code, version, content_hash, same_number.id, changes, counts)
    if dry_run:
        return Import("would_create", code, version, content_hash, None, changes, counts)
    try:
        version_id = _publish(services, principal, document, content_hash)
    except AlreadyThere:  # the same import came twice at once: the other one did it
        return import_framework(services, principal, document)
    return Import("created", code, version, content_hash, version_id, changes, counts)


def _immutable(code: str, version: str, changes: dict[str, Any]) -> Conflict:
    return Conflict(
        f"Version {version} of {code} is published with other content, and published versions never change.",
        pointer="/framework/version",
        remedy="Raise framework.version and import again; awards made so far keep the version that they name.",
        changes=changes,
    )


def _publish(services: Services, principal: Principal, document: dict[str, Any], content_hash: str) -> str:
    now = services.clock()
    version = FrameworkVersion(
        id=services.new_id(),
        tenant_id=principal.tenant_id,
        code=document["framework"]["id"],
        version=document["framework"]["version"],
        content_hash=content_hash,
        title=document["framework"]["title"],
        document=json.dumps(document, ensure_ascii=False, separators=(",", ":")),
        published_at=now,
        is_newest=True,
    )
    with services.database.writing(principal.tenant_id) as session:
        catalogue.publish(session, version, _items(services, Framework.of(document), version.id))
        audit.record(
            session,
            at=now,
            actor=principal.key_id,
            action="framework published",
            subject=version.id,
            code=version.code,
            version=version.version,
            content_hash=content_hash,
        )
    return version.id


def _items(services: Services, framework: Framework, version_id: str) -> list[Achievement | Assessment]:
    """Where each code of the framework stands."""
    achievements = [
        Achievement(
            id=services.new_id(),
            framework_version_id=version_id,
            code=award["id"],
            kind=award["kind"],
            rule_version=award["rule_version"],
            rule_hash=framework.rule_hashes[award["id"]],
            title=award["title"],
        )
        for award in framework.awards.values()
    ]
    assessments = [
        Assessment(id=services.new_id(), framework_version_id=version_id, code=code, kind=assessment["kind"])
        for code, assessment in framework.assessments.items()
    ]
    return [*achievements, *assessments]
