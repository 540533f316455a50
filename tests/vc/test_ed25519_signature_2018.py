"""Ed25519Signature2018: a JWS without its payload, over the same two hashes; read, and not made."""

import hashlib
import json

import pytest

from app.vc import jsonld, proof
from app.vc.detached_jws import HEADER
from app.vc.multiformats import base64url_encode
from app.vc.outcome import Outcome, Unsound
from app.vc.pinned_contexts import verifying
from tests.verifier.badges import KEY, MALLORY, NOW, P256, badge, method_of

V1 = "https://www.w3.org/2018/credentials/v1"
ISSUER = method_of(KEY).partition("#")[0]


def document():
    older = badge(ISSUER, validFrom=None, validUntil=None, issuanceDate="2026-01-01T00:00:00Z")
    return older | {"@context": [V1, "https://purl.imsglobal.org/spec/ob/v3p0/context.json"]}


def options(**members):
    made = {
        "type": "Ed25519Signature2018",
        "created": "2026-01-01T00:00:00Z",
        "verificationMethod": method_of(KEY),
        "proofPurpose": "assertionMethod",
    }
    return made | members


def digest(value):
    return hashlib.sha256(jsonld.canonicalize(value, hash_name="sha256", contexts=verifying()).encode()).digest()


def signed(header=HEADER, key=KEY, **members):
    """A badge, signed by the steps of the specification."""
    told = options(**members)
    configuration = told | {"@context": document()["@context"]}
    head = base64url_encode(json.dumps(header).encode())
    signature = key.sign(head.encode() + b"." + digest(configuration) + digest(document()))
    return document() | {"proof": told | {"jws": f"{head}..{base64url_encode(signature)}"}}


def findings(made, key=KEY, **more):
    return proof.verify_proof(made, made["proof"], key.public, now=NOW, **more)


def test_holds_in_any_order_of_the_header():
    assert findings(signed()) == ()
    assert findings(signed({"crit": ["b64"], "b64": False, "alg": "EdDSA"})) == ()
    asked = signed(challenge="c", domain="d", proofPurpose="authentication")
    assert findings(asked, expected_purpose="authentication", challenge="c", domain="d") == ()


def test_any_change_is_noticed():
    made = signed()
    assert [one.code for one in findings(made | {"name": "Professor"})] == ["bad_signature"]
    later = made | {"proof": made["proof"] | {"created": "2026-02-01T00:00:00Z"}}
    assert [one.code for one in findings(later)] == ["bad_signature"]
    assert [one.code for one in findings(made, MALLORY)] == ["bad_signature"]
    assert [one.code for one in findings(made, P256)] == ["key_type_does_not_fit"]


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "EdDSA"},
        {"alg": "EdDSA", "b64": True, "crit": ["b64"]},
        {"alg": "EdDSA", "b64": 0, "crit": ["b64"]},
        {"alg": "none", "b64": False, "crit": ["b64"]},
        {"alg": "EdDSA", "b64": False, "crit": ["b64", "exp"]},
        {"alg": "EdDSA", "b64": False, "crit": ["b64"], "kid": "x"},
        ["EdDSA"],
        "EdDSA",
    ],
)
def test_header_of_something_else(header):
    assert [(one.code, one.outcome) for one in findings(signed(header))] == [("malformed_proof", Outcome.INVALID)]


@pytest.mark.parametrize("jws", ["", "..", "a..b", "a.b", "a.b.c.d", "....", "é..x", 5, None])
def test_what_is_no_detached_jws(jws):
    made = signed()
    (finding,) = findings(made | {"proof": made["proof"] | {"jws": jws}})
    assert (finding.code, finding.pointer) == ("malformed_proof", "/proof/jws")


def test_a_payload_inside_is_refused():
    made = signed()
    head, _, signature = made["proof"]["jws"].split(".")
    inside = made | {"proof": made["proof"] | {"jws": f"{head}.e30.{signature}"}}
    assert [one.code for one in findings(inside)] == ["malformed_proof"]


def test_its_value_stands_in_jws_alone():
    made = signed()
    value = {name: one for name, one in made["proof"].items() if name != "jws"} | {"proofValue": "z1"}
    assert {(one.code, one.pointer) for one in findings(made | {"proof": value})} == {("malformed_proof", "/proof/jws")}


def test_it_is_not_made():
    with pytest.raises(Unsound):
        proof.verify_data(document(), options(), "Ed25519")
