"""The data model 1.1, pictures, presentations, learner records, and what people wrap badges into."""

import base64
import json
from typing import Any

from app.vc import did, enveloped, pinned_contexts, png, proof, status, svg
from app.vc.cryptosuite import SUITES
from tests.corpus.kit import (
    DATA_INTEGRITY,
    KEY,
    MALLORY,
    NOW,
    OB_3_0_3,
    OLD_ED25519,
    UNIVERSITY,
    V1,
    V2,
    PrivateKey,
    badge,
    badge_jwt,
    case,
    changed,
    jwt,
    method_of,
    served,
    signed,
    university,
)
from tests.vc.pictures import PNG, SVG, itxt, svg_with, with_text
from tests.verifier.badges import INDEX, LIST_URL, ed25519_key, status_list

ALICE = ed25519_key(7)
HOLDER = did.did_key(ALICE.public)
MOMENT = int(NOW.timestamp())
GOOD = signed(badge())
TAMPERED = changed(GOOD, "name", to="Professor")
EXPIRED = signed(badge(validUntil="2026-11-19T12:00:00Z"))
REVOCABLE = signed(badge(credentialStatus=status.entry(LIST_URL, INDEX, "revocation")))
REVOKED = {LIST_URL: served(signed(status_list(INDEX)), "application/vc")}
TOKEN = badge_jwt(badge())
OB_3_0_0 = "https://purl.imsglobal.org/spec/ob/v3p0/context.json"


# The data model 1.1
def older(*contexts: str, **members: Any) -> dict[str, Any]:
    """A badge of VCDM 1.1."""
    told = {"issuanceDate": "2026-01-01T00:00:00Z", "expirationDate": "2028-01-01T00:00:00Z"} | members
    return badge(validFrom=None, validUntil=None, **{"@context": [V1, *contexts]}, **told)


def signed_2020(document: dict[str, Any], key: PrivateKey = KEY) -> dict[str, Any]:
    """Signed with Ed25519Signature2020."""
    made = {
        "type": "Ed25519Signature2020",
        "created": "2026-01-01T00:00:00Z",
        "verificationMethod": method_of(key, UNIVERSITY),
        "proofPurpose": "assertionMethod",
    }
    suite, contexts = SUITES["Ed25519Signature2020"], pinned_contexts.verifying()
    options = made | {"@context": document["@context"]}
    digests = [suite.digest(part, "Ed25519", contexts) for part in (options, document)]
    return proof.attach(document, made, key.sign(b"".join(digests)))


OLDER = older(OB_3_0_0, DATA_INTEGRITY)
OLD_GOOD = signed(OLDER)
OLD_2020 = signed_2020(older(OB_3_0_0, OLD_ED25519))
DATA_MODEL_1_1 = (
    case("vcdm1_valid_ob_3_0_0_eddsa_rdfc_2022.json", OLD_GOOD),
    case("vcdm1_valid_ob_3_0_0_ed25519_signature_2020.json", OLD_2020),
    case(
        "vcdm1_valid_ob_3_0_1_ed25519_signature_2020.json",
        signed_2020(older(OB_3_0_0.replace("context", "context-3.0.1"), OLD_ED25519)),
    ),
    case("vcdm1_valid_without_end.json", signed(older(OB_3_0_0, DATA_INTEGRITY, expirationDate=None))),
    case(
        "vcdm1_expired.json",
        signed(older(OB_3_0_0, DATA_INTEGRITY, expirationDate="2026-11-19T12:00:00Z")),
        "invalid",
        "expired",
    ),
    case(
        "vcdm1_not_yet_valid.json",
        signed(older(OB_3_0_0, DATA_INTEGRITY, issuanceDate="2027-01-01T00:00:00Z")),
        "invalid",
        "not_yet_valid",
    ),
    case(
        "vcdm1_tampered.json",
        changed(OLD_GOOD, "credentialSubject", "achievement", "name", to="Professor"),
        "invalid",
        "bad_signature",
    ),
    case(
        "vcdm1_tampered_under_ed25519_signature_2020.json",
        changed(OLD_2020, "credentialSubject", "achievement", "name", to="Professor"),
        "invalid",
        "bad_signature",
    ),
    case(
        "vcdm1_without_issuance_date.json",
        signed(older(OB_3_0_0, DATA_INTEGRITY, issuanceDate=None)),
        "invalid",
        "missing_member",
    ),
)


# Pictures
def baked(text: str) -> bytes:
    return png.bake(PNG, text)


PICTURES = (
    case("png_valid_json.png", baked(json.dumps(GOOD))),
    case("png_valid_jwt.png", baked(TOKEN)),
    case(
        "png_valid_json_under_the_older_keyword.png", with_text(b"iTXt", itxt(json.dumps(GOOD).encode(), b"openbadges"))
    ),
    case("svg_valid_json.svg", svg.bake(SVG, json.dumps(GOOD))),
    case("svg_valid_jwt.svg", svg.bake(SVG, TOKEN)),
    case("png_tampered.png", baked(json.dumps(TAMPERED)), "invalid", "bad_signature"),
    case("png_expired.png", baked(json.dumps(EXPIRED)), "invalid", "expired"),
    case("png_revoked.png", baked(json.dumps(REVOCABLE)), "invalid", "revoked", web=university() | REVOKED),
    case("svg_tampered.svg", svg.bake(SVG, json.dumps(TAMPERED)), "invalid", "bad_signature"),
    case(
        "png_jwt_signed_by_another_issuer.png",
        baked(badge_jwt(badge(), MALLORY, kid=method_of(MALLORY))),
        "invalid",
        "issuer_mismatch",
    ),
    case("png_without_badge.png", PNG, "refused", "no_baked_credential", web={}),
    case("svg_without_badge.svg", SVG, "refused", "no_baked_credential", web={}),
    case("svg_with_an_empty_badge.svg", svg_with(b"<openbadges:credential/>"), "refused", "malformed_svg", web={}),
)


# Presentations
def presentation(*credentials: Any, **members: Any) -> dict[str, Any]:
    made = {"@context": [V2], "type": ["VerifiablePresentation"], "holder": HOLDER} | members
    return {name: value for name, value in made.items() if value is not None} | {
        "verifiableCredential": list(credentials)
    }


def presented(document: dict[str, Any], key: PrivateKey = ALICE, **options: Any) -> dict[str, Any]:
    method = method_of(key)
    return signed(document, key, method, created="2026-11-20T11:59:00Z", proof_purpose="authentication", **options)


VP = presented(presentation(GOOD))
PRESENTATIONS = (
    case("vp_valid.json", VP, parts=("valid",)),
    case(
        "vp_valid_of_two.json", presented(presentation(GOOD, signed(badge(id="urn:uuid:2")))), parts=("valid", "valid")
    ),
    case(
        "vp_valid_as_jwt.txt",
        enveloped.secure(presentation(enveloped.envelope(TOKEN)), ALICE, kid=method_of(ALICE)),
        parts=("valid",),
    ),
    case(
        "vp_valid_of_data_model_1_1_as_jwt.txt",
        jwt(
            {
                "iss": HOLDER,
                "vp": {"@context": [V1], "type": ["VerifiablePresentation"], "verifiableCredential": [TOKEN]},
            },
            ALICE,
            kid=method_of(ALICE),
        ),
        parts=("valid",),
    ),
    case("vp_valid_of_an_enveloped_badge.json", presented(presentation(enveloped.envelope(TOKEN))), parts=("valid",)),
    case(
        "vp_tampered.json",
        changed(VP, "holder", to=did.did_key(MALLORY.public)),
        "invalid",
        "bad_signature",
        parts=("valid",),
    ),
    case(
        "vp_by_somebody_else_than_its_holder.json",
        presented(presentation(GOOD), MALLORY),
        "invalid",
        "holder_mismatch",
        parts=("valid",),
    ),
    case(
        "vp_of_a_tampered_badge.json",
        presented(presentation(TAMPERED)),
        "invalid",
        "invalid_credential",
        parts=("invalid",),
    ),
    case(
        "vp_of_an_expired_badge_among_two.json",
        presented(presentation(GOOD, EXPIRED | {"id": "urn:uuid:2"})),
        "invalid",
        "invalid_credential",
        parts=("valid", "invalid"),
    ),
    case(
        "vp_of_a_revoked_badge.json",
        presented(presentation(REVOCABLE)),
        "invalid",
        "revoked",
        parts=("invalid",),
        web=university() | REVOKED,
    ),
    case("vp_unknown_not_signed.json", presentation(GOOD), "unknown", "presentation_not_signed", parts=("valid",)),
    case("vp_unknown_issuer_unreachable.json", VP, "unknown", "unconfirmed_credential", parts=("unknown",), web={}),
)


# Learner records
def record(*credentials: Any, **members: Any) -> dict[str, Any]:
    """An unsigned CLR 2.0."""
    return badge(
        **{
            "@context": [V2, "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json", OB_3_0_3],
            "id": "urn:uuid:8d0e9a52-8f5b-4be5-8d0e-2f7f8f0f2c88",
            "type": ["VerifiableCredential", "ClrCredential"],
            "name": "Learner record",
            "credentialSubject": {
                "id": "urn:uuid:7d0e9a52-8f5b-4be5-8d0e-2f7f8f0f2c22",
                "type": ["ClrSubject"],
                "verifiableCredential": list(credentials),
            },
        }
        | members
    )


SECOND = signed(badge(id="urn:uuid:1d0e9a52-8f5b-4be5-8d0e-2f7f8f0f2c11", name="City planner"))
RECORD = signed(record(GOOD, SECOND))
RECORDS = (
    case("clr_valid_of_two.json", RECORD, parts=("valid", "valid")),
    case("clr_valid_as_jwt_of_jwts.txt", badge_jwt(record(TOKEN, TOKEN)), parts=("valid", "valid")),
    case("clr_valid_as_jwt.txt", badge_jwt(record(GOOD)), parts=("valid",)),
    case(
        "clr_tampered.json",
        changed(RECORD, "name", to="Better record"),
        "invalid",
        "bad_signature",
        parts=("valid", "valid"),
    ),
    case(
        "clr_with_a_badge_put_in_later.json",
        changed(RECORD, "credentialSubject", "verifiableCredential", to=[GOOD, SECOND, GOOD | {"id": "urn:uuid:9"}]),
        "invalid",
        "bad_signature",
        parts=("valid", "valid", "invalid"),
    ),
    case(
        "clr_of_a_tampered_badge.json",
        signed(record(GOOD, changed(SECOND, "name", to="Professor"))),
        "invalid",
        "invalid_credential",
        parts=("valid", "invalid"),
    ),
    case("clr_of_an_expired_badge.json", signed(record(EXPIRED)), "invalid", "expired", parts=("invalid",)),
    case(
        "clr_of_a_revoked_badge.json",
        signed(record(REVOCABLE)),
        "invalid",
        "revoked",
        parts=("invalid",),
        web=university() | REVOKED,
    ),
    case(
        "clr_of_a_badge_that_nobody_signed.json", signed(record(badge())), "invalid", "not_signed", parts=("invalid",)
    ),
    case("clr_of_nothing.json", signed(record()), "invalid", "missing_member"),
    case(
        "clr_expired.json",
        signed(record(GOOD, validUntil="2026-11-19T12:00:00Z")),
        "invalid",
        "expired",
        parts=("valid",),
    ),
    case(
        "clr_unknown_status_of_its_badge.json",
        signed(record(REVOCABLE)),
        "unknown",
        "unconfirmed_credential",
        parts=("unknown",),
    ),
)

# Wrappers, addresses and what is none
AT = "https://wallet.example/share/1?key=a.b#c"
LINK = "<link rel='alternate' type='application/vc' href='/1.json'>"
PAGE = f"<!DOCTYPE html><html><head>{LINK}</head><body>Ana</body></html>"
EMBEDDED = f"<!DOCTYPE html><html><head><script type='application/ld+json'>{json.dumps(GOOD)}</script></head></html>"
WRAPPED = (
    case("wrapped_as_credential.json", {"credential": GOOD}),
    case("wrapped_as_vc_api.json", {"verifiableCredential": GOOD, "options": {}}),
    case("wrapped_as_array_of_one.json", [GOOD]),
    case("wrapped_as_openid4vci_answer.json", {"credentials": [{"credential": TOKEN}], "notification_id": "1"}),
    case("wrapped_as_json_in_a_string.json", json.dumps(json.dumps(GOOD))),
    case(
        "wrapped_as_data_url.txt", "data:application/vc;base64," + base64.b64encode(json.dumps(GOOD).encode()).decode()
    ),
    case("wrapped_with_byte_order_mark.json", b"\xef\xbb\xbf" + json.dumps(GOOD).encode()),
    case("wrapped_as_envelope.json", enveloped.envelope(TOKEN)),
    case("address_of_json.txt", AT, web=university() | {AT: served(GOOD, "application/vc")}),
    case("address_of_jwt.txt", AT, web=university() | {AT: served(TOKEN, "application/vc+jwt")}),
    case("address_of_png.json", {"url": AT}, web=university() | {AT: served(baked(json.dumps(GOOD)), "image/png")}),
    case(
        "address_of_page_that_names_it.txt",
        AT,
        web=university()
        | {AT: served(PAGE, "text/html"), "https://wallet.example/1.json": served(GOOD, "application/vc")},
    ),
    case("address_of_page_that_holds_it.txt", AT, web=university() | {AT: served(EMBEDDED, "text/html")}),
    case(
        "address_of_tampered_badge.txt",
        AT,
        "invalid",
        "bad_signature",
        web=university() | {AT: served(TAMPERED, "application/vc")},
    ),
    case(
        "address_of_page_that_only_shows_it.txt",
        AT,
        "refused",
        "web_page",
        web={AT: served("<!doctype html><html><body>Ana</body></html>", "text/html")},
    ),
    case("address_at_which_nothing_is.txt", AT, "refused", "address_unavailable", web={}),
    case("no_badge_but_json.json", {"name": "Ana"}, "refused", "no_credential", web={}),
    case("no_badge_but_a_text.txt", "Ana has passed.", "refused", "no_jwt", web={}),
    case("no_badge_but_a_page.html", "<!doctype html><html></html>", "refused", "unknown_form", web={}),
    case(
        "no_badge_but_an_offer_for_a_wallet.txt",
        "openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fa.example",
        "refused",
        "for_a_wallet",
        web={},
    ),
    case("no_badge_but_several.json", [GOOD, SECOND], "refused", "several_documents", web={}),
    case("not_utf_8_but_utf_16.json", json.dumps(GOOD).encode("utf-16"), "refused", "not_utf_8", web={}),
    case("not_json_but_cut_off.json", json.dumps(GOOD)[:-30], "refused", "not_json", web={}),
)

CASES = (*DATA_MODEL_1_1, *PICTURES, *PRESENTATIONS, *RECORDS, *WRAPPED)
