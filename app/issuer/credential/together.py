"""Several awards at once: what each costs beside the work itself, two transactions above all, they share.

What goes as it mostly goes is done here. What does not is left to `issue`, for that one alone: where an award is there
already and wants another form, or has expired. So are all of them where one cannot be stored, since another request was
quicker, say: one transaction is stored whole or not at all.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TypeVar

from app.errors import Problem, attempt
from app.issuer.credential.issue import Issued, Order, Ready, issue, look, make
from app.issuer.credential.seal import Work, abandon, record, seal, signed
from app.ports import Principal, Services
from app.store.session import AlreadyThere, TenantSession, Unanswered
from app.store.tables import Award, Rendition
from app.vc.issuance import Sealed

Result = TypeVar("Result")
Made = Mapping[int, tuple[Award, Rendition]]


def issue_together(services: Services, principal: Principal, orders: Sequence[Order]) -> list[Issued | Exception]:
    """Do `issue` for each of them; gives what came of it, or what it raised, in their order."""
    now = services.clock()
    done: dict[int, Issued | Exception] = {}
    try:
        found = _looked(services, principal, orders, now)
        done |= {number: each for number, each in found.items() if isinstance(each, Issued | Exception)}
        done |= _awarded(services, principal, _one_of_each(found), now)
        for number, order in enumerate(orders):
            if number not in done:
                done[number] = _alone(services, principal, order)
    except Unanswered as problem:  # to ask the database for each of them would take each as long again
        return [done.get(number, problem) for number in range(len(orders))]
    return [done[number] for number in range(len(orders))]


def _alone(services: Services, principal: Principal, order: Order) -> Issued | Exception:
    try:
        return issue(services, principal, order)
    except Unanswered:
        raise
    except Exception as error:  # noqa: BLE001 - told to who asked for it, and stops no other
        return error


def _looked(
    services: Services, principal: Principal, orders: Sequence[Order], now: datetime
) -> dict[int, Issued | Award | Ready | Exception]:
    """What there is of each; nothing where one of them finds a mistake of ours. Raises Unanswered."""
    found = _shared(
        services.database.reading(principal.tenant_id),
        lambda session: {
            number: attempt(look, services, session, principal, order, now, kind=Problem)
            for number, order in enumerate(orders)
        },
    )
    return found or {}


def _shared(
    transaction: AbstractContextManager[TenantSession], work: Callable[[TenantSession], Result]
) -> Result | None:
    """What work for all of them comes to; None where one stops it: alone, each is told its own. Raises Unanswered."""
    try:
        with transaction as session:
            return work(session)
    except Unanswered:
        raise
    except Exception:  # noqa: BLE001 - told above
        return None


def _one_of_each(found: Mapping[int, object]) -> dict[int, Ready]:
    """Those that one transaction can make: one award of a kind to a learner, and none that follows another."""
    firsts: dict[tuple[str, str], tuple[int, Ready]] = {}
    for number, each in found.items():
        if isinstance(each, Ready) and not each.is_next:
            firsts.setdefault((each.work.learner.id, each.work.achievement.row.id), (number, each))
    return dict(firsts.values())


def _awarded(
    services: Services, principal: Principal, ready: Mapping[int, Ready], now: datetime
) -> dict[int, Issued | Exception]:
    """What came of those that are ready, but of who has to begin anew. Raises Unanswered."""
    if not ready:
        return {}
    made = _shared(
        services.database.writing(principal.tenant_id),
        lambda session: {number: make(services, session, principal, each, now) for number, each in ready.items()},
    )
    if made is None:
        return {}
    rows = _sealed(services, principal, ready, made)
    return {
        number: row if isinstance(row, Exception) else ready[number].issued(made[number][0], row)
        for number, row in rows.items()
        if not isinstance(row, AlreadyThere)
    }


def _sealed(
    services: Services, principal: Principal, ready: Mapping[int, Ready], made: Made
) -> dict[int, Rendition | Exception]:
    """The renditions, sealed and recorded; one after another where that could not be done together.

    Raises Unanswered.
    """
    outcomes: dict[int, Rendition | Exception] = {}
    sealed: dict[int, Sealed] = {}
    for number, (award, row) in made.items():
        found = attempt(signed, services, ready[number].work, award, row)
        if isinstance(found, Sealed):
            sealed[number] = found
        else:
            outcomes[number] = _refused(services, ready[number].work, row, found)
    now = services.clock()
    rows = _shared(
        services.database.writing(principal.tenant_id),
        lambda session: {n: record(session, ready[n].work, *made[n], each, now) for n, each in sealed.items()},
    )
    if rows is None:
        return outcomes | {n: attempt(seal, services, ready[n].work, *made[n]) for n in sealed}
    return outcomes | rows


def _refused(services: Services, work: Work, row: Rendition, error: Exception) -> Exception:
    """What could not be signed is taken back, as `seal` does; what a mistake of ours stopped, the sweep takes up."""
    if isinstance(error, Problem):
        attempt(abandon, services, work, row, error.kind)
    return error
