"""Each proof of a secured credential, examined: does it hold, and whose key made it? Pure: reads the evidence only.

1. a suite, proof type or algorithm that we do not know cannot be checked: unknown, before any key is looked at
2. the key is looked up where the proof says that it is
3. the signature is checked over the document
4. a proof that builds on others (`previousProof`) falls with them
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.errors import BadInput
from app.ports import Fetched
from app.vc import did, jose, keys, pinned_contexts, proof, strict_json
from app.vc.cryptosuite import PROOF_TYPE, PROOF_TYPES, suite_of
from app.vc.json_pointer import child
from app.vc.outcome import Finding, Outcome, Unsound, unknown, unsound
from app.verifier.evidence import EvidenceSet, NotFetched
from app.verifier.secured import (
    KeyPlace,
    Secured,
    issuer_id,
    jws_key_place,
    proof_key_place,
    proofs_of,
    proofs_to_examine,
)

BUDGETS = frozenset({"canonicalization_budget", "jsonld_budget"})
MAX_JWK_SET = 64  # ours: keys looked at in one JWK set


@dataclass(frozen=True, slots=True)
class Examined:
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


def examine(secured: Secured, evidence: EvidenceSet, now: datetime) -> tuple[Examined, ...]:
    """Examine every proof; () when nothing is signed."""
    if secured.form == "vc_jwt":
        return (examine_jws(secured, evidence, now),)
    return chained(secured, tuple(examine_proofs(secured, evidence, now)))


def examine_proofs(secured: Secured, evidence: EvidenceSet, now: datetime) -> Iterator[Examined]:
    """Examine the embedded proofs, in their order, until one shows that the document is too costly."""
    most = proofs_to_examine(secured)
    for number, (pointer, one) in enumerate(proofs_of(secured)):
        if number == most:
            message = f"There are more proofs than are looked at; the first {most} were."
            yield Examined(pointer, (Finding("too_many_proofs", message, "/proof", Outcome.UNKNOWN),))
            return
        examined = examine_proof(secured, pointer, one, evidence, now)
        yield examined
        if any(finding.code in BUDGETS for finding in examined.findings):
            return  # the same document would cost the same again


def examine_proof(secured: Secured, pointer: str, one: Any, evidence: EvidenceSet, now: datetime) -> Examined:
    """Examine one Data Integrity proof."""
    try:
        known_suite(pointer, one)
        place = proof_key_place(pointer, one)
    except Unsound as problem:
        return Examined(pointer, (problem.finding,))
    try:
        key, controller = resolve(place, evidence, now)
    except Unsound as problem:  # its pointer leads into the document that holds the key, which the reader has not
        return Examined(pointer, (replace(problem.finding, pointer=child(pointer, "verificationMethod")),))
    findings = proof.verify_proof(secured.credential, one, key, now=now)
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
    proofs = dict(proofs_of(secured))
    for _ in examined:
        by_id = {str(proofs[one.pointer].get("id")): one for one in examined if isinstance(proofs[one.pointer], dict)}
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
    return replace(one, findings=(Finding("previous_proof_unproven", message, pointer, outcome),))


def examine_jws(secured: Secured, evidence: EvidenceSet, now: datetime) -> Examined:
    """Examine the signature of a VC-JWT."""
    jws = secured.jws
    if jws is None:
        return Examined("", secured.findings)
    try:
        key, controller = resolve(jws_key_place(jws, issuer_id(secured.credential)), evidence, now)
    except Unsound as problem:
        return Examined("", (replace(problem.finding, pointer=""),))
    return Examined("", jose.verify(jws, key), key, controller)


def resolve(place: KeyPlace, evidence: EvidenceSet, now: datetime) -> tuple[keys.PublicKey, str | None]:
    """Return the key of a proof, and the id of the document that holds it. Raises Unsound."""
    if place.url is None:
        if place.key is not None:
            return place.key, None
        return from_document(did.self_described(place.method.partition("#")[0]) or {}, place.method, now)
    had = evidence.get(place.url)
    if not isinstance(had, Fetched):
        if place.key is not None:
            return place.key, None
        raise key_unavailable(place, had)
    document = fetched_object(had)
    if place.key is not None and "verificationMethod" not in document:
        return place.key, None  # a profile, say: it tells nothing about keys
    bare = bare_key(document, place.method)
    return (bare, None) if bare else from_document(document, place.method, now)


def from_document(document: dict[str, Any], method: str, now: datetime) -> tuple[keys.PublicKey, str]:
    """Return the key of a method for assertions of a controlled identifier document, and the document's id."""
    return did.verification_key(document, method, at=now), str(document["id"])


def key_unavailable(place: KeyPlace, had: NotFetched | None) -> Unsound:
    """Say that the key could not be had."""
    why = had.reason if had else "It was not asked for."
    return unknown("key_unavailable", f"The key {place.method[:200]} could not be had. {why}", place.pointer)


def fetched_object(had: Fetched) -> dict[str, Any]:
    """Return a fetched JSON object; raises Unsound (unknown): a server's mistake does not make a badge wrong."""
    try:
        document = strict_json.loads(had.content)
    except BadInput as problem:
        raise unknown("key_unreadable", f"{had.url[:200]} cannot be read. {problem.detail}") from None
    if not isinstance(document, dict):
        raise unknown("key_unreadable", f"{had.url[:200]} is JSON, but no object.")
    return document


def bare_key(document: dict[str, Any], method: str) -> keys.PublicKey | None:
    """Return the key of a JWK, or of the one in a JWK set that `method` names; None when it is neither."""
    if "kty" in document:
        return keys.from_jwk(document)
    if not isinstance(document.get("keys"), list):
        return None
    names = {method, method.partition("#")[2]} - {""}
    listed = [jwk for jwk in document["keys"][:MAX_JWK_SET] if isinstance(jwk, dict)]
    named = [jwk for jwk in listed if jwk.get("kid") in names]
    if len(named or listed) != 1:
        raise unsound("no_key", f"The key set does not hold one key that is named {method[:200]}.")
    return keys.from_jwk((named or listed)[0])


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
