"""POST /credentials/issue: sign what another program wrote, in the tenant's name, and record it.

https://w3c-ccg.github.io/vc-api/#issue-credential

1. check: the issuer is the tenant; the credential is sound; it says nothing about an achievement of ours, since those
   are awarded by their rules and not by whoever holds an API key
2. reserve: a row with a status index, and the intent in the audit log
3. seal: prepare, sign, verify what was signed
4. record: the exact bytes

As with awards (docs/issuance.md), no step goes back; a crash between 2 and 4 leaves an index that is never used again.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from app.errors import BadInput, Conflict, Problem, Unavailable
from app.issuer import names
from app.issuer.credential import identity, status_lists
from app.issuer.credential.identity import Identity
from app.issuer.vc_api import secure
from app.ports import Principal, Services
from app.store import audit, catalogue, tenancy
from app.store import credential as sealed_rows
from app.store import vc_api as store
from app.store.session import AlreadyThere, TenantSession
from app.store.tables import VcApiCredential
from app.vc import ecdsa_sd, status, status_list_2021, vc_api
from app.vc.rdf import Quad
from app.vc.shape_kinds import texts
from app.vc.vc_api import IssueRequest

DEFAULT = "eddsa-rdfc-2022"
MAX_CREDENTIAL_ID = 500
# What a holder must not be able to withhold: who says it, whether it still counts, and until when.
NEVER_WITHHELD = ("issuer", "validFrom", "validUntil", "issuanceDate", "expirationDate", "credentialStatus")
STATUS_LISTS = frozenset({status.BITSTRING.list_type, status_list_2021.METHOD.list_type})
_UUID = re.compile(names.UUID.pattern, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be signed, by which key. `credential`: without status."""

    credential: dict[str, Any]
    credential_id: str
    purpose: str
    cryptosuite: str
    mandatory_pointers: tuple[str, ...]
    signer: Identity


def issue(services: Services, principal: Principal, request: IssueRequest) -> bytes:
    """The secured credential as JSON; raises BadInput, Conflict (that id is used), Unavailable."""
    return services.database.settle(lambda: _issue(services, principal, request))


def _issue(services: Services, principal: Principal, request: IssueRequest) -> bytes:
    work = _work(services, principal, request)
    _refuse_our_achievements(services, secure.statements(work.credential))
    row = _reserve(services, principal, work)
    try:
        content = _sealed(services, work, row)
        return _record(services, principal, row, content)
    except Problem as problem:
        _abandon(services, principal, row, problem.kind)
        raise


def _work(services: Services, principal: Principal, request: IssueRequest) -> Work:
    pointers = request.mandatory_pointers
    cryptosuite = request.cryptosuite or (DEFAULT if pointers is None else ecdsa_sd.CRYPTOSUITE)
    signer = _signer(services, principal, cryptosuite)
    credential = {name: value for name, value in request.credential.items() if name != "credentialStatus"}
    _refuse_other_issuers(credential, signer)
    _refuse_status_lists(credential)
    credential_id = request.credential_id or credential.get("id")
    if credential_id is None:
        credential_id = credential["id"] = f"urn:uuid:{services.new_id()}"
    if not isinstance(credential_id, str) or len(credential_id) > MAX_CREDENTIAL_ID:
        raise BadInput(f"The `id` is not a text of at most {MAX_CREDENTIAL_ID} characters.", pointer="/credential/id")
    if str(credential.get("id")).lower().startswith(_place(services, "credentials")):
        raise BadInput("The `id` is an address of this service, for what is awarded.", pointer="/credential/id")
    purposes = vc_api.status_purposes(request.credential)
    if len(purposes) > 1:
        raise BadInput("One status is given, for one purpose.", pointer="/credential/credentialStatus")
    return Work(credential, credential_id, purposes[0], cryptosuite, pointers or (), signer)


def _signer(services: Services, principal: Principal, cryptosuite: str) -> Identity:
    key_types = secure.key_types_for(cryptosuite)
    with services.database.reading(principal.tenant_id) as session:
        tenant = tenancy.tenant(session, principal.tenant_id)
        found = [identity.active(services, session, tenant, key_type) for key_type in key_types]
    for one in found:
        if one is not None:
            return one
    raise Unavailable(
        f"There is no active key of type {' or '.join(key_types)}.", remedy="`attesta key rotate` makes one."
    )


def _refuse_other_issuers(credential: dict[str, Any], signer: Identity) -> None:
    issuer = credential.get("issuer")
    named = issuer.get("id") if isinstance(issuer, dict) else issuer
    if named != signer.issuer:
        raise BadInput(
            "The credential's issuer is not the one whose key would sign it.",
            pointer="/credential/issuer",
            remedy=f"Name {signer.issuer} as issuer, or choose another cryptosuite; GET /api/v1/profile lists yours.",
        )


def _refuse_status_lists(credential: dict[str, Any]) -> None:
    """A list of the tenant's tells of all its badges, so only the service itself signs one."""
    if not STATUS_LISTS.isdisjoint(texts(credential.get("type"))):
        raise BadInput(
            "A status list is not signed here: those of the service tell what is revoked.",
            pointer="/credential/type",
            remedy="POST /credentials/status revokes and suspends.",
        )


def _refuse_our_achievements(services: Services, quads: list[Quad]) -> None:
    """What is awarded by rules cannot be had by writing it into a credential, of whichever tenant it is.

    In RDF every identifier is written out, so that no prefix, alias or spelling hides one; the id of an achievement is
    known wherever it stands, also under an address that the service had before.
    """
    iris = {term[1:-1] for quad in quads for term in (quad.subject, quad.object) if term.startswith("<")}
    named = next((iri for iri in iris if iri.lower().startswith(_place(services, "achievements"))), None)
    ids = {found.lower() for iri in iris for found in _UUID.findall(unquote(iri))}
    if named is None and ids:
        with services.database.everywhere(why="achievements are public by their id") as session:
            named = catalogue.first_achievement_among(session, ids)
    if named is not None:
        raise BadInput(
            f"{named[:200]} is an achievement that is awarded here by its rules, so it cannot be issued like this.",
            pointer="/credential/credentialSubject",
            remedy="Award it: POST /api/v1/credentials.",
        )


def _place(services: Services, kind: str) -> str:
    return f"{services.settings.public_url}/{kind}/".lower()


def _reserve(services: Services, principal: Principal, work: Work) -> VcApiCredential:
    now = services.clock()
    with services.database.writing(principal.tenant_id) as session:
        if store.by_credential_id(session, work.credential_id) is not None:
            raise Conflict("A credential of that id was issued already.", pointer="/credential/id")
        if tenancy.is_retired(session, work.signer.key.id):
            raise AlreadyThere("the key was rotated or revoked a moment ago")
        row = VcApiCredential(
            id=services.new_id(),
            credential_id=work.credential_id,
            state="reserved",
            issuer=work.signer.issuer,
            cryptosuite=work.cryptosuite,
            signing_key_id=work.signer.key.id,
            purpose=work.purpose,
            created_at=now,
        )
        status_list = status_lists.open_list(services, session, work.signer, now, work.purpose)
        sealed_rows.reserve(session, row, status_list, services.random_below)
        audit.record(session, at=now, actor=principal.key_id, action="will sign", subject=row.id, over="vc-api")
    return row


def _sealed(services: Services, work: Work, row: VcApiCredential) -> bytes:
    entry = status.entry(row.status_list_url, row.status_index, row.purpose)
    document = vc_api.with_status(work.credential, [entry])
    pointers = work.mandatory_pointers
    if work.cryptosuite == ecdsa_sd.CRYPTOSUITE:
        kept = [f"/{name}" for name in NEVER_WITHHELD if name in document]
        pointers = tuple(dict.fromkeys((*pointers, *kept)))
    made = secure.sealed(
        services,
        document,
        services.keys.signer(work.signer.key.name),
        cryptosuite=work.cryptosuite,
        verification_method=work.signer.verification_method,
        mandatory_pointers=pointers,
    )
    single = vc_api.with_single_proof(made.document)
    return json.dumps(single, ensure_ascii=False, separators=(",", ":")).encode()


def _record(services: Services, principal: Principal, row: VcApiCredential, content: bytes) -> bytes:
    with services.database.writing(principal.tenant_id) as session:
        stored = store.by_id(session, row.id)
        if stored.state != "reserved":
            raise Conflict("The signing key was revoked, or the sweep took us for dead.", remedy="Send it again.")
        stored.content, stored.sha256, stored.state = content, hashlib.sha256(content).hexdigest(), "issued"
        _audit(services, session, principal, stored, "signed", sha256=stored.sha256)
    return content


def _abandon(services: Services, principal: Principal, row: VcApiCredential, why: str) -> None:
    with services.database.writing(principal.tenant_id) as session:
        stored = store.by_id(session, row.id)
        if stored.state == "reserved":
            stored.state = "abandoned"
            _audit(services, session, principal, stored, "not signed", why=why)


def _audit(
    services: Services, session: TenantSession, principal: Principal, row: VcApiCredential, action: str, **detail: Any
) -> None:
    audit.record(session, at=services.clock(), actor=principal.key_id, action=action, subject=row.id, **detail)
