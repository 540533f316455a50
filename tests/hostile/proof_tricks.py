"""Data Integrity: contexts that say something else, members out of sight, proofs that prove something else."""

from typing import Any

from app.vc import did
from tests.hostile.trick import SIGNED, document, with_member, without
from tests.verifier.badges import (
    CONTEXTS,
    DID_DOCUMENT,
    KEY,
    MALLORY,
    P256,
    UNIVERSITY,
    badge,
    did_document,
    method_of,
    signed,
    spoiled,
)

OB = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
CREDENTIALS = "https://www.w3.org/2018/credentials#"
UNTIL = SIGNED["validUntil"]
SUBJECT: Any = SIGNED["credentialSubject"]
JCS = signed(badge(), suite="eddsa-jcs-2022")
OFF_CURVE = f"{did.did_key(P256.public)[:-1]}2"
VALUE = SIGNED["proof"][0]["proofValue"]


def with_context(context):
    """The signed badge with one more context."""
    return SIGNED | {"@context": [*CONTEXTS, context]}


def with_proof(**members):
    """The signed badge whose proof was changed after signing."""
    return SIGNED | {"proof": [SIGNED["proof"][0] | members]}


def renamed(name, to, base=SIGNED):
    return {to if member == name else member: value for member, value in base.items()}


def method(name):
    """A badge that the university is said to have signed with a method of this name."""
    return signed(badge(), method=name)


def served(**changes):
    """The university's DID document, changed."""
    return {DID_DOCUMENT: did_document(KEY) | changes}


def key_that(**members):
    """The university's DID document whose key has more members."""
    document = did_document(KEY)
    return {DID_DOCUMENT: spoiled(document, "verificationMethod", 0, by=lambda one: one | members)}


def chained(names):
    """A badge with a proof that builds on one of 10,000 characters, by these names."""
    large = {"id": "urn:p", "type": "DataIntegrityProof", "nonce": "n" * 10_000}
    return JCS | {"proof": [JCS["proof"][0] | {"previousProof": names}, large]}


CONTEXT_TRICKS = (
    document("context_redefines_name", with_context({"name": "https://evil.example/name"}), "redefined_term"),
    document("context_redefines_a_type", with_context({"Achievement": "https://evil.example/A"}), "redefined_term"),
    document(
        "context_redefines_inside_the_subject",
        with_member("/credentialSubject/@context", {"name": "https://evil.example/name"}),
        "redefined_term",
    ),
    document(
        "context_unknown", with_context("https://evil.example/context.json"), "unknown_context", outcome="unknown"
    ),
    document("context_imported", with_context({"@import": "https://evil.example/context.json"}), "unsupported_context"),
    document("context_with_base", with_context({"@base": "https://evil.example/"}), "unsupported_context"),
    document("context_taken_away", with_member("/credentialSubject/@context", None), "unsupported_context"),
    document(
        "context_with_reverse_property",
        with_context({"issued": {"@reverse": CREDENTIALS + "issuer"}}),
        "unsupported_context",
    ),
    document("context_with_nest", with_context({"hidden": "@nest"}), "unsupported_context"),
    document("context_with_alias_of_graph", with_context({"more": "@graph"}), "unsupported_context"),
    document(
        "context_with_id_map",
        with_context({"m": {"@id": "https://evil.example/m", "@container": "@id"}}),
        "unsupported_context",
    ),
    document(
        "context_that_catches_all", with_context({"@vocab": "https://evil.example/#"}) | {"grade": "A"}, "bad_signature"
    ),
    document(
        "context_of_five_thousand_terms",
        with_context({f"t{number}": f"https://evil.example/{number}" for number in range(5_000)}),
        "unsupported_context",
    ),
    document("context_defined_in_circles", with_context({"a": "b:x", "b": "a:x"}) | {"a": 1}, "malformed_jsonld"),
    document("context_dropped", SIGNED | {"@context": CONTEXTS[:1]}, "undefined_term"),
    document(
        "context_unsigned_behind_jcs",
        JCS | {"@context": [*CONTEXTS, "https://w3id.org/security/data-integrity/v2"]},
        "unsigned_context",
        outcome="unknown",
    ),
    document("context_order_changed_under_jcs", JCS | {"@context": CONTEXTS[::-1]}, "context_differs"),
)
MEMBER_TRICKS = (
    document("end_of_validity_as_iri", renamed("validUntil", CREDENTIALS + "validUntil"), "aliased_term"),
    document(
        "end_of_validity_by_prefix",
        renamed("validUntil", "c:validUntil", with_context({"c": CREDENTIALS})),
        "aliased_term",
    ),
    document(
        "end_of_validity_by_another_term",
        renamed("validUntil", "until", with_context({"until": CREDENTIALS + "validUntil"})),
        "aliased_term",
    ),
    document("end_of_validity_put_off", with_member("/validUntil", "2099-01-01T00:00:00Z"), "bad_signature"),
    document(
        "end_of_validity_in_another_object",
        without("/validUntil") | {"evidence": [{"id": SIGNED["id"], "type": ["Evidence"], "validUntil": UNTIL}]},
        "undefined_term",
    ),
    document(
        "criteria_named_as_their_type",
        with_member("/credentialSubject/achievement", renamed("criteria", "Criteria", SUBJECT["achievement"])),
        "aliased_term",
    ),
    document("type_as_iri", SIGNED | {"type": ["VerifiableCredential", OB + "OpenBadgeCredential"]}, "aliased_term"),
    document("type_undefined", SIGNED | {"type": [*SIGNED["type"], "DoctorOfEverything"]}, "undefined_term"),
    document("member_undefined", SIGNED | {"grade": "A"}, "undefined_term"),
    document("member_undefined_in_the_subject", with_member("/credentialSubject/grade", "A"), "undefined_term"),
    document("id_as_keyword", renamed("id", "@id"), "unsupported_keyword"),
    document(
        "subject_in_a_graph",
        {
            "@context": CONTEXTS,
            "@graph": [{name: SIGNED[name] for name in SIGNED if name != "@context"}],
            "proof": SIGNED["proof"],
            "type": SIGNED["type"],
            "issuer": SIGNED["issuer"],
        },
        "unsupported_keyword",
    ),
    document("included_beside", SIGNED | {"@included": [{"id": "urn:x", "type": ["Evidence"]}]}, "unsupported_keyword"),
    document("reverse_member", SIGNED | {"@reverse": {"evidence": {"id": "urn:x"}}}, "unsupported_keyword"),
    document(
        "second_object_with_the_same_id",
        SIGNED
        | {"evidence": [{"id": SIGNED["id"], "type": ["VerifiableCredential"], "validFrom": SIGNED["validFrom"]}]},
        "repeated_id",
    ),
    document("id_relative", SIGNED | {"id": "../other"}, "relative_iri"),
    document("datatype_relative", with_member("/name", {"@value": "x", "@type": "relative"}), "undefined_term"),
    document(
        "language_malformed", with_member("/name", {"@value": "x", "@language": "de_AT\u2028"}), "malformed_language"
    ),
    document("value_object_of_null", with_member("/name", {"@value": None}), "dropped_value"),
)
PROOF_TRICKS = (
    document("proof_taken_away", without("/proof"), "not_signed"),
    document(
        "proof_on_another_node",
        with_member("/credentialSubject/proof", SIGNED["proof"], without("/proof")),
        "not_signed",
    ),
    document("proof_on_the_issuer", with_member("/issuer/proof", SIGNED["proof"], without("/proof")), "not_signed"),
    document("proof_of_another_badge", SIGNED | {"proof": signed(badge(name="Another"))["proof"]}, "bad_signature"),
    document(
        "proof_by_a_stranger", signed(badge(), MALLORY, method_of(MALLORY)), "issuer_mismatch", check="issuer_binding"
    ),
    document(
        "proof_by_a_stranger_in_the_name_of_the_issuer",
        signed(badge(), MALLORY, method_of(KEY, UNIVERSITY)),
        "bad_signature",
    ),
    document(
        "proof_key_in_the_fragment",
        signed(badge(), MALLORY, f"https://university.example/#{MALLORY.public.multikey()}"),
        "issuer_mismatch",
        check="issuer_binding",
    ),
    document("proof_key_added_by_a_stranger", method(f"{UNIVERSITY}#key-9"), "malformed_verification_method"),
    document(
        "proof_a_thousand_times",
        SIGNED | {"proof": [SIGNED["proof"][0] | {"created": "2020-01-01T00:00:00Z"}] * 1_000},
        "too_many_proofs",
    ),
    document("proof_is_a_text", SIGNED | {"proof": VALUE}, "malformed_proof"),
    document("proof_for_authentication", signed(badge(), proof_purpose="authentication"), "wrong_proof_purpose"),
    document("proof_out_of_date", signed(badge(), expires="2026-02-01T00:00:00Z"), "proof_expired"),
    document("proof_builds_on_nothing", with_proof(previousProof="urn:uuid:nothing"), "previous_proof_missing"),
    document("proof_builds_on_itself", with_proof(id="urn:uuid:p", previousProof="urn:uuid:p"), "bad_signature"),
    document("proof_value_huge_base58", with_proof(proofValue="z" + "2" * 100_000), "malformed_proof"),
    document("proof_value_of_zeros", with_proof(proofValue="z" + "1" * 64), "bad_signature"),
    document("proof_value_one_byte_longer", with_proof(proofValue=VALUE + "1"), "malformed_proof"),
    document("proof_value_in_another_base", with_proof(proofValue="u" + "A" * 86), "malformed_proof"),
    document("proof_suite_unknown", with_proof(cryptosuite="bbs-2023"), "unsupported_cryptosuite", outcome="unknown"),
    document(
        "proof_type_unknown", with_proof(type="JsonWebSignature2020"), "unsupported_proof_type", outcome="unknown"
    ),
    document("proof_suite_swapped", with_proof(cryptosuite="eddsa-jcs-2022"), "bad_signature"),
    document("proof_suite_of_another_curve", with_proof(cryptosuite="ecdsa-rdfc-2019"), "key_type_does_not_fit"),
    document("proof_member_undefined", with_proof(note="checked"), "undefined_term"),
    document("proof_created_taken_away", without("/proof/0/created"), "bad_signature"),
)
KEY_TRICKS = (
    document("method_of_a_script", method("javascript:alert(1)"), "malformed_verification_method"),
    document("method_of_a_file", method("file:///etc/passwd#key"), "malformed_verification_method"),
    document(
        "method_without_encryption", method("http://university.example/did.json#key"), "malformed_verification_method"
    ),
    document("method_of_a_hundred_thousand_characters", method(f"{UNIVERSITY}:{'a' * 100_000}#key"), "malformed_did"),
    document("method_of_an_unknown_kind", method("did:evil:1#key"), "unsupported_did_method", outcome="unknown"),
    document("did_web_internal_address", method("did:web:10.0.0.1#key"), "malformed_did"),
    document("did_web_metadata_address", method("did:web:169.254.169.254:latest:meta-data#key"), "malformed_did"),
    document(
        "did_web_localhost_with_port", method("did:web:localhost%3A8000#key"), "key_unavailable", outcome="unknown"
    ),
    document(
        "did_web_name_of_an_internal_address",
        method("did:web:internal.example#key"),
        "key_unavailable",
        outcome="unknown",
    ),
    document(
        "did_web_internal_address_as_url",
        method("https://192.168.0.1/did.json#key"),
        "key_unavailable",
        outcome="unknown",
    ),
    document("did_web_address_in_one_number", method("did:web:2130706433#key"), "malformed_did"),
    document("did_web_with_a_user", method("did:web:university.example%40evil.example#key"), "malformed_did"),
    document("did_web_leaves_its_place", method("did:web:university.example:..:..:etc#key"), "malformed_did"),
    document("did_key_of_the_wrong_length", method("did:key:z6Mk111#z6Mk111"), "malformed_public_key"),
    document("did_key_huge", method("did:key:z" + "2" * 200_000), "malformed_public_key"),
    document(
        "did_key_not_on_the_curve", method(f"{OFF_CURVE}#{OFF_CURVE.removeprefix('did:key:')}"), "malformed_public_key"
    ),
    document("did_jwk_nested", method("did:jwk:" + "W1tbW1tbW1tbW1tbW1tb" * 40 + "#0"), "malformed_did"),
    document(
        "did_document_of_somebody_else",
        SIGNED,
        "wrong_controlled_identifier_document",
        web=served(id="did:web:evil.example"),
    ),
    document(
        "did_document_without_the_key", SIGNED, "malformed_verification_method", web=served(verificationMethod=[])
    ),
    document(
        "did_document_with_the_key_twice",
        SIGNED,
        "malformed_verification_method",
        web=served(verificationMethod=did_document(KEY)["verificationMethod"] * 2),
    ),
    document(
        "did_document_without_assertions", SIGNED, "wrong_verification_relationship", web=served(assertionMethod=[])
    ),
    document(
        "did_document_key_of_another_controller",
        SIGNED,
        "malformed_verification_method",
        web=key_that(controller="did:web:evil.example"),
    ),
    document("did_document_key_revoked", SIGNED, "key_revoked", web=key_that(revoked="2026-06-01T00:00:00Z")),
    document("did_document_key_expired", SIGNED, "key_expired", web=key_that(expires="2026-06-01T00:00:00Z")),
    document("did_document_nested_deep", SIGNED, "key_unreadable", outcome="unknown", web={DID_DOCUMENT: "[" * 10_000}),
)
CHAIN_TRICKS = (
    document("proof_builds_on_one_ten_thousand_times", chained(["urn:p"] * 10_000), "malformed_proof"),
    document(
        "proof_builds_on_ten_thousand", chained([f"urn:p:{number}" for number in range(10_000)]), "malformed_proof"
    ),
)
TRICKS = (*CONTEXT_TRICKS, *MEMBER_TRICKS, *PROOF_TRICKS, *KEY_TRICKS, *CHAIN_TRICKS)
