"""All that the checks of one document look at, and what the caller of a verification may choose. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from app.vc.remembered import found_once
from app.verifier.endorsements import Endorsement
from app.verifier.evidence import EvidenceSet
from app.verifier.examine import ASSERTION, Examination, Examined, Expected, examine
from app.verifier.judgement import Judgement
from app.verifier.reading import Document
from app.verifier.secured import Secured
from app.verifier.trust import TrustPolicy
from app.verifier.work import MAX_LIST_WORK, Work


@dataclass(frozen=True, slots=True)
class Policy:
    """What the caller may choose.

    `clock_skew_s`: how far ahead of our clock an issuer's clock may be, in seconds; 300 is the default of Digital
    Bazaar's verifier (`maxClockSkew`, https://github.com/digitalbazaar/vc). `bind_issuer`: whether the key must be the
    issuer's (and a presentation's the holder's); False leaves that check out, for test harnesses only. `domain`,
    `challenge`: what the proof of the document that was sent must carry, None asks for nothing. `proof_purpose`: what a
    credential's proof must be for; a presentation's is for authentication, or for assertions too when no challenge was
    given, or with `takes_assertions` (LearnCard's wallet signs answers to OpenID4VP so). `every_proof`: whether each
    proof of a document must hold (Data Integrity 1.0 section 4.5, Verify Proof Sets and Chains); else one suffices
    (Open Badges 3.0 section 8). `recipient`: whom the credentials must be about, by e-mail address, DID or another
    identifier; None asks for nobody. `as_of`: aware; the time to judge at, None for now. `trust`: whom to ask about the
    issuer; None for whom the operator chose.
    """

    clock_skew_s: int = 300
    bind_issuer: bool = True
    domain: str | None = None
    challenge: str | None = None
    proof_purpose: str = "assertionMethod"
    takes_assertions: bool = False
    every_proof: bool = False
    recipient: str | None = None
    as_of: datetime | None = None
    trust: TrustPolicy | None = None

    def expected_of(self, secured: Secured) -> Expected:
        """Return what the proofs of the document that was sent must be for."""
        purposes: tuple[str, ...] = (self.proof_purpose,)
        if secured.is_presentation:
            is_for_us = self.challenge is not None or self.proof_purpose == "authentication"
            is_strict = is_for_us and not self.takes_assertions
            purposes = ("authentication",) if is_strict else ("authentication", "assertionMethod")
        return Expected(purposes, self.domain, self.challenge)

    @property
    def asks_for_binding(self) -> bool:
        """Whether the holder must have signed for us."""
        return self.domain is not None or self.challenge is not None


@dataclass(frozen=True)  # no slots: what is found once needs a place
class Case:
    """All that the checks look at. `now`: aware. `judged`: judges another case, for documents inside this one.

    `expected`: of this document's proofs. `work`, `list_work`: shared by all cases of a verification. `depth`: how many
    documents this one stands in as endorsement. `endorsement`: what it is when it is one.
    """

    document: Document
    evidence: EvidenceSet
    policy: Policy
    now: datetime
    judged: Callable[["Case"], Judgement]
    expected: Expected = ASSERTION
    work: Work = field(default_factory=Work)
    list_work: Work = field(default_factory=lambda: Work(MAX_LIST_WORK))
    depth: int = 0
    endorsement: Endorsement | None = None

    @found_once
    def secured(self) -> Secured:
        """The document and how it is secured."""
        return self.document.secured

    @found_once
    def credential(self) -> dict[str, Any]:
        """The credential or presentation itself."""
        return self.document.secured.credential

    @found_once
    def proofs(self) -> tuple[Examined, ...]:
        """Every proof, examined once."""
        return examine(self.secured, Examination(self.evidence, self.now, self.work, self.expected))

    @found_once
    def holding(self) -> tuple[Examined, ...]:
        """The proofs that hold."""
        return tuple([one for one in self.proofs if one.holds])

    @property
    def is_proved(self) -> bool:
        """Whether a proof holds."""
        return bool(self.holding)

    def inside(self, secured: Secured, endorsement: Endorsement | None = None) -> "Case":
        """Return the case of a credential inside this document; nothing is asked of it but that it is one."""
        depth = self.depth + (endorsement is not None)
        return replace(self, document=Document(secured), expected=ASSERTION, depth=depth, endorsement=endorsement)
