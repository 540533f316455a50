"""Saved mappings: what a person told once about the files of an assessment or a course."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.competency.framework import Framework
from app.competency.sources.reading import MappedItem, SourceMapping
from app.errors import BadInput, Fault, NotFound
from app.issuer import names
from app.ports import Principal, Services
from app.store import audit, catalogue
from app.store import source as store
from app.store.session import TenantSession
from app.store.tables import ResultMapping

Kind = Literal["assessments", "courses"]
MAX_ITEMS = 1000
_SCALE = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")


class ItemBody(BaseModel):
    """Where a column, activity, line item or the like belongs."""

    model_config = ConfigDict(extra="forbid", strict=True)
    section: str = Field(max_length=200)
    assessment: str | None = Field(None, max_length=200, description="Default: the assessment of the mapping.")
    max: str | int | None = Field(None, description="Its highest score, where the source does not tell.")


class MappingBody(BaseModel):
    """What a source does not tell by itself. `items` are by the names that the source has for them."""

    model_config = ConfigDict(extra="forbid", strict=True)
    source_system: str = Field("", max_length=200, description="Where results come from, e.g. moodle-a.")
    id_column: str | None = Field(None, max_length=500, description="The column with your ids of learners.")
    email_column: str | None = Field(None, max_length=500, description="The column with their addresses.")
    name_columns: list[str] = Field([], max_length=10, description="Shown in the review list; never matched.")
    date_column: str | None = Field(None, max_length=500)
    date_form: Literal["YYYY-MM-DD", "DD.MM.YYYY", "DD/MM/YYYY", "MM/DD/YYYY"] = "YYYY-MM-DD"
    person_prefix: str = Field("", max_length=500, description="Cut off ids of persons that are addresses.")
    performed_on: str | None = Field(None, description="The day, where the file tells none.")
    attempt: int = Field(1, ge=1, le=1000)
    status: Literal["final", "provisional"] = "final"
    items: dict[str, ItemBody] = Field({}, max_length=MAX_ITEMS)


@dataclass(frozen=True, slots=True)
class Subject:
    """The assessment or course that a mapping is for."""

    kind: Kind
    code: str

    @property
    def key(self) -> str:
        """As the table has it."""
        return f"{self.kind}/{self.code}"

    @property
    def assessment(self) -> str | None:
        """The assessment, when it is one."""
        return self.code if self.kind == "assessments" else None


def all_frameworks(services: Services, session: TenantSession) -> list[Framework]:
    """The newest frameworks of the tenant that have assessments."""
    versions = {version.id: version for _, version in catalogue.assessments(session)}
    return [services.database.frameworks.of(version) for version in versions.values()]


def refuse_unknown(frameworks: Iterable[Framework], subject: Subject) -> None:
    """Raise NotFound unless one of the frameworks has that assessment or course."""
    names.known_code(subject.code, subject.kind[:-1])
    if not any(subject.code in getattr(framework, subject.kind) for framework in frameworks):
        raise NotFound(f"There is no {subject.kind[:-1]} {subject.code}.")


def put(services: Services, principal: Principal, subject: Subject, body: MappingBody) -> tuple[dict[str, Any], str]:
    """Save a mapping; returns it and `new`, `same` or `correction`. Raises BadInput, NotFound."""
    document = body.model_dump(exclude_defaults=True)

    def work() -> str:
        with services.database.writing(principal.tenant_id) as session:
            frameworks = all_frameworks(services, session)
            refuse_unknown(frameworks, subject)
            _refuse_wrong(body, subject, frameworks)
            return _store(services, principal, session, subject, document)

    return document, services.database.settle(work)


def _store(
    services: Services, principal: Principal, session: TenantSession, subject: Subject, document: dict[str, Any]
) -> str:
    now, row = services.clock(), store.mapping(session, subject.key)
    if row is not None and row.document == document:
        return "same"
    outcome = "new" if row is None else "correction"
    if row is None:
        row = ResultMapping(id=services.new_id(), subject=subject.key)
        session.add(row)
    row.document, row.updated_at = document, now
    audit.record(session, at=now, actor=principal.key_id, action="mapping saved", subject=row.id, of=subject.key)
    return outcome


def _refuse_wrong(body: MappingBody, subject: Subject, frameworks: list[Framework]) -> None:
    """Raise BadInput with every member that cannot be right."""
    faults = []
    if body.performed_on is not None and _day(body.performed_on) is None:
        faults.append(Fault("/performed_on", "performed_on is a day such as 2026-02-01."))
    known = {
        (code, section["id"])
        for framework in frameworks
        for code, assessment in framework.assessments.items()
        for section in assessment["sections"]
    }
    for name, item in body.items.items():
        pointer = f"/items/{name.replace('~', '~0').replace('/', '~1')}"
        place = (item.assessment or subject.assessment or "", item.section)
        if place not in known:
            faults.append(Fault(pointer, f'There is no section "{place[1]}" of an assessment "{place[0]}".'))
        most = None if item.max is None else str(item.max)
        if most is not None and (not _SCALE.fullmatch(most) or float(most) == 0):
            faults.append(Fault(f"{pointer}/max", "max is a number such as 30, more than zero."))
    if faults:
        raise BadInput(faults[0].detail, pointer=faults[0].pointer, faults=tuple(faults))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def get(services: Services, principal: Principal, subject: Subject) -> dict[str, Any]:
    """The saved mapping; raises NotFound."""
    with services.database.reading(principal.tenant_id) as session:
        row = store.mapping(session, subject.key)
    if row is None:
        raise NotFound(
            f"No mapping is saved for {subject.code[:100]}.", remedy=f"PUT /api/v1/{subject.kind}/…/mapping."
        )
    return dict(row.document)


def delete(services: Services, principal: Principal, subject: Subject) -> None:
    """Take a mapping away; nothing happens when there is none."""
    with services.database.writing(principal.tenant_id) as session:
        row = store.mapping(session, subject.key)
        if row is not None:
            session.delete(row)
            now = services.clock()
            audit.record(session, at=now, actor=principal.key_id, action="mapping deleted", subject=row.id)


def load(session: TenantSession, subject: Subject | None) -> SourceMapping:
    """The mapping of a subject; without one the items of all mappings, but for names that mean two places."""
    if subject is not None:
        row = store.mapping(session, subject.key)
        return SourceMapping() if row is None else as_mapping(row.document, subject.assessment)
    places: dict[str, set[MappedItem]] = {}
    for row in store.mappings(session):
        kind, _, code = row.subject.partition("/")
        for name, item in as_mapping(row.document, code if kind == "assessments" else None).items.items():
            places.setdefault(name, set()).add(item)
    return SourceMapping(items={name: next(iter(found)) for name, found in places.items() if len(found) == 1})


def as_mapping(document: dict[str, Any], assessment: str | None) -> SourceMapping:
    """A saved document as the value that readers take."""
    members = dict(document)
    told_items = members.pop("items", {})
    performed_on = members.pop("performed_on", None)
    items = {
        name: MappedItem(
            assessment=item.get("assessment") or assessment or "",
            section=item["section"],
            max=None if item.get("max") is None else str(item["max"]),
        )
        for name, item in told_items.items()
    }
    names_of = tuple(members.pop("name_columns", ()))
    day = None if performed_on is None else date.fromisoformat(performed_on)
    return replace(SourceMapping(**members), items=items, name_columns=names_of, performed_on=day)
