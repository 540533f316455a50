"""Open Badges 2.0 (and 1.1): hosted and signed assertions, plain and baked."""

import hashlib
import json
from typing import Any

from cryptography.hazmat.primitives import serialization

from app.vc.keys import PrivateKey
from tests.corpus.kit import P256, Case, case, changed, jwt, rsa_key, served
from tests.vc.pictures import itxt, svg_with, with_text

HOST = "https://badges.example"
ASSERTION_URL, BADGE_URL, ISSUER_URL = f"{HOST}/assertions/1", f"{HOST}/badges/1", f"{HOST}/issuer"
KEY_URL, LIST_URL = f"{HOST}/keys/1", f"{HOST}/revoked"
CONTEXT = "https://w3id.org/openbadges/v2"
SALT = "deadsea"
EMAIL = "ana@example.org"
RSA, OTHER_RSA = rsa_key(1), rsa_key(2)

RECIPIENT = {
    "type": "email",
    "hashed": True,
    "salt": SALT,
    "identity": f"sha256${hashlib.sha256((EMAIL + SALT).encode()).hexdigest()}",
}
ASSERTION = {
    "@context": CONTEXT,
    "type": "Assertion",
    "id": ASSERTION_URL,
    "recipient": RECIPIENT,
    "badge": BADGE_URL,
    "verification": {"type": "hosted"},
    "issuedOn": "2026-01-31T12:00:00Z",
    "evidence": f"{HOST}/evidence/1",
}
BADGE = {
    "@context": CONTEXT,
    "type": "BadgeClass",
    "id": BADGE_URL,
    "name": "Urban data analyst",
    "description": "Reads sensor data of a city.",
    "image": f"{HOST}/badges/1/image",
    "criteria": {"narrative": "Pass the examination."},
    "issuer": ISSUER_URL,
    "tags": ["data"],
    "alignment": [{"targetName": "Analyse data", "targetUrl": "https://example.org/frameworks/1/items/2"}],
}
ISSUER = {
    "@context": CONTEXT,
    "type": "Profile",
    "id": ISSUER_URL,
    "name": "Badge Academy",
    "url": HOST,
    "email": "badges@badges.example",
}


def pem(key: PrivateKey) -> str:
    encoding, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public.key.public_bytes(encoding, form).decode()


def web(assertion: Any = ASSERTION, badge: Any = BADGE, issuer: Any = ISSUER, **more: Any) -> dict[str, Any]:
    """What the host serves; None: nothing. `more`: by path."""
    documents = {ASSERTION_URL: assertion, BADGE_URL: badge, ISSUER_URL: issuer}
    answers = {url: document for url, document in documents.items() if document is not None}
    answers |= {f"{HOST}/{path.replace('_', '/')}": document for path, document in more.items()}
    return {url: one if "status" in one else served(one, "application/ld+json") for url, one in answers.items()}


def hosted(name: str, outcome: str = "valid", *codes: str, sent: Any = None, **answers: Any) -> Case:
    """A hosted badge; what is sent is what is served, unless told otherwise."""
    document = answers.get("assertion", ASSERTION) if sent is None else sent
    return case(f"ob2_hosted_{name}", document, outcome, *codes, web=web(**answers))


def both(name: str, outcome: str, *codes: str, **members: Any) -> Case:
    """A badge with other members, sent and served alike."""
    assertion = {key: value for key, value in (ASSERTION | members).items() if value is not None}
    return hosted(name, outcome, *codes, assertion=assertion)


# Signed badges
KEY = {"@context": CONTEXT, "type": "CryptographicKey", "id": KEY_URL, "owner": ISSUER_URL, "publicKeyPem": pem(RSA)}
SIGNED_ISSUER = ISSUER | {"publicKey": KEY_URL, "revocationList": LIST_URL}
REVOKED_ID = "urn:uuid:6d0e9a52-8f5b-4be5-8d0e-2f7f8f0f2c66"
TO_SIGN = ASSERTION | {
    "id": "urn:uuid:5d0e9a52-8f5b-4be5-8d0e-2f7f8f0f2c55",
    "verification": {"type": "signed", "creator": KEY_URL},
}
REVOCATIONS = {
    "@context": CONTEXT,
    "type": "RevocationList",
    "id": LIST_URL,
    "issuer": ISSUER_URL,
    "revokedAssertions": ["urn:uuid:other", {"id": REVOKED_ID, "revocationReason": "Issued by mistake."}],
}


def jws(key: PrivateKey = RSA, **members: Any) -> str:
    assertion = {name: value for name, value in (TO_SIGN | members).items() if value is not None}
    return jwt(assertion, key, kid=None, typ=None)


def signed_web(key: Any = KEY, issuer: Any = SIGNED_ISSUER, revoked: Any = REVOCATIONS, **more: Any) -> dict[str, Any]:
    answers = {path: one for path, one in (("keys_1", key), ("revoked", revoked)) if one is not None}
    return web(assertion=None, issuer=issuer, **answers, **more)


def signed(name: str, outcome: str = "valid", *codes: str, sent: Any = None, **answers: Any) -> Case:
    return case(f"ob2_signed_{name}", sent or jws(), outcome, *codes, web=signed_web(**answers))


def in_png(text: str, *, older: bool = False) -> bytes:
    data = text.encode()
    return with_text(b"tEXt", b"openbadges\0" + data) if older else with_text(b"iTXt", itxt(data, b"openbadges"))


def in_svg(verify: str, inside: str = "") -> bytes:
    content = f"<![CDATA[{inside}]]>" if inside else ""
    return svg_with(
        f'<ob:assertion xmlns:ob="http://openbadges.org" verify="{verify}">{content}</ob:assertion>'.encode()
    )


EMBEDDED = ASSERTION | {"badge": BADGE | {"issuer": ISSUER}}
OLDER = {
    "uid": "abc-1",
    "recipient": RECIPIENT,
    "badge": BADGE_URL,
    "verify": {"type": "hosted", "url": ASSERTION_URL},
    "issuedOn": 1769860800,
}
OLDER_BADGE = {name: BADGE[name] for name in ("name", "description", "image", "issuer")} | {
    "criteria": f"{HOST}/criteria"
}
OLDER_ISSUER = {"name": "Badge Academy", "url": HOST}
ELSEWHERE = "https://elsewhere.example/assertions/1"
P256_KEY = KEY | {"publicKeyPem": pem(P256)}
BLOCKCERT = ASSERTION | {
    "id": REVOKED_ID,
    "@context": [CONTEXT, "https://w3id.org/blockcerts/v2"],
    "verification": {"type": ["MerkleProofVerification2017", "Extension"], "publicKey": "ecdsa-koblitz-pubkey:1"},
}

HOSTED = (
    hosted("valid.json"),
    case("ob2_hosted_valid_by_its_address.txt", ASSERTION_URL, web=web()),
    case("ob2_hosted_valid_by_its_address_as_json.json", {"url": ASSERTION_URL}, web=web()),
    both("valid_recipient_in_plain.json", "valid", recipient={"type": "email", "hashed": False, "identity": EMAIL}),
    both(
        "valid_recipient_is_a_url.json",
        "valid",
        recipient={"type": "url", "hashed": False, "identity": "https://ana.example"},
    ),
    both("valid_ends_later.json", "valid", expires="2028-01-01T00:00:00Z"),
    both("valid_ends_today_by_a_date_alone.json", "valid", expires="2026-11-20"),
    both("valid_dates_without_offset.json", "valid", issuedOn="2026-01-31T12:00:00"),
    both("valid_dates_with_short_offset.json", "valid", issuedOn="2026-01-31T12:00:00.123456+0200"),
    both("valid_type_hosted_badge.json", "valid", verification={"type": "HostedBadge"}),
    both("valid_types_in_a_list.json", "valid", type=["Assertion"]),
    both(
        "valid_verification_in_the_older_member.json",
        "valid",
        verification=None,
        verify={"type": "hosted", "url": ASSERTION_URL},
    ),
    hosted("valid_with_all_in_one.json", assertion=EMBEDDED),
    hosted(
        "valid_sent_with_its_dates_written_otherwise.json",
        sent=ASSERTION | {"issuedOn": "2026-01-31T13:00:00+01:00", "expires": None},
    ),
    hosted("valid_sent_with_all_in_one.json", sent=EMBEDDED),
    hosted(
        "valid_badge_class_edited_since.json",
        "valid",
        "badge_class_edited",
        sent=changed(EMBEDDED, "badge", "description", to="Reads sensor data."),
    ),
    hosted("valid_sent_without_evidence.json", sent=changed(ASSERTION, "evidence", to=None)),
    hosted("valid_named_by_http.json", assertion=ASSERTION | {"id": ASSERTION_URL.replace("https", "http")}),
    case(
        "ob2_hosted_valid_elsewhere_where_the_issuer_allows_it.json",
        ASSERTION | {"id": ELSEWHERE},
        web=web(
            issuer=ISSUER
            | {
                "verification": {
                    "type": "VerificationObject",
                    "allowedOrigins": ["badges.example", "elsewhere.example"],
                }
            }
        )
        | {ELSEWHERE: served(ASSERTION | {"id": ELSEWHERE})},
    ),
    hosted(
        "valid_below_what_the_issuer_says_it_starts_with.json",
        issuer=ISSUER | {"verification": {"startsWith": f"{HOST}/assertions/"}},
    ),
    case("ob2_older_valid_1_0.json", OLDER, web=web(OLDER, OLDER_BADGE, OLDER_ISSUER)),
    both("expired.json", "invalid", "expired", expires="2026-11-19T00:00:00Z"),
    hosted(
        "expired_as_its_host_says.json",
        "invalid",
        "expired",
        sent=ASSERTION,
        assertion=ASSERTION | {"expires": "2026-11-19T00:00:00Z"},
    ),
    both("issued_in_the_future.json", "invalid", "not_yet_valid", issuedOn="2027-01-01T00:00:00Z"),
    hosted(
        "revoked.json",
        "invalid",
        "revoked",
        sent=ASSERTION,
        assertion=ASSERTION | {"revoked": True, "revocationReason": "Issued by mistake."},
    ),
    hosted(
        "revoked_and_nothing_else_told.json",
        "invalid",
        "revoked",
        sent=ASSERTION,
        assertion={"@context": CONTEXT, "type": "Assertion", "id": ASSERTION_URL, "revoked": True},
    ),
    hosted("revoked_by_status_410.json", "invalid", "revoked", sent=ASSERTION, assertion=served(status=410)),
    hosted(
        "tampered_recipient.json",
        "invalid",
        "hosted_assertion_differs",
        sent=changed(ASSERTION, "recipient", "identity", to="sha256$00"),
    ),
    hosted(
        "tampered_date.json",
        "invalid",
        "hosted_assertion_differs",
        sent=ASSERTION | {"issuedOn": "2020-01-31T12:00:00Z"},
    ),
    hosted(
        "tampered_badge.json", "invalid", "hosted_assertion_differs", sent=ASSERTION | {"badge": f"{HOST}/badges/2"}
    ),
    hosted(
        "tampered_badge_class_within.json",
        "invalid",
        "hosted_assertion_differs",
        sent=changed(EMBEDDED, "badge", "name", to="Professor"),
    ),
    hosted(
        "tampered_by_a_claim_more.json",
        "invalid",
        "hosted_assertion_differs",
        sent=ASSERTION | {"narrative": "With distinction."},
    ),
    case(
        "ob2_hosted_of_another_issuer.json",
        ASSERTION | {"id": ELSEWHERE},
        "invalid",
        "issuer_mismatch",
        web=web() | {ELSEWHERE: served(ASSERTION | {"id": ELSEWHERE})},
    ),
    case(
        "ob2_hosted_of_another_issuer_whose_profile_is_forged_within.json",
        EMBEDDED
        | {
            "id": ELSEWHERE,
            "badge": BADGE | {"issuer": ISSUER | {"verification": {"allowedOrigins": "elsewhere.example"}}},
        },
        "invalid",
        "issuer_mismatch",
        web=web()
        | {
            ELSEWHERE: served(
                EMBEDDED
                | {
                    "id": ELSEWHERE,
                    "badge": BADGE | {"issuer": ISSUER | {"verification": {"allowedOrigins": "elsewhere.example"}}},
                }
            )
        },
    ),
    hosted(
        "not_below_what_the_issuer_says_it_starts_with.json",
        "invalid",
        "issuer_mismatch",
        issuer=ISSUER | {"verification": {"startsWith": f"{HOST}/awards/"}},
    ),
    both("without_recipient.json", "invalid", "missing_member", recipient=None),
    both("without_date.json", "invalid", "missing_member", issuedOn=None),
    both("date_malformed.json", "invalid", "malformed_date", issuedOn="last week"),
    hosted("badge_class_without_name.json", "invalid", "missing_member", badge=changed(BADGE, "name", to=None)),
    hosted("unknown_host_unreachable.json", "unknown", "hosted_assertion_unavailable", sent=ASSERTION, assertion=None),
    hosted(
        "unknown_not_found.json",
        "unknown",
        "hosted_assertion_unavailable",
        sent=ASSERTION,
        assertion=served(status=404),
    ),
    hosted("unknown_badge_class_unreachable.json", "unknown", "badge_class_unavailable", badge=None),
    hosted("unknown_issuer_unreachable.json", "unknown", "issuer_unconfirmed", issuer=None),
    both("valid_with_endorsements.json", "valid", "unsupported_endorsement", endorsement=f"{HOST}/endorsements/1"),
    both(
        "valid_recipient_hashed_without_saying_so.json",
        "valid",
        recipient={k: RECIPIENT[k] for k in ("type", "identity")},
    ),
    both(
        "valid_with_an_extension.json",
        "valid",
        **{"extensions:x": {"@context": "https://a.example", "type": ["Extension"]}},
    ),
    hosted("valid_profile_under_another_address_of_its_host.json", issuer=ISSUER | {"id": f"{ISSUER_URL}?v=2"}),
    both("of_another_type.json", "invalid", "missing_type", type="OtherAssertion"),
    both("of_another_context.json", "invalid", "wrong_context", **{"@context": "https://w3id.org/openbadges/invalid"}),
    hosted(
        "profile_of_another_host.json",
        "invalid",
        "issuer_mismatch",
        issuer=ISSUER | {"id": "https://elsewhere.example/issuer"},
    ),
    case("ob2_unknown_blockcert.json", BLOCKCERT, "unknown", "unsupported_verification", web=web(assertion=None)),
    case("ob2_badge_class_alone.json", BADGE, "refused", "open_badges_2", web={}),
    case("ob2_profile_alone.json", ISSUER, "refused", "open_badges_2", web={}),
)
SIGNED = (
    signed("valid_rs256.txt"),
    signed("valid_es256.txt", sent=jws(P256), key=P256_KEY),
    signed("valid_with_all_in_one.txt", sent=jws(badge=BADGE | {"issuer": SIGNED_ISSUER}), badge=None),
    signed("valid_key_within_the_profile.txt", key=None, issuer=SIGNED_ISSUER | {"publicKey": [KEY]}),
    signed("valid_key_named_by_the_profile_alone.txt", sent=jws(verification={"type": "SignedBadge"})),
    signed("valid_without_list.txt", issuer=ISSUER | {"publicKey": [KEY_URL]}, revoked=None),
    signed("valid_in_json_string.json", sent=json.dumps(jws())),
    signed("revoked.txt", "invalid", "revoked", sent=jws(id=REVOKED_ID)),
    signed("expired.txt", "invalid", "expired", sent=jws(expires="2026-11-19T00:00:00Z")),
    signed(
        "tampered.txt",
        "invalid",
        "bad_signature",
        sent=f"{jws().rpartition('.')[0]}.{jws(issuedOn='2020-01-01T00:00:00Z').rpartition('.')[2]}",
    ),
    signed("with_another_key.txt", "invalid", "bad_signature", sent=jws(OTHER_RSA)),
    signed(
        "by_another_issuer.txt",
        "invalid",
        "issuer_mismatch",
        sent=jws(OTHER_RSA, verification={"type": "signed", "creator": f"{HOST}/keys/2"}),
        keys_2=KEY
        | {"id": f"{HOST}/keys/2", "owner": "https://mallory.example/issuer", "publicKeyPem": pem(OTHER_RSA)},
    ),
    signed(
        "forged_with_a_key_of_elsewhere_that_calls_itself_the_issuers.txt",
        "invalid",
        "issuer_mismatch",
        sent=jws(OTHER_RSA, verification={"type": "signed", "creator": f"{HOST}/keys/2"}),
        keys_2=KEY | {"publicKeyPem": pem(OTHER_RSA)},
    ),
    signed("key_that_the_issuer_does_not_list.txt", "invalid", "issuer_mismatch", issuer=ISSUER),
    case("ob2_signed_but_the_signature_was_left_out.json", TO_SIGN, "invalid", "not_signed", web=signed_web()),
    signed("unknown_key_unreachable.txt", "unknown", "key_unavailable", key=None),
    signed("unknown_issuer_unreachable.txt", "unknown", "issuer_unconfirmed", issuer=None),
    signed("unknown_list_unreachable.txt", "unknown", "status_list_unavailable", revoked=None),
    signed(
        "unknown_list_of_another_issuer.txt",
        "unknown",
        "status_list_of_another_issuer",
        revoked=REVOCATIONS | {"issuer": "https://mallory.example"},
    ),
    signed(
        "unknown_list_is_none.txt",
        "unknown",
        "malformed_status_list",
        revoked={"id": LIST_URL, "type": "Profile", "name": "x"},
    ),
    signed(
        "without_algorithm.txt", "invalid", "forbidden_alg", sent="eyJhbGciOiJub25lIn0." + jws().split(".")[1] + "."
    ),
)
OLDER_TO_SIGN = OLDER | {"verify": {"type": "signed", "url": f"{HOST}/keys/1"}}
OLDER_ANSWERS = {
    BADGE_URL: served(OLDER_BADGE),
    ISSUER_URL: served(OLDER_ISSUER | {"revocationList": LIST_URL}),
    KEY_URL: served(pem(RSA), "application/x-pem-file"),
    LIST_URL: served({"abc-2": "Issued by mistake."}),
}
ELSEWHERE_KEY = "https://elsewhere.example/key.pem"
SIGNED += (
    case("ob2_older_valid_1_0_signed.txt", jwt(OLDER_TO_SIGN, RSA, kid=None, typ=None), web=OLDER_ANSWERS),
    case(
        "ob2_older_revoked_1_0_signed.txt",
        jwt(OLDER_TO_SIGN | {"uid": "abc-2"}, RSA, kid=None, typ=None),
        "invalid",
        "revoked",
        web=OLDER_ANSWERS,
    ),
    case(
        "ob2_older_1_0_signed_with_a_key_of_elsewhere.txt",
        jwt(OLDER_TO_SIGN | {"verify": {"type": "signed", "url": ELSEWHERE_KEY}}, OTHER_RSA, kid=None, typ=None),
        "invalid",
        "issuer_mismatch",
        web=OLDER_ANSWERS | {ELSEWHERE_KEY: served(pem(OTHER_RSA), "text/plain")},
    ),
)
BAKED = (
    case("ob2_baked_png_address.png", in_png(ASSERTION_URL), web=web()),
    case("ob2_baked_png_address_in_text_chunk.png", in_png(ASSERTION_URL, older=True), web=web()),
    case("ob2_baked_png_assertion.png", in_png(json.dumps(ASSERTION)), web=web()),
    case("ob2_baked_png_signed.png", in_png(jws()), web=signed_web()),
    case("ob2_baked_svg_address.svg", in_svg(ASSERTION_URL), web=web()),
    case("ob2_baked_svg_assertion.svg", in_svg(ASSERTION_URL, json.dumps(ASSERTION)), web=web()),
    case("ob2_baked_svg_signed.svg", in_svg(jws()), web=signed_web()),
    case(
        "ob2_baked_png_revoked_by_status_410.png",
        in_png(ASSERTION_URL),
        "invalid",
        "revoked",
        web=web(assertion=served(status=410)),
    ),
    case(
        "ob2_baked_png_expired.png",
        in_png(ASSERTION_URL),
        "invalid",
        "expired",
        web=web(ASSERTION | {"expires": "2026-11-19T00:00:00Z"}),
    ),
    case(
        "ob2_baked_png_tampered.png",
        in_png(json.dumps(ASSERTION | {"issuedOn": "2020-01-01T00:00:00Z"})),
        "invalid",
        "hosted_assertion_differs",
        web=web(),
    ),
    case(
        "ob2_baked_png_unknown_host_unreachable.png",
        in_png(ASSERTION_URL),
        "unknown",
        "hosted_assertion_unavailable",
        web={},
    ),
)
CASES = (*HOSTED, *SIGNED, *BAKED)
