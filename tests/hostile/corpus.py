"""The whole corpus: each file, and what it must come to.

Some of the documents are made here; the others lie in the folder as they are, with tests of their own beside the module
that they are aimed at, and are sent to the verifier here once more.
"""

import json
from dataclasses import dataclass
from typing import Any

from app.adapters.fetch import GuardedFetcher
from app.errors import BadInput
from app.ports import Fetched
from app.verifier.case import Policy
from app.verifier.report import Report
from app.verifier.verify import verify
from tests.hostile import holder_tricks, json_tricks, proof_tricks, status_tricks, token_tricks
from tests.hostile.trick import FOLDER, REFUSED
from tests.vc import pictures, test_ecdsa_sd_hostile, test_enveloped, test_sd_jwt_hostile
from tests.verifier.badges import Web, services, university

MADE = (
    *json_tricks.TRICKS,
    *proof_tricks.TRICKS,
    *token_tricks.TRICKS,
    *holder_tricks.TRICKS,
    *status_tricks.TRICKS,
)
FOUND: dict[str, str] = {
    **{f"{name}.json": code for name, code in test_ecdsa_sd_hostile.EXPECTED.items()},
    **test_sd_jwt_hostile.TRICKS,
    **test_enveloped.TRICKS,
    **pictures.HOSTILE_PNG,
    **pictures.HOSTILE_SVG,
}
# The SD-JWTs that lie in the folder are of an issuer who publishes the key at the place for it.
ISSUER = "https://issuer.example"
METADATA = {
    f"{ISSUER}/.well-known/jwt-vc-issuer": {"issuer": ISSUER, "jwks": {"keys": [test_enveloped.HOLDER.public_jwk]}}
}
ASKED = Policy(domain=holder_tricks.AUDIENCE, challenge=holder_tricks.NONCE)
ASKED_OF_FOUND = Policy(domain=test_enveloped.AUDIENCE, challenge=test_enveloped.NONCE)


class HostileWeb(Web):
    """What a trick says is served; every other name leads into somebody's own network."""

    def get(self, url: str, *, accept: str) -> Fetched:
        served = self.documents.get(url)
        if served is None:
            return GuardedFetcher(resolve=lambda _host, _port: ["10.0.0.1"]).get(url, accept=accept)
        return super().get(url, accept=accept) if not isinstance(served, str) else self.text(url, served)

    def text(self, url: str, served: str) -> Fetched:
        self.asked.append(url)
        return Fetched(url, "application/json", served.encode())


@dataclass(frozen=True)
class Verdict:
    """`outcome`: of the whole, or REFUSED. `found`: (check, code), those of documents inside too."""

    outcome: str
    found: frozenset[tuple[str, str]]
    asked: tuple[str, ...] = ()


def judged(name: str) -> Verdict:
    """Send a file of the folder to the verifier."""
    beside = FOLDER / f"{name.partition('.')[0]}.web.json"
    served: dict[str, Any] = json.loads(beside.read_text(encoding="utf-8")) if beside.exists() else {}
    policy = ASKED_OF_FOUND if name in test_sd_jwt_hostile.TRICKS else Policy()
    if name.startswith(("presentation_", "sd_jwt_judged_")) and name not in FOUND:
        policy = ASKED
    web = HostileWeb(university().documents | METADATA | served)
    try:
        report = verify((FOLDER / name).read_bytes(), None, services(web), policy=policy)
    except BadInput as problem:
        return Verdict(REFUSED, frozenset({(REFUSED, str(problem.members.get("code")))}))
    return Verdict(report.outcome.value, frozenset(findings_of(report)), tuple(web.asked))


def findings_of(report: Report) -> Any:
    for part in (report, *report.credentials, *report.endorsements):
        for check in part.checks:
            yield from ((check.id, finding.code) for finding in check.findings)
