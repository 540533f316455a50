"""VC-API, verifying: POST /credentials/verify and /presentations/verify. The same judge as POST /verify, other answers.

https://w3c-ccg.github.io/vc-api/#verify-credential and #verify-presentation: 200 when it is verified; else 400, with
every finding under `problemDetails`. Unknown is not verified.
"""

from collections.abc import Iterator
from dataclasses import replace

from fastapi import APIRouter, Depends, Response

from app.errors import NotVerified, TooLarge, Unsupported
from app.ports import Services
from app.vc import vc_api
from app.vc.outcome import Finding, Outcome
from app.vc.vc_api import VerifyRequest
from app.verifier.checks import Policy
from app.verifier.report import Report
from app.verifier.verify import verify_document
from app.web.context import ServicesOf
from app.web.limits import open_to_anyone
from app.web.vc_api import Body, answer, exactly_bad_input, takes

router = APIRouter(tags=["vc-api"], dependencies=[Depends(open_to_anyone)])
MAX_PROBLEMS = 50  # as many as a problem document lists faults


@router.post("/credentials/verify", openapi_extra=takes("verifiableCredential"))
def post_verify_credential(services: ServicesOf, body: Body) -> Response:
    """Verify a credential: 200 when it is valid, else 400 with problem details."""
    return verified(services, vc_api.read_verify_credential(body))


@router.post("/presentations/verify", openapi_extra=takes("verifiablePresentation"))
def post_verify_presentation(services: ServicesOf, body: Body) -> Response:
    """Verify a presentation with all credentials in it: 200 when all are valid, else 400 with problem details."""
    return verified(services, vc_api.read_verify_presentation(body))


def verified(services: Services, request: VerifyRequest, *, bind_issuer: bool = True) -> Response:
    """The answer of both endpoints; raises NotVerified. `bind_issuer`: False in the conformance harness only."""
    policy = Policy(bind_issuer=bind_issuer, domain=request.domain, challenge=request.challenge, every_proof=True)
    if request.proof_purpose is not None:
        policy = replace(policy, proof_purpose=request.proof_purpose)
    try:
        report = verify_document(request.document, services, policy=policy)
    except (TooLarge, Unsupported) as problem:
        raise exactly_bad_input(problem) from None
    if report.submission.is_presentation is not request.is_presentation:
        message = "A credential and a presentation have an endpoint each; what was sent is the other one."
        detail = Finding("other_document", message)
        raise NotVerified(message, verified=False, problemDetails=vc_api.problem_details([detail]))
    if report.outcome is not Outcome.VALID:
        details = vc_api.problem_details(objections(report))[:MAX_PROBLEMS]
        raise NotVerified(report.summary, verified=False, problemDetails=details)
    return answer({"verified": True, "problemDetails": []})


def objections(report: Report) -> Iterator[Finding]:
    """Everything that was found, also about the credentials of a presentation; not what only informs."""
    for check in report.checks:
        yield from (finding for finding in check.findings if finding.outcome is not Outcome.VALID)
    for inner in report.credentials:
        yield from objections(inner)
