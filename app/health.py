"""/health: is the process alive, and can it do its work; /metrics: what it counts."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from app.errors import Unavailable
from app.store import migrate, tenancy
from app.vc import keys, pinned_contexts
from app.vc.walk_states import States
from app.web.context import ServicesOf

process = APIRouter(tags=["operators"])  # what any program of ours tells of itself
router = APIRouter(tags=["operators"])


@process.get("/metrics")
def get_metrics(services: ServicesOf) -> PlainTextResponse:
    """Counters of this process since its start, in the text format of Prometheus."""
    lines = [
        "# HELP attesta_canonicalized_total Documents and proof configurations, by who canonicalized them.",
        "# TYPE attesta_canonicalized_total counter",
    ]
    for side, contexts in (("issuing", pinned_contexts.issuing()), ("verifying", pinned_contexts.verifying())):
        states = contexts.once(States)
        for path, number in (("walk", states.walked), ("general", states.fell_back)):
            lines.append(f'attesta_canonicalized_total{{side="{side}",path="{path}"}} {number}')
    lines += [
        "# HELP attesta_canonical_differences_total Documents that the two paths did not canonicalize alike.",
        "# TYPE attesta_canonical_differences_total counter",
        f"attesta_canonical_differences_total {services.walk_check.differences}",
    ]
    return PlainTextResponse("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")


@process.get("/health/live")
async def get_live() -> dict[str, str]:  # without a thread: all of them may be waiting for the database
    """The process answers."""
    return {"status": "live"}


@router.get("/health/ready")
def get_ready(services: ServicesOf) -> dict[str, Any]:
    """Database migrated, and a real test signature with every tenant's default key."""
    if not migrate.is_current(services.database):
        raise Unavailable("The database is not migrated.", remedy="Run `attesta migrate`.")
    with services.database.everywhere(why="every tenant's default key is tried") as session:
        keys_in_use = [key for key in tenancy.signing_keys(session) if key.retired_at is None]
    newest = {key.tenant_id: key for key in keys_in_use if key.key_type == "Ed25519"}
    for key in newest.values():
        signature = services.keys.signer(key.name).sign(b"attesta readiness")
        if not keys.from_jwk(key.public_jwk).verify(signature, b"attesta readiness"):
            raise Unavailable(f"The signing key {key.name} does not fit its public half.")
    return {"status": "ready", "signing": "tested" if newest else "no tenant yet"}


router.include_router(process)
