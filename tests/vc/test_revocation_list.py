import pytest

from app.vc.outcome import Outcome
from app.vc.revocation_list import check_entry

URL = "https://issuer.example/revoked"
ISSUER = "https://issuer.example/issuers/1"
BADGE = "https://issuer.example/credentials/3732"
ENTRY = {"id": URL, "type": "1EdTechRevocationList"}


def the_list(*listed, spelling="revokedCredential", **changes):
    return {"id": URL, "issuer": ISSUER, spelling: list(listed)} | changes


def check(document, entry=ENTRY, credential_id=BADGE, issuer=ISSUER):
    return check_entry(entry, document, credential_id=credential_id, issuer=issuer)


@pytest.mark.parametrize("spelling", ["revokedCredential", "revokedCredentials"])
def test_listed_is_revoked_unless_the_list_takes_it_back(spelling):
    for listed in ({"id": BADGE}, {"id": BADGE, "revoked": True}, BADGE, {"id": f" {BADGE}"}):
        (finding,) = check(the_list({"id": "urn:other"}, listed, spelling=spelling))
        assert (finding.code, finding.outcome) == ("revoked", Outcome.INVALID)
    assert check(the_list({"id": BADGE, "revoked": False}, spelling=spelling)) == ()
    assert check(the_list({"id": BADGE + "0"}, {"id": "urn:other"}, spelling=spelling)) == ()
    assert check(the_list(spelling=spelling)) == ()


def test_one_that_is_revoked_in_any_place_is_revoked():
    both = the_list({"id": BADGE, "revoked": False}, revokedCredentials=[{"id": BADGE}])
    assert [one.code for one in check(both)] == ["revoked"]
    assert [one.code for one in check(the_list({"id": BADGE, "revoked": False}, {"id": BADGE}))] == ["revoked"]


def test_the_reason_is_told_cut_to_what_a_person_reads():
    (finding,) = check(the_list({"id": BADGE, "revocationReason": "Issued in error.\n" + "x" * 5000}))
    assert r"'Issued in error.\n" in finding.message
    assert len(finding.message) < 400


def test_ids_are_compared_after_percent_decoding():
    assert [one.code for one in check(the_list({"id": BADGE.replace("3", "%33")}))] == ["revoked"]


def test_an_empty_list_may_leave_its_array_out_but_another_document_is_none():
    assert check({"id": URL, "issuer": {"id": ISSUER, "type": ["Profile"]}}) == ()
    (finding,) = check({"id": URL, "issuer": ISSUER, "name": "a page"})
    assert (finding.code, finding.outcome) == ("malformed_status_list", Outcome.UNKNOWN)


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (None, "malformed_status_list"),
        ([], "malformed_status_list"),
        ({}, "status_list_of_another_url"),
        (the_list({"id": BADGE}, id="https://issuer.example/other"), "status_list_of_another_url"),
        (the_list({"id": BADGE}, issuer="https://other.example"), "status_list_of_another_issuer"),
        (the_list(issuer={"id": "https://other.example"}), "status_list_of_another_issuer"),
        (the_list(issuer=None), "malformed_status_list"),
        (the_list(issuer={}), "malformed_status_list"),
        (the_list(5), "malformed_status_list"),
        (the_list({"id": 5}), "malformed_status_list"),
        (the_list({"id": BADGE, "revoked": "false"}), "malformed_status_list"),
        (the_list({"id": BADGE, "revoked": None}), "malformed_status_list"),
        (the_list({"id": BADGE}, revokedCredentials={}), "malformed_status_list"),
        (the_list(revokedCredential="x"), "malformed_status_list"),
    ],
)
def test_lists_that_cannot_tell_leave_it_unknown(document, code):
    (finding,) = check(document)
    assert (finding.code, finding.outcome) == (code, Outcome.UNKNOWN)


def test_a_credential_without_id_cannot_be_told_from_others():
    for name in (None, "", 5):
        (finding,) = check(the_list(), credential_id=name)
        assert (finding.code, finding.outcome) == ("status_without_id", Outcome.UNKNOWN)


def test_malformed_entries():
    (finding,) = check(the_list(), {"type": "1EdTechRevocationList", "id": 5})
    assert (finding.code, finding.outcome, finding.pointer) == ("malformed_status_entry", Outcome.INVALID, "/id")
    (finding,) = check(the_list(), {"type": "BitstringStatusListEntry", "id": URL})
    assert (finding.code, finding.outcome) == ("unsupported_status_type", Outcome.UNKNOWN)


def test_any_issuer_when_none_is_asked_for():
    assert check(the_list(issuer="https://other.example"), issuer=None) == ()
