"""/health: is the process alive, and can it do its work."""

from typing import Any

from fastapi import APIRouter

from app.errors import Unavailable
from app.store import migrate, tenancy
from app.vc import keys
from app.web.context import ServicesOf

router = APIRouter(prefix="/health", tags=["operators"])


@router.get("/live")
def get_live() -> dict[str, str]:
    """The process answers."""
    return {"status": "live"}


@router.get("/ready")
def get_ready(services: ServicesOf) -> dict[str, Any]:
    """Database migrated, and a real test signature with the newest key of every tenant's default type."""
    if not migrate.is_current(services.database):
        raise Unavailable("The database is not migrated.", remedy="Run `attesta migrate`.")
    with services.database.everywhere(why="one test signature is enough to know that keys open") as session:
        key = tenancy.active_signing_key(session, "Ed25519")
    if key is not None:
        signature = services.keys.signer(key.name).sign(b"attesta readiness")
        if not keys.from_jwk(key.public_jwk).verify(signature, b"attesta readiness"):
            raise Unavailable(f"The signing key {key.name} does not fit its public half.")
    return {"status": "ready", "signing": "tested" if key else "no tenant yet"}
