"""VC-API as values: what bodies say, what answers look like."""

import pytest

from app.errors import BadInput
from app.vc import vc_api
from app.vc.outcome import Finding
from app.vc.selection import MAX_POINTERS
from app.vc.vc_api import IssueRequest, StatusRequest, VerifyRequest

V1, V2 = "https://www.w3.org/2018/credentials/v1", "https://www.w3.org/ns/credentials/v2"
ENTRY = {"type": "BitstringStatusListEntry", "statusPurpose": "suspension"}


def test_what_to_issue():
    options = {"credentialId": "urn:x:1", "cryptosuite": "eddsa-jcs-2022", "mandatoryPointers": ["/issuer"], "other": 1}
    body = {"credential": {"a": 1}, "options": options}
    assert vc_api.read_issue(body) == IssueRequest({"a": 1}, "urn:x:1", "eddsa-jcs-2022", ("/issuer",))
    assert vc_api.read_issue({"credential": {}}) == IssueRequest({}, None, None, None)


def test_what_to_verify():
    credential = {"type": ["VerifiableCredential"]}
    options = {"challenge": "c", "domain": "d", "expectedProofPurpose": "authentication", "checks": ["proof"]}
    body = {"verifiableCredential": credential, "options": options}
    assert vc_api.read_verify_credential(body) == VerifyRequest(credential, False, "d", "c", "authentication")
    assert vc_api.read_verify_credential({"verifiableCredential": "a.b.c"}) == VerifyRequest("a.b.c", False)
    for kind in ("VerifiablePresentation", "EnvelopedVerifiablePresentation"):
        presentation = {"type": kind}
        request = vc_api.read_verify_presentation({"verifiablePresentation": presentation})
        assert (request.document, request.is_presentation) == (presentation, True)


def test_what_to_derive():
    body = {"verifiableCredential": {"a": 1}, "options": {"selectivePointers": ["/a"]}}
    assert vc_api.read_derive(body).selective_pointers == ("/a",)
    assert vc_api.read_derive({"verifiableCredential": {}}).selective_pointers == ()


def test_which_status_to_set():
    entry = ENTRY | {"statusListCredential": "https://x.example/1", "statusListIndex": "94567"}
    body = {"credentialId": "urn:x:1", "credentialStatus": entry, "status": False}
    assert vc_api.read_status(body) == StatusRequest("urn:x:1", "suspension", False, "https://x.example/1", 94567)
    least = {"credentialId": "urn:x:1", "credentialStatus": {"type": "BitstringStatusListEntry"}}
    assert vc_api.read_status(least) == StatusRequest("urn:x:1", "revocation", True, None, None)


CREDENTIAL = {"type": "VerifiableCredential"}


@pytest.mark.parametrize(
    ("read", "body", "pointer"),
    [
        (vc_api.read_issue, None, ""),
        (vc_api.read_issue, [], ""),
        (vc_api.read_issue, {}, "/credential"),
        (vc_api.read_issue, {"credential": "x"}, "/credential"),
        (vc_api.read_issue, {"credential": {"proof": {}}}, "/credential/proof"),
        (vc_api.read_issue, {"credential": {}, "options": None}, "/options"),
        (vc_api.read_issue, {"credential": {}, "options": {"cryptosuite": 7}}, "/options/cryptosuite"),
        (vc_api.read_issue, {"credential": {}, "options": {"credentialId": ""}}, "/options/credentialId"),
        (vc_api.read_issue, {"credential": {}, "options": {"mandatoryPointers": "x"}}, "/options/mandatoryPointers"),
        (vc_api.read_derive, {"verifiableCredential": "x"}, "/verifiableCredential"),
        (
            vc_api.read_derive,
            {"verifiableCredential": {}, "options": {"selectivePointers": ["/a"] * (MAX_POINTERS + 1)}},
            "/options/selectivePointers",
        ),
        (vc_api.read_verify_credential, {"verifiablePresentation": {}}, "/verifiableCredential"),
        (vc_api.read_verify_credential, {"verifiableCredential": {}}, "/verifiableCredential/type"),
        (
            vc_api.read_verify_credential,
            {"verifiableCredential": {"type": ["VerifiablePresentation"]}},
            "/verifiableCredential/type",
        ),
        (
            vc_api.read_verify_credential,
            {"verifiableCredential": CREDENTIAL, "options": {"domain": ["x"]}},
            "/options/domain",
        ),
        (vc_api.read_verify_presentation, {"verifiablePresentation": CREDENTIAL}, "/verifiablePresentation/type"),
        (vc_api.read_status, {}, "/credentialId"),
        (vc_api.read_status, {"credentialId": "x" * 2001}, "/credentialId"),
        (vc_api.read_status, {"credentialId": "x"}, "/credentialStatus"),
        (vc_api.read_status, {"credentialId": "x", "credentialStatus": {}}, "/credentialStatus/type"),
        (
            vc_api.read_status,
            {"credentialId": "x", "credentialStatus": ENTRY | {"statusPurpose": []}},
            "/credentialStatus/statusPurpose",
        ),
        (
            vc_api.read_status,
            {"credentialId": "x", "credentialStatus": ENTRY | {"statusListIndex": "1" * 13}},
            "/credentialStatus/statusListIndex",
        ),
        (vc_api.read_status, {"credentialId": "x", "credentialStatus": ENTRY, "status": 1}, "/status"),
    ],
)
def test_a_wrong_member_is_told_with_its_place(read, body, pointer):
    with pytest.raises(BadInput) as refused:
        read(body)
    assert refused.value.pointer == pointer


def test_purposes_of_a_status_that_is_asked_for():
    assert vc_api.status_purposes({}) == ["revocation"]
    assert vc_api.status_purposes({"credentialStatus": ENTRY}) == ["suspension"]
    assert vc_api.status_purposes({"credentialStatus": [{}, ENTRY]}) == ["revocation", "suspension"]


@pytest.mark.parametrize(
    "asked",
    [
        [],
        "x",
        None,
        [ENTRY, ENTRY],
        {"type": "Other"},
        {"statusPurpose": "message"},
        ENTRY | {"statusListCredential": ""},
    ],
)
def test_a_status_that_cannot_be_given(asked):
    with pytest.raises(BadInput, match=r"status|purpose|entry"):
        vc_api.status_purposes({"credentialStatus": asked})


def test_contexts_are_added_to_vcdm_1_1_alone():
    old, new = {"@context": [V1]}, {"@context": [V2]}
    assert vc_api.with_proof_terms(old)["@context"] == [V1, vc_api.DATA_INTEGRITY_V2]
    assert vc_api.with_proof_terms(vc_api.with_proof_terms(old)) == vc_api.with_proof_terms(old)
    has_older = {"@context": [V1, "https://w3id.org/security/data-integrity/v1"]}
    assert vc_api.with_proof_terms(has_older) == has_older
    assert vc_api.with_proof_terms(new) == new
    for odd in ({}, {"@context": V1}, {"@context": 7}):
        assert vc_api.with_proof_terms(odd) == odd
    entry = {"id": "x"}
    assert vc_api.with_status(old, [entry]) == {"@context": [V1, vc_api.STATUS_V1], "credentialStatus": entry}
    assert vc_api.with_status(new, [entry, entry]) == {"@context": [V2], "credentialStatus": [entry, entry]}


def test_one_proof_is_an_object_and_a_set_stays_a_set():
    assert vc_api.with_single_proof({"proof": [{"a": 1}]}) == {"proof": {"a": 1}}
    for other in ({"proof": [{}, {}]}, {"proof": {}}, {}, {"proof": []}):
        assert vc_api.with_single_proof(other) == other


@pytest.mark.parametrize(
    "proof", [None, {}, [], 7, [{"cryptosuite": "x"}], [{"cryptosuite": "s"}, {"cryptosuite": "s"}]]
)
def test_deriving_takes_one_base_proof(proof):
    with pytest.raises(BadInput, match="Nothing can be derived"):
        vc_api.base_proof_of({"proof": proof}, "s")
    assert vc_api.base_proof_of({"proof": [{"cryptosuite": "s"}, {"cryptosuite": "t"}]}, "s") == {"cryptosuite": "s"}


def test_findings_as_problem_details():
    findings = (Finding("bad_signature", "It does not fit.", "/proof", problem_type="https://w3id.org/security#X"),)
    assert vc_api.problem_details((*findings, Finding("revoked", "It is revoked."))) == [
        {
            "type": "https://w3id.org/security#X",
            "title": "Bad signature",
            "detail": "It does not fit.",
            "code": "bad_signature",
            "pointer": "/proof",
        },
        {
            "type": vc_api.NOT_VERIFIED,
            "title": "Revoked",
            "detail": "It is revoked.",
            "code": "revoked",
            "pointer": "",
        },
    ]
