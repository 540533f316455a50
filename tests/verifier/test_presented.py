"""Presentations: who presents is one question, and each credential another."""

import json

import pytest

from app.vc import did, enveloped, jose, pinned_contexts, proof, sd_jwt
from app.vc.cryptosuite import SUITES
from app.verifier.case import Policy
from app.verifier.verify import verify, verify_document
from tests.verifier.badges import (
    DID_DOCUMENT,
    KEY,
    LIST_URL,
    MALLORY,
    NOW,
    P256,
    P384,
    Web,
    badge,
    codes,
    did_document,
    ed25519_key,
    made,
    method_of,
    outcomes,
    revocable,
    services,
    signed,
    spoiled,
    status_list,
    token,
    university,
    verified,
)

ALICE = ed25519_key(7)
HOLDER = did.did_key(ALICE.public)
V2 = "https://www.w3.org/ns/credentials/v2"
V1 = "https://www.w3.org/2018/credentials/v1"
DID_KEY = did.did_key(KEY.public)
BADGE = signed(badge(DID_KEY), KEY, method_of(KEY))
BROKEN = {**BADGE, "name": "Changed"}
ALL_VALID = dict.fromkeys(("form", "structure", "context", "proof", "holder_binding", "credentials"), "valid")


def presentation(*credentials, holder=HOLDER, context=V2, **members):
    document = {
        "@context": [context],
        "type": ["VerifiablePresentation"],
        "holder": holder,
        "verifiableCredential": list(credentials),
    } | members
    return {name: value for name, value in document.items() if value is not None}


def presented(document, key=ALICE, method=None, suite="eddsa-rdfc-2022", purpose="authentication", **options):
    made = proof.proof_options(suite, method or method_of(key), "2026-11-20T11:59:00Z", purpose, **options)
    return proof.add_proof(document, key, made)


def vp_jwt(document, key=ALICE, kid=None, **claims):
    return enveloped.secure(document, key, kid=kid or method_of(key), claims=claims)


def judged(document, web=None, **policy):
    data = document.encode() if isinstance(document, str) else json.dumps(document).encode()
    return verify(data, None, services(web), policy=Policy(**policy))


def test_signed_by_its_holder():
    web = Web()
    report = verified(presented(presentation(BADGE)), web)
    assert outcomes(report) == ALL_VALID
    assert (report.outcome, web.asked) == ("valid", [])
    (inner,) = report.credentials
    assert (inner.outcome, inner.submission.credential["name"]) == ("valid", "Urban data analyst")
    assert report.submission.is_presentation
    assert not inner.submission.is_presentation


@pytest.mark.parametrize("suite", ["eddsa-jcs-2022", "ecdsa-rdfc-2019", "ecdsa-jcs-2019"])
def test_with_each_suite(suite):
    key = ALICE if suite.startswith("eddsa") else P256
    document = presented(presentation(BADGE, holder=did.did_key(key.public)), key, suite=suite)
    assert outcomes(verified(document)) == ALL_VALID
    changed = verified(spoiled(document, "type", by=lambda types: [*types, "https://example.org/Other"]))
    assert (changed.outcome, outcomes(changed)["proof"], outcomes(changed)["credentials"]) == (
        "invalid", "invalid", "valid",
    )  # fmt: skip


def test_each_credential_has_a_verdict_of_its_own():
    report = verified(presented(presentation(BADGE, BROKEN, signed(revocable()))), Web())
    assert [inner.outcome for inner in report.credentials] == ["valid", "invalid", "unknown"]
    assert codes(report, "credentials") == ["invalid_credential", "unconfirmed_credential"]
    assert [finding.pointer for finding in made(report, "credentials").findings] == [
        "/verifiableCredential/1",
        "/verifiableCredential/2",
    ]
    assert (report.outcome, outcomes(report)["proof"]) == ("invalid", "valid")


def test_credential_changed_after_presenting_breaks_both():
    document = presented(presentation(BADGE))
    report = verified(spoiled(document, "verifiableCredential", 0, "name", by=lambda _: "Changed"))
    assert (outcomes(report)["proof"], report.credentials[0].outcome) == ("invalid", "invalid")


def test_unsigned_shows_nothing_about_who_presents():
    report = verified(presentation(BADGE))
    assert (report.outcome, codes(report, "proof")) == ("unknown", ["presentation_not_signed"])
    assert outcomes(report)["holder_binding"] is None
    assert [inner.outcome for inner in report.credentials] == ["valid"]
    assert verified(presentation(BROKEN)).outcome == "invalid"
    asked = judged(presentation(BADGE), challenge="c")
    assert (asked.outcome, codes(asked, "proof")) == ("invalid", ["not_signed"])


def test_challenge_and_domain_that_were_asked_for():
    document = presented(presentation(BADGE), challenge="c1", domain="attesta.example")
    assert judged(document, challenge="c1", domain="attesta.example").outcome == "valid"
    assert judged(document).outcome == "valid"
    assert "another occasion" in made(judged(document), "holder_binding").message
    assert "another occasion" not in made(judged(document, challenge="c1"), "holder_binding").message
    assert codes(judged(document, challenge="c2"), "proof") == ["wrong_challenge"]
    assert codes(judged(document, domain="evil.example"), "proof") == ["wrong_domain"]
    assert judged(presented(presentation(BADGE)), challenge="c1").outcome == "invalid"


def test_purpose():
    for_assertion = presented(presentation(BADGE), purpose="assertionMethod")
    assert judged(for_assertion).outcome == "valid"
    answer = presented(presentation(BADGE), purpose="assertionMethod", challenge="c")
    assert codes(judged(answer, challenge="c"), "proof") == ["wrong_proof_purpose"]
    assert codes(judged(for_assertion, proof_purpose="authentication"), "proof") == ["wrong_proof_purpose"]
    assert judged(presented(presentation(BADGE), purpose="keyAgreement")).outcome == "invalid"


def test_key_must_be_listed_for_authentication():
    alice = "did:web:alice.example"
    document = presented(presentation(BADGE, holder=alice), method=method_of(ALICE, alice))
    url = "https://alice.example/.well-known/did.json"
    keys = did_document(ALICE, controller=alice)
    assert judged(document, Web({url: keys})).outcome == "valid"
    for_assertions_only = {**keys, "authentication": []}
    report = judged(document, Web({url: for_assertions_only}))
    assert codes(report, "proof") == ["wrong_verification_relationship"]
    report = judged(document, Web())
    assert (report.outcome, codes(report, "proof")) == ("unknown", ["key_unavailable"])


def test_presented_by_somebody_else():
    report = verified(presented(presentation(BADGE), MALLORY))
    assert (report.outcome, codes(report, "holder_binding")) == ("invalid", ["holder_mismatch"])
    assert report.credentials[0].outcome == "valid"
    assert judged(presented(presentation(BADGE), MALLORY), bind_issuer=False).outcome == "valid"


def test_without_holder_the_signer_presents():
    report = verified(presented(presentation(BADGE, holder=None)))
    assert (report.outcome, HOLDER in made(report, "holder_binding").message) == ("valid", True)


def test_key_that_came_alone_says_not_who_presents():
    unsigned = jose.signing_input({"alg": "EdDSA", "typ": "vp+jwt", "jwk": ALICE.public_jwk}, presentation(holder=None))
    report = judged(jose.compact(unsigned, ALICE.sign(unsigned)))
    assert (report.outcome, codes(report, "holder_binding")) == ("unknown", ["holder_unconfirmed"])
    named = jose.signing_input({"alg": "EdDSA", "typ": "vp+jwt", "jwk": ALICE.public_jwk}, presentation())
    assert judged(jose.compact(named, ALICE.sign(named))).outcome == "valid"  # the did:key is the key
    stolen = jose.signing_input({"alg": "EdDSA", "typ": "vp+jwt", "jwk": MALLORY.public_jwk}, presentation())
    report = judged(jose.compact(stolen, MALLORY.sign(stolen)))
    assert codes(report, "holder_binding") == ["holder_mismatch"]


def test_proof_type_of_older_wallets():
    context = "https://w3id.org/security/suites/ed25519-2020/v1"
    document = presentation() | {"@context": [V2, context]}
    made = {
        "type": "Ed25519Signature2020",
        "created": "2026-11-20T11:59:00Z",
        "verificationMethod": method_of(ALICE),
        "proofPurpose": "authentication",
        "challenge": "c1",
    }
    suite, contexts = SUITES["Ed25519Signature2020"], pinned_contexts.verifying()
    parts = [suite.digest(part, "Ed25519", contexts) for part in (made | {"@context": [V2, context]}, document)]
    whole = proof.attach(document, made, ALICE.sign(b"".join(parts)))
    assert judged(whole, challenge="c1").outcome == "valid"
    assert codes(judged(whole, challenge="c2"), "proof") == ["wrong_challenge"]
    assert codes(judged(whole | {"holder": DID_KEY}), "proof") == ["bad_signature"]


def test_without_credentials():
    for document in (presentation(), presentation(verifiableCredential=None)):
        report = verified(presented(document))
        assert (report.outcome, report.credentials) == ("valid", ())
        assert "no credential" in made(report, "credentials").message


def test_as_jwt_with_enveloped_credentials():
    inner = enveloped.envelope(token(badge(DID_KEY), KEY, "EdDSA", kid=method_of(KEY)).decode())
    made = vp_jwt(presentation(inner, BADGE), aud="https://attesta.example", nonce="n1")
    for document in (made, enveloped.envelope(made, presentation=True), {"verifiablePresentation": made}):
        report = judged(document)
        assert (outcomes(report), len(report.credentials)) == (ALL_VALID, 2)
    assert judged(made, challenge="n1", domain="https://attesta.example").outcome == "valid"
    assert codes(judged(made, challenge="n2"), "proof") == ["wrong_nonce"]
    assert codes(judged(made, domain="https://evil.example"), "proof") == ["wrong_audience"]
    head, payload, signature = made.split(".")
    changed = jose.compact(f"{head}.{payload}".encode(), MALLORY.sign(f"{head}.{payload}".encode()))
    assert codes(judged(changed), "proof") == ["bad_signature"]
    assert len(signature) > 10


def test_jwt_counts_in_its_time_only():
    late = int(NOW.timestamp()) - 1
    assert codes(judged(vp_jwt(presentation(BADGE), exp=late)), "proof") == ["expired"]
    early = int(NOW.timestamp()) + 3600
    assert codes(judged(vp_jwt(presentation(BADGE), nbf=early)), "proof") == ["not_yet_valid"]


def old_jwt(payload, key=ALICE):
    unsigned = jose.signing_input({"alg": "EdDSA", "typ": "JWT", "kid": method_of(key)}, payload)
    return jose.compact(unsigned, key.sign(unsigned))


def test_older_data_model():
    inner = token(badge(DID_KEY), KEY, "EdDSA", kid=method_of(KEY)).decode()
    document = presentation(inner, BADGE, holder=None, context=V1)
    made = old_jwt({"iss": HOLDER, "vp": document})
    report = judged(made)
    assert (outcomes(report), len(report.credentials)) == (ALL_VALID, 2)


def test_older_data_model_with_embedded_proofs():
    contexts = {"@context": [V1, "https://w3id.org/security/data-integrity/v2"]}
    subject = {"id": "did:example:alice"}
    credential = contexts | {"type": ["VerifiableCredential"], "issuer": DID_KEY, "credentialSubject": subject}
    inner = signed(credential | {"issuanceDate": "2026-01-01T00:00:00Z"}, KEY, method_of(KEY))
    document = presented(presentation(inner) | contexts)
    assert outcomes(judged(document)) == ALL_VALID
    changed = spoiled(document, "holder", by=lambda _: DID_KEY)
    assert codes(judged(changed), "proof") == ["bad_signature"]


def test_sd_jwt_in_an_envelope():
    made = sd_jwt.issue(
        badge(DID_KEY),
        ["/credentialSubject"],
        KEY,
        sd_jwt.header("EdDSA", typ="vc+sd-jwt", kid=method_of(KEY)),
        new_salt=lambda: "salt",
    )
    report = judged(presented(presentation(enveloped.envelope(made))))
    assert (report.outcome, report.credentials[0].outcome) == ("valid", "valid")
    hidden = judged(presented(presentation(enveloped.envelope(sd_jwt.present(made, [])))))
    assert outcomes(hidden.credentials[0])["structure"] == "invalid"


@pytest.mark.parametrize(
    "credential",
    [
        {},
        5,
        "a.b.c",
        None,
        [],
        {"type": "VerifiableCredential"},
        {"@context": [V2], "type": "EnvelopedVerifiableCredential", "id": "data:text/plain,x"},
        {"@context": [V2], "type": "EnvelopedVerifiableCredential", "id": "data:application/vc+jwt,a.b.c"},
        presentation(BADGE),
    ],
    ids=lambda one: None,
)
def test_what_is_no_credential_is_never_valid(credential):
    report = judged(presentation(credential))
    assert report.outcome == "invalid"
    assert all(inner.outcome == "invalid" for inner in report.credentials)
    assert all("internal_error" not in codes(report, check.id) for check in report.checks)


def test_malformed_envelope_of_a_presentation():
    report = judged({"@context": [V2], "type": "EnvelopedVerifiablePresentation", "id": "data:,x"})
    assert (report.outcome, codes(report, "proof")) == ("invalid", ["malformed_envelope"])
    assert report.credentials == ()


def test_too_many_credentials():
    made = token(badge(DID_KEY), KEY, "EdDSA", kid=method_of(KEY)).decode()
    report = judged(vp_jwt(presentation(*[enveloped.envelope(made)] * 70)))
    assert (report.outcome, codes(report, "structure")) == ("unknown", ["too_many_credentials"])
    assert len(report.credentials) == 64


def test_all_credentials_together_cost_what_one_large_document_may():
    results = [{"type": ["Result"], "value": "1"}] * 1_000
    large = {**BADGE, "credentialSubject": BADGE["credentialSubject"] | {"result": results}}
    report = judged(presentation(*[large] * 15))
    looked_at = [inner for inner in report.credentials if "verification_budget" not in codes(inner, "proof")]
    assert len(looked_at) == 3
    assert report.outcome == "invalid"


def test_poison_graph_is_met_once():
    names = [f"_:n{number}" for number in range(10)]
    clique = [
        {"id": name, "type": ["Achievement"], "related": [{"id": other, "type": ["Related"]} for other in names]}
        for name in names
    ]
    poison = {**BADGE, "credentialSubject": BADGE["credentialSubject"] | {"achievement": clique}}
    report = judged(presentation(*[poison] * 20))
    met = [codes(inner, "proof") for inner in report.credentials]
    assert met[0] != ["verification_budget"]
    assert met[1:] == [["verification_budget"]] * 19


def test_many_issuers_are_not_an_army():
    documents = [
        signed(badge(f"did:web:n{number}.example"), method=f"did:web:n{number}.example#k") for number in range(40)
    ]
    web = Web()
    report = judged(presentation(*documents), web)
    assert len(web.asked) == 12
    assert report.outcome == "unknown"


def test_status_of_each_credential():
    web = university()
    web.documents[LIST_URL] = signed(status_list(77_777))
    report = judged(presented(presentation(signed(revocable()), signed(badge()))), web)
    assert [inner.outcome for inner in report.credentials] == ["invalid", "valid"]
    assert codes(report.credentials[0], "status") == ["revoked"]
    assert sorted(set(web.asked)) == sorted({DID_DOCUMENT, LIST_URL})
    assert len(web.asked) == 2
    pointers = [need.pointer for need in report.needs]
    assert pointers == ["/verifiableCredential/0/proof/0", "/verifiableCredential/0/credentialStatus"]


def test_report_shows_holder_and_credentials():
    told = verified(presented(presentation(BADGE, BROKEN))).to_json()
    assert (told["kind"], told["holder"], told["credential"]) == ("presentation", HOLDER, None)
    assert [one["outcome"] for one in told["credentials"]] == ["valid", "invalid"]
    assert told["credentials"][1]["pointer"] == "/verifiableCredential/1"
    assert told["credentials"][0]["credential"]["name"] == "Urban data analyst"
    assert "presentation" in told["summary"]
    json.dumps(told)


def test_parsed_document_is_judged_without_wrapper():
    assert verify_document(presented(presentation(BADGE)), services()).outcome == "valid"
    assert verify_document(vp_jwt(presentation(BADGE)), services()).outcome == "valid"
    assert verify_document(BADGE, services()).outcome == "valid"
    for document in ({}, {"credential": BADGE}, {"type": ["NonconformingDocument"]}):
        report = verify_document(document, services())
        assert (report.outcome, report.submission.is_presentation) == ("invalid", False)


def test_without_binding_the_issuer_is_not_asked():
    document = token(badge(), P384, "ES384", jwk=P384.public_jwk)
    web = Web()
    report = verify(document, None, services(web), policy=Policy(bind_issuer=False))
    assert (report.outcome, web.asked) == ("valid", [])
    assert "issuer_binding" not in outcomes(report)
