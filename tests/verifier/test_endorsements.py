"""Endorsements: each a credential of its own, of the object that carries it."""

import json

import pytest

from app.ports import FetchFailed
from app.vc import did, enveloped, status
from app.verifier.endorsements import MAX_ENDORSEMENTS, endorsements_in
from app.verifier.plan import MAX_NEEDS
from tests.verifier.badges import (
    ALL_VALID,
    CONTEXTS,
    DID_DOCUMENT,
    INDEX,
    KEY,
    LIST_URL,
    MALLORY,
    P256,
    Web,
    badge,
    codes,
    did_document,
    ed25519_key,
    made,
    method_of,
    outcomes,
    revocable,
    signed,
    spoiled,
    status_list,
    token,
    university,
    verified,
)

ACCREDITOR = ed25519_key(5)
ENDORSER = did.did_key(ACCREDITOR.public)
BADGE_ID = badge()["id"]
ACHIEVEMENT_ID = badge()["credentialSubject"]["achievement"]["id"]
UNIVERSITY_ID = badge()["issuer"]["id"]


def endorsing(of=BADGE_ID, issuer=ENDORSER, **members):
    document = {
        "@context": list(CONTEXTS),
        "id": "urn:uuid:33333333-3333-4333-8333-333333333333",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "Accredited",
        "issuer": {"id": issuer, "type": ["Profile"], "name": "Accreditor"},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {"id": of, "type": ["EndorsementSubject"], "endorsementComment": "We know them well."},
    } | members
    return {name: value for name, value in document.items() if value is not None}


def endorsement(key=ACCREDITOR, method=None, **members):
    return signed(endorsing(**members), key, method or method_of(key))


def endorsement_jwt(**members):
    return token(endorsing(**members), ACCREDITOR, "EdDSA", kid=method_of(ACCREDITOR)).decode()


def endorsed(*endorsements, **members):
    return signed(badge(endorsement=list(endorsements), **members))


def told(document, web=None):
    report = verified(document, web)
    return report.outcome, codes(report, "endorsements"), [one.outcome for one in report.endorsements]


def test_endorsements_of_badge_achievement_and_issuer():
    document = badge(endorsement=[endorsement()], endorsementJwt=[endorsement_jwt()])
    achievement = document["credentialSubject"]["achievement"]
    achievement["endorsement"] = [endorsement(of=ACHIEVEMENT_ID, id="urn:uuid:4")]
    achievement["endorsementJwt"] = [endorsement_jwt(of=ACHIEVEMENT_ID)]
    document["issuer"]["endorsementJwt"] = [endorsement_jwt(of=UNIVERSITY_ID)]
    report = verified(signed(document))
    assert outcomes(report) == ALL_VALID
    assert [one.submission.secured.pointer for one in report.endorsements] == [
        "/endorsement/0",
        "/endorsementJwt/0",
        "/issuer/endorsementJwt/0",
        "/credentialSubject/achievement/endorsement/0",
        "/credentialSubject/achievement/endorsementJwt/0",
    ]
    assert "5 endorsements holds" in made(report, "endorsements").message
    assert outcomes(report.endorsements[0]) == ALL_VALID | {"endorsed_object": "valid"}


def test_badge_without_endorsements_says_so():
    report = verified(signed(badge()))
    assert (report.endorsements, made(report, "endorsements").message) == ((), "It carries no endorsements.")


def test_changed_endorsement_in_a_badge_that_is_whole():
    report = verified(endorsed(spoiled(endorsement(), "name", by=lambda _: "Praised")))
    assert outcomes(report) == ALL_VALID | {"endorsements": "invalid"}
    assert codes(report, "endorsements") == ["invalid_endorsement"]
    assert codes(report.endorsements[0], "proof") == ["bad_signature"]
    assert made(report, "endorsements").findings[0].pointer == "/endorsement/0"


@pytest.mark.parametrize(
    ("made", "outcome", "code"),
    [
        (endorsing(), "invalid", "not_signed"),
        (endorsement(validUntil="2026-02-01T00:00:00Z"), "invalid", "expired"),
        (endorsement(MALLORY, method_of(MALLORY)), "invalid", "issuer_mismatch"),
        (endorsement(of="urn:uuid:another"), "invalid", "endorsement_of_something_else"),
        (endorsement(name=None), "invalid", "missing_member"),
        (signed(badge(ENDORSER), ACCREDITOR, method_of(ACCREDITOR)), "invalid", "malformed_endorsement"),
        (5, "invalid", None),
        ("a.b.c", "invalid", "malformed_jwt"),
        ("", "invalid", "malformed_jwt"),
        ([[]], "invalid", None),
        ({}, "invalid", "not_signed"),
        (None, "invalid", None),
    ],
    ids=lambda one: one if isinstance(one, str) and len(one) < 30 else None,
)
def test_what_is_no_endorsement(made, outcome, code):
    report = verified({**signed(badge()), "endorsement": [made]})
    (inner,) = report.endorsements
    found = [one for check in inner.checks for one in codes(inner, check.id)]
    assert inner.outcome == outcome
    assert code is None or code in found
    assert report.outcome == "invalid"
    assert all("internal_error" not in codes(report, check.id) for check in report.checks)


def test_endorsement_that_was_revoked_or_cannot_be_checked():
    web = university()
    revoked = endorsement(credentialStatus=status.entry(LIST_URL, INDEX, "revocation"))
    listed = status_list(INDEX, issuer=ENDORSER)
    web.documents[LIST_URL] = signed(listed, ACCREDITOR, method_of(ACCREDITOR))
    assert told(endorsed(revoked), web) == ("invalid", ["invalid_endorsement"], ["invalid"])
    web.documents[LIST_URL] = FetchFailed("timeout", "It did not answer.")
    assert told(endorsed(revoked), web) == ("unknown", ["unconfirmed_endorsement"], ["unknown"])


def test_endorsers_keys_and_lists_are_fetched_after_the_badges():
    web = university()
    web.documents[LIST_URL] = signed(status_list())
    accreditor = "did:web:accreditor.example"
    document = "https://accreditor.example/.well-known/did.json"
    web.documents[document] = did_document(ACCREDITOR, controller=accreditor)
    made = endorsement(issuer=accreditor, method=method_of(ACCREDITOR, accreditor))
    report = verified(signed(revocable() | {"endorsement": [made]}), web)
    assert outcomes(report) == ALL_VALID
    assert [(need.url, need.pointer) for need in report.needs] == [
        (DID_DOCUMENT, "/proof/0"),
        (LIST_URL, "/credentialStatus"),
        (document, "/endorsement/0/proof/0"),
    ]


def test_endorsements_leave_room_for_what_the_badge_needs():
    """Thirty endorsers that fill all fetches would keep a revocation from being seen."""
    lister = "did:web:lister.example"
    issuers = [f"did:web:n{number}.example" for number in range(16)]
    many = [endorsement(issuer=name, method=f"{name}#k", id=f"urn:uuid:{name}") for name in issuers]
    web = university()
    web.documents[LIST_URL] = signed(status_list(INDEX), KEY, method_of(KEY, lister))
    web.documents["https://lister.example/.well-known/did.json"] = did_document(KEY, controller=lister)
    report = verified(signed(revocable() | {"endorsement": many}), web)
    assert "https://lister.example/.well-known/did.json" in web.asked
    assert len(web.asked) == MAX_NEEDS
    assert report.outcome == "unknown"


def test_many_endorsements():
    many = [endorsement_jwt()] * 40
    assert len(endorsements_in(badge(endorsementJwt=many))) == MAX_ENDORSEMENTS + 1
    report = verified(signed(badge(endorsementJwt=many)))
    assert (report.outcome, codes(report, "endorsements")) == ("unknown", ["too_many_endorsements"])
    assert [one.outcome for one in report.endorsements] == ["valid"] * MAX_ENDORSEMENTS


def carrying(inner, of):
    """An endorsement whose issuer is endorsed himself."""
    profile = {"id": ENDORSER, "type": ["Profile"], "endorsementJwt": [inner]}
    return token(endorsing(of=of) | {"issuer": profile}, ACCREDITOR, "EdDSA", kid=method_of(ACCREDITOR)).decode()


def test_endorsements_of_endorsements_are_followed_two_steps():
    two = carrying(endorsement_jwt(of=ENDORSER), BADGE_ID)
    report = verified(signed(badge(endorsementJwt=[two])))
    assert report.outcome == "valid"
    assert report.endorsements[0].endorsements[0].outcome == "valid"
    three = carrying(carrying(endorsement_jwt(of=ENDORSER), ENDORSER), BADGE_ID)
    report = verified(signed(badge(endorsementJwt=[three])))
    inner = report.endorsements[0].endorsements[0]
    assert (report.outcome, codes(inner, "endorsements"), inner.endorsements) == (
        "unknown",
        ["endorsements_too_deep"],
        (),
    )
    broken = carrying(endorsement_jwt(of="urn:uuid:another"), BADGE_ID)
    assert verified(signed(badge(endorsementJwt=[broken]))).outcome == "invalid"


def test_endorsements_together_cost_what_one_large_document_may():
    evidence = [{"id": f"urn:uuid:{number}", "type": ["Evidence"]} for number in range(280)]
    large = endorsing() | {"evidence": evidence}
    report = verified({**signed(badge()), "endorsement": [large | {"proof": endorsement()["proof"]}] * 9})
    looked_at = [one for one in report.endorsements if "verification_budget" not in codes(one, "proof")]
    assert (len(looked_at), len(report.endorsements)) == (4, 9)
    assert report.outcome == "invalid"


def test_endorsements_in_a_jwt_badge_and_in_a_presentation():
    as_jwt = token(badge(endorsementJwt=[endorsement_jwt()]), P256, "ES256")
    report = verified(as_jwt)
    assert (outcomes(report), len(report.endorsements)) == (ALL_VALID, 1)
    presentation = {
        "@context": CONTEXTS[:1],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [enveloped.envelope(as_jwt.decode()), endorsed(endorsement())],
    }
    report = verified(presentation)
    assert [len(inner.endorsements) for inner in report.credentials] == [1, 1]
    assert [inner.outcome for inner in report.credentials] == ["valid", "valid"]


def test_nothing_is_entered_that_is_another_document():
    inside = {"proof": {"endorsement": [1]}, "@context": [{"endorsement": "urn:x"}], "verifiableCredential": [badge()]}
    assert endorsements_in(inside) == ()
    assert endorsements_in({"endorsement": {"endorsement": [1]}})[1:] == ()


def test_report_shows_each_endorsement():
    told = verified(endorsed(endorsement()), Web({DID_DOCUMENT: did_document(KEY)})).to_json()
    (one,) = told["endorsements"]
    assert (one["outcome"], one["pointer"], one["issuer"]["name"]) == ("valid", "/endorsement/0", "Accreditor")
    assert "fetched" not in one
    json.dumps(told)
