"""The same Idempotency-Key and the same request get the same answer.

The work itself is safe to repeat (awards and results have natural keys), so no lock is needed: two equal requests at
once both do it, and the first answer that is stored is the one that both get. A crash between the work and the storing
of its answer means that the repeated request does the work again and finds it done.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from fastapi import Response

from app.errors import Conflict, Problem, attempt
from app.ports import Principal, Services
from app.store import idempotency as store
from app.store.session import AlreadyThere, TenantSession
from app.store.tables import IdempotentAnswer

KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer as plain values."""

    status_code: int
    body: bytes
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Keyed:
    """A request under an Idempotency-Key. `digest`: what makes two requests equal."""

    key: str
    digest: str


def respond(answer: Answer) -> Response:
    """The answer as HTTP response."""
    return Response(answer.body, answer.status_code, dict(answer.headers), answer.media_type)


def digest(*parts: str | bytes) -> str:
    """What makes two requests equal: method, path, query, media types and body."""
    whole = hashlib.sha256()
    for part in parts:
        piece = part.encode() if isinstance(part, str) else part
        whole.update(len(piece).to_bytes(8, "big") + piece)
    return whole.hexdigest()


def once(
    services: Services, principal: Principal, key: str | None, request_digest: str, work: Callable[[], Answer]
) -> Answer:
    """Answer from memory if this key was answered before, else do the work and remember its answer.

    Problems are not remembered: what was refused may be right next time. Raises Conflict when the key was used for
    another request.
    """
    if key is None:
        return work()
    (outcome,) = once_each(services, principal, [Keyed(key, request_digest)], lambda _: [work()])
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def once_each(
    services: Services,
    principal: Principal,
    requests: Sequence[Keyed | None],
    work: Callable[[Sequence[int]], Sequence[Answer | Exception]],
) -> list[Answer | Exception]:
    """The same for several: their answers, or what they raise, in their order. None: a request without a key.

    `work` is given the numbers, from 0, of those that were not answered before.
    """
    keyed = {number: request for number, request in enumerate(requests) if request is not None}
    outcomes = _answered(services, principal, keyed) if keyed else {}
    left = [number for number in range(len(requests)) if number not in outcomes]
    done = dict(zip(left, work(left), strict=True)) if left else {}
    new = {n: (keyed[n], each) for n, each in done.items() if n in keyed and isinstance(each, Answer)}
    outcomes |= done | (_kept(services, principal, new) if new else {})
    return [outcomes[number] for number in range(len(requests))]


def _answered(services: Services, principal: Principal, keyed: Mapping[int, Keyed]) -> dict[int, Answer | Exception]:
    """Those that were answered before, or are refused."""
    try:
        with services.database.reading(principal.tenant_id) as session:
            found = {
                n: attempt(_remembered, services, session, principal, each, kind=Problem) for n, each in keyed.items()
            }
    except Exception as error:  # noqa: BLE001 - those without a key are not stopped by it
        return dict.fromkeys(keyed, error)
    return {number: each for number, each in found.items() if each is not None}


def _kept(
    services: Services, principal: Principal, new: Mapping[int, tuple[Keyed, Answer]]
) -> dict[int, Answer | Exception]:
    """Remember the answers together, or where an equal request was a moment quicker, one by one."""
    try:
        _remember(services, principal, new.values())
    except AlreadyThere:
        return {n: attempt(_kept_alone, services, principal, *each) for n, each in new.items()}
    except Exception as error:  # noqa: BLE001 - those without a key are not stopped by it
        return dict.fromkeys(new, error)
    return {number: answer for number, (_, answer) in new.items()}


def _kept_alone(services: Services, principal: Principal, request: Keyed, answer: Answer) -> Answer:
    try:
        _remember(services, principal, [(request, answer)])
    except AlreadyThere:
        with services.database.reading(principal.tenant_id) as session:
            return _remembered(services, session, principal, request) or answer
    return answer


def _remembered(services: Services, session: TenantSession, principal: Principal, request: Keyed) -> Answer | None:
    row = store.answer(session, principal.key_id, request.key)
    if row is None or services.clock() - row.created_at > KEPT_FOR:
        return None
    if row.request_digest != request.digest:
        raise Conflict(
            "This Idempotency-Key was used for another request.",
            pointer="Idempotency-Key",
            remedy="Use a new key for a new request.",
        )
    headers = dict(row.headers)
    return Answer(row.status_code, row.body, headers.pop("Content-Type"), headers | {"Idempotent-Replayed": "true"})


def _remember(services: Services, principal: Principal, new: Iterable[tuple[Keyed, Answer]]) -> None:
    now = services.clock()
    with services.database.writing(principal.tenant_id) as session:
        store.forget(session, now - KEPT_FOR)
        for request, answer in new:
            session.insert(
                IdempotentAnswer(
                    id=services.new_id(),
                    api_key_id=principal.key_id,
                    idempotency_key=request.key,
                    request_digest=request.digest,
                    status_code=answer.status_code,
                    headers={**answer.headers, "Content-Type": answer.media_type},
                    body=answer.body,
                    created_at=now,
                )
            )
