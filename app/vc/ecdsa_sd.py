"""ecdsa-sd-2023: proofs whose holder decides what of a credential to show.

https://www.w3.org/TR/vc-di-ecdsa/ sections 3.4 selective disclosure functions, 3.5 and 3.6 ecdsa-sd-2023.

A base proof (section 3.6.1), for the holder only:

1. label the blank nodes with HMACs of their canonical labels, so that labels tell nothing about what is withheld
2. split the N-Quads into mandatory ones and the others, by JSON pointers
3. sign each of the others by itself, with a key pair that is made for this proof only
4. sign with the issuer's key: hash of the proof configuration + that public key + hash of the mandatory N-Quads

A derived proof (section 3.6.6) shows the mandatory N-Quads and some of the others with their signatures. It is verified
(section 3.6.7) by app.vc.proof.verify_proof, which asks DerivedProof.holds.

What is not mandatory can be withheld, so an issuer makes at least `issuer`, `validFrom`, `validUntil` and
`credentialStatus` mandatory.

The issuer's key is P-256 or P-384. With P-384 the configuration is hashed with SHA-384 ("the same hash that is used by
the signature algorithm", section 3.6.3), and the base signature has 96 bytes, where sections 3.5.3 and 3.5.8 know only
the 64 of P-256. All else is the same for both: the key made for the proof is P-256 (section 3.6.5), HMACs and the hash
of the mandatory N-Quads are SHA-256.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.ports import Signer
from app.vc import pinned_contexts
from app.vc.cryptosuite import SUITES
from app.vc.ecdsa_sd_groups import Groups, canonicalize_and_group
from app.vc.ecdsa_sd_values import (
    HMAC_KEY_SIZE,
    BaseProof,
    DerivedProof,
    data_to_sign,
    number_of,
    read_base,
    refuse_excess,
)
from app.vc.keys import PrivateKey
from app.vc.multiformats import multibase_decode, multibase_encode
from app.vc.outcome import Unsound, unsound
from app.vc.pinned_contexts import Contexts
from app.vc.problem_types import PROOF_VERIFICATION_ERROR
from app.vc.rdfc import canonical_labels
from app.vc.selection import select

CRYPTOSUITE = "ecdsa-sd-2023"
PROOF_KEY_TYPE = "P-256"  # section 3.6.5


@dataclass(frozen=True, slots=True)
class BaseDraft:
    """A base proof that lacks the issuer's signature over `to_sign`."""

    to_sign: bytes
    public_key: bytes
    hmac_key: bytes
    signatures: tuple[bytes, ...]
    mandatory_pointers: tuple[str, ...]

    def proof_value(self, base_signature: bytes) -> bytes:
        """Return the bytes to hand to app.vc.proof.attach as signature."""
        return BaseProof(
            base_signature, self.public_key, self.hmac_key, self.signatures, self.mandatory_pointers
        ).encode()


def draft_base_proof(
    document: Mapping[str, Any],
    options: Mapping[str, Any],
    key_type: str,
    *,
    mandatory_pointers: Sequence[str],
    hmac_key: bytes,
    proof_key: PrivateKey,
    contexts: Contexts | None = None,
) -> BaseDraft:
    """Do all of a base proof but the issuer's signature.

    `options`: from app.vc.proof.proof_options; `key_type`: of the issuer's key; `mandatory_pointers`: JSON Pointers
    into the document; `hmac_key`: 32 random bytes, `proof_key`: a new key of P-256, both for this proof only;
    `contexts`: those for issuing when left out. Raises Unsound as app.vc.ecdsa_sd_groups.canonicalize_and_group,
    `key_type_does_not_fit`, `unsupported_chain` for options with a `previousProof`, `signature_budget` for a document
    with too many statements; ValueError for an HMAC key or a proof key of another size or type.
    """
    _refuse_unfit_keys(key_type, hmac_key, proof_key)
    if "previousProof" in options:
        message = "A proof for selective disclosure cannot build on another one, since that one may not be shown."
        raise unsound("unsupported_chain", message, "/proof/previousProof")
    contexts = contexts or pinned_contexts.issuing()
    unsecured = _unsecured(document)
    groups = canonicalize_and_group(unsecured, hmac_key, {"mandatory": mandatory_pointers}, contexts)
    refuse_excess(len(groups.others("mandatory")))
    configuration = {**options, "@context": document.get("@context", [])}
    configuration_hash = SUITES[CRYPTOSUITE].digest(configuration, key_type, contexts)
    public_key = multibase_decode(proof_key.public.multikey())
    return BaseDraft(
        data_to_sign(configuration_hash, public_key, groups.matching("mandatory")),
        public_key,
        hmac_key,
        tuple(proof_key.sign(nquad.encode()) for nquad in groups.others("mandatory")),
        tuple(mandatory_pointers),
    )


def _refuse_unfit_keys(key_type: str, hmac_key: bytes, proof_key: PrivateKey) -> None:
    if len(hmac_key) != HMAC_KEY_SIZE or proof_key.key_type != PROOF_KEY_TYPE:
        raise ValueError(f"a base proof takes an HMAC key of {HMAC_KEY_SIZE} bytes and a proof key of {PROOF_KEY_TYPE}")
    fitting = SUITES[CRYPTOSUITE].key_types
    if key_type not in fitting:
        message = f"{CRYPTOSUITE} takes keys of type {' or '.join(fitting)}, not {key_type}."
        raise unsound("key_type_does_not_fit", message, "/proof", problem_type=PROOF_VERIFICATION_ERROR)


def add_base_proof(
    document: Mapping[str, Any],
    signer: Signer,
    options: Mapping[str, Any],
    *,
    mandatory_pointers: Sequence[str],
    hmac_key: bytes,
    proof_key: PrivateKey,
    contexts: Contexts | None = None,
) -> dict[str, Any]:
    """Return a new document with the base proof as last item of its `proof` array. Arguments: `draft_base_proof`.

    Raises Unsound and ValueError as that.
    """
    draft = draft_base_proof(
        document,
        options,
        signer.key_type,
        mandatory_pointers=mandatory_pointers,
        hmac_key=hmac_key,
        proof_key=proof_key,
        contexts=contexts,
    )
    proof = {**options, "proofValue": multibase_encode("u", draft.proof_value(signer.sign(draft.to_sign)))}
    held = document.get("proof", [])
    return {**document, "proof": [*(held if isinstance(held, list) else [held]), proof]}


def derive(
    document: Mapping[str, Any],
    base_proof: Mapping[str, Any],
    selective_pointers: Sequence[str],
    *,
    contexts: Contexts | None = None,
) -> dict[str, Any]:
    """Return what a holder shows: the mandatory part, the selected part, and the proof derived from `base_proof`.

    `base_proof`: one of the document's proofs; `contexts`: those for verifying when left out. Other proofs are left
    out, since they hold for the whole only. The base proof is not verified here.
    Raises Unsound: `malformed_proof`, `nothing_selected`, and as app.vc.ecdsa_sd_groups.canonicalize_and_group.
    """
    base = _read_base(base_proof)
    unsecured = _unsecured(document)
    combined = (*base.mandatory_pointers, *selective_pointers)
    shown = select(unsecured, combined)
    if shown is None:
        raise unsound("nothing_selected", "No pointer selects anything, and nothing is mandatory.")
    pointers = {"mandatory": base.mandatory_pointers, "combined": combined}
    groups = canonicalize_and_group(unsecured, base.hmac_key, pointers, contexts or pinned_contexts.verifying())
    value = disclose(base, groups).encode()
    return {**shown, "proof": [{**base_proof, "proofValue": multibase_encode("u", value)}]}


def disclose(base: BaseProof, groups: Groups) -> DerivedProof:
    """Return the derived proof (section 3.5.4 createDisclosureData) for the groups `mandatory` and `combined`.

    Raises Unsound `malformed_proof` when the base proof does not have one signature for each N-Quad.
    """
    mandatory, combined = set(groups.groups["mandatory"].indexes), groups.groups["combined"]
    signed = [index for index in range(len(groups.nquads)) if index not in mandatory]
    if len(signed) != len(base.signatures):
        message = f"The base proof has {len(base.signatures)} signatures; {len(signed)} are needed for this document."
        raise _malformed(message)
    signatures = dict(zip(signed, base.signatures, strict=True))
    canonical = canonical_labels(combined.quads)
    return DerivedProof(
        base.base_signature,
        base.public_key,
        tuple(signatures[index] for index in combined.indexes if index not in mandatory),
        {number_of(label): groups.hmacs[blank] for blank, label in canonical.items()},
        tuple(position for position, index in enumerate(combined.indexes) if index in mandatory),
    )


def _read_base(proof: Mapping[str, Any]) -> BaseProof:
    value = proof.get("proofValue")
    if proof.get("cryptosuite") != CRYPTOSUITE or not isinstance(value, str):
        raise _malformed(f"What is derived from is a proof of the cryptosuite {CRYPTOSUITE} with a proofValue.")
    try:
        return read_base(multibase_decode(value, "u"))
    except Unsound as problem:
        raise _malformed(problem.finding.message) from None


def _unsecured(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "proof"}


def _malformed(message: str) -> Unsound:
    return unsound("malformed_proof", message, "/proof/proofValue", problem_type=PROOF_VERIFICATION_ERROR)
