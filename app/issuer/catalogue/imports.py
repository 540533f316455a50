"""Import a framework: validate all of it, compare with what is published, publish."""

import json
import re
from dataclasses import dataclass
from typing import Any

from app.competency import framework as frameworks
from app.competency.framework import Framework
from app.errors import Conflict
from app.ports import Principal, Services
from app.store import audit, catalogue
from app.store.tables import Achievement, Assessment, FrameworkVersion
from app.web.context import parse_json


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


YAML = ("application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml")
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


def read_document(body: bytes, media_type: str) -> Any:
    """A framework document in YAML or as the same in JSON; raises BadInput with the line, or the place in the JSON.

    What is neither called JSON nor anything else is read as YAML, of which JSON is a part.
    """
    if media_type in YAML or media_type in ("text/plain", "application/octet-stream"):
        return frameworks.read_yaml(body)
    return parse_json(body, media_type)


def import_framework(services: Services, principal: Principal, document: Any, *, dry_run: bool = False) -> Import:
    """Publish a framework document (plain JSON values, format smart-city-framework/0.1).

    The same content again changes nothing. Raises BadInput naming every wrong node (nothing is stored), or Conflict
    when this version number is published with other content: published versions are immutable.
    """
    frameworks.validate(document)
    framework = Framework.of(document)
    return services.database.settle(lambda: _compare_and_publish(services, principal, framework, dry_run=dry_run))


def _compare_and_publish(services: Services, principal: Principal, framework: Framework, *, dry_run: bool) -> Import:
    with services.database.reading(principal.tenant_id) as session:
        known = catalogue.framework_versions(session, framework.id)
        newest = next((row for row in known if row.is_newest), None)
        published = json.loads(newest.document) if newest else None
        rules = catalogue.rules_ever(session, framework.id)
    changes = frameworks.diff(published, framework.document)
    counts = {kind: len(framework.document.get(kind, [])) for kind in COUNTED}
    told = (framework.id, framework.version, framework.content_hash)
    same_number = next((row for row in known if row.version == framework.version), None)
    if same_number is not None:
        if same_number.content_hash != framework.content_hash:
            raise _immutable(framework.id, framework.version, changes)
        return Import("unchanged", *told, same_number.id, changes, counts)
    _refuse_changed_rules(framework, rules)
    if newest is not None and _is_older(framework.version, newest.version):
        raise Conflict(
            f"Version {framework.version} of {framework.id} is older than {newest.version}, which is published.",
            pointer="/framework/version",
            remedy="Give it a higher version number.",
        )
    if dry_run:
        return Import("would_create", *told, None, changes, counts)
    return Import("created", *told, _publish(services, principal, framework), changes, counts)


def _refuse_changed_rules(framework: Framework, published: dict[tuple[str, str], str]) -> None:
    """A rule that was published under its version never changes: awards name it by that version."""
    changed = [
        code
        for code, award in framework.awards.items()
        if published.get((code, award["rule_version"]), framework.rule_hashes[code]) != framework.rule_hashes[code]
    ]
    if changed:
        raise Conflict(
            f"The rules of {', '.join(changed[:10])} changed, but their rule_version did not.",
            remedy="Raise rule_version of these achievements: what was awarded so far keeps the rule that it names.",
            achievements=changed,
        )


def _is_older(version: str, than: str) -> bool:
    """By the numbers in them, where both have the form 1.2.3; other forms have no order."""
    forms = [re.fullmatch(r"(\d{1,9})((?:\.\d{1,9}){0,3})", each) for each in (version, than)]
    if not all(forms):
        return False
    first, second = ([int(part) for part in each.split(".")] for each in (version, than))
    return first < second


def _immutable(code: str, version: str, changes: dict[str, Any]) -> Conflict:
    return Conflict(
        f"Version {version} of {code} is published with other content, and published versions never change.",
        pointer="/framework/version",
        remedy="Raise framework.version and import again; awards made so far keep the version that they name.",
        changes=changes,
    )


def _publish(services: Services, principal: Principal, framework: Framework) -> str:
    now = services.clock()
    version = FrameworkVersion(
        id=services.new_id(),
        tenant_id=principal.tenant_id,
        code=framework.id,
        version=framework.version,
        content_hash=framework.content_hash,
        title=framework.document["framework"]["title"],
        document=json.dumps(framework.document, ensure_ascii=False, separators=(",", ":")),
        published_at=now,
        is_newest=True,
    )
    with services.database.writing(principal.tenant_id) as session:
        catalogue.publish(session, version, _items(services, framework, version.id))
        audit.record(
            session,
            at=now,
            actor=principal.key_id,
            action="framework published",
            subject=version.id,
            code=version.code,
            version=version.version,
            content_hash=framework.content_hash,
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
