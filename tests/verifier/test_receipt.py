"""Receipts: what they say, what they keep to themselves, and that they are checked like anything else."""

import json

import jwt
import pytest

from app.errors import Unavailable
from app.verifier.case import Policy
from app.verifier.meaning_receipt import receipt_of
from app.verifier.meaning_shape import MeaningShape
from app.verifier.receipt import RECEIPT_CONTEXT, TYPE, issuer_of, receipt, sign, signer_of
from app.verifier.verify import verify
from tests.verifier.badges import (
    KEY,
    LIST_URL,
    NOW,
    Web,
    badge,
    ed25519_key,
    outcomes,
    revocable,
    services,
    signed,
    status_list,
    with_list,
)
from tests.verifier.test_presented import presentation

OURS = ed25519_key(77)
NAME = "urn:uuid:11111111-1111-4111-8111-111111111111"
EMAIL = "ana.ivanova@city.example"


def judged(document, web=None, **policy):
    return verify(json.dumps(document).encode(), None, services(web), policy=Policy(**policy))


def receipt_for(document, web=None, **policy):
    return receipt(judged(document, web, **policy), issuer_of(OURS), NAME)


def test_it_says_what_was_judged_by_which_evidence():
    report = judged(signed(revocable()), with_list(signed(status_list())))
    made = receipt(report, issuer_of(OURS), NAME)
    told = made["credentialSubject"]
    assert made["type"] == ["VerifiableCredential", TYPE]
    assert (told["documentSha256"], told["outcome"]) == (report.submission.sha256, "valid")
    assert told["verifiedAt"] == made["validFrom"] == "2026-11-20T12:00:00Z"
    assert [one["check"] for one in told["checks"]] == [check.id for check in report.checks]
    assert [one["need"] for one in told["evidence"]] == ["controlled_identifier", "status_list"]
    assert all(len(one["sha256"]) == 64 for one in told["evidence"])
    assert told["documentIssuer"] == "did:web:university.example"


def test_what_could_not_be_fetched_and_what_was_wrong_are_told_by_code():
    told = receipt_for(signed(revocable()), with_list(b"<html>"))["credentialSubject"]
    assert {"check": "status", "outcome": "unknown", "code": ["status_list_unreadable"]} in told["checks"]
    told = receipt_for(signed(revocable()), Web())["credentialSubject"]
    assert {"need": "status_list", "url": LIST_URL, "notFetched": "unreachable"} in told["evidence"]


def test_it_names_no_person():
    document = badge(name=f"Badge of {EMAIL}", id="urn:uuid:33333333-3333-4333-8333-333333333333")
    document["credentialSubject"] |= {
        "id": "did:example:ana",
        "identifier": [
            {"type": "IdentityObject", "hashed": False, "identityHash": EMAIL, "identityType": "emailAddress"}
        ],
    }
    text = json.dumps(receipt_for(signed(document), recipient=EMAIL))
    for word in (EMAIL, "did:example:ana", "33333333"):
        assert word not in text
    assert '"recipientAsked": true' in text


def test_a_presentation_tells_each_credential():
    told = receipt_for(presentation(signed(badge()), signed(badge()) | {"name": "X"}))["credentialSubject"]
    assert told["documentForm"] == told["documentKind"] == "presentation"
    assert [one["outcome"] for one in told["credentials"]] == ["valid", "invalid"]


def test_every_member_has_its_term():
    made = receipt_for(signed(revocable()), Web(), as_of=NOW)
    names = set()

    def walk(value):
        for name, member in value.items():
            names.add(name)
            for one in member if isinstance(member, list) else [member]:
                if isinstance(one, dict):
                    walk(one)

    walk(made["credentialSubject"])
    assert names - {"type"} <= RECEIPT_CONTEXT.keys()


def test_it_is_verified_like_anything_else():
    token = sign(receipt_for(signed(badge())), OURS)
    report = verify(token.encode(), None, services())
    told = report.to_json()
    assert told["outcome"] == "valid"
    MeaningShape.model_validate(told["meaning"])
    assert told["meaning"]["kind"] == "verification_receipt"
    of = told["meaning"]["receipt_of"]
    assert (of["outcome"], of["verified_at"], of["kind"]) == ("valid", "2026-11-20T12:00:00Z", "micro_credential")
    assert told["issuer"]["id"] == issuer_of(OURS)
    header, payload, signature = token.split(".")
    spoiled = ".".join((header, payload[:-4] + "AAAA", signature))
    assert verify(spoiled.encode(), None, services()).outcome == "invalid"


def test_another_library_reads_it():
    made = receipt_for(signed(badge()))
    token = sign(made, OURS)
    assert jwt.decode(token, OURS.public.key, algorithms=["EdDSA"]) == made
    header = jwt.get_unverified_header(token)
    assert (header["typ"], header["kid"].split("#")[0]) == ("vc+jwt", made["issuer"])


def test_a_receipt_by_somebody_else_is_told_by_its_signer():
    token = sign(receipt_for(signed(badge())) | {"issuer": issuer_of(KEY)}, OURS)
    assert outcomes(verify(token.encode(), None, services()))["proof"] != "valid"


@pytest.mark.parametrize("subject", [None, [], "x", {"checks": 5}, {"checks": [{"check": {}}] * 99, "outcome": 7}])
def test_strange_receipts_are_only_data(subject):
    told = receipt_of({"type": TYPE, "credentialSubject": subject})
    assert len(told["checks"]) <= 30
    assert told["outcome"] is None
    assert receipt_of({"type": ["VerifiableCredential"]}) is None


def test_without_key_none_is_signed():
    with pytest.raises(Unavailable, match="no receipts"):
        signer_of(services())
