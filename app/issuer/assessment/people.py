"""Whom a source means: by what a person said once, by the provider's own id, by an e-mail address. Never by a name."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.competency.result_record import Refusal, ResultRecord
from app.competency.sources.reading import BY_EMAIL, BY_NAME
from app.issuer import names
from app.issuer.assessment import learners
from app.mailbox import folded
from app.ports import Principal, Services
from app.store import assessment as store
from app.store import audit, source
from app.store.session import TenantSession
from app.store.tables import Learner, PersonAlias


@dataclass(frozen=True, slots=True)
class People:
    """The learners that some records may mean."""

    by_alias: dict[tuple[str, str], Learner]
    by_code: dict[str, Learner]
    by_email: dict[str, list[Learner]]

    def find(self, record: ResultRecord) -> Learner | Refusal:
        """The learner of a record, or why it is not clear."""
        reference = record.learner
        found = self.by_alias.get((record.source_system, reference)) or self.by_code.get(reference)
        if found is not None:
            return found
        if reference.startswith(BY_NAME):
            name = reference.removeprefix(BY_NAME)
            return Refusal("UNKNOWN_LEARNER", f'There is only a name, "{name}"; settle the row for the right learner.')
        if not reference.startswith(BY_EMAIL):
            return Refusal("UNKNOWN_LEARNER", f"There is no learner {reference}; add her, then settle this row.")
        address = reference.removeprefix(BY_EMAIL)
        owners = self.by_email.get(folded(address), [])
        if not owners:
            return Refusal(
                "UNKNOWN_LEARNER", f"No learner has the address {address}; settle the row for the right one."
            )
        if len(owners) > 1:
            message = f"{len(owners)} learners have the address {address}; settle the row for the right one."
            return Refusal("AMBIGUOUS_LEARNER", message)
        return owners[0]


def load(session: TenantSession, records: Iterable[ResultRecord]) -> People:
    """Everybody whom these records may mean."""
    meant = {(record.source_system, record.learner) for record in records}
    addresses = {folded(name.removeprefix(BY_EMAIL)) for _, name in meant if name.startswith(BY_EMAIL)}
    return People(
        by_alias=source.learners_by_alias(session, meant),
        by_code=store.learners_by_code(session, {name for _, name in meant}),
        by_email=source.learners_by_email(session, addresses),
    )


def remember(services: Services, principal: Principal, source_system: str, reference: str, learner: str) -> bool:
    """Note that this source means `learner` by `reference`; False for a name, which several may have."""
    if reference.startswith(BY_NAME):
        return False

    def work() -> bool:
        with services.database.writing(principal.tenant_id) as session:
            row = learners.find(session, learner)
            now = services.clock()
            known = source.alias(session, source_system, reference)
            if known is None:
                known = PersonAlias(
                    id=services.new_id(), source_system=source_system, reference=reference, created_at=now
                )
                session.add(known)
            known.learner_id = row.id
            audit.record(session, at=now, actor=principal.key_id, action="alias remembered", subject=row.id)
        return True

    return services.database.settle(work)


def aliases(services: Services, principal: Principal, learner: str) -> list[dict[str, Any]]:
    """What sources call a learner."""
    with services.database.reading(principal.tenant_id) as session:
        rows = source.aliases_of(session, learners.find(session, learner).id)
    return [{"id": row.id, "source_system": row.source_system, "reference": row.reference} for row in rows]


def forget(services: Services, principal: Principal, learner: str, alias_id: str) -> None:
    """Take one of them back; results that were taken stay. Raises NotFound for an unknown learner."""
    names.known_uuid(alias_id, "alias")
    with services.database.writing(principal.tenant_id) as session:
        row = learners.find(session, learner)
        if alias_id in {each.id for each in source.aliases_of(session, row.id)}:
            source.forget_alias(session, alias_id)
            now = services.clock()
            audit.record(session, at=now, actor=principal.key_id, action="alias forgotten", subject=row.id)
