"""VC-API exchanges: the learner shows her wallet's DID, and the answer carries the credential, bound to that DID.

https://w3c-ccg.github.io/vc-api/#initiate-exchange; the exchange protocol that wallets of the Digital Credentials
Consortium speak. An exchange has the name of the offer's pre-authorized code, which the claim page makes.

1. the wallet begins with an empty object and is asked for its DID (DIDAuthentication), with a challenge and our domain
2. it answers with a presentation; holder and signature are judged by the verifier
3. the challenge and the code are used up: of two at the same instant, one wins
4. a rendition is sealed for that DID, and the offer is claimed, before the answer leaves

A crash between 3 and 4 leaves the offer open: the learner claims again. The older request of the same wallets (`dcc`)
has the challenge in its link, sends the bare presentation and takes the bare credential.
"""

import json
from typing import Any
from urllib.parse import quote, urlsplit

from app.errors import BadInput, Conflict, NotFound
from app.issuer.credential.bound import bound_rendition, refuse_unfit_holder
from app.issuer.credential.forms import DEFAULT
from app.issuer.credential.identity import issuer_url
from app.ports import Services
from app.store import audit
from app.store import oid4vci as store
from app.store.tables import WalletNonce
from app.vc.openbadge import CREDENTIALS_CONTEXT
from app.vc.outcome import Outcome
from app.verifier.case import Policy
from app.verifier.verify import verify_document
from app.wallet import offers
from app.wallet.claims import refuse_guarded
from app.wallet.offers import CODE_LASTS, Offered, digest
from app.wallet.oid4vci import links
from app.web.invitation import invitation
from app.web.qr_code import qr_svg

ACTOR = "wallet"  # for the audit log
# What we can check, the one that wallets use most first.
CRYPTOSUITES = ("Ed25519Signature2020", "eddsa-rdfc-2022", "eddsa-jcs-2022", "ecdsa-rdfc-2019", "ecdsa-jcs-2019")
NEEDED = ("form", "structure", "proof", "holder_binding")  # checks of the presentation that must hold


def address(services: Services, code: str) -> str:
    """Where the exchange of a code takes place."""
    return f"{services.settings.public_url}/exchanges/{quote(code, safe='')}"


def interaction(services: Services, code: str) -> str:
    """The interaction URL of a code (https://w3c-ccg.github.io/vc-api/#interaction-url-format)."""
    return f"{services.settings.public_url}/interactions/{quote(code, safe='')}?iuv=1"


def protocols(services: Services, code: str) -> dict[str, Any]:
    """What an interaction URL answers (https://w3c-ccg.github.io/vc-api/#interaction-url-format); raises NotFound."""
    _find(services, code)
    return {"protocols": {"vcapi": address(services, code), "OID4VCI": links.by_reference(services, code)}}


def begin(services: Services, code: str) -> dict[str, Any]:
    """The request for a presentation; raises NotFound when the code does not count any more."""
    _find(services, code)
    challenge = _challenge(services, code)
    methods = [{"method": "key"}, {"method": "jwk"}]
    suites = [{"cryptosuite": name} for name in CRYPTOSUITES]
    query = {"type": "DIDAuthentication", "acceptedMethods": methods, "acceptedCryptosuites": suites}
    return {
        "verifiablePresentationRequest": {
            "query": [query],
            "challenge": challenge,
            "domain": _domain(services),
            "interact": {"service": [{"type": "VerifiableCredentialApiExchangeService"} | _at(services, code)]},
        }
    }


def _at(services: Services, code: str) -> dict[str, str]:
    return {"serviceEndpoint": address(services, code)}


def finish(services: Services, code: str, presentation: Any, *, domain: bool = True) -> dict[str, Any]:
    """The credential, for the DID that the presentation proves. `domain`: whether it must be signed for our domain.

    Raises NotFound when the code does not count any more, BadInput for a presentation that does not prove its holder,
    Conflict when another wallet was quicker.
    """
    found = _find(services, code)
    try:
        holder, challenge = _proved(services, presentation, domain=domain)
        _use(services, found, code, challenge)
    except (BadInput, Conflict) as problem:
        _audit(services, found, "wallet refused", why=problem.detail[:300])
        raise
    issued = bound_rendition(services, found.tenant.id, found.award.id, DEFAULT, holder, ACTOR)
    _claim(services, found)
    return dict(json.loads(issued.rendition.content or b"{}"))


def as_presentation(credential: dict[str, Any]) -> dict[str, Any]:
    """What ends an exchange: the credential in a presentation that nobody needs to sign."""
    presentation = {
        "@context": [CREDENTIALS_CONTEXT],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [credential],
    }
    return {"verifiablePresentation": presentation}


def _find(services: Services, code: str) -> Offered:
    found = offers.find_by_code(services, code)
    if found is None or found.offer.tx_code_hash is not None:  # no wallet of this protocol can send one
        raise NotFound(
            "There is no such exchange, or it is over.", remedy="Open the link from the mail again for a new one."
        )
    return found


def _domain(services: Services) -> str:
    return urlsplit(services.settings.public_url).netloc


def _challenge(services: Services, code: str) -> str:
    """A fresh challenge, good for this exchange alone."""
    challenge = services.new_secret()
    with services.database.everywhere(why="a nonce belongs to no tenant yet", writes=True) as session:
        at = services.clock() + CODE_LASTS
        session.add(WalletNonce(nonce_hash=digest(f"{code}:{challenge}"), expires_at=at))
    return challenge


def _proved(services: Services, presentation: Any, *, domain: bool) -> tuple[str, str]:
    """(DID of the wallet, challenge) of a presentation that proves the one by answering the other; raises BadInput."""
    if not isinstance(presentation, dict):
        raise BadInput("The presentation is missing.", pointer="/verifiablePresentation", remedy="Send a JSON object.")
    challenge = _challenge_of(presentation)
    holder = _holder_of(presentation)
    our_domain = _domain(services) if domain else None
    policy = Policy(challenge=challenge, domain=our_domain, proof_purpose="authentication")
    report = verify_document(presentation, services, policy=policy)
    failed = [check for check in report.checks if check.id in NEEDED and check.outcome is not Outcome.VALID]
    if failed:
        raise BadInput(
            f"The presentation does not prove its holder: {failed[0].message}",
            pointer="/verifiablePresentation",
            remedy="Begin the exchange again: each challenge counts once.",
        )
    return holder, challenge


def _challenge_of(presentation: dict[str, Any]) -> str:
    """The challenge that the one proof answers."""
    proof = presentation.get("proof")
    if isinstance(proof, list) and len(proof) == 1:
        proof = proof[0]
    if not isinstance(proof, dict) or not isinstance(proof.get("challenge"), str):
        raise BadInput("The presentation needs one proof with our challenge.", pointer="/verifiablePresentation/proof")
    return str(proof["challenge"])


def _holder_of(presentation: dict[str, Any]) -> str:
    """The DID that the presentation names, and nothing besides; raises BadInput."""
    if presentation.get("verifiableCredential"):
        raise BadInput(
            "Only the DID is asked for.",
            pointer="/verifiablePresentation/verifiableCredential",
            remedy="Send a presentation without credentials.",
        )
    holder = presentation.get("holder")
    if not isinstance(holder, str):
        raise BadInput("The presentation does not name its holder.", pointer="/verifiablePresentation/holder")
    refuse_unfit_holder(holder)
    return holder


def _use(services: Services, found: Offered, code: str, challenge: str) -> None:
    """Use challenge and code up; raises BadInput and Conflict."""
    with services.database.everywhere(why="a nonce belongs to no tenant", writes=True) as session:
        if not store.use_nonce(session, digest(f"{code}:{challenge}"), services.clock()):
            raise BadInput(
                "The challenge is unknown, used, or too old.",
                pointer="/verifiablePresentation/proof",
                remedy="Begin the exchange again.",
            )
    if not offers.use_code(services, found, code):
        raise Conflict("Another wallet was quicker.", remedy="Open the link from the mail again.")


def _claim(services: Services, found: Offered) -> None:
    with services.database.writing(found.tenant.id) as session:
        if not offers.claimed(services, session, found.offer.id):
            raise Conflict("This offer has ended, or another wallet has taken it.")


def _audit(services: Services, found: Offered, action: str, **detail: str) -> None:
    with services.database.writing(found.tenant.id) as session:
        about = {"offer": found.offer.id, **detail}
        audit.record(session, at=services.clock(), actor=ACTOR, action=action, subject=found.award.id, **about)


def way(services: Services, found: Offered, code: str) -> dict[str, Any]:
    """For the claim page: the links that open the Learner Credential Wallet. Raises Conflict.

    The older request goes first, since every version takes it. After an exchange, 2.2.10 drops the badge that it got
    (https://github.com/openwallet-foundation-labs/learner-credential-wallet/issues/957), and the offer is used up.
    """
    refuse_guarded(found)
    older = legacy_link(services, found, code)
    return {"uri": older, "qr": qr_svg(older), "other": invitation(address(services, code))}


def legacy_link(services: Services, found: Offered, code: str) -> str:
    """The request of older wallets (https://github.com/digitalcredentials/dccrequest-format), challenge included."""
    issuer = issuer_url(services.settings, found.tenant.slug)
    asked = {
        "issuer": issuer,
        "vc_request_url": f"{address(services, code)}/dcc",
        "auth_type": "bearer",
        "challenge": _challenge(services, code),
    }
    return "dccrequest://request?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in asked.items())
