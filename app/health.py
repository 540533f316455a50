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
