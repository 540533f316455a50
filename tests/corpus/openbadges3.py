"""Open Badges 3.0 on VCDM 2.0, with embedded proofs."""

from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from app.vc import did, ecdsa_sd, proof
from app.vc.keys import PrivateKey
from tests.corpus.kit import (
    CREATED,
    KEY,
    MALLORY,
    OB_3_0_3,
    P256,
    P384,
    UNIVERSITY,
    V2,
    badge,
    badge_jwt,
    case,
    changed,
    identifiers,
    method_of,
    served,
    signed,
    university,
)
from tests.verifier.badges import DID_DOCUMENT, ed25519_key

HTTPS_ISSUER = "https://academy.example/issuer"
OTHER = "did:web:other.example"
ACHIEVEMENT = badge()["credentialSubject"]["achievement"]
SUBJECT = badge()["credentialSubject"]
GOOD = signed(badge())
HASHED = {
    "type": "IdentityObject",
    "identityType": "emailAddress",
    "hashed": True,
    "salt": "deadsea",
    "identityHash": "sha256$ecf5409f3f4b91ab60cc5ef4c02aef7032354375e70cf4d8e43f6a1d29891942",
}


def context(edition: str) -> list[str]:
    return [V2, f"https://purl.imsglobal.org/spec/ob/v3p0/{edition}"]


def with_achievement(**members: Any) -> dict[str, Any]:
    achievement = {name: value for name, value in (ACHIEVEMENT | members).items() if value is not None}
    return badge(credentialSubject=SUBJECT | {"achievement": achievement})


def with_subject(**members: Any) -> dict[str, Any]:
    return badge(credentialSubject={name: value for name, value in (SUBJECT | members).items() if value is not None})


def shown_in_part(pointer: str = "/credentialSubject") -> dict[str, Any]:
    """What a holder derives from an ecdsa-sd-2023 base proof. `pointer`: what she shows beside what she must."""
    options = proof.proof_options("ecdsa-sd-2023", method_of(P256, UNIVERSITY), CREATED)
    once = PrivateKey("P-256", ec.derive_private_key(9, ec.SECP256R1()))
    base = ecdsa_sd.add_base_proof(
        badge(),
        P256,
        options,
        mandatory_pointers=["/issuer", "/validFrom", "/validUntil", "/name"],
        hmac_key=bytes(32),
        proof_key=once,
    )
    return ecdsa_sd.derive(base, base["proof"][0], ["/credentialSubject/id", pointer])


def endorsement(key: PrivateKey = KEY, **members: Any) -> dict[str, Any]:
    document = {
        "@context": [V2, OB_3_0_3],
        "id": "urn:uuid:3d0e9a52-8f5b-4be5-8d0e-2f7f8f0f2c33",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "Endorsement of a badge",
        "issuer": {"id": UNIVERSITY, "type": ["Profile"], "name": "University of Example"},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {
            "id": badge()["id"],
            "type": ["EndorsementSubject"],
            "endorsementComment": "It is what we look for.",
        },
    } | members
    return signed(document, key, method_of(KEY, UNIVERSITY))


def self_issued(key: PrivateKey, name: str, **options: Any) -> dict[str, Any]:
    method = method_of(key) if name.startswith("did:key:") else f"{name}#0"
    return signed(badge(name), key, method, **options)


def at(issuer: str, *keys: PrivateKey, **more: Any) -> dict[str, Any]:
    """What is served for an issuer whose id is an https URL."""
    return {issuer: served(identifiers(issuer, *keys, **more))}


DID_KEY, DID_KEY_256 = did.did_key(KEY.public), did.did_key(P256.public)
THIRD = ed25519_key(3)
EXPIRED_KEY = changed(identifiers(), "verificationMethod", 0, "expires", to="2026-06-01T00:00:00Z")
REVOKED_KEY = changed(identifiers(), "verificationMethod", 0, "revoked", to="2026-06-01T00:00:00Z")
PROOF = signed(badge())["proof"][0]

VALID = (
    case("ob3_valid_eddsa_rdfc_2022.json", GOOD),
    case("ob3_valid_eddsa_jcs_2022.json", signed(badge(), suite="eddsa-jcs-2022")),
    case("ob3_valid_ecdsa_rdfc_2019_p256.json", signed(badge(), P256)),
    case("ob3_valid_ecdsa_rdfc_2019_p384.json", signed(badge(), P384)),
    case("ob3_valid_ecdsa_jcs_2019_p256.json", signed(badge(), P256, suite="ecdsa-jcs-2019")),
    case("ob3_valid_ecdsa_jcs_2019_p384.json", signed(badge(), P384, suite="ecdsa-jcs-2019")),
    case("ob3_valid_ecdsa_sd_2023_shown_in_part.json", shown_in_part()),
    case("ob3_valid_issuer_did_key_ed25519.json", self_issued(KEY, DID_KEY), web={}),
    case("ob3_valid_issuer_did_key_p256.json", self_issued(P256, DID_KEY_256), web={}),
    case("ob3_valid_issuer_did_jwk.json", self_issued(P256, did.did_jwk(P256.public)), web={}),
    case(
        "ob3_valid_issuer_did_web_with_path.json",
        signed(badge("did:web:academy.example:issuers:1"), KEY, method_of(KEY, "did:web:academy.example:issuers:1")),
        web={
            "https://academy.example/issuers/1/did.json": served(identifiers("did:web:academy.example:issuers:1", KEY))
        },
    ),
    case(
        "ob3_valid_issuer_https.json",
        signed(badge(HTTPS_ISSUER), KEY, method_of(KEY, HTTPS_ISSUER)),
        web=at(HTTPS_ISSUER, KEY),
    ),
    case("ob3_valid_issuer_is_a_text.json", signed(badge() | {"issuer": UNIVERSITY})),
    case("ob3_valid_without_end.json", signed(badge(validUntil=None))),
    case("ob3_valid_ends_tomorrow.json", signed(badge(validUntil="2026-11-21T12:00:00Z"))),
    case("ob3_valid_dates_with_offset.json", signed(badge(validFrom="2026-01-01T02:00:00+02:00"))),
    case("ob3_valid_dates_with_fractions.json", signed(badge(validFrom="2026-01-01T00:00:00.123456Z"))),
    case(
        "ob3_valid_type_achievement_credential.json",
        signed(badge(type=["VerifiableCredential", "AchievementCredential"])),
    ),
    case("ob3_valid_context_3_0_2.json", signed(badge(**{"@context": context("context-3.0.2.json")}))),
    case("ob3_valid_recipient_hashed_email.json", signed(with_subject(id=None, identifier=[HASHED]))),
    case(
        "ob3_valid_recipient_plain_email.json",
        signed(with_subject(id=None, identifier=[HASHED | {"hashed": False, "identityHash": "ana@example.org"}])),
    ),
    case("ob3_valid_recipient_did.json", signed(with_subject(id=did.did_key(THIRD.public)))),
    case(
        "ob3_valid_achievement_with_alignment_and_picture.json",
        signed(
            with_achievement(
                image={"id": "https://university.example/1.png", "type": "Image"},
                alignment=[
                    {
                        "type": ["Alignment"],
                        "targetName": "Analyse data",
                        "targetUrl": "https://example.org/frameworks/1/items/2",
                        "targetType": "CFItem",
                    }
                ],
                tag=["data", "city"],
            )
        ),
    ),
    case(
        "ob3_valid_with_evidence.json",
        signed(
            badge(
                evidence=[
                    {
                        "id": "https://university.example/e/1",
                        "type": ["Evidence"],
                        "name": "Report",
                        "narrative": "**Good.**",
                    }
                ]
            )
        ),
    ),
    case("ob3_valid_in_greek_and_bulgarian.json", signed(badge(name="Ανάλυση δεδομένων · Анализ на данни 🏙"))),
    case("ob3_valid_proof_alone_and_not_in_a_list.json", GOOD | {"proof": PROOF}),
    case("ob3_valid_two_proofs.json", signed(GOOD, P256)),
    case(
        "ob3_valid_one_of_two_proofs_of_an_unknown_suite.json",
        GOOD | {"proof": [PROOF, PROOF | {"cryptosuite": "bbs-2023"}]},
    ),
    case(
        "ob3_valid_one_of_two_proofs_broken.json",
        GOOD | {"proof": [changed(PROOF, "proofValue", to="z" + "1" * 64), PROOF]},
    ),
    case("ob3_valid_endorsement_alone.json", endorsement()),
    case("ob3_valid_with_endorsement.json", signed(badge(endorsement=[endorsement()])), parts=("valid",)),
    case(
        "ob3_valid_with_endorsement_jwt.json",
        signed(badge(endorsementJwt=[badge_jwt({k: v for k, v in endorsement().items() if k != "proof"})])),
        parts=("valid",),
    ),
)

INVALID = (
    case("ob3_expired.json", signed(badge(validUntil="2026-11-19T12:00:00Z")), "invalid", "expired"),
    case("ob3_expired_a_minute_ago.json", signed(badge(validUntil="2026-11-20T11:59:00Z")), "invalid", "expired"),
    case("ob3_not_yet_valid.json", signed(badge(validFrom="2027-01-01T00:00:00Z")), "invalid", "not_yet_valid"),
    case("ob3_tampered_name.json", changed(GOOD, "name", to="Professor"), "invalid", "bad_signature"),
    case(
        "ob3_tampered_achievement.json",
        changed(GOOD, "credentialSubject", "achievement", "name", to="Professor"),
        "invalid",
        "bad_signature",
    ),
    case(
        "ob3_tampered_recipient.json", changed(GOOD, "credentialSubject", "id", to=DID_KEY), "invalid", "bad_signature"
    ),
    case("ob3_tampered_end.json", changed(GOOD, "validUntil", to="2099-01-01T00:00:00Z"), "invalid", "bad_signature"),
    case("ob3_tampered_end_taken_away.json", changed(GOOD, "validUntil", to=None), "invalid", "bad_signature"),
    case("ob3_tampered_issuer.json", changed(GOOD, "issuer", "id", to=DID_KEY), "invalid", "bad_signature"),
    case("ob3_tampered_issuer_name.json", changed(GOOD, "issuer", "name", to="Oxford"), "invalid", "bad_signature"),
    case(
        "ob3_tampered_under_jcs.json",
        changed(signed(badge(), suite="eddsa-jcs-2022"), "name", to="Professor"),
        "invalid",
        "bad_signature",
    ),
    case(
        "ob3_tampered_under_ecdsa.json",
        changed(signed(badge(), P256), "name", to="Professor"),
        "invalid",
        "bad_signature",
    ),
    case(
        "ob3_unknown_shown_without_its_description.json",
        shown_in_part("/credentialSubject/achievement/criteria"),
        "unknown",
        "missing_member",
    ),
    case(
        "ob3_tampered_shown_in_part.json", changed(shown_in_part(), "name", to="Professor"), "invalid", "bad_signature"
    ),
    case(
        "ob3_tampered_date_of_proof.json",
        changed(GOOD, "proof", 0, "created", to="2026-02-01T00:00:00Z"),
        "invalid",
        "bad_signature",
    ),
    case("ob3_not_signed.json", badge(), "invalid", "not_signed"),
    case(
        "ob3_signed_with_another_key_in_the_issuers_name.json",
        signed(badge(), MALLORY, method_of(KEY, UNIVERSITY)),
        "invalid",
        "bad_signature",
    ),
    case(
        "ob3_signed_by_another_issuer.json", signed(badge(), MALLORY, method_of(MALLORY)), "invalid", "issuer_mismatch"
    ),
    case(
        "ob3_signed_by_another_did_web.json",
        signed(badge(), MALLORY, method_of(MALLORY, OTHER)),
        "invalid",
        "issuer_mismatch",
        web={**university(), "https://other.example/.well-known/did.json": served(identifiers(OTHER, MALLORY))},
    ),
    case(
        "ob3_key_that_the_issuer_does_not_list.json",
        signed(badge(), MALLORY, method_of(MALLORY, UNIVERSITY)),
        "invalid",
        "malformed_verification_method",
    ),
    case(
        "ob3_key_not_for_assertions.json",
        GOOD,
        "invalid",
        "wrong_verification_relationship",
        web={DID_DOCUMENT: served(identifiers(assertionMethod=[]))},
    ),
    case("ob3_key_revoked_by_the_issuer.json", GOOD, "invalid", "key_revoked", web={DID_DOCUMENT: served(REVOKED_KEY)}),
    case(
        "ob3_key_document_of_somebody_else.json",
        GOOD,
        "invalid",
        "wrong_controlled_identifier_document",
        web={DID_DOCUMENT: served(identifiers(OTHER))},
    ),
    case(
        "ob3_proof_for_authentication.json",
        signed(badge(), proof_purpose="authentication"),
        "invalid",
        "wrong_proof_purpose",
    ),
    case("ob3_proof_out_of_date.json", signed(badge(), expires="2026-06-01T00:00:00Z"), "invalid", "proof_expired"),
    case(
        "ob3_proof_without_value.json", changed(GOOD, "proof", 0, "proofValue", to=None), "invalid", "malformed_proof"
    ),
    case("ob3_member_that_nobody_defined.json", GOOD | {"honours": "summa cum laude"}, "invalid", "undefined_term"),
    case("ob3_without_issuer.json", signed(changed(badge(), "issuer", to=None)), "invalid", "missing_member"),
    case(
        "ob3_without_subject.json", signed(changed(badge(), "credentialSubject", to=None)), "invalid", "missing_member"
    ),
    case(
        "ob3_without_achievement.json", signed(with_subject(achievement=None, result=None)), "invalid", "missing_member"
    ),
    case("ob3_without_criteria.json", signed(with_achievement(criteria=None)), "invalid", "missing_member"),
    case("ob3_without_valid_from.json", signed(badge(validFrom=None)), "invalid", "missing_member"),
    case("ob3_valid_without_recipient.json", signed(with_subject(id=None)), "valid", "no_subject_identity"),
    case(
        "ob3_without_type_of_credential.json",
        signed(badge(type=["OpenBadgeCredential"]), suite="eddsa-jcs-2022"),
        "invalid",
        "missing_type",
    ),
    case(
        "ob3_contexts_in_wrong_order.json",
        signed(badge(**{"@context": [OB_3_0_3, V2]}), suite="eddsa-jcs-2022"),
        "invalid",
        "wrong_context",
    ),
    case(
        "ob3_date_malformed.json",
        signed(badge(validFrom="1 January 2026"), suite="eddsa-jcs-2022"),
        "invalid",
        "malformed_date",
    ),
    case(
        "ob3_ends_before_it_begins.json", signed(badge(validUntil="2025-01-01T00:00:00Z")), "invalid", "period_reversed"
    ),
    case(
        "ob3_with_tampered_endorsement.json",
        signed(badge(endorsement=[changed(endorsement(), "credentialSubject", "endorsementComment", to="The best.")])),
        "invalid",
        "invalid_endorsement",
        parts=("invalid",),
    ),
    case(
        "ob3_with_expired_endorsement.json",
        signed(badge(endorsement=[endorsement(validUntil="2026-06-01T00:00:00Z")])),
        "invalid",
        "invalid_endorsement",
        parts=("invalid",),
    ),
    case(
        "ob3_with_endorsement_of_another_badge.json",
        signed(
            badge(
                endorsement=[
                    endorsement(
                        credentialSubject={
                            "id": "urn:uuid:1d0e9a52-8f5b-4be5-8d0e-2f7f8f0f2c11",
                            "type": ["EndorsementSubject"],
                        }
                    )
                ]
            )
        ),
        "invalid",
        "endorsement_of_something_else",
        parts=("invalid",),
    ),
    case(
        "ob3_endorsement_tampered.json",
        changed(endorsement(), "credentialSubject", "endorsementComment", to="The best."),
        "invalid",
        "bad_signature",
    ),
)

UNKNOWN = (
    case("ob3_unknown_issuer_unreachable.json", GOOD, "unknown", "key_unavailable", web={}),
    case(
        "ob3_unknown_key_document_not_found.json",
        GOOD,
        "unknown",
        "key_unavailable",
        web={DID_DOCUMENT: served(status=404)},
    ),
    case(
        "ob3_unknown_key_document_is_a_page.json",
        GOOD,
        "unknown",
        "key_unreadable",
        web={DID_DOCUMENT: served("<html></html>", "text/plain")},
    ),
    case(
        "ob3_unknown_did_method.json",
        signed(badge("did:ion:abc"), KEY, "did:ion:abc#1"),
        "unknown",
        "unsupported_did_method",
    ),
    case(
        "ob3_unknown_cryptosuite.json",
        GOOD | {"proof": PROOF | {"cryptosuite": "bbs-2023"}},
        "unknown",
        "unsupported_cryptosuite",
    ),
    case(
        "ob3_unknown_proof_type.json",
        GOOD | {"proof": PROOF | {"type": "BbsBlsSignature2020"}},
        "unknown",
        "unsupported_proof_type",
    ),
    case(
        "ob3_unknown_context.json",
        GOOD | {"@context": [*GOOD["@context"], "https://elsewhere.example/context.json"]},
        "unknown",
        "unknown_context",
    ),
    case(
        "ob3_unknown_endorser_unreachable.json",
        signed(
            badge(
                endorsement=[changed(endorsement(), "proof", 0, "verificationMethod", to="did:web:nowhere.example#1")]
            )
        ),
        "unknown",
        "unconfirmed_endorsement",
        parts=("unknown",),
    ),
)

CASES = (*VALID, *INVALID, *UNKNOWN)
