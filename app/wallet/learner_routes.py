"""DELETE /api/v1/learners/{id}: a provider erases a learner."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from app.ports import Principal
from app.wallet.erasure import erase
from app.web.context import ServicesOf, caller

router = APIRouter(prefix="/api/v1", tags=["assessment"])


@router.delete("/learners/{learner_id}")
def delete_learner(
    services: ServicesOf,
    principal: Annotated[Principal, caller("learners:erase")],
    learner_id: str,
    credentials: Annotated[
        Literal["keep", "revoke"], Query(description="Whether what she was awarded stays valid, or is revoked.")
    ] = "keep",
) -> dict[str, Any]:
    """Erase a learner for good: everything that tells of her, and what was sealed; awards stay as numbers.

    It cannot be undone. The answer tells what was removed and what stays.
    """
    return erase(services, principal, learner_id, revoke=credentials == "revoke").to_json()
