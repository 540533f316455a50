"""The W3C's vectors of ecdsa-sd-2023, every intermediate value."""

import hashlib
import json
from pathlib import Path

import pytest

from app.vc import ecdsa_sd, jsonld, keys, proof
from app.vc.ecdsa_sd_groups import canonicalize_and_group
from app.vc.ecdsa_sd_values import DerivedProof, mandatory_hash, read_base, read_derived
from app.vc.multiformats import multibase_decode, multibase_encode
from tests.vc.test_jsonld import vector_contexts
from tests.vc.test_proof import NOW

VECTORS = Path(__file__).parents[1] / "vectors" / "w3c-vc-di-ecdsa" / "ecdsa-sd-2023"
CONTEXTS = vector_contexts()
MATERIAL = json.loads((VECTORS / "SDKeyMaterial.json").read_text())
BASE_KEY = keys.private_from_multikey(MATERIAL["baseKeyPair"]["secretKeyMultibase"])
PROOF_KEY = keys.private_from_multikey(MATERIAL["proofKeyPair"]["secretKeyMultibase"])
HMAC_KEY = bytes.fromhex(MATERIAL["hmacKeyString"])
# The vectors' makers chose these; the results stand in derivedUnsignedReveal.json.
SELECTIVE = ["/validFrom", "/validUntil", "/credentialSubject/birthCountry"]
EACH_VECTOR = pytest.mark.parametrize("folder", ["employ", "prc"])


def load(folder, name):
    return json.loads((VECTORS / folder / name).read_text())


def pairs(map_in_json):
    return dict(map_in_json["value"])


def without_proof(document):
    return {name: value for name, value in document.items() if name != "proof"}


def options_of(one):
    return {name: value for name, value in one.items() if name != "proofValue"}


def groups_of(folder):
    document = without_proof(load(folder, "addSignedSDBase.json"))
    pointers = {"mandatory": ["/issuer"], "selective": SELECTIVE, "combined": ["/issuer", *SELECTIVE]}
    return canonicalize_and_group(document, HMAC_KEY, pointers, CONTEXTS)


@EACH_VECTOR
def test_w3c_base_transformation_and_hashes(folder):
    signed = load(folder, "addSignedSDBase.json")
    document, options = without_proof(signed), options_of(signed["proof"])
    canonical = jsonld.canonicalize(document, contexts=CONTEXTS)
    assert canonical.splitlines(keepends=True) == load(folder, "addBaseDocCanon.json")
    groups = groups_of(folder)
    assert groups.nquads == load(folder, "addBaseDocHMACCanon.json")
    transformed = load(folder, "addBaseTransform.json")
    assert dict(zip(groups.groups["mandatory"].indexes, groups.matching("mandatory"), strict=True)) == pairs(
        transformed["mandatory"]
    )
    assert groups.others("mandatory") == list(pairs(transformed["nonMandatory"]).values())
    (pointed,) = load(folder, "addPointerValues.json")
    assert document[pointed["pointer"][1:]] == pointed["value"]
    configuration = load(folder, "addProofConfig.json")
    assert {**options, "@context": document["@context"]} == configuration
    canonical_configuration = jsonld.canonicalize(configuration, contexts=CONTEXTS)
    assert canonical_configuration == (VECTORS / folder / "addProofConfigCanon.txt").read_text()
    assert load(folder, "addHashData.json") == {
        "proofHash": hashlib.sha256(canonical_configuration.encode()).hexdigest(),
        "mandatoryHash": mandatory_hash(groups.matching("mandatory")).hex(),
    }


@EACH_VECTOR
def test_w3c_base_proofs_are_made_byte_for_byte(folder):
    signed = load(folder, "addSignedSDBase.json")
    options = options_of(signed["proof"])
    keys_of_this_proof = {"mandatory_pointers": ["/issuer"], "hmac_key": HMAC_KEY, "proof_key": PROOF_KEY}
    document = without_proof(signed)
    draft = ecdsa_sd.draft_base_proof(document, options, "P-256", **keys_of_this_proof, contexts=CONTEXTS)
    expected = load(folder, "addRawBaseSignatureInfo.json")
    assert BASE_KEY.sign(draft.to_sign).hex() == expected["baseSignature"]
    assert multibase_encode("z", draft.public_key) == expected["publicKey"]
    assert [signature.hex() for signature in draft.signatures] == expected["signatures"]
    attached = proof.attach(document, options, draft.proof_value(BASE_KEY.sign(draft.to_sign)))
    assert attached == {**document, "proof": [signed["proof"]]}
    added = ecdsa_sd.add_base_proof(document, BASE_KEY, options, **keys_of_this_proof, contexts=CONTEXTS)
    assert added == attached


@EACH_VECTOR
def test_w3c_disclosures_are_derived_byte_for_byte(folder):
    signed = load(folder, "addSignedSDBase.json")
    base = read_base(multibase_decode(signed["proof"]["proofValue"]))
    assert load(folder, "derivedRecoveredBaseData.json") == {
        "baseSignature": base.base_signature.hex(),
        "proofPublicKey": multibase_encode("z", base.public_key),
        "hmacKey": base.hmac_key.hex(),
        "signatures": [signature.hex() for signature in base.signatures],
        "mandatoryPointers": list(base.mandatory_pointers),
    }
    groups, expected = groups_of(folder), load(folder, "derivedGroupIndexes.json")
    for name in ("mandatory", "selective", "combined"):
        assert list(groups.groups[name].indexes) == expected[f"{name}Indexes"]
        grouped = load(folder, "derivedAllGroupData.json")["groups"][name]
        assert groups.matching(name) == list(pairs(grouped["matching"]).values())
        assert groups.others(name) == list(pairs(grouped["nonMatching"]).values())
    assert set(expected["nonMandatoryIndexes"]) == {*range(len(groups.nquads))} - {*expected["mandatoryIndexes"]}
    disclosed = ecdsa_sd.disclose(base, groups)
    assert list(disclosed.mandatory_indexes) == load(folder, "derivedAdjMandatoryIndexes.json")["adjMandatoryIndexes"]
    adjusted = load(folder, "derivedAdjSignatures.json")
    assert [signature.hex() for signature in disclosed.signatures] == adjusted["filteredSignatures"]
    assert [base.signatures.index(signature) for signature in disclosed.signatures] == adjusted["adjSignatureIndexes"]
    assert shown_data(disclosed) == without_reveal(load(folder, "derivedDisclosureData.json"))
    shown = ecdsa_sd.derive(signed, signed["proof"], SELECTIVE, contexts=CONTEXTS)
    assert without_proof(shown) == load(folder, "derivedUnsignedReveal.json")
    assert {**shown, "proof": shown["proof"][0]} == load(folder, "derivedRevealDocument.json")


def shown_data(derived: DerivedProof):
    return {
        "baseSignature": derived.base_signature.hex(),
        "publicKey": multibase_encode("z", derived.public_key),
        "signatures": [signature.hex() for signature in derived.signatures],
        "labelMap": {f"c14n{number}": multibase_encode("u", digest) for number, digest in derived.labels.items()},
        "mandatoryIndexes": list(derived.mandatory_indexes),
    }


def without_reveal(data):
    label_map = data["labelMap"]
    label_map = dict(label_map["value"] if isinstance(label_map, dict) else label_map)
    return {**{name: data[name] for name in data if name != "revealDocument"}, "labelMap": label_map}


@EACH_VECTOR
def test_w3c_derived_proofs_verify_with_every_intermediate_value(folder):
    shown = load(folder, "derivedRevealDocument.json")
    derived = read_derived(multibase_decode(shown["proof"]["proofValue"]))
    assert shown_data(derived) == without_reveal(load(folder, "verifyDerivedProofValue.json"))
    nquads = derived.nquads(without_proof(shown), CONTEXTS)
    assert nquads == load(folder, "verifyNQuads.json")
    mandatory, others = derived.split(nquads)
    expected = load(folder, "verifyCreateVerifyData.json")
    assert (others, mandatory_hash(mandatory).hex()) == (expected["nonMandatory"], expected["mandatoryHash"])
    assert proof.verify_proof(shown, shown["proof"], BASE_KEY.public, now=NOW, contexts=CONTEXTS) == ()


@EACH_VECTOR
def test_w3c_base_proofs_are_for_the_holder_only(folder):
    signed = load(folder, "addSignedSDBase.json")
    (finding,) = proof.verify_proof(signed, signed["proof"], BASE_KEY.public, now=NOW, contexts=CONTEXTS)
    assert (finding.code, finding.pointer) == ("base_proof", "/proof/proofValue")
    assert finding.problem_type == "https://w3id.org/security#PROOF_VERIFICATION_ERROR"
