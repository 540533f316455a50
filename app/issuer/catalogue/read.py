"""Read frameworks: a version, its differences from another, a draft."""

import json
from dataclasses import dataclass
from typing import Any

from app.competency.differences import differences
from app.competency.framework import Framework
from app.errors import NotFound
from app.issuer import names
from app.issuer.catalogue import formats
from app.issuer.idempotency import Answer
from app.ports import Principal, Services
from app.store import catalogue, tenancy
from app.store.session import TenantSession
from app.store.tables import FrameworkVersion

DRAFT = "draft"


def summary(row: FrameworkVersion) -> dict[str, Any]:
    """What a list shows of a version."""
    return {
        "id": row.id,
        "framework": row.code,
        "version": row.version,
        "title": row.title,
        "content_hash": row.content_hash,
        "published_at": row.published_at.isoformat(),
        "is_newest": row.is_newest,
    }


@dataclass(frozen=True, slots=True)
class Version:
    """A published version or a draft, parsed; `row` is None for a draft."""

    row: FrameworkVersion | None
    document: dict[str, Any]
    version: str


def version_of(session: TenantSession, code: str, version: str | None) -> Version:
    """A version by the framework's code, or by the version's own id; `draft` for the draft. Raises NotFound."""
    rows = catalogue.framework_versions(session, names.known_code(code, "framework"))
    if version == DRAFT:
        kept = catalogue.draft(session, code)
        if kept is not None:
            return Version(None, json.loads(kept.document), DRAFT)
    by_id = catalogue.framework_version(session, code) if not rows and version is None else None
    wanted = [row for row in rows if (row.is_newest if version is None else row.version == version)]
    found = by_id or (wanted[0] if wanted else None)
    if found is None:
        raise NotFound(f"There is no framework {code}{f' in version {version}' if version else ''}.")
    return Version(found, json.loads(found.document), found.version)


def show(services: Services, principal: Principal, code: str, version: str | None) -> dict[str, Any]:
    """One version, whole, with what the list shows of it. Raises NotFound."""
    with services.database.reading(principal.tenant_id) as session:
        found = version_of(session, code, version)
    about = found.document["framework"]
    if found.row is None:
        return {"framework": about["id"], "version": about["version"], "is_draft": True, "document": found.document}
    return summary(found.row) | {"document": found.document}


def export(
    services: Services, principal: Principal, code: str, version: str | None, form: str, language: str | None
) -> Answer:
    """One version in one of formats.OUT. Raises NotFound, BadInput."""
    with services.database.reading(principal.tenant_id) as session:
        found = version_of(session, code, version)
        if found.row is None:
            raise NotFound("A draft is read as JSON only.", remedy="Publish it, or leave format away.")
        tenant = tenancy.tenant(session, principal.tenant_id)
    creator = str(tenant.profile["name"]) if tenant else principal.tenant_slug
    published = formats.publication(services, found.row, creator)
    address = f"{services.settings.public_url}/frameworks/{found.row.id}"
    return formats.write(form, found.document, published, address, language)


def compare(
    services: Services, principal: Principal, code: str, older: str | None, newer: str | None
) -> dict[str, Any]:
    """What changed between two versions. Default: the newest, against the one published before. Raises NotFound."""
    with services.database.reading(principal.tenant_id) as session:
        after = version_of(session, code, newer)
        about = after.document["framework"]
        if older is None:
            older = _before(session, str(about["id"]), after)
        before = version_of(session, str(about["id"]), older)
    told = differences(Framework.of(before.document), Framework.of(after.document))
    return {"framework": about["id"], "from": before.version, "to": after.version} | told


def _before(session: TenantSession, code: str, after: Version) -> str:
    versions = [row.version for row in catalogue.framework_versions(session, code)]
    earlier = versions if after.row is None else versions[: versions.index(after.version)]
    if not earlier:
        raise NotFound(f"{code} has no version before {after.version}.", remedy="Name two versions with from and to.")
    return earlier[-1]
