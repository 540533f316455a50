"""Badges whose status is told by a list: every kind that is read, and every way in which a list can fail."""

from datetime import timedelta
from typing import Any

from app.vc import enveloped, status
from tests.corpus.kit import (
    KEY,
    MALLORY,
    NOW,
    OB_3_0_3,
    UNIVERSITY,
    V1,
    V2,
    Case,
    badge,
    badge_jwt,
    case,
    changed,
    identifiers,
    method_of,
    served,
    signed,
    stamp,
    university,
)
from tests.verifier.badges import INDEX, LIST_URL, status_list

SUSPENSIONS = "https://university.example/status-lists/2"
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
STATUS_LIST_2021 = "https://w3id.org/vc/status-list/2021/v1"
REVOCABLE = signed(badge(credentialStatus=status.entry(LIST_URL, INDEX, "revocation")))
SUSPENDABLE = signed(badge(credentialStatus=status.entry(LIST_URL, INDEX, "suspension")))
BOTH = signed(
    badge(
        credentialStatus=[
            status.entry(LIST_URL, INDEX, "revocation"),
            status.entry(SUSPENSIONS, INDEX, "suspension"),
        ]
    )
)
WITH_2021 = signed(
    badge(
        credentialStatus=status.entry(LIST_URL, INDEX, "revocation") | {"type": "StatusList2021Entry"},
        **{"@context": [V2, OB_3_0_3, STATUS_LIST_2021]},
    )
)
WITH_1EDTECH = signed(
    badge(
        credentialStatus={"id": LIST_URL, "type": "1EdTechRevocationList"},
        **{"@context": [V2, OB_3_0_3, EXTENSIONS]},
    )
)
YESTERDAY = stamp(NOW - timedelta(days=1))


def listing(answer: Any, **more: Any) -> dict[str, Any]:
    """The university's web with this as status list."""
    is_answer = isinstance(answer, dict) and bool({"json", "text", "base64", "status"} & answer.keys())
    return university() | {LIST_URL: answer if is_answer else served(answer, "application/vc")} | more


def told(name: str, outcome: str, *codes: str, by: Any, document: Any = REVOCABLE) -> Case:
    return case(name, document, outcome, *codes, web=listing(by))


def list_of_2021(*indexes: int) -> dict[str, Any]:
    newer = status_list(*indexes)["credentialSubject"]
    return signed(
        {
            "@context": [V1, STATUS_LIST_2021, "https://w3id.org/security/data-integrity/v2"],
            "id": LIST_URL,
            "type": ["VerifiableCredential", "StatusList2021Credential"],
            "issuer": UNIVERSITY,
            "issuanceDate": "2026-11-20T00:00:00Z",
            "credentialSubject": {
                "id": newer["id"],
                "type": "StatusList2021",
                "statusPurpose": "revocation",
                "encodedList": newer["encodedList"].removeprefix("u"),
            },
        }
    )


def revocations(*ids: str, **members: Any) -> dict[str, Any]:
    return served({"id": LIST_URL, "issuer": UNIVERSITY, "revokedCredential": [{"id": one} for one in ids]} | members)


def list_jwt(*indexes: int) -> dict[str, Any]:
    token = enveloped.secure(status_list(*indexes), KEY, kid=method_of(KEY, UNIVERSITY))
    return served(token, "application/vc+jwt")


FINE, SET = signed(status_list(INDEX + 1)), signed(status_list(INDEX))
SUSPENDED = signed(status_list(INDEX, purpose="suspension"))
OTHER = "did:web:other.example"
OTHERS_LIST = signed(status_list(issuer=OTHER), MALLORY, method_of(MALLORY, OTHER))

CASES = (
    told("status_valid_bitstring_list.json", "valid", by=FINE),
    told("status_valid_bitstring_list_as_jwt.json", "valid", by=list_jwt()),
    told(
        "status_valid_suspension_not_set.json",
        "valid",
        by=signed(status_list(purpose="suspension")),
        document=SUSPENDABLE,
    ),
    told("status_valid_status_list_2021.json", "valid", by=list_of_2021(), document=WITH_2021),
    told("status_valid_1edtech_list.json", "valid", by=revocations("urn:uuid:other"), document=WITH_1EDTECH),
    told(
        "status_valid_of_a_jwt.txt",
        "valid",
        by=FINE,
        document=badge_jwt(badge(credentialStatus=status.entry(LIST_URL, INDEX, "revocation"))),
    ),
    case(
        "status_valid_by_two_lists.json",
        BOTH,
        web=listing(FINE) | {SUSPENSIONS: served(signed(status_list(purpose="suspension", id=SUSPENSIONS)))},
    ),
    told("revoked_by_bitstring_list.json", "invalid", "revoked", by=SET),
    told("revoked_by_bitstring_list_as_jwt.json", "invalid", "revoked", by=list_jwt(INDEX)),
    told("revoked_by_status_list_2021.json", "invalid", "revoked", by=list_of_2021(INDEX), document=WITH_2021),
    told("revoked_by_1edtech_list.json", "invalid", "revoked", by=revocations(badge()["id"]), document=WITH_1EDTECH),
    told(
        "revoked_jwt.txt",
        "invalid",
        "revoked",
        by=SET,
        document=badge_jwt(badge(credentialStatus=status.entry(LIST_URL, INDEX, "revocation"))),
    ),
    told(
        "revoked_and_expired.json",
        "invalid",
        "revoked",
        "expired",
        by=SET,
        document=signed(
            badge(credentialStatus=status.entry(LIST_URL, INDEX, "revocation"), validUntil="2026-06-01T00:00:00Z")
        ),
    ),
    told("suspended_by_bitstring_list.json", "invalid", "suspended", by=SUSPENDED, document=SUSPENDABLE),
    case(
        "suspended_by_the_second_of_two_lists.json",
        BOTH,
        "invalid",
        "suspended",
        web=listing(FINE) | {SUSPENSIONS: served(signed(status_list(INDEX, purpose="suspension", id=SUSPENSIONS)))},
    ),
    case("status_unknown_list_unreachable.json", REVOCABLE, "unknown", "status_list_unavailable"),
    told("status_unknown_list_not_found.json", "unknown", "status_list_unavailable", by=served(status=404)),
    told(
        "status_unknown_list_is_a_page.json",
        "unknown",
        "status_list_unreadable",
        by=served("<html>Sorry</html>", "text/plain"),
    ),
    told("status_unknown_list_not_signed.json", "unknown", "status_list_unproven", by=status_list()),
    told(
        "status_unknown_list_tampered.json",
        "unknown",
        "status_list_unproven",
        by=changed(FINE, "credentialSubject", "encodedList", to=SET["credentialSubject"]["encodedList"]),
    ),
    told(
        "status_unknown_list_signed_by_a_stranger.json",
        "unknown",
        "status_list_unproven",
        by=signed(status_list(), MALLORY, method_of(MALLORY)),
    ),
    case(
        "status_unknown_list_of_another_issuer.json",
        REVOCABLE,
        "unknown",
        "status_list_of_another_issuer",
        web=listing(OTHERS_LIST) | {"https://other.example/.well-known/did.json": served(identifiers(OTHER, MALLORY))},
    ),
    told(
        "status_unknown_list_of_another_address.json",
        "unknown",
        "status_list_of_another_url",
        by=signed(status_list(id="https://university.example/status-lists/9")),
    ),
    case(
        "status_revoked_in_the_list_of_another_issuer.json",
        REVOCABLE,
        "invalid",
        "revoked",
        web=listing(signed(status_list(INDEX, issuer=OTHER), MALLORY, method_of(MALLORY, OTHER)))
        | {"https://other.example/.well-known/did.json": served(identifiers(OTHER, MALLORY))},
    ),
    case(
        "status_unknown_revoked_in_a_list_that_a_stranger_signed.json",
        REVOCABLE,
        "unknown",
        "status_list_unproven",
        web=listing(signed(status_list(INDEX), MALLORY, method_of(MALLORY))),
    ),
    told(
        "status_revoked_in_the_issuers_list_of_another_address.json",
        "invalid",
        "revoked",
        by=signed(status_list(INDEX, id="https://university.example/status-lists/9")),
    ),
    told(
        "status_revoked_in_a_list_out_of_date.json",
        "invalid",
        "revoked",
        by=signed(status_list(INDEX, validUntil=YESTERDAY, validFrom="2026-01-01T00:00:00Z")),
    ),
    told(
        "status_unknown_list_out_of_date.json",
        "unknown",
        "status_list_out_of_date",
        by=signed(status_list(validUntil=YESTERDAY, validFrom="2026-01-01T00:00:00Z")),
    ),
    told("status_unknown_list_for_another_purpose.json", "unknown", "status_purpose_differs", by=SUSPENDED),
    told(
        "status_unknown_kind_of_entry.json",
        "unknown",
        "unsupported_status_type",
        by=FINE,
        document=signed(
            badge(credentialStatus={"id": "https://university.example/crl#1", "type": "RevocationList2020Status"}),
            suite="eddsa-jcs-2022",
        ),
    ),
    told(
        "status_unknown_index_beyond_the_list.json",
        "unknown",
        "status_index_out_of_range",
        by=FINE,
        document=signed(badge(credentialStatus=status.entry(LIST_URL, 5_000_000, "revocation"))),
    ),
    told(
        "status_unknown_1edtech_list_of_another_issuer.json",
        "unknown",
        "status_list_of_another_issuer",
        by=revocations(issuer=OTHER),
        document=WITH_1EDTECH,
    ),
    told(
        "status_entry_without_list.json",
        "invalid",
        "malformed_status_entry",
        by=FINE,
        document=signed(
            badge(
                credentialStatus={
                    "id": f"{LIST_URL}#1",
                    "type": "BitstringStatusListEntry",
                    "statusPurpose": "revocation",
                    "statusListIndex": "1",
                }
            )
        ),
    ),
)
