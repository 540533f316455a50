"""Each proof of a secured document, examined: does it hold, and whose key made it? Pure: reads the evidence only.

1. a suite, proof type or algorithm that we do not know cannot be checked: unknown, before any key is looked at
2. the key is looked up where the proof says that it is, for a purpose that is expected
3. the signature is checked over the document, and domain and challenge where they are asked for
4. a proof that builds on others (`previousProof`) falls with them
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from app.vc import jose, keys, pinned_contexts, proof
from app.vc.cryptosuite import PROOF_TYPE, PROOF_TYPES, suite_of
from app.vc.json_pointer import child
from app.vc.jwt_claims import check_receiver, check_times
from app.vc.outcome import Finding, Outcome, Unsound, unknown, unsound
from app.verifier.evidence import EvidenceSet
from app.verifier.resolution import resolve
from app.verifier.secured import (
    MAX_PROOFS,
    Secured,
    key_place,
    proof_key_place,
)
from app.verifier.work import Work, cost_of_proof, exhausted

BUDGETS = frozenset({"canonicalization_budget", "jsonld_budget"})


@dataclass(frozen=True, slots=True)
class Expected:
    """What a proof must be for. `purposes`: any of these. `domain`, `challenge`: None asks for nothing."""

    purposes: tuple[str, ...] = ("assertionMethod",)
    domain: str | None = None
    challenge: str | None = None


ASSERTION = Expected()


class Examination(NamedTuple):
    """What every proof of one document is examined with. `now`: aware."""

    evidence: EvidenceSet
    now: datetime
    work: Work
    expected: Expected = ASSERTION


class Examined(NamedTuple):
    """One proof. `findings`: none when it holds. `key`: the key that it was checked with.

    `controller`: the id of the document that holds the key; None when the key came without one, so that nothing yet
    says whose it is.
    """

    pointer: str
    findings: tuple[Finding, ...]
    key: keys.PublicKey | None = None
    controller: str | None = None

    @property
    def holds(self) -> bool:
        """Whether the proof was checked and holds."""
        return not self.findings and self.key is not None

    @property
    def is_unknown(self) -> bool:
        """Whether it could not be found out whether the proof holds: nothing is known to be wrong."""
        return not self.holds and all(finding.outcome is Outcome.UNKNOWN for finding in self.findings)


def examine(secured: Secured, how: Examination) -> tuple[Examined, ...]:
    """Examine every proof; () when nothing is signed."""
    if secured.form != "data_integrity":
        return (examine_jws(secured, how),)
    return chained(secured, tuple(examine_proofs(secured, how)))


def examine_proofs(secured: Secured, how: Examination) -> Iterator[Examined]:
    """Examine the embedded proofs, in their order, until one shows that the document is too costly."""
    for number, (pointer, one) in enumerate(secured.proofs):
        if number == MAX_PROOFS or not how.work.take(partial(cost_of_examining, secured, one)):
            yield Examined(pointer, (not_examined(number, pointer),))
            return
        examined = examine_proof(secured, pointer, one, how)
        yield examined
        if any(finding.code in BUDGETS for finding in examined.findings):
            how.work.exhaust()  # the same document would cost the same again


def cost_of_examining(secured: Secured, one: Any) -> int:
    """Return what examining a document with one of its proofs costs."""
    return secured.cost + cost_of_proof(one, secured.credential)


def not_examined(number: int, pointer: str) -> Finding:
    """Say that the proof after so many was not looked at."""
    if not number:
        return exhausted(pointer)
    message = f"There are more proofs than are looked at; the first {number} were."
    return Finding("too_many_proofs", message, "/proof", Outcome.UNKNOWN)


def examine_proof(secured: Secured, pointer: str, one: Any, how: Examination) -> Examined:
    """Examine one Data Integrity proof."""
    try:
        known_suite(pointer, one)
        place = proof_key_place(pointer, one)
    except Unsound as problem:
        return Examined(pointer, (problem.finding,))
    expected = how.expected
    purpose = one["proofPurpose"] if one.get("proofPurpose") in expected.purposes else expected.purposes[0]
    try:
        key, controller = resolve(place, secured.owner, how.evidence, how.now, purpose)
    except Unsound as problem:  # its pointer leads into the document that holds the key, which the reader has not
        return Examined(pointer, (replace(problem.finding, pointer=child(pointer, "verificationMethod")),))
    kept = secured.kept
    findings = proof.verify_proof(
        secured.credential,
        one,
        key,
        now=how.now,
        expected_purpose=purpose,
        domain=expected.domain,
        challenge=expected.challenge,
        has_held=kept is not None and kept.held.get(pointer) == key,
    )
    if kept is not None and not findings:
        kept.held[pointer] = key
    return Examined(pointer, findings or context_findings(secured.credential, one), key, controller)


def context_findings(document: Mapping[str, Any], one: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Tell what stands against the contexts of a proof that signed them as mere JSON (the jcs suites).

    Data Integrity 1.0 section 4.6: a context must be known to be relied on. The suites let contexts be added after
    signing; whether those change what the document says is more than we know.
    """
    suite = suite_of(one)
    if suite is None or not suite.keeps_context:
        return ()  # the rdfc suites have looked at every context
    present = listed(document.get("@context", []))
    for position, context in enumerate(present):
        pointer = child("/@context", position)
        if position >= len(listed(one.get("@context", present))):
            message = "This context was added after signing; it may change what the document says."
            return (Finding("unsigned_context", message, pointer, Outcome.UNKNOWN),)
        if isinstance(context, str) and context not in pinned_contexts.verifying().documents:
            message = f"The context {context[:200]} is not known, and contexts are never fetched."
            return (Finding("unknown_context", message, pointer, Outcome.UNKNOWN),)
    return ()


def listed(value: Any) -> list[Any]:
    """Return a list as it is, and anything else as a list of it."""
    return value if isinstance(value, list) else [value]


def chained(secured: Secured, examined: tuple[Examined, ...]) -> tuple[Examined, ...]:
    """Withdraw what builds on a proof that does not hold (Data Integrity 1.0 section 4.5), until nothing changes."""
    if not any(["previousProof" in one for _, one in secured.proofs if isinstance(one, dict)]):  # noqa: C419 - few
        return examined
    proofs = dict(secured.proofs)
    for _ in examined:
        by_id: dict[str, Examined] = {}
        for one in examined:  # of two with one id the first counts, as in what is signed
            if isinstance(proofs[one.pointer], dict):
                by_id.setdefault(str(proofs[one.pointer].get("id")), one)
        examined = tuple(with_previous(one, by_id, proofs[one.pointer]) for one in examined)
    return examined


def with_previous(one: Examined, by_id: Mapping[str, Examined], own: Any) -> Examined:
    """Withdraw a proof that holds by itself when one that it builds on does not; `own`: the proof itself."""
    names = listed(own.get("previousProof", [])) if one.holds else []
    failing = [by_id.get(str(name)) for name in names if not (str(name) in by_id and by_id[str(name)].holds)]
    if not failing:
        return one
    is_unknown = all(previous is not None and previous.is_unknown for previous in failing)
    message = "This proof builds on another one that does not hold, or could not be checked."
    outcome = Outcome.UNKNOWN if is_unknown else Outcome.INVALID
    pointer = child(one.pointer, "previousProof")
    return one._replace(findings=(Finding("previous_proof_unproven", message, pointer, outcome),))


def examine_jws(secured: Secured, how: Examination) -> Examined:
    """Examine the signature of a VC-JWT or SD-JWT, and for whom a JWT was made."""
    jws = secured.jws
    if jws is None:
        return Examined("", secured.findings)
    try:
        key, controller = jws_key(secured, how)
    except Unsound as problem:
        return Examined("", (replace(problem.finding, pointer=""),))
    return Examined("", (*jose.verify(jws, key), *receiver_findings(secured, jws, how)), key, controller)


def jws_key(secured: Secured, how: Examination) -> tuple[keys.PublicKey, str | None]:
    """Return the key of a JWT and its controller: a JWT does not say for which purpose it was signed, so any will do.

    Raises Unsound: what stands against the first purpose.
    """
    place = key_place(secured)
    refusals = []
    for purpose in how.expected.purposes:
        try:
            return resolve(place, secured.owner, how.evidence, how.now, purpose)
        except Unsound as problem:
            refusals.append(problem)
    raise refusals[0]


def receiver_findings(secured: Secured, jws: jose.Jws, how: Examination) -> tuple[Finding, ...]:
    """Tell what stands against the receiver of a JWT, and of a presentation the times: they are those of presenting.

    For whom an SD-JWT was meant stands in its key binding.
    """
    if secured.sd_jwt is not None and not secured.is_presentation:
        return ()
    times = check_times(jws.payload, how.now) if secured.is_presentation else ()
    return (*times, *check_receiver(jws.payload, how.expected.domain, how.expected.challenge))


def known_suite(pointer: str, one: Any) -> None:
    """Raise Unsound (unknown) for a proof whose type or cryptosuite is not known, so that nobody calls it wrong."""
    if not isinstance(one, dict):
        raise unsound("malformed_proof", "A proof is an object.", pointer)
    kind, suite = one.get("type"), one.get("cryptosuite")
    if isinstance(kind, str) and kind not in PROOF_TYPES:
        raise unknown("unsupported_proof_type", f"Proofs of the type {kind[:80]} are not read yet.", pointer)
    if kind == PROOF_TYPE and isinstance(suite, str) and suite_of(one) is None:
        message = f"Proofs of the cryptosuite {suite[:80]} are not read yet."
        raise unknown("unsupported_cryptosuite", message, child(pointer, "cryptosuite"))
