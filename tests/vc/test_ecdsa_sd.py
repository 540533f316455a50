import copy

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from app.vc import ecdsa_sd, jsonld, keys, proof, shape
from app.vc.ecdsa_sd_values import DerivedProof, read_base, read_derived
from app.vc.json_pointer import child
from app.vc.multiformats import multibase_decode, multibase_encode
from app.vc.outcome import Unsound
from app.vc.pinned_contexts import verifying
from tests.examples import examples
from tests.vc.test_keys import PRIVATE_KEYS
from tests.vc.test_proof import NOW, changed_value, leaves, with_leaf
from tests.vc.test_safe_expansion import BADGE as SMALL_BADGE

HMAC_KEY = bytes(range(32))
PROOF_KEY = keys.PrivateKey("P-256", ec.derive_private_key(20_260_102, ec.SECP256R1()))


def without_proof(document):
    return {name: value for name, value in document.items() if name != "proof"}


# A badge with what makes selecting hard: nodes without ids, equal but for one value; ordered lists; a node twice; an
# embedded endorsement with its own context and a proof (a graph).
BADGE = copy.deepcopy(SMALL_BADGE)
BADGE["credentialSubject"]["achievement"] |= {
    "tag": ["b", "a"],
    "alignment": [
        {"type": ["Alignment"], "targetName": name, "targetUrl": "https://framework.example/1"} for name in "ab"
    ],
    "resultDescription": [
        {
            "id": f"urn:r:{number}",
            "type": ["ResultDescription"],
            "name": "R",
            "resultType": "RawScore",
            "allowedValue": values,
        }
        for number, values in enumerate((["low", "high"], ["no", "yes", "no"]))
    ],
}
BADGE["credentialSubject"]["result"] = [
    {"type": ["Result"], "resultDescription": f"urn:r:{n % 2}", "value": "high"} for n in range(3)
]
BADGE["evidence"] = [{"type": ["Evidence"], "narrative": "E"}, {"type": ["Evidence"], "name": "e"}]
BADGE["endorsement"] = [
    {
        "@context": SMALL_BADGE["@context"],
        "id": "urn:endorsement",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "issuer": "https://endorser.example",
        "validFrom": "2026-01-01T00:00:00Z",
        "name": "Endorsement",
        "credentialSubject": {"id": "urn:a", "type": ["EndorsementSubject"], "endorsementComment": "Good"},
        "proof": [
            {
                "type": "DataIntegrityProof",
                "cryptosuite": "eddsa-rdfc-2022",
                "created": "2026-01-01T00:00:00Z",
                "verificationMethod": "did:example:e#k",
                "proofPurpose": "assertionMethod",
                "proofValue": "z1",
            }
        ],
    }
]
MANDATORY = ["/issuer", "/validFrom", "/validUntil", "/credentialSubject/achievement/name"]
OPTIONS = proof.proof_options("ecdsa-sd-2023", "did:example:issuer#key", "2026-01-01T00:00:00Z")
SIGNER = PRIVATE_KEYS["P-256"]


def signed_badge(document=BADGE, mandatory=MANDATORY, options=OPTIONS, **more):
    arguments = {"mandatory_pointers": mandatory, "hmac_key": HMAC_KEY, "proof_key": PROOF_KEY, **more}
    return ecdsa_sd.add_base_proof(document, SIGNER, options, **arguments)


SIGNED_BADGE = signed_badge()


def derived(pointers, signed=SIGNED_BADGE):
    return ecdsa_sd.derive(signed, signed["proof"][-1], pointers)


def verify(document):
    return proof.verify_proof(document, document["proof"][-1], SIGNER.public, now=NOW)


def pointers_into(value, pointer=""):
    yield pointer
    if isinstance(value, dict):
        for name, member in value.items():
            yield from pointers_into(member, child(pointer, name))
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from pointers_into(item, child(pointer, position))


def is_whole(pointer):
    return "/allowedValue/" not in pointer  # an ordered list is shown whole or not at all


POINTERS = sorted(filter(is_whole, pointers_into(BADGE)))
SUBSETS = st.lists(st.sampled_from(POINTERS[1:]), max_size=8, unique=True)


@pytest.mark.parametrize("pointer", POINTERS)
def test_every_single_pointer_derives_and_verifies(pointer):
    assert verify(derived([pointer])) == ()


def check_subset(pointers, mandatory):
    base = signed_badge(mandatory=mandatory)
    if not pointers and not mandatory:
        return
    shown = derived(pointers, base)
    assert verify(shown) == ()
    wanted = [*pointers, *mandatory]
    assert set(shown) <= {*SMALL_BADGE, "proof"} | {pointer.split("/")[1] for pointer in wanted}
    for pointer in wanted:
        assert found(shown, pointer) if not any(part.isdigit() for part in pointer.split("/")) else True


def found(document, pointer):
    for token in pointer.split("/")[1:]:
        if token not in document:
            return False
        document = document[token]
    return True


@examples(40)
@given(SUBSETS, SUBSETS)
def test_any_pointers_derive_and_verify(pointers, mandatory):
    check_subset(pointers, mandatory)


@pytest.mark.long
@examples(1_500)
@given(SUBSETS, SUBSETS)
def test_any_pointers_derive_and_verify_in_many(pointers, mandatory):
    check_subset(pointers, mandatory)


def catches_a_change(data):
    shown = derived(data.draw(SUBSETS))
    path = data.draw(st.sampled_from(sorted(leaves(shown), key=str)))
    position, replacement = data.draw(st.integers(0, 1_000)), data.draw(st.sampled_from("abz019./:#-ZT é"))
    changed = with_leaf(shown, path, lambda value: changed_value(value, position, replacement))
    if changed != shown:
        assert verify(changed)


@examples(60)
@given(st.data())
def test_any_changed_character_is_caught(data):
    catches_a_change(data)


@pytest.mark.long
@examples(2_000)
@given(st.data())
def test_any_changed_character_is_caught_in_many(data):
    catches_a_change(data)


def without(document, pointer):
    document = copy.deepcopy(document)
    *path, last = pointer.split("/")[1:]
    place = document
    for token in path:
        place = place[int(token) if isinstance(place, list) else token]
    del place[int(last) if isinstance(place, list) else last]
    return document


@examples(60)
@given(st.data())
def test_removed_values_are_caught_whether_mandatory_or_not(data):
    shown = derived(data.draw(SUBSETS))
    content = [pointer for pointer in pointers_into(without_proof(shown)) if pointer.count("/") and is_whole(pointer)]
    pointer = data.draw(st.sampled_from(sorted(content)))
    if not pointer.startswith("/@context"):
        assert verify(without(shown, pointer)) or changes_nothing(shown, pointer)


def changes_nothing(document, pointer):
    """A context that the inside has already from outside."""
    quads = [
        set(jsonld.canonicalize(without_proof(one)).splitlines()) for one in (document, without(document, pointer))
    ]
    return quads[0] == quads[1]


@pytest.mark.parametrize("pointer", ["/issuer", "/issuer/name", "/validFrom", "/validUntil", "/type/1", "/id"])
def test_removed_mandatory_content_is_caught(pointer):
    (finding,) = verify(without(derived(["/name"]), pointer))
    assert (finding.code, finding.pointer) == ("bad_signature", "/proof/0/proofValue")


def test_mandatory_content_cannot_be_withheld_with_its_signatures():
    """A holder who has the base proof leaves out a mandatory value, and adjusts the indexes."""
    base = read_base(multibase_decode(SIGNED_BADGE["proof"][0]["proofValue"]))
    shown = without(derived(["/name"]), "/validUntil")
    own = derived(["/name"])["proof"][0]
    value = read_derived(multibase_decode(own["proofValue"]))
    nquads = value.nquads(without_proof(shown), verifying())
    for indexes in (range(len(nquads)), value.mandatory_indexes[:-1], ()):
        forged = DerivedProof(
            base.base_signature,
            base.public_key,
            base.signatures[: len(nquads) - len(indexes)],
            value.labels,
            tuple(indexes),
        )
        with_forged = {**shown, "proof": [{**own, "proofValue": multibase_encode("u", forged.encode())}]}
        assert [finding.code for finding in verify(with_forged)] == ["bad_signature"]


def test_the_holder_cannot_sign_with_a_key_of_their_own():
    forger = keys.PrivateKey("P-256", ec.derive_private_key(4711, ec.SECP256R1()))
    shown = {**derived(["/name"]), "name": "Doctor of everything"}
    value = read_derived(multibase_decode(shown["proof"][0]["proofValue"]))
    _, others = value.split(value.nquads(without_proof(shown), verifying()))
    forged = DerivedProof(
        value.base_signature,
        multibase_decode(forger.public.multikey()),
        tuple(forger.sign(nquad.encode()) for nquad in others),
        value.labels,
        value.mandatory_indexes,
    )
    forged_proof = {**shown["proof"][0], "proofValue": multibase_encode("u", forged.encode())}
    assert [finding.code for finding in verify({**shown, "proof": [forged_proof]})] == ["bad_signature"]


def test_what_is_shown_of_a_badge_is_a_badge():
    shown = derived(["/name", "/credentialSubject"])
    assert shape.check_shape(shown) == ()
    assert "evidence" not in shown
    assert shown["credentialSubject"] == BADGE["credentialSubject"]


def test_array_items_close_up():
    shown = derived(["/credentialSubject/result/2", "/credentialSubject/result/0/value"])
    assert shown["credentialSubject"]["result"] == [
        {"type": ["Result"], "value": "high"},
        BADGE["credentialSubject"]["result"][2],
    ]
    assert verify(shown) == ()


def test_a_base_proof_stands_beside_other_proofs():
    options = proof.proof_options("eddsa-rdfc-2022", "did:example:issuer#ed", "2026-01-01T00:00:00Z")
    both = signed_badge(proof.add_proof(BADGE, PRIVATE_KEYS["Ed25519"], options))
    assert [one["cryptosuite"] for one in both["proof"]] == ["eddsa-rdfc-2022", "ecdsa-sd-2023"]
    assert proof.verify_proof(both, both["proof"][0], PRIVATE_KEYS["Ed25519"].public, now=NOW) == ()
    shown = derived(["/name"], both)
    assert len(shown["proof"]) == 1
    assert verify(shown) == ()


def refusal(function, *arguments, **more):
    with pytest.raises(Unsound) as caught:
        function(*arguments, **more)
    return caught.value.finding.code


def test_what_cannot_be_made_is_refused():
    assert refusal(signed_badge, mandatory=["/none"]) == "pointer_leads_nowhere"
    assert refusal(signed_badge, mandatory=["/proof"]) == "pointer_leads_nowhere"
    assert refusal(signed_badge, {**BADGE, "foo": 1}) == "undefined_term"
    assert refusal(signed_badge, {**BADGE, "id": "urn:bnid:0"}) == "blank_node_identifier"
    assert refusal(signed_badge, {**BADGE, "id": "_:b0"}) == "blank_node_identifier"
    assert refusal(signed_badge, options={**OPTIONS, "previousProof": "urn:x"}) == "unsupported_chain"
    assert refusal(signed_badge, options={**OPTIONS, "foo": "urn:x"}) == "undefined_term"
    split = "/credentialSubject/achievement/resultDescription/0/allowedValue/0"
    assert refusal(signed_badge, mandatory=[split]) == "split_value"
    for key_type in ("Ed25519", "RSA"):
        signer = PRIVATE_KEYS[key_type]
        arguments = {"mandatory_pointers": [], "hmac_key": HMAC_KEY, "proof_key": PROOF_KEY}
        assert refusal(ecdsa_sd.add_base_proof, BADGE, signer, OPTIONS, **arguments) == "key_type_does_not_fit"
    assert refusal(proof.add_proof, BADGE, SIGNER, OPTIONS) == "unsupported_cryptosuite"


@pytest.mark.parametrize("more", [{"hmac_key": b"short"}, {"proof_key": PRIVATE_KEYS["Ed25519"]}])
def test_unfit_keys_of_a_proof_are_our_mistake(more):
    with pytest.raises(ValueError, match="HMAC key of 32 bytes"):
        signed_badge(**more)


def test_what_cannot_be_derived_is_refused():
    assert refusal(derived, ["/none"]) == "pointer_leads_nowhere"
    assert refusal(derived, [], signed_badge(mandatory=[])) == "nothing_selected"
    shown = derived(["/name"])
    assert refusal(derived, ["/name"], shown) == "malformed_proof"  # nothing is derived from a derived proof
    assert refusal(derived, ["/name"], {**SIGNED_BADGE, "evidence": []}) == "malformed_proof"
    for change in (
        {"cryptosuite": "ecdsa-rdfc-2019"},
        {"proofValue": 5},
        {"proofValue": "z1"},
        {"proofValue": "u2V0A"},
    ):
        one = {**SIGNED_BADGE["proof"][0], **change}
        assert refusal(ecdsa_sd.derive, SIGNED_BADGE, one, ["/name"]) == "malformed_proof"


@pytest.mark.parametrize(
    ("key_type", "code"),
    [("P-384", "bad_signature"), ("Ed25519", "key_type_does_not_fit"), ("RSA", "key_type_does_not_fit")],
)
def test_keys_of_other_types_do_not_verify(key_type, code):
    shown = derived(["/name"])
    (finding,) = proof.verify_proof(shown, shown["proof"][0], PRIVATE_KEYS[key_type].public, now=NOW)
    assert finding.code == code


def test_an_issuer_with_a_p384_key_signs_what_a_holder_derives_from():
    """Its base signature has 96 bytes over a configuration hashed with SHA-384; all else stays as with P-256."""
    signer = PRIVATE_KEYS["P-384"]
    arguments = {"mandatory_pointers": MANDATORY, "hmac_key": HMAC_KEY, "proof_key": PROOF_KEY}
    signed = ecdsa_sd.add_base_proof(BADGE, signer, OPTIONS, **arguments)
    base = read_base(multibase_decode(signed["proof"][0]["proofValue"], "u"))
    assert [len(base.base_signature), len(base.hmac_key)] == [96, 32]
    assert {len(signature) for signature in base.signatures} == {64}

    shown = derived(["/name"], signed)
    assert proof.verify_proof(shown, shown["proof"][0], signer.public, now=NOW) == ()
    (finding,) = proof.verify_proof(shown, shown["proof"][0], SIGNER.public, now=NOW)
    assert finding.code == "bad_signature"
    (finding,) = proof.verify_proof({**shown, "name": "Other"}, shown["proof"][0], signer.public, now=NOW)
    assert finding.code == "bad_signature"


def test_the_signature_of_one_curve_does_not_stand_for_the_other():
    """A P-384 issuer's base signature over what a P-256 issuer signs proves nothing, and the other way round."""
    for signer, wrong_type in ((PRIVATE_KEYS["P-384"], "P-256"), (SIGNER, "P-384")):
        arguments = {"mandatory_pointers": MANDATORY, "hmac_key": HMAC_KEY, "proof_key": PROOF_KEY}
        draft = ecdsa_sd.draft_base_proof(BADGE, OPTIONS, wrong_type, **arguments)
        signed = proof.attach(BADGE, OPTIONS, draft.proof_value(signer.sign(draft.to_sign)))
        shown = derived(["/name"], signed)
        (finding,) = proof.verify_proof(shown, shown["proof"][0], signer.public, now=NOW)
        assert finding.code == "bad_signature"
