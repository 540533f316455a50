"""Seal a decided award for the key that a wallet has proved: the credential's subject is then that key's DID.

A wallet keeps a credential that is its own: OpenID4VCI 1.0 section 8.2 (https://openid.net/specs/
openid-4-verifiable-credential-issuance-1_0.html#section-8.2) has it prove its key first, and so does DIDAuth of VC-API.
What is sealed so is one more rendition of the award: own status index, revoked and suspended with the award.
"""

from app.errors import BadInput
from app.issuer.award.shown import status_of
from app.issuer.catalogue import find
from app.issuer.credential.forms import Form
from app.issuer.credential.issue import Issued, another_form, find_award
from app.ports import Principal, Services
from app.store import assessment
from app.store import credential as store
from app.vc import did
from app.vc.outcome import Unsound

MAX_HOLDER_LENGTH = 1000  # ours: a did:jwk of RSA 4096 has 950 characters, one of P-256 has 200


def bound_rendition(
    services: Services, tenant_id: str, award_id: str, form: Form, holder_id: str, actor: str
) -> Issued:
    """The award's rendition in that form for that key; asked for again, the same bytes.

    `holder_id`: a did:key or did:jwk whose private key the caller has seen proved. `actor`: for the audit log. Raises
    NotFound, Conflict (revoked, suspended, or replaced), BadInput (the DID), Unavailable (no key of ours to sign with).
    """
    refuse_unfit_holder(holder_id)
    principal = Principal(tenant_id, "", actor, frozenset())
    return services.database.settle(lambda: _sealed(services, principal, award_id, form, holder_id))


def refuse_unfit_holder(holder_id: str) -> None:
    """Raise BadInput for a DID that is not itself a key, or too long to be kept."""
    try:
        did.own_key(holder_id)
    except Unsound as problem:
        raise BadInput(
            f"The holder is not known by a key: {problem.finding.message}", remedy="Prove a did:key or a did:jwk."
        ) from None
    if len(holder_id) > MAX_HOLDER_LENGTH or "#" in holder_id:
        raise BadInput("The holder's DID is too long, or has a fragment.", remedy="Prove a key of P-256 or Ed25519.")


def _sealed(services: Services, principal: Principal, award_id: str, form: Form, holder: str) -> Issued:
    with services.database.reading(principal.tenant_id) as session:
        award = find_award(session, award_id)
        sealed = store.issued_rendition(session, award.id, form.name, holder)
        if sealed is not None and status_of(award, services.clock()) == "valid":
            learner = assessment.learner_by_id(session, award.learner_id)
            achievement = find.achievement_as_awarded(services, session, award.achievement_id)
            return Issued(award, sealed, learner, achievement, is_new=False)
    return another_form(services, principal, award_id, form, holder)
