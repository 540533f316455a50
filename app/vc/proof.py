"""Data Integrity proofs: made, attached, verified; alone, in sets and in chains.

Verifiable Credential Data Integrity 1.0, https://www.w3.org/TR/vc-data-integrity/ sections 4.2 Add Proof, 4.3 Add Proof
Set/Chain, 4.4 Verify Proof, 4.5 Verify Proof Sets and Chains; the suites are in app.vc.cryptosuite.

Verifying one proof:

1. the proof is well formed, and its suite and the key's type are known and fit
2. its purpose is the expected one; it has not expired; domain and challenge are the expected ones
3. the proofs that `previousProof` names are there, and are part of what is signed
4. the configuration is the proof without its value; with the unsecured document it makes the data to verify
5. the signature in `proofValue` (`jws` of Ed25519Signature2018) holds for that data

Each proof of a set or chain is verified by itself: a chain holds when all its proofs do.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.ports import Signer
from app.vc import pinned_contexts, timestamps
from app.vc.cryptosuite import PROOF_TYPE, PROOF_TYPES, SUITES, Cryptosuite, ProofValue, suite_of
from app.vc.json_pointer import child
from app.vc.keys import PublicKey, signature_size
from app.vc.multiformats import multibase_decode, multibase_encode
from app.vc.outcome import Finding, Outcome, Unsound, unknown, unsound
from app.vc.pinned_contexts import Contexts
from app.vc.problem_types import (
    INVALID_CHALLENGE_ERROR,
    INVALID_DOMAIN_ERROR,
    PROOF_VERIFICATION_ERROR,
)

MAX_PREVIOUS = 8  # ours: as many as the verifier looks at; each becomes a part of what is signed


def proof_options(
    cryptosuite: str, verification_method: str, created: str, proof_purpose: str = "assertionMethod", **more: Any
) -> dict[str, Any]:
    """Return the options of a proof to make. `created`: xsd:dateTimeStamp; `more`: id, expires, domain, ..."""
    return {
        "type": PROOF_TYPE,
        "cryptosuite": cryptosuite,
        "created": created,
        "verificationMethod": verification_method,
        "proofPurpose": proof_purpose,
        **more,
    }


def verify_data(
    document: Mapping[str, Any], options: Mapping[str, Any], key_type: str, *, contexts: Contexts | None = None
) -> bytes:
    """Return the bytes to sign: the hash of the proof configuration, then that of the unsecured document.

    `options`: from `proof_options`; `key_type`: one of keys.KEY_TYPES; `contexts`: those for issuing when left out.
    Raises Unsound when something cannot be transformed without loss, or the key does not fit the suite.
    """
    suite = _suite(options, "/proof")
    if not suite.is_made:
        raise unsound("unsupported_cryptosuite", f"Proofs of {suite.name} are not made in this way.", "/proof")
    configuration = _configuration_to_sign(document, options)
    return _hash_data(document, configuration, suite, key_type, contexts or pinned_contexts.issuing(), "/proof")


def attach(document: Mapping[str, Any], options: Mapping[str, Any], signature: bytes) -> dict[str, Any]:
    """Return a new document with the proof as last item of its `proof` array; proofs that it has stay before it."""
    suite = _suite(options, "/proof")
    configuration = _configuration_to_sign(document, options) if suite.keeps_context else options
    proof = {**configuration, "proofValue": multibase_encode(suite.base, signature)}
    return {**document, "proof": [*proofs_of(document), proof]}


def add_proof(document: Mapping[str, Any], signer: Signer, options: Mapping[str, Any]) -> dict[str, Any]:
    """Sign the document and attach the proof. Raises Unsound as `verify_data` does."""
    return attach(document, options, signer.sign(verify_data(document, options, signer.key_type)))


def proofs_of(document: Mapping[str, Any]) -> list[Any]:
    """Return the proofs of a document, one or many, as they stand there."""
    proofs = document.get("proof", [])
    return proofs if isinstance(proofs, list) else [proofs]


def verify_proof(
    document: Mapping[str, Any],
    proof: Mapping[str, Any],
    key: PublicKey,
    *,
    now: datetime,
    expected_purpose: str = "assertionMethod",
    domain: str | None = None,
    challenge: str | None = None,
    contexts: Contexts | None = None,
    signed: bytes | None = None,
    has_held: bool = False,
) -> tuple[Finding, ...]:
    """Verify one proof of a document; no findings mean that it holds.

    `key`: of the proof's verification method; `now`: an aware moment; `domain`, `challenge`: what must stand in the
    proof, and no other domain beside it, None when nothing was asked for; `contexts`: else those for verifying;
    `signed`: the `verify_data` of this very document and proof, for who has just made it; `has_held`: this signature of
    this very document was seen to hold with this key, so all but that is checked. Pointers lead into the document.
    """
    place = _place(document, proof)
    found = list(_faults(proof, place, now, expected_purpose, domain, challenge))
    if found or has_held:
        return tuple(found)
    try:
        suite = _suite(proof, place)
        value = _read_value(_signature(proof, suite, key, place), suite, place)
    except Unsound as problem:
        return (problem.finding,)
    if signed is not None and isinstance(value, bytes):
        return () if key.verify(value, signed) else (_bad_signature(place),)
    for known in _contexts_to_try(document, contexts):
        try:
            configuration = _configuration_to_verify(document, proof, suite, place)
            if _holds(document, configuration, suite, value, key, known, place):
                return ()
            found.append(_bad_signature(place, suite.value_member))
        except Unsound as problem:
            found.append(problem.finding)
    return tuple(found[:1])  # of the newest contexts


def _bad_signature(place: str, value_member: str = "proofValue") -> Finding:
    message = "The signature does not fit: the document was changed after signing, or another key signed it."
    return _fault("bad_signature", message, child(place, value_member))


def _suite(proof: Mapping[str, Any], place: str) -> Cryptosuite:
    suite = suite_of(proof)
    if suite is None:
        message = f"The cryptosuite {str(proof.get('cryptosuite'))[:60]!r} is not supported; {', '.join(SUITES)} are."
        raise unknown("unsupported_cryptosuite", message, child(place, "cryptosuite"))
    return suite


def _configuration_to_sign(document: Mapping[str, Any], options: Mapping[str, Any]) -> Mapping[str, Any]:
    """Proof Configuration (vc-di-eddsa sections 3.2.5 and 3.3.5): the options with the document's context."""
    context = {"@context": document["@context"]} if "@context" in document else {}
    return {**options, **context}


def _configuration_to_verify(
    document: Mapping[str, Any], proof: Mapping[str, Any], suite: Cryptosuite, place: str
) -> Mapping[str, Any]:
    """The proof without its value. A jcs suite's own context must be how the document's begins (section 3.3.2)."""
    configuration = {name: value for name, value in proof.items() if name != suite.value_member}
    if not suite.keeps_context:
        return _configuration_to_sign(document, configuration)
    if "@context" in proof:
        signed, present = _listed(proof["@context"]), _listed(document.get("@context", []))
        if present[: len(signed)] != signed:
            message = "The document's contexts do not begin with those that the proof was made with."
            raise unsound("context_differs", message, child(place, "@context"), problem_type=PROOF_VERIFICATION_ERROR)
    return configuration


def _hash_data(
    document: Mapping[str, Any],
    configuration: Mapping[str, Any],
    suite: Cryptosuite,
    key_type: str,
    contexts: Contexts,
    place: str,
) -> bytes:
    """Hashing (vc-di-eddsa section 3.2.4): hash(configuration) + hash(unsecured document)."""
    _refuse_other_keys(suite, key_type, place)
    unsecured = _unsecured(document, configuration, place)
    if suite.keeps_context and "@context" in configuration:
        unsecured["@context"] = configuration["@context"]
    document_hash = suite.digest(unsecured, key_type, contexts)
    return _configuration_hash(configuration, suite, key_type, contexts, place) + document_hash


def _holds(
    document: Mapping[str, Any],
    configuration: Mapping[str, Any],
    suite: Cryptosuite,
    value: bytes | ProofValue,
    key: PublicKey,
    contexts: Contexts,
    place: str,
) -> bool:
    if isinstance(value, bytes):
        return key.verify(value, _hash_data(document, configuration, suite, key.key_type, contexts, place))
    _refuse_other_keys(suite, key.key_type, place)
    configuration_hash = _configuration_hash(configuration, suite, key.key_type, contexts, place)
    return value.holds(_unsecured(document, configuration, place), configuration_hash, key, contexts)


def _refuse_other_keys(suite: Cryptosuite, key_type: str, place: str) -> None:
    if key_type not in suite.key_types:
        message = f"{suite.name} takes keys of type {' or '.join(suite.key_types)}, not {key_type}."
        raise unsound("key_type_does_not_fit", message, place, problem_type=PROOF_VERIFICATION_ERROR)


def _configuration_hash(
    configuration: Mapping[str, Any], suite: Cryptosuite, key_type: str, contexts: Contexts, place: str
) -> bytes:
    try:
        return suite.digest(configuration, key_type, contexts)
    except Unsound as problem:  # what is wrong with the configuration is wrong in the proof
        raise Unsound(replace(problem.finding, pointer=place + problem.finding.pointer)) from None


def _unsecured(document: Mapping[str, Any], configuration: Mapping[str, Any], place: str) -> dict[str, Any]:
    """The document without proofs, but with those that this one builds on (section 4.5, matchingProofs)."""
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    if "previousProof" in configuration:
        unsecured["proof"] = [
            _previous(document, name, child(place, "previousProof")) for name in _listed(configuration["previousProof"])
        ]
    return unsecured


def _previous(document: Mapping[str, Any], name: Any, pointer: str) -> Any:
    for one in proofs_of(document):
        if isinstance(one, Mapping) and isinstance(name, str) and one.get("id") == name:
            return one
    message = f"The proof builds on the proof {str(name)[:80]!r}, which is not there."
    raise unsound("previous_proof_missing", message, pointer, problem_type=PROOF_VERIFICATION_ERROR)


def _contexts_to_try(document: Mapping[str, Any], contexts: Contexts | None) -> Iterator[Contexts]:
    yield contexts or pinned_contexts.verifying()
    if contexts is None and pinned_contexts.is_read_otherwise(document):
        yield pinned_contexts.verifying_older()


def _faults(
    proof: Mapping[str, Any], place: str, now: datetime, purpose: str, domain: str | None, challenge: str | None
) -> Iterator[Finding]:
    """Find what is wrong with a proof without looking at its signature."""
    kind = proof.get("type")
    if isinstance(kind, str) and kind not in PROOF_TYPES:
        message = f"The proof type {kind[:60]!r} is not supported; {', '.join(PROOF_TYPES)} are."
        yield Finding("unsupported_proof_type", message, child(place, "type"), Outcome.UNKNOWN)
    suite = suite_of(proof)
    value_member = suite.value_member if suite else "proofValue"
    for name in ("type", "cryptosuite", "verificationMethod", "proofPurpose", value_member):
        if name == "cryptosuite" and kind in PROOF_TYPES and kind != PROOF_TYPE:
            continue  # its type says it
        if not isinstance(proof.get(name), str):
            yield _fault("malformed_proof", f"The proof's `{name}` is missing, or is not a text.", child(place, name))
    if isinstance(proof.get("proofPurpose"), str) and proof["proofPurpose"] != purpose:
        message = f"The proof is for {proof['proofPurpose'][:60]!r}, not for {purpose!r}."
        yield _fault("wrong_proof_purpose", message, child(place, "proofPurpose"))
    previous = _listed(proof["previousProof"]) if "previousProof" in proof else []
    if previous and (len(previous) > MAX_PREVIOUS or len(set(map(str, previous))) < len(previous)):
        message = f"`previousProof` names a proof twice, or more than {MAX_PREVIOUS} of them."
        yield _fault("malformed_proof", message, child(place, "previousProof"))
    yield from _untimely(proof, place, now)
    domains = _listed(proof.get("domain", [])) if domain is not None else []
    if domain is not None and (not domains or any(one != domain for one in domains)):  # section 4.4: the same strings
        message = f"The proof was not made for the domain {domain!r}, or not for it alone."
        yield _fault("wrong_domain", message, child(place, "domain"), INVALID_DOMAIN_ERROR)
    if challenge is not None and proof.get("challenge") != challenge:
        message = "The proof does not answer the challenge that was given."
        yield _fault("wrong_challenge", message, child(place, "challenge"), INVALID_CHALLENGE_ERROR)


def _untimely(proof: Mapping[str, Any], place: str, now: datetime) -> Iterator[Finding]:
    for name in ("created", "expires"):
        if name not in proof:
            continue
        moment = _moment(proof[name])
        if moment is None:
            yield _fault("malformed_proof", f"The proof's `{name}` is no date and time.", child(place, name))
        elif name == "expires" and now >= moment:
            yield _fault("proof_expired", f"The proof expired on {proof[name]}.", child(place, name))


def _moment(text: Any) -> datetime | None:
    """Section 2.1: a dateTimeStamp; without a time zone it is understood as UTC."""
    return timestamps.read(text) or (timestamps.read(f"{text}Z") if isinstance(text, str) else None)


def _signature(proof: Mapping[str, Any], suite: Cryptosuite, key: PublicKey, place: str) -> bytes:
    pointer = child(place, suite.value_member)
    if not suite.base:
        return str(proof[suite.value_member]).encode()
    try:
        signature = multibase_decode(proof[suite.value_member], suite.base)
    except Unsound as problem:
        raise Unsound(_fault("malformed_proof", problem.finding.message, pointer)) from None
    expected = signature_size(key.key_type)
    if suite.read_value is None and key.key_type in suite.key_types and len(signature) != expected:
        message = f"A signature with {key.key_type} has {expected} bytes; this proofValue holds {len(signature)}."
        raise Unsound(_fault("malformed_proof", message, pointer))
    return signature


def _read_value(value: bytes, suite: Cryptosuite, place: str) -> bytes | ProofValue:
    """Return a signature as it is, and the value of a suite that has more in it read."""
    try:
        return suite.read_value(value) if suite.read_value else value
    except Unsound as problem:
        raise Unsound(replace(problem.finding, pointer=child(place, suite.value_member))) from None


def _place(document: Mapping[str, Any], proof: Mapping[str, Any]) -> str:
    """Return the pointer to a proof of the document."""
    held = document.get("proof")
    for position, one in enumerate(held if isinstance(held, list) else []):
        if one is proof:
            return child("/proof", position)
    return "/proof"


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _fault(code: str, message: str, pointer: str, problem_type: str = PROOF_VERIFICATION_ERROR) -> Finding:
    return Finding(code, message, pointer, problem_type=problem_type)
