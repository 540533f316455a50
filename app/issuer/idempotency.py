"""The same Idempotency-Key and the same request get the same answer.

The work itself is safe to repeat (awards and results have natural keys), so no lock is needed: two equal requests at
once both do it, and the first answer that is stored is the one that both get. A crash between the work and the storing
of its answer means that the repeated request does the work again and finds it done.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from fastapi import Response

from app.errors import Conflict
from app.ports import Principal, Services
from app.store import idempotency as store
from app.store.session import AlreadyThere
from app.store.tables import IdempotentAnswer

KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer as plain values."""

    status_code: int
    body: bytes
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


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
    remembered = _remembered(services, principal, key, request_digest)
    if remembered is not None:
        return remembered
    answer = work()
    try:
        _remember(services, principal, key, request_digest, answer)
    except AlreadyThere:  # an equal request was a moment quicker
        return _remembered(services, principal, key, request_digest) or answer
    return answer


def _remembered(services: Services, principal: Principal, key: str, request_digest: str) -> Answer | None:
    with services.database.reading(principal.tenant_id) as session:
        row = store.answer(session, principal.key_id, key)
    if row is None or services.clock() - row.created_at > KEPT_FOR:
        return None
    if row.request_digest != request_digest:
        raise Conflict(
            "This Idempotency-Key was used for another request.",
            pointer="Idempotency-Key",
            remedy="Use a new key for a new request.",
        )
    headers = dict(row.headers)
    return Answer(row.status_code, row.body, headers.pop("Content-Type"), headers | {"Idempotent-Replayed": "true"})


def _remember(services: Services, principal: Principal, key: str, request_digest: str, answer: Answer) -> None:
    now = services.clock()
    with services.database.writing(principal.tenant_id) as session:
        store.forget(session, now - KEPT_FOR)
        session.add(
            IdempotentAnswer(
                id=services.new_id(),
                api_key_id=principal.key_id,
                idempotency_key=key,
                request_digest=request_digest,
                status_code=answer.status_code,
                headers={**answer.headers, "Content-Type": answer.media_type},
                body=answer.body,
                created_at=now,
            )
        )
