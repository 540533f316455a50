"""What a verifier says of a sample, and every verifier of the matrix: ours, and other people's.

A foreign verifier is shown a picture as openbadgeslib takes it apart, where it reads none itself.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.ob3 import OB3LdpVerifier, OB3Verifier, check_credential_status

from app.vc.outcome import Outcome
from tests import npm
from tests.interop.judges import BADGE_WALLETS, HERE, OpenBadgesLib, Verdict, _download
from tests.interop.matrix import openvc_environment
from tests.interop.matrix.foreign import contexts
from tests.interop.matrix.sample import Document, Sample
from tests.verifier.badges import Web, verified

Judge = Callable[[Any, Sample], Verdict]


@dataclass(frozen=True, slots=True)
class Cell:
    """What one verifier says of one sample: "accepted", "refused" or "unknown" of each, None where there is none.

    `reason`: why the good one was not accepted. The revoked and the expired one are "told" when that is the reason.
    """

    good: str
    twin: str
    revoked: str | None
    expired: str | None = None
    reason: str = ""

    @property
    def agrees(self) -> bool:
        """Whether it says of each what is true."""
        told = {self.revoked, self.expired} <= {"told", None}
        return (self.good, self.twin) == ("accepted", "refused") and told


def ours(sample: Sample) -> Cell:
    """What our verifier says."""
    good, twin = (_report(one, sample) for one in (sample.good, sample.twin))
    revoked = None if sample.revoked is None else _told(_report(sample.revoked, sample), "revoked")
    expired = None if sample.expired is None else _told(_report(sample.expired, sample), "expired")
    return Cell(_word(good.outcome), _word(twin.outcome), revoked, expired, _reasons(good))


def _report(document: Document, sample: Sample) -> Any:
    served = {url: one.encode() if isinstance(one, str) else one for url, one in sample.documents.items()}
    data = document.encode() if isinstance(document, str) else document
    return verified(data, Web(served), now=datetime.now(UTC))


def _word(outcome: Outcome) -> str:
    return {Outcome.VALID: "accepted", Outcome.INVALID: "refused", Outcome.UNKNOWN: "unknown"}[Outcome(outcome)]


def _told(report: Any, code: str) -> str:
    codes = [finding.code for check in report.checks for finding in check.findings if finding.outcome != Outcome.VALID]
    return "told" if codes == [code] and _word(report.outcome) == "refused" else f"{_word(report.outcome)}: {codes}"


def _reasons(report: Any) -> str:
    return " | ".join(finding.message for check in report.checks for finding in check.findings)


def foreign(judge: Judge, sample: Sample) -> Cell:
    """What another verifier says."""
    good, twin = judge(sample.good, sample), judge(sample.twin, sample)
    revoked = None
    if sample.revoked is not None:
        verdict = judge(sample.revoked, sample)
        revoked = "told" if verdict.revoked and not verdict.accepted else "accepted" if verdict.accepted else "refused"
    words = ["accepted" if one.accepted else "refused" for one in (good, twin)]
    return Cell(words[0], words[1], revoked, None, good.reason)


def baked_document(document: Document) -> dict[str, Any] | str:
    """What is baked into a picture, or the document itself."""
    if not isinstance(document, bytes):
        return document
    is_png = document.startswith(b"\x89PNG")
    text = OB3Verifier.extract_token_from_png(document) if is_png else OB3Verifier.extract_token_from_svg(document)
    return json.loads(text) if text.lstrip().startswith("{") else text


def _verdict(answer: dict[str, Any]) -> Verdict:
    accepted = answer["verified"] and not answer.get("status")
    return Verdict(accepted, answer.get("status"), answer["error"] or "")


def digital_bazaar(document: Any, sample: Sample) -> Verdict:
    request = {"role": "verifier", "credential": baked_document(document), "documents": sample.documents}
    return _verdict(npm.run_node(HERE / "matrix", "digital_bazaar.mjs", request))


def openbadgeslib(document: Any, sample: Sample) -> Verdict:
    document = baked_document(document)
    if isinstance(document, str):
        return OpenBadgesLib().judge_jwt(document, sample.documents)
    download = _download(sample.documents)
    try:
        credential = OB3LdpVerifier().verify(document, download=download)
        check_credential_status(credential, download=download, verify_list=False)
    except LibOpenBadgesException as wrong:
        return Verdict(accepted=False, revoked="is set at index" in str(wrong) or None, reason=str(wrong))
    return Verdict(accepted=True, revoked=False, reason="")


def openvc_core(document: Any, sample: Sample) -> Verdict:
    documents = dict(sample.documents)
    request = {
        "role": "verifier",
        "credential": baked_document(document),
        "documents": documents,
        "contexts": contexts(),
    }
    return _verdict(openvc_environment.run(request))


def jose(document: Any, sample: Sample) -> Verdict:
    request = {"role": "verifier", "token": document, "jwks": sample.jwks}
    return _verdict(npm.run_node(HERE / "matrix", "jose.mjs", request))


def sd_jwt_js(document: Any, sample: Sample) -> Verdict:
    """@sd-jwt/sd-jwt-vc, which fetches type metadata and status list itself; @sd-jwt/core for the W3C's data model."""
    request = {"text": document, "jwks": sample.jwks, "isVc": sample.form == "dc+sd-jwt"}
    answer = npm.run_node(HERE / "wallets", "judge_sd_jwt.mjs", request, authority=sample.authority)
    is_revoked = "Status is not valid" in (answer["error"] or "")
    return Verdict(answer["accepted"], is_revoked, answer["error"] or "")


def badge_wallets(by: str) -> Judge:
    """LearnCard's packages, or verifier-core of the Digital Credentials Consortium, which its wallet runs."""

    def judge(document: Any, sample: Sample) -> Verdict:
        request = {"by": by, "credential": document, "documents": sample.documents}
        return _verdict(npm.run_node(BADGE_WALLETS, "judge.mjs", request, authority=sample.authority))

    return judge


JSON_LD = ("eddsa-rdfc-2022", "eddsa-rdfc-2022, no terms of its own", "PNG, baked", "SVG, baked")
JWT = ("VC-JWT ES256", "VC-JWT RS256", "VC-JWT EdDSA")
WRAPPED, SHOWN, SD_JWT = "VC-JWT ES256 with the claim vc", "ecdsa-sd-2023, shown in part", ("dc+sd-jwt", "vc+sd-jwt")
JUDGES: dict[str, tuple[Judge, tuple[str, ...]]] = {
    "Digital Bazaar": (digital_bazaar, (*JSON_LD, SHOWN)),
    "DCC verifier-core": (badge_wallets("DCC"), JSON_LD[:1]),
    "LearnCard": (badge_wallets("LearnCard"), (JSON_LD[0], SD_JWT[0])),
    "openbadgeslib": (openbadgeslib, (*JSON_LD, *JWT)),
    "openvc-core": (openvc_core, (*JSON_LD, SHOWN, *JWT, WRAPPED, *SD_JWT)),
    "jose": (jose, (*JWT, WRAPPED)),
    "@sd-jwt": (sd_jwt_js, SD_JWT),
}
"""Name of each: how it is asked, and the forms that it reads."""
