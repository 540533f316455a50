"""Sign a credential that somebody else wrote: prepare, seal, check. The harness signs with the same code.

https://w3c-ccg.github.io/vc-api/#issue-credential
"""

from typing import Any

from app.errors import BadInput, Fault
from app.issuer import selective
from app.issuer.sign import sign
from app.ports import Services, Signer
from app.vc import ecdsa_sd, issuance, keys, vc_api
from app.vc.cryptosuite import SUITES
from app.vc.issuance import Sealed, Securing
from app.vc.outcome import Unsound
from app.vc.rdf import Quad
from app.vc.vc_api import DeriveRequest


def sealed(
    services: Services,
    document: dict[str, Any],
    signer: Signer,
    *,
    cryptosuite: str,
    verification_method: str,
    mandatory_pointers: tuple[str, ...] = (),
) -> Sealed:
    """The credential with its proof. Raises BadInput for what cannot be signed, Unavailable when the key fails."""
    securing = _securing(services, cryptosuite, verification_method, mandatory_pointers)
    public_key = keys.from_jwk(signer.public_jwk)
    try:
        return sign(services, vc_api.with_proof_terms(document), securing, signer, public_key)
    except BadInput as problem:
        raise _in_the_body(problem) from None


def statements(document: dict[str, Any]) -> list[Quad]:
    """What the credential says, as RDF; raises BadInput for what must not be signed, however it is secured."""
    try:
        return issuance.check(vc_api.with_proof_terms(document))
    except BadInput as problem:
        raise _in_the_body(problem) from None


def _in_the_body(problem: BadInput) -> BadInput:
    """The same problem, with pointers into the request's body."""
    faults = tuple(Fault(f"/credential{fault.pointer}", fault.detail) for fault in problem.faults)
    remedy = "Correct the value that stands there."
    return BadInput(problem.detail, pointer=f"/credential{problem.pointer or ''}", remedy=remedy, faults=faults)


def _securing(services: Services, cryptosuite: str, method: str, mandatory_pointers: tuple[str, ...]) -> Securing:
    if cryptosuite != ecdsa_sd.CRYPTOSUITE:
        if mandatory_pointers:
            raise BadInput(
                f"{cryptosuite[:80]} has no mandatory pointers: it shows all or nothing.",
                pointer="/options/mandatoryPointers",
                remedy=f"Leave them out, or choose {ecdsa_sd.CRYPTOSUITE}.",
            )
        return issuance.DataIntegrity(cryptosuite, method, services.clock())
    return selective.securing(services, method, mandatory_pointers)


def key_types_for(cryptosuite: str) -> tuple[str, ...]:
    """The key types of a cryptosuite that can be asked for; raises BadInput."""
    suite = SUITES.get(cryptosuite)
    if suite is None or not (suite.is_made or suite.name == ecdsa_sd.CRYPTOSUITE):
        known = [suite.name for suite in SUITES.values() if suite.is_made] + [ecdsa_sd.CRYPTOSUITE]
        raise BadInput(
            f"The cryptosuite {cryptosuite[:80]!r} is not made here.",
            pointer="/options/cryptosuite",
            remedy=f"Choose one of {', '.join(known)}.",
        )
    return suite.key_types


def derived(request: DeriveRequest) -> dict[str, Any]:
    """What a holder shows of a credential with a base proof; raises BadInput. No key is used."""
    base = vc_api.base_proof_of(request.credential, ecdsa_sd.CRYPTOSUITE)
    try:
        shown = ecdsa_sd.derive(request.credential, base, request.selective_pointers)
    except Unsound as problem:
        raise BadInput(f"Nothing can be derived: {problem.finding.message}", pointer=problem.finding.pointer) from None
    return vc_api.with_single_proof(shown)
