"""What published badges of others have beside the standards' letter, or use of them that few do."""

import json
from typing import Any

from app.vc import detached_jws, did, pinned_contexts, status
from app.vc.cryptosuite import SUITES
from app.vc.multiformats import base64url_encode, multibase_encode
from tests.corpus import openbadges2
from tests.corpus.kit import (
    CREATED,
    DATA_INTEGRITY,
    KEY,
    MALLORY,
    OB_3_0_3,
    OLD_ED25519,
    P256,
    UNIVERSITY,
    V1,
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
from tests.corpus.openbadges3 import DID_KEY, HTTPS_ISSUER, with_achievement, with_subject
from tests.corpus.others import OB_3_0_0, older, signed_2020
from tests.verifier.badges import DID_DOCUMENT, INDEX, LIST_URL, status_list

ADDRESS = "https://university.example/badge.png"
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
PLUGFEST = "https://w3c-ccg.github.io/vc-ed/plugfest-1-2022/jff-vc-edu-plugfest-1-context.json"
SCHEMA = {
    "id": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json",
    "type": "1EdTechJsonSchemaValidator2019",
}
NOBODYS = badge("urn:uuid:6f2e33e5-7a29-4155-840a-59483ba10164")
PROFILE = {"type": ["Profile"], "name": "University of Example"}


def issued_by(**members: Any) -> dict[str, Any]:
    return badge() | {"issuer": {"id": UNIVERSITY, **PROFILE, **members}}


def naming_the_schema(**members: Any) -> dict[str, Any]:
    return signed(
        with_subject(id=None) | {"@context": [V2, OB_3_0_3, EXTENSIONS], "credentialSchema": SCHEMA} | members
    )


def named_by_key(issuer: str) -> dict[str, Any]:
    """A badge whose proof names a did:key, and whose issuer is no such."""
    return signed(badge(issuer), KEY, method_of(KEY))


def with_method(told: dict[str, Any]) -> dict[str, Any]:
    """The university's document with one key, told in this way."""
    method = {"id": method_of(KEY, UNIVERSITY), "controller": UNIVERSITY} | told
    return {"id": UNIVERSITY, "verificationMethod": [method], "assertionMethod": [method["id"]]}


def signed_2018(document: dict[str, Any]) -> dict[str, Any]:
    """Signed with Ed25519Signature2018, as the university."""
    told = {"type": "Ed25519Signature2018", "created": CREATED, "proofPurpose": "assertionMethod"}
    told["verificationMethod"] = method_of(KEY, UNIVERSITY)
    suite, contexts = SUITES["Ed25519Signature2018"], pinned_contexts.verifying()
    parts = (told | {"@context": document["@context"]}, document)
    header = base64url_encode(json.dumps(detached_jws.HEADER).encode())
    signature = KEY.sign(
        b".".join([header.encode(), b"".join(suite.digest(part, "Ed25519", contexts) for part in parts)])
    )
    return document | {"proof": told | {"jws": f"{header}..{base64url_encode(signature)}"}}


OF_THE_PLUGFESTS = signed_2018(older(OB_3_0_0))

FORMS = (
    case("habit_valid_picture_as_address.json", signed(with_achievement(image=ADDRESS)), "valid", "malformed_value"),
    case("habit_valid_picture_of_issuer_without_type.json", signed(issued_by(image={"id": ADDRESS})), "valid"),
    case("habit_picture_that_is_no_address.json", signed(badge(image="badge.png"), suite="eddsa-jcs-2022"), "invalid"),
    case(
        "habit_valid_type_of_achievement_of_its_own.json",
        signed(with_achievement(achievementType="Program")),
        "valid",
        "unknown_word",
    ),
    case(
        "habit_valid_type_of_alignment_of_its_own.json",
        signed(
            with_achievement(
                alignment=[
                    {
                        "type": ["Alignment"],
                        "targetName": "x",
                        "targetUrl": "https://x.example/",
                        "targetType": "esco:Skill",
                    }
                ]
            )
        ),
        "valid",
        "unknown_word",
    ),
    case("habit_valid_name_in_one_language.json", signed(badge(name={"@value": "Анализ", "@language": "bg"}))),
    case(
        "habit_valid_names_in_two_languages.json",
        signed(badge(name=[{"@value": "Analysis", "@language": "en"}, {"@value": "Анализ", "@language": "bg"}])),
    ),
    case(
        "habit_name_of_no_language.json",
        signed(badge(name={"@value": "Analysis", "@language": "English please"}), suite="eddsa-jcs-2022"),
        "invalid",
        "malformed_value",
    ),
    case(
        "habit_valid_status_entry_without_id.json",
        signed(badge(credentialStatus=changed(status.entry(LIST_URL, INDEX, "revocation"), "id", to=None))),
        "valid",
        web={
            **university(),
            LIST_URL: served(signed(status_list()), "application/vc"),
        },
    ),
    case(
        "habit_revoked_by_status_entry_without_id.json",
        signed(badge(credentialStatus=changed(status.entry(LIST_URL, INDEX, "revocation"), "id", to=None))),
        "invalid",
        "revoked",
        web={**university(), LIST_URL: served(signed(status_list(INDEX)), "application/vc")},
    ),
    case("habit_valid_by_its_schema_without_recipient.json", naming_the_schema()),
    case(
        "habit_date_against_its_schema.json", naming_the_schema(awardedDate="2026-01-01"), "invalid", "schema_not_kept"
    ),
    case(
        "habit_valid_criteria_with_type.json",
        signed(with_achievement(criteria={"type": "Criteria", "narrative": "Pass the examination."})),
    ),
    case(
        "habit_valid_credential_of_another_kind.json",
        signed(
            {
                "@context": [V2],
                "type": ["VerifiableCredential"],
                "issuer": UNIVERSITY,
                "credentialSubject": {"name": "Ana", "description": "Ana rode her new bicycle."},
            }
        ),
    ),
)

SIGNERS = (
    case(
        "habit_unknown_issuer_who_is_no_address_and_signed_by_did_key.json",
        named_by_key(NOBODYS["issuer"]["id"]),
        "unknown",
        "issuer_unconfirmed",
        web={},
    ),
    case(
        "habit_unknown_issuer_unreachable_and_signed_by_did_key.json",
        named_by_key(HTTPS_ISSUER),
        "unknown",
        "issuer_unconfirmed",
        web={},
    ),
    case(
        "habit_valid_signed_by_did_key_that_the_issuer_lists.json",
        named_by_key(HTTPS_ISSUER),
        web={HTTPS_ISSUER: served(identifiers(HTTPS_ISSUER, KEY))},
    ),
    case(
        "habit_signed_by_did_key_that_the_issuer_does_not_list.json",
        named_by_key(HTTPS_ISSUER),
        "invalid",
        "issuer_mismatch",
        web={HTTPS_ISSUER: served(identifiers(HTTPS_ISSUER, MALLORY))},
    ),
    case(
        "habit_signed_by_another_did_key_than_the_issuers.json",
        named_by_key(did.did_key(P256.public)),
        "invalid",
        "issuer_mismatch",
        web={},
    ),
    case(
        "habit_unknown_jwt_of_did_key_and_issuer_unreachable.txt",
        badge_jwt(badge(HTTPS_ISSUER), KEY, kid=method_of(KEY)),
        "unknown",
        "issuer_unconfirmed",
        web={},
    ),
    case("habit_valid_jwt_whose_kid_is_a_did_key_alone.txt", badge_jwt(badge(DID_KEY), KEY, kid=DID_KEY), web={}),
    case(
        "habit_valid_jwt_whose_kid_is_a_did_of_one_key.txt",
        badge_jwt(badge(), KEY, kid=UNIVERSITY),
        web={DID_DOCUMENT: served(identifiers(UNIVERSITY, KEY))},
    ),
    case(
        "habit_jwt_whose_kid_is_a_did_of_several_keys.txt",
        badge_jwt(badge(), KEY, kid=UNIVERSITY),
        "invalid",
        "malformed_verification_method",
    ),
    case("habit_valid_signed_in_both_manners.json", signed(signed_2020(older(OB_3_0_0, DATA_INTEGRITY, OLD_ED25519)))),
    case("habit_valid_did_key_without_its_fragment.json", signed(badge(DID_KEY), KEY, DID_KEY), web={}),
)

BASE58 = multibase_encode("z", KEY.public.key.public_bytes_raw())[1:]
OF_2018 = {"type": "Ed25519VerificationKey2018", "publicKeyBase58": BASE58}
KEYS = (
    case("habit_valid_ed25519_signature_2018.json", OF_THE_PLUGFESTS),
    case(
        "habit_tampered_under_ed25519_signature_2018.json",
        changed(OF_THE_PLUGFESTS, "name", to="Professor"),
        "invalid",
        "bad_signature",
    ),
    case(
        "habit_ed25519_signature_2018_without_its_value.json",
        changed(OF_THE_PLUGFESTS, "proof", "jws", to=None),
        "invalid",
        "malformed_proof",
    ),
    case(
        "habit_valid_key_of_the_type_of_2018.json",
        signed(badge()),
        web={DID_DOCUMENT: served(with_method(OF_2018))},
    ),
    case(
        "habit_tampered_under_a_key_of_the_type_of_2018.json",
        changed(signed(badge()), "name", to="Professor"),
        "invalid",
        "bad_signature",
        web={DID_DOCUMENT: served(with_method(OF_2018))},
    ),
    case(
        "habit_unknown_type_of_key.json",
        signed(badge()),
        "unknown",
        "unsupported_key_type",
        web={DID_DOCUMENT: served(with_method({"type": "SomeKey2031", "publicKeySomehow": "abc"}))},
    ),
)

VOCABULARIES = (
    case(
        "habit_unknown_vocabulary_of_its_own.json",
        signed(changed(older(OB_3_0_0, DATA_INTEGRITY), "id", to=None)) | {"@context": [V1, PLUGFEST]},
        "unknown",
        "wrong_context",
    ),
    case(
        "habit_unknown_vocabulary_of_its_own_as_jwt.txt",
        badge_jwt(badge() | {"@context": [V2, PLUGFEST]}),
        "unknown",
        "wrong_context",
    ),
    case(
        "habit_badge_without_its_vocabulary.json",
        signed(badge() | {"@context": [V2, DATA_INTEGRITY]}, suite="eddsa-jcs-2022"),
        "invalid",
        "wrong_context",
    ),
)

OLDER = (
    openbadges2.both("valid_date_in_seconds_as_text.json", "valid", issuedOn="1700000000.5"),
    openbadges2.both("valid_recipient_with_null.json", "valid", recipient=openbadges2.RECIPIENT | {"salt": None}),
)

CASES = (*FORMS, *SIGNERS, *KEYS, *VOCABULARIES, *OLDER)
