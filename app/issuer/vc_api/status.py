"""POST /credentials/status: revoke or suspend what was issued over VC-API; verifiers see it at once.

https://w3c-ccg.github.io/vc-api/#update-status ; a revocation is not reversible (Bitstring Status List 2.1).
"""

from app.errors import BadInput, Conflict, NotFound
from app.issuer.credential import status_lists
from app.ports import Principal, Services
from app.store import audit
from app.store import vc_api as store
from app.store.tables import VcApiCredential
from app.vc.vc_api import StatusRequest


def set_status(services: Services, principal: Principal, request: StatusRequest) -> None:
    """Set the status, or clear it; doing it again changes nothing. Raises NotFound, BadInput, Conflict."""
    with services.database.writing(principal.tenant_id) as session:
        row = store.by_credential_id(session, request.credential_id)
        if row is None or row.state == "reserved":
            raise NotFound("No credential of that id was issued over VC-API.")
        _refuse_other_entries(row, request)
        state = _state_of(request)
        if row.state == state:
            return
        if row.state == "revoked":
            raise Conflict("This credential is revoked, which cannot be taken back.", remedy="Issue another one.")
        status_lists.set_bits(session, row.status_list_id, [row.status_index], value=request.value)
        row.state = state
        action = "status taken back" if state == "issued" else state
        audit.record(session, at=services.clock(), actor=principal.key_id, action=action, subject=row.id)


def _state_of(request: StatusRequest) -> str:
    if not request.value:
        return "issued"
    return "revoked" if request.purpose == "revocation" else "suspended"


def _refuse_other_entries(row: VcApiCredential, request: StatusRequest) -> None:
    told = {
        "statusPurpose": (request.purpose, row.purpose),
        "statusListCredential": (request.list_url or row.status_list_url, row.status_list_url),
        "statusListIndex": (row.status_index if request.index is None else request.index, row.status_index),
    }
    for name, (asked, stored) in told.items():
        if asked != stored:
            raise BadInput(
                f"The credential's {name} is {stored}.",
                pointer=f"/credentialStatus/{name}",
                remedy="Send the entry that stands in the credential.",
            )
