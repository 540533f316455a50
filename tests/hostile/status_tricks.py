"""Status lists: bombs, lists of somebody else, entries that no list has."""

import gzip
import zlib
from typing import Any

from app.vc import did, status
from app.vc.multiformats import base64url_encode
from tests.hostile.trick import Trick, document
from tests.verifier.badges import (
    LIST_URL,
    MALLORY,
    NOW,
    badge,
    method_of,
    revocable,
    signed,
    stamp,
    status_list,
)

BADGE = signed(revocable())
ENTRY: Any = revocable()["credentialStatus"]


def lying(name: str, listed: Any, code: str, badge: Any = BADGE, outcome: str = "unknown") -> Trick:
    """An honest badge; what is served as its list is not."""
    return document(f"status_{name}", badge, code, check="status", outcome=outcome, web={LIST_URL: listed})


def entry(name: str, code: str, outcome: str = "unknown", **members: Any) -> Trick:
    """A badge whose entry is odd, and an honest list."""
    odd = signed(badge(credentialStatus=ENTRY | members), suite="eddsa-jcs-2022")
    return lying(f"entry_{name}", signed(status_list()), code, odd, outcome)


def with_bits(encoded: str) -> dict[str, Any]:
    """An honestly signed list of odd contents."""
    listed = status_list()
    listed["credentialSubject"]["encodedList"] = encoded
    return signed(listed)


def gzipped(data: bytes) -> str:
    return "u" + base64url_encode(gzip.compress(data, 9, mtime=0))


def posing() -> dict[str, Any]:
    """A list that the university did not sign: it says to be presented, and who presents it has signed."""
    stranger = did.did_key(MALLORY.public)
    listed = status_list(holder=stranger)
    both = listed | {"type": [*listed["type"], "VerifiablePresentation"]}
    return signed(both, MALLORY, method_of(MALLORY))


ZEROS = bytes(status.MIN_ENTRIES // 8)
TRICKS = (
    lying("list_gzip_bomb", with_bits(gzipped(bytes(200_000_000))), "status_list_too_large"),
    lying(
        "list_gzip_bomb_in_many_members",
        with_bits(gzipped(bytes(8_000)) + base64url_encode(gzip.compress(bytes(8_001), mtime=0) * 700)),
        "malformed_status_list",
    ),
    lying(
        "list_bomb_in_a_bomb", with_bits(gzipped(gzip.compress(bytes(10_000_000), 9, mtime=0))), "status_list_too_short"
    ),
    lying(
        "list_with_something_behind",
        with_bits("u" + base64url_encode(gzip.compress(ZEROS, mtime=0) + b"more")),
        "malformed_status_list",
    ),
    lying(
        "list_cut_off", with_bits("u" + base64url_encode(gzip.compress(ZEROS, mtime=0)[:-9])), "malformed_status_list"
    ),
    lying(
        "list_in_another_compression", with_bits("u" + base64url_encode(zlib.compress(ZEROS))), "malformed_status_list"
    ),
    lying("list_too_short", with_bits(gzipped(bytes(100))), "status_list_too_short"),
    lying(
        "list_of_another_url",
        signed(status_list(id="https://university.example/status-lists/2")),
        "status_list_of_another_url",
    ),
    lying(
        "list_of_another_issuer",
        signed(status_list(issuer=f"did:key:{MALLORY.public.multikey()}"), MALLORY, method_of(MALLORY)),
        "status_list_of_another_issuer",
    ),
    lying("list_by_a_stranger", signed(status_list(), MALLORY, method_of(MALLORY)), "status_list_unproven"),
    lying("list_unsigned", status_list(), "status_list_unproven"),
    lying("list_changed_after_signing", signed(status_list()) | {"name": "x"}, "status_list_unproven"),
    lying("list_for_another_purpose", signed(status_list(purpose="suspension")), "status_purpose_differs"),
    lying("list_out_of_date", signed(status_list(validUntil=stamp(NOW.replace(year=2025)))), "status_list_out_of_date"),
    lying(
        "list_of_yesterday_forever",
        signed(status_list(validFrom=stamp(NOW.replace(year=2027)))),
        "status_list_out_of_date",
    ),
    lying("list_is_the_badge", BADGE, "malformed_status_list"),
    lying("list_is_a_web_page", "<html><body>It works!</body></html>", "status_list_unreadable"),
    lying("list_nested_deep", "[" * 100_000, "status_list_unreadable"),
    lying("list_with_member_twice", '{"@context": [], "@context": []}', "status_list_unreadable"),
    lying(
        "list_of_thousands_of_objects",
        signed(status_list()) | {"evidence": [{"type": "Evidence"}] * 5_000},
        "status_list_unproven",
    ),
    lying(
        "list_with_context_redefined",
        signed(status_list()) | {"@context": [status.CREDENTIALS_V2, {"name": "https://evil.example/name"}]},
        "status_list_unproven",
    ),
    lying("list_posing_as_presentation_of_a_stranger", posing(), "status_list_unreadable"),
    lying("list_says_revoked", signed(status_list(77_777)), "revoked", outcome="invalid"),
    entry("index_out_of_range", "status_index_out_of_range", statusListIndex="131072"),
    entry("index_astronomic", "status_index_out_of_range", statusListIndex="9" * 12),
    entry("index_of_a_thousand_digits", "status_index_out_of_range", statusListIndex="9" * 1_000),
    entry("index_negative", "malformed_status_entry", "invalid", statusListIndex="-1"),
    entry("index_in_other_digits", "malformed_status_entry", "invalid", statusListIndex="\u0661\u0662"),
    entry("size_huge", "malformed_status_entry", "invalid", statusSize=10**9, statusMessage=[]),
    entry("kind_unknown", "unsupported_status_type", type="https://evil.example/AlwaysGood"),
    entry("list_at_internal_address", "status_list_unavailable", statusListCredential="https://[::ffff:10.0.0.1]/list"),
    entry(
        "list_at_name_of_internal_address", "status_list_unavailable", statusListCredential="https://internal.example/1"
    ),
    entry("list_is_a_file", "status_list_unavailable", statusListCredential="file:///etc/passwd"),
    entry("list_within_itself", "status_list_unavailable", statusListCredential="data:application/vc,%7B%7D"),
    lying(
        "entries_by_the_hundred",
        signed(status_list()),
        "too_many_status_entries",
        signed(badge(credentialStatus=[ENTRY | {"id": f"urn:e:{number}"} for number in range(100)])),
    ),
)
