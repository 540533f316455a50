"""Import a framework: validate all of it, compare with what is published, publish it or keep it as a draft."""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.competency import framework as frameworks
from app.competency.framework import Framework
from app.competency.lint_warnings import impossible_credits, warnings
from app.competency.notices import Imported, Notice
from app.errors import BadInput, Conflict, NotFound
from app.issuer.catalogue import formats
from app.issuer.catalogue.formats import Sent
from app.ports import Principal, Services
from app.store import audit, catalogue
from app.store.session import TenantSession
from app.store.tables import Achievement, Assessment, FrameworkDraft, FrameworkVersion

COUNTED = (
    "levels",
    "areas",
    "competencies",
    "roles",
    "courses",
    "learning_resources",
    "assessments",
    "mappings",
    "micro_credentials",
    "certifications",
    "equivalences",
)


@dataclass(frozen=True, slots=True)
class Import:
    """What an import did or would do. `outcome`: created, unchanged, would_create, draft.

    `source`: how much of what the file had; `warnings`: what was noticed in the file and in the framework.
    """

    outcome: str
    code: str
    version: str
    content_hash: str
    version_id: str | None
    changes: dict[str, Any]
    counts: dict[str, int]
    source: dict[str, Any] = field(default_factory=dict)
    warnings: tuple[Notice, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The answer of the API and of the command line."""
        return {
            "outcome": self.outcome,
            "id": self.version_id,
            "framework": self.code,
            "version": self.version,
            "content_hash": self.content_hash,
            "counts": self.counts,
            "source": self.source,
            "changes": self.changes,
            "warnings": [each.to_json() for each in self.warnings],
        }


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done with an import: only told (`dry_run`), or kept as a draft; else it is published."""

    dry_run: bool = False
    draft: bool = False


PUBLISH = Wish()


def import_file(services: Services, principal: Principal, sent: Sent, wish: Wish = PUBLISH) -> Import:
    """Import a framework in any of the formats; see import_framework."""

    def known(uuid: str, code: str) -> dict[str, Any] | None:
        return _newest_document(services, principal, uuid, code)

    imported = formats.read(sent, known, services.clock().date().isoformat())
    if sent.format in ("yaml", "json"):
        return _import(services, principal, imported, {"format": sent.format}, wish)
    about = imported.document["framework"]
    numbered = _numbered(services, principal, imported, known(str(about["uuid"]), str(about["id"])))
    return _import(services, principal, numbered, {"format": sent.format, **imported.counts}, wish)


def import_framework(services: Services, principal: Principal, document: Any, wish: Wish = PUBLISH) -> Import:
    """Publish a framework document (plain JSON values, format smart-city-framework/0.1).

    The same content again changes nothing. Raises BadInput naming every wrong node (nothing is stored), or Conflict
    when this version number is published with other content: published versions are immutable.
    """
    return _import(services, principal, Imported(document), {"format": "json"}, wish)


def publish_draft(services: Services, principal: Principal, code: str) -> Import:
    """Publish what was kept as a draft, as it is. Raises NotFound, Conflict."""
    with services.database.reading(principal.tenant_id) as session:
        kept = catalogue.draft(session, code)
        document = None if kept is None else json.loads(kept.document)
    if document is None:
        raise NotFound(f"There is no draft of {code}.", remedy="Import it with draft=true.")
    return import_framework(services, principal, document)


def _newest_document(services: Services, principal: Principal, uuid: str, code: str) -> dict[str, Any] | None:
    """The newest version of a framework by its UUID, which no file changes, else by its id."""
    with services.database.reading(principal.tenant_id) as session:
        parsed = [services.database.frameworks.of(row) for row in catalogue.newest_documents(session)]
    found = [each for each in parsed if each.document["framework"]["uuid"] == uuid]
    found += [each for each in parsed if each.id == code]
    return found[0].document if found else None


def _numbered(services: Services, principal: Principal, imported: Imported, newest: dict[str, Any] | None) -> Imported:
    """Give a changed framework a version of its own, when its file has the number of a published one.

    Whoever exports from elsewhere cannot raise our numbers: 3 becomes 3+r2, then 3+r3.
    """
    document = imported.document
    if newest is None:
        return imported
    about = document["framework"]
    if document | {"framework": about | {"version": newest["framework"]["version"]}} == newest:
        return Imported(newest, imported.notices, imported.counts)
    with services.database.reading(principal.tenant_id) as session:
        taken = {row.version for row in catalogue.framework_versions(session, about["id"])}
    wanted = re.sub(r"\+r[0-9]+$", "", str(about["version"]))
    revisions = (f"{wanted}+r{number}" for number in range(2, len(taken) + 3))
    version = wanted if wanted not in taken else next(each for each in revisions if each not in taken)
    if version == about["version"]:
        return imported
    told = f"Version {wanted} is published with other content; this is {version}."
    notices = (*imported.notices, Notice("NEW_VERSION", "/framework/version", told))
    return Imported(document | {"framework": about | {"version": version}}, notices, imported.counts)


def _import(services: Services, principal: Principal, imported: Imported, source: dict[str, Any], wish: Wish) -> Import:
    frameworks.validate(imported.document)
    framework = Framework.of(imported.document)
    told = (source, (*imported.notices, *warnings(imported.document)))
    return services.database.settle(lambda: _compare_and_publish(services, principal, framework, told, wish))


def _compare_and_publish(
    services: Services,
    principal: Principal,
    framework: Framework,
    noticed: tuple[dict[str, Any], tuple[Notice, ...]],
    wish: Wish,
) -> Import:
    with services.database.reading(principal.tenant_id) as session:
        known = catalogue.framework_versions(session, framework.id)
        newest = next((row for row in known if row.is_newest), None)
        published = json.loads(newest.document) if newest else None
        rules = catalogue.rules_ever(session, framework.id)
    changes = frameworks.diff(published, framework.document)
    counts = {kind: len(framework.document.get(kind, [])) for kind in COUNTED}

    def told(outcome: str, version_id: str | None) -> Import:
        named = (framework.id, framework.version, framework.content_hash)
        return Import(outcome, *named, version_id, changes, counts, *noticed)

    same_number = next((row for row in known if row.version == framework.version), None)
    if same_number is not None and same_number.content_hash == framework.content_hash:
        return told("unchanged", same_number.id)
    if wish.draft:
        return told("draft", None if wish.dry_run else _keep_draft(services, principal, framework))
    if same_number is not None:
        raise _immutable(framework.id, framework.version, changes)
    _refuse_impossible_credits(framework)
    _refuse_changed_rules(framework, rules)
    if newest is not None and _is_older(framework.version, newest.version):
        raise Conflict(
            f"Version {framework.version} of {framework.id} is older than {newest.version}, which is published.",
            pointer="/framework/version",
            remedy="Give it a higher version number.",
        )
    if wish.dry_run:
        return told("would_create", None)
    return told("created", _publish(services, principal, framework))


def _refuse_impossible_credits(framework: Framework) -> None:
    """What nobody can ever get is not published; a draft may still be on its way there."""
    faults = impossible_credits(framework.document)
    if faults:
        raise BadInput(
            f"Nobody can ever meet a rule. {faults[0].pointer}: {faults[0].detail}",
            pointer=faults[0].pointer,
            remedy="Ask for fewer credits, or count more awards; with draft=true it is kept as a draft.",
            faults=tuple(faults),
        )


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


def _as_text(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _keep_draft(services: Services, principal: Principal, framework: Framework) -> str:
    """Keep a draft in the place of the one before; returns its id."""
    now = services.clock()
    draft = FrameworkDraft(**_columns(services, principal, framework), updated_at=now)
    with services.database.writing(principal.tenant_id) as session:
        catalogue.drop_draft(session, framework.id)
        session.add(draft)
        _audit(session, principal, now, "framework drafted", draft)
    return draft.id


def _publish(services: Services, principal: Principal, framework: Framework) -> str:
    now = services.clock()
    version = FrameworkVersion(**_columns(services, principal, framework), published_at=now, is_newest=True)
    with services.database.writing(principal.tenant_id) as session:
        catalogue.publish(session, version, _items(services, framework, version.id))
        catalogue.drop_draft(session, framework.id)
        _audit(session, principal, now, "framework published", version)
    return version.id


def _columns(services: Services, principal: Principal, framework: Framework) -> dict[str, Any]:
    """What a draft and a published version have alike, under a new id."""
    return {
        "id": services.new_id(),
        "tenant_id": principal.tenant_id,
        "code": framework.id,
        "version": framework.version,
        "content_hash": framework.content_hash,
        "title": framework.document["framework"]["title"],
        "document": _as_text(framework.document),
    }


def _audit(
    session: TenantSession, principal: Principal, at: datetime, action: str, row: FrameworkDraft | FrameworkVersion
) -> None:
    audit.record(
        session,
        at=at,
        actor=principal.key_id,
        action=action,
        subject=row.id,
        code=row.code,
        version=row.version,
        content_hash=row.content_hash,
    )


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
