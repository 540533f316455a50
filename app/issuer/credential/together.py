"""Several awards at once: what each costs beside the work itself, two transactions above all, they share.

What goes as it mostly goes is done here. What does not is left to `issue`, for that one alone: where an award is there
already and wants another form, or has expired. So are all of them where one cannot be stored, since another request was
quicker, say: one transaction is stored whole or not at all.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from app.errors import Unavailable, attempt
from app.issuer.credential.issue import Issued, Order, Ready, issue, look, make
from app.issuer.credential.seal import record, seal, signed
from app.ports import Principal, Services
from app.store.session import AlreadyThere
from app.store.tables import Award, Rendition
from app.vc.issuance import Sealed

Made = Mapping[int, tuple[Award, Rendition]]


def issue_together(services: Services, principal: Principal, orders: Sequence[Order]) -> list[Issued | Exception]:
    """Do `issue` for each of them; gives what came of it, or what it raised, in their order."""
    now = services.clock()
    try:
        found = _looked(services, principal, orders, now)
        done = {number: each for number, each in found.items() if isinstance(each, Issued | Exception)}
        done |= _awarded(services, principal, _one_of_each(found), now)
    except Unavailable as problem:  # the database: asking it for each of them would take each as long again
        return [problem] * len(orders)
    return [
        done[number] if number in done else attempt(issue, services, principal, order)
        for number, order in enumerate(orders)
    ]


def _looked(
    services: Services, principal: Principal, orders: Sequence[Order], now: datetime
) -> dict[int, Issued | Award | Ready | Exception]:
    with services.database.reading(principal.tenant_id) as session:
        return {number: attempt(look, services, session, principal, order, now) for number, order in enumerate(orders)}


def _one_of_each(found: Mapping[int, object]) -> dict[int, Ready]:
    """Those that one transaction can make: one award of a kind to a learner, and none that follows another."""
    kinds: dict[tuple[str, str], int] = {}
    ready = {number: each for number, each in found.items() if isinstance(each, Ready) and not each.is_next}
    for number, each in ready.items():
        kinds.setdefault((each.work.learner.id, each.work.achievement.row.id), number)
    return {number: ready[number] for number in kinds.values()}


def _awarded(
    services: Services, principal: Principal, ready: Mapping[int, Ready], now: datetime
) -> dict[int, Issued | Exception]:
    """What came of those that are ready, but of who has to begin anew. Raises Unavailable."""
    if not ready:
        return {}
    try:
        with services.database.writing(principal.tenant_id) as session:
            made = {number: make(services, session, principal, each, now) for number, each in ready.items()}
    except Unavailable:
        raise
    except Exception:  # noqa: BLE001 - alone, each is told its own
        return {}
    rows = _sealed(services, principal, ready, made)
    return {
        number: row if isinstance(row, Exception) else ready[number].issued(made[number][0], row)
        for number, row in rows.items()
        if not isinstance(row, AlreadyThere)
    }


def _sealed(
    services: Services, principal: Principal, ready: Mapping[int, Ready], made: Made
) -> Mapping[int, Rendition | Exception]:
    """The renditions, sealed and recorded; one after another where that could not be done together."""
    sealed = {number: attempt(signed, services, ready[number].work, *made[number]) for number in made}
    now = services.clock()
    rows: dict[int, Rendition] = {}
    try:
        with services.database.writing(principal.tenant_id) as session:
            for number, each in sealed.items():
                if isinstance(each, Sealed):
                    rows[number] = record(session, ready[number].work, *made[number], each, now)
    except Unavailable:
        raise
    except Exception:  # noqa: BLE001 - alone, each is told its own
        rows = {}
    return {n: rows[n] if n in rows else attempt(seal, services, ready[n].work, *made[n]) for n in made}
