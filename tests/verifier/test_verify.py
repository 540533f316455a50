"""Whole verifications: one scenario a test, named after what was done to the badge."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import structlog

from app.errors import TooLarge
from app.vc import did, png, svg
from app.verifier.checks import Policy
from app.verifier.verify import verify, verify_at_once
from tests.vc.pictures import PNG, SVG
from tests.verifier.badges import (
    ALL_VALID,
    CONTEXTS,
    KEY,
    MALLORY,
    NOW,
    P256,
    P384,
    RSA,
    Web,
    badge,
    codes,
    method_of,
    outcomes,
    services,
    signed,
    spoiled,
    token,
    verified,
)

DID_KEY = did.did_key(KEY.public)


def test_valid_under_did_key_without_any_network():
    web = Web()
    report = verified(signed(badge(DID_KEY), KEY, method_of(KEY)), web)
    assert outcomes(report) == ALL_VALID
    assert report.outcome == "valid"
    assert web.asked == []


@pytest.mark.parametrize(
    ("suite", "key"),
    [
        ("eddsa-rdfc-2022", KEY),
        ("eddsa-jcs-2022", KEY),
        ("ecdsa-rdfc-2019", P256),
        ("ecdsa-rdfc-2019", P384),
        ("ecdsa-jcs-2019", P256),
    ],
)
def test_valid_under_did_web_with_each_suite(suite, key):
    assert verified(signed(badge(), key, method_of(key, "did:web:university.example"), suite)).outcome == "valid"


@pytest.mark.parametrize(("alg", "key"), [("ES256", P256), ("ES384", P384), ("RS256", RSA), ("EdDSA", KEY)])
def test_valid_jwt_with_each_algorithm(alg, key):
    document = token(badge(), key, alg, kid=method_of(key, "did:web:university.example"))
    assert outcomes(verified(document)) == ALL_VALID


def test_baked_into_a_picture():
    for bake in (lambda text: png.bake(PNG, text), lambda text: svg.bake(SVG, text)):
        assert outcomes(verified(bake(json.dumps(signed(badge()))))) == ALL_VALID
        assert outcomes(verified(bake(token(badge(), P256, "ES256").decode()))) == ALL_VALID
        changed = spoiled(signed(badge()), "name", by=lambda name: name + "s")
        assert verified(bake(json.dumps(changed))).outcome == "invalid"


@pytest.mark.parametrize(
    "path",
    [
        ("name",),
        ("issuer", "name"),
        ("validUntil",),
        ("credentialSubject", "id"),
        ("credentialSubject", "achievement", "name"),
        ("credentialSubject", "result", 0, "status"),
    ],
)
@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_one_changed_character(suite, path):
    document = spoiled(
        signed(badge(), suite=suite), *path, by=lambda text: text.replace(text[2], "9" if text[2] != "9" else "8", 1)
    )
    report = verified(document)
    assert report.outcome == "invalid"
    assert outcomes(report)["proof"] == "invalid"
    assert outcomes(report)["issuer_binding"] is None


def test_one_changed_character_in_a_jwt():
    document = token(badge(), P256, "ES256")
    head, payload, signature = document.split(b".")
    for broken in (
        b".".join([head, payload, signature[:-2] + (b"AA" if signature[-2:] != b"AA" else b"BB")]),
        b".".join([head, token(badge(name="Changed"), P256, "ES256").split(b".")[1], signature]),
    ):
        assert verified(broken).outcome == "invalid"


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_added_undefined_term(suite):
    report = verified(signed(badge(), suite=suite) | {"honours": "summa cum laude"})
    assert report.outcome == "invalid"
    assert outcomes(report)["proof"] == "invalid"


def test_signed_by_an_issuer_who_let_an_undefined_term_through():
    document = signed(badge())
    document["credentialSubject"]["achievement"]["honours"] = "summa cum laude"
    assert verified(document).outcome == "invalid"


def test_expired_and_not_yet_valid():
    expired = verified(signed(badge(validUntil="2026-11-20T11:59:59Z")))
    assert (expired.outcome, codes(expired, "validity_period")) == ("invalid", ["expired"])
    early = verified(signed(badge(validFrom="2026-11-20T12:05:01Z")))
    assert (early.outcome, codes(early, "validity_period")) == ("invalid", ["not_yet_valid"])
    assert "only from 2026-11-20 12:05 UTC" in early.summary


def test_clock_skew_is_a_policy():
    document = json.dumps(signed(badge(validFrom="2026-11-20T12:04:59Z"))).encode()
    assert verify(document, None, services()).outcome == "valid"
    assert verify(document, None, services(), policy=Policy(clock_skew_s=0)).outcome == "invalid"


def test_signed_by_somebody_else():
    for document in (
        signed(badge(), MALLORY, method_of(MALLORY)),
        token(badge(), MALLORY, "EdDSA", kid=method_of(MALLORY)),
        token(badge(), MALLORY, "EdDSA", jwk=MALLORY.public_jwk),
    ):
        report = verified(document)
        assert report.outcome == "invalid"
        assert outcomes(report)["proof"] == "valid"
        assert codes(report, "issuer_binding") == ["issuer_mismatch"]


def test_signed_by_somebody_else_in_the_issuers_name():
    report = verified(signed(badge(), MALLORY, method_of(KEY, "did:web:university.example")))
    assert outcomes(report)["proof"] == "invalid"
    report = verified(signed(badge(), MALLORY, method_of(MALLORY, "did:web:university.example")))
    assert (report.outcome, outcomes(report)["proof"]) == ("invalid", "invalid")


def test_unsigned():
    for document in (badge(), badge(proof=[])):
        report = verified(document)
        assert report.outcome == "invalid"
        assert codes(report, "proof") == ["not_signed"]
        assert outcomes(report)["issuer_binding"] is None


def test_too_large():
    with pytest.raises(TooLarge):
        verify(b" " * 2000, None, services(verify_max_bytes=1024))


def test_now_is_the_services_clock():
    assert verified(signed(badge())).verified_at == NOW


def test_mistake_of_ours_is_logged_and_never_valid():
    broken = Policy(clock_skew_s="five minutes")
    with structlog.testing.capture_logs() as logged:
        report = verify(json.dumps(signed(badge())).encode(), None, services(), policy=broken)
    assert (report.outcome, codes(report, "validity_period")) == ("unknown", ["internal_error"])
    assert [(one["event"], type(one["exc_info"])) for one in logged] == [("check_failed", TypeError)]


def test_many_threads_agree():
    """pyld's own caches are not safe to share between threads; inline contexts make each document another one."""
    documents = [
        signed(badge() | {"@context": [*CONTEXTS, {"hours": f"urn:hours#{number}"}], "hours": "8"})
        for number in range(8)
    ]
    changed = [document | {"hours": "80"} for document in documents]
    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(verified, (documents + changed) * 4))
    assert [report.outcome for report in told] == (["valid"] * 8 + ["invalid"] * 8) * 4


def test_at_once_is_judged_what_needs_nothing_or_what_is_at_hand():
    web = Web()
    alone = json.dumps(signed(badge(DID_KEY, credentialStatus=None), KEY, method_of(KEY))).encode()
    report = verify_at_once(alone, None, services(web))
    assert report is not None
    assert report.to_json() == verify(alone, None, services(web)).to_json()
    listed = json.dumps(signed(badge(), KEY, method_of(KEY, "did:web:university.example"))).encode()
    assert verify_at_once(listed, None, services(web)) is None
    full = services()
    kept = verify_at_once(listed, None, replace(full, kept=full.fetcher.get))
    assert kept is not None
    assert kept.to_json() == verify(listed, None, full).to_json()
    assert web.asked == []


def test_whoever_asks_registries_has_nothing_judged_at_once():
    alone = json.dumps(signed(badge(DID_KEY, credentialStatus=None), KEY, method_of(KEY))).encode()
    assert verify_at_once(alone, None, services(trust_files="https://registry.example/list")) is None
