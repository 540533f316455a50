"""What somebody would send to stop the verifier, or to get a `valid` out of it."""

import base64
import gzip
import hashlib
import hmac
import json

import pytest
from cryptography.hazmat.primitives import serialization
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput
from app.vc import jose
from app.verifier.verify import verify
from tests.examples import examples
from tests.verifier.badges import (
    DID_DOCUMENT,
    KEY,
    LIST_URL,
    P256,
    UNIVERSITY,
    Web,
    badge,
    codes,
    did_document,
    made,
    method_of,
    outcomes,
    revocable,
    services,
    signed,
    status_list,
    token,
    verified,
    with_list,
)

SIGNED = signed(badge())
SIGNED_BYTES = json.dumps(SIGNED).encode()
TOKEN = token(badge(), P256, "ES256")


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def forged(header, sign=lambda _: b""):
    """A JWT with any header, around an honest payload."""
    signing_input = b".".join([b64(json.dumps(header).encode()), TOKEN.split(b".")[1]])
    return signing_input + b"." + b64(sign(signing_input))


def hmac_with(secret):
    return lambda data: hmac.digest(secret, data, "sha256")


PUBLIC_PEM = P256.public.key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
PUBLIC_JWK = json.dumps(P256.public_jwk).encode()


@pytest.mark.parametrize(
    "document",
    [
        forged({"alg": "none"}),
        forged({"alg": "None", "kid": method_of(P256, UNIVERSITY)}),
        forged({"alg": "HS256", "kid": method_of(P256, UNIVERSITY)}, hmac_with(PUBLIC_PEM)),
        forged({"alg": "HS256", "jwk": P256.public_jwk}, hmac_with(PUBLIC_JWK)),
        forged({"alg": "HS256", "jwk": {"kty": "oct", "k": "AAAA"}}, hmac_with(b"\0\0\0")),
        forged({"alg": "ES256", "kid": method_of(P256, UNIVERSITY)}),
        forged({"alg": "ES256", "kid": method_of(P256, UNIVERSITY)}, lambda _: bytes(64)),
        forged({"alg": "EdDSA", "kid": method_of(P256, UNIVERSITY)}, P256.sign),
        forged({"alg": "ES256", "kid": method_of(KEY, UNIVERSITY)}, P256.sign),
        forged({"alg": "ES256", "kid": method_of(P256, UNIVERSITY), "crit": ["exp"], "exp": 1}, P256.sign),
        forged({"alg": "ES256", "kid": method_of(P256, UNIVERSITY), "crit": ["b64"], "b64": False}, P256.sign),
        forged({"alg": ["ES256"]}),
        forged({"alg": 5}),
        forged({}),
        forged([]),
        forged("ES256"),
        TOKEN.rpartition(b".")[0] + b".",
        TOKEN + b"AAAA",
        TOKEN.replace(b".", b"=.", 1),
    ],
    ids=lambda document: None,
)
def test_forged_jwt(document):
    report = verified(document)
    assert report.outcome == "invalid"
    assert outcomes(report)["proof"] == "invalid"


def test_algorithm_that_is_not_read_is_not_valid():
    for alg in ("ES512", "PS256", "ES256K", "XX999"):
        report = verified(forged({"alg": alg, "kid": method_of(P256, UNIVERSITY)}, P256.sign))
        assert report.outcome != "valid"


def test_wrong_kid():
    for kid in (f"{UNIVERSITY}#nobody", "did:key:zNonsense", "did:web:10.0.0.1#k", "urn:x:y", "\u0000", "#", "a b"):
        report = verified(token(badge(), P256, "ES256", kid=kid))
        assert report.outcome != "valid"
        assert outcomes(report)["proof"] in ("invalid", "unknown")
    for kid in (5, None, [], {}, ""):
        assert verified(token(badge(), P256, "ES256", kid=kid)).outcome != "valid"


def test_claims_that_contradict_the_credential():
    claims = jose.badge_claims(badge())
    for changed in (
        {"iss": "did:web:other.example"},
        {"jti": "urn:uuid:other"},
        {"sub": "urn:uuid:other"},
        {"nbf": claims["nbf"] + 3600},
        {"nbf": "soon"},
        {"exp": 5},
        {"exp": "never"},
    ):
        signing_input = jose.signing_input(
            jose.badge_header("ES256", kid=method_of(P256, UNIVERSITY)), claims | changed
        )
        report = verified(jose.compact(signing_input, P256.sign(signing_input)).encode())
        assert report.outcome == "invalid", changed


def test_jwt_with_duplicate_members():
    payload = TOKEN.split(b".")[1]
    plain = base64.urlsafe_b64decode(payload + b"==")
    twice = b64(b'{"issuer":"did:web:other.example",' + plain[1:])
    head = TOKEN.split(b".")[0]
    signing_input = head + b"." + twice
    report = verified(signing_input + b"." + b64(P256.sign(signing_input)))
    assert report.outcome == "invalid"


@pytest.mark.parametrize(
    "data",
    [
        b'{"@context":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        SIGNED_BYTES.replace(b'"name"', b'"name": "x", "name"', 1),
        SIGNED_BYTES.replace(b"Urban", b"\\ud800", 1),
        SIGNED_BYTES.replace(b"Urban", b"\xed\xa0\x80", 1),
        SIGNED_BYTES[:-1],
        SIGNED_BYTES + SIGNED_BYTES,
        SIGNED_BYTES.replace(b'"validFrom"', b'"x": Infinity, "validFrom"', 1),
        SIGNED_BYTES.replace(b'"validFrom"', b'"x": 1e999, "validFrom"', 1),
    ],
    ids=lambda data: None,
)
def test_json_with_more_than_one_meaning_is_refused(data):
    with pytest.raises(BadInput):
        verify(data, None, services())


def clique(size):
    """Blank nodes that all point at each other: factorial work for RDFC-1.0 without a budget."""
    names = [f"_:n{number}" for number in range(size)]
    return [
        {"id": name, "type": ["Achievement"], "related": [{"id": other, "type": ["Related"]} for other in names]}
        for name in names
    ]


def test_poison_graph_is_bounded_whatever_the_number_of_proofs():
    document = SIGNED | {"proof": SIGNED["proof"] * 8}
    document["credentialSubject"] = document["credentialSubject"] | {"achievement": clique(10)}
    report = verified(document)
    assert report.outcome != "valid"
    assert outcomes(report)["proof"] != "valid"


def test_many_proofs_are_bounded():
    many = SIGNED | {"proof": [SIGNED["proof"][0] | {"created": "2020-01-01T00:00:00Z"}] * 1000}
    report = verified(many)
    assert report.outcome == "invalid"
    assert codes(report, "proof")[-1] == "too_many_proofs"
    assert len(codes(report, "proof")) == 9


def test_large_document_with_many_proofs_costs_one():
    results = [{"type": ["Result"], "value": "1"}] * 4_900
    subject = SIGNED["credentialSubject"] | {"result": results}
    report = verified(SIGNED | {"credentialSubject": subject, "proof": SIGNED["proof"] * 8})
    assert codes(report, "proof")[1:] == ["too_many_proofs"]
    assert report.outcome == "invalid"


def test_status_list_that_is_large_without_need():
    listed = signed(status_list()) | {"evidence": [{"type": "Evidence"}] * 300}
    report = verified(signed(revocable()), with_list(listed))
    assert codes(report, "status") == ["status_list_unproven"]
    assert "more than 200 objects" in made(report, "status").message


def test_gzip_bomb_in_a_status_list():
    bomb = "u" + b64(gzip.compress(bytes(50_000_000))).decode()
    listed = status_list()
    listed["credentialSubject"]["encodedList"] = bomb
    report = verified(signed(revocable()), with_list(signed(listed)))
    assert (report.outcome, codes(report, "status")) == ("unknown", ["status_list_too_large"])


def test_hostile_did_documents_never_make_valid():
    honest = did_document(KEY)
    hostile = [
        *([], "x", 5, {}, {"id": UNIVERSITY}, {"keys": "x"}, {"keys": [5]}, {"kty": "oct", "k": "AAAA"}, {"kty": []}),
        *(
            honest | {name: value}
            for name in ("id", "verificationMethod", "assertionMethod")
            for value in (None, 5, "x", [[]], [5], {"a": 1})
        ),
        honest | {"verificationMethod": honest["verificationMethod"] * 2},
        honest | {"keys": []},
    ]
    for document in hostile:
        report = verified(SIGNED, Web({DID_DOCUMENT: json.dumps(document).encode()}))
        assert report.outcome != "valid", document


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=8) | st.sampled_from([UNIVERSITY, LIST_URL, "1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def places(value, path=()):
    """Every place of a JSON value, as a path."""
    yield path
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield from places(inner, (*path, step))


PLACES = [path for path in places(SIGNED) if path and path != ("proof",)]


def with_value(document, path, value):
    copy = json.loads(json.dumps(document))
    place = copy
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return copy


@examples(60)
@given(path=st.sampled_from(PLACES), value=JSON_VALUES)
def test_no_other_value_anywhere_is_ever_valid(path, value):
    changed = with_value(SIGNED, path, value)
    if changed != SIGNED:
        assert not_valid(json.dumps(changed).encode())


@examples(60)
@given(position=st.integers(0, len(SIGNED_BYTES) - 1), byte=st.integers(0, 255))
def test_no_other_byte_of_a_credential_is_ever_valid(position, byte):
    changed = SIGNED_BYTES[:position] + bytes([byte]) + SIGNED_BYTES[position + 1 :]
    if changed != SIGNED_BYTES and not means_the_same(changed):
        assert not_valid(changed)


def means_the_same(changed):
    """Another white space is the same document."""
    try:
        return json.loads(changed) == SIGNED
    except ValueError:
        return False


@examples(60)
@given(position=st.integers(0, len(TOKEN) - 1), byte=st.sampled_from(b"ABCabc019-_.="))
def test_no_other_byte_of_a_jwt_is_ever_valid(position, byte):
    changed = TOKEN[:position] + bytes([byte]) + TOKEN[position + 1 :]
    if changed != TOKEN:
        assert not_valid(changed)


@examples(150)
@given(data=st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_refused_or_not_valid(data):
    assert not_valid(data)


@examples(100)
@given(value=st.dictionaries(st.sampled_from(sorted(SIGNED)), JSON_VALUES))
def test_any_object_is_refused_or_not_valid(value):
    assert not_valid(json.dumps(value).encode())


def not_valid(data):
    """Whether something is refused by a sentence or judged anything but valid, without a mistake of ours."""
    try:
        report = verify(data, None, services())
    except BadInput:
        return True
    assert all("internal_error" not in codes(report, check.id) for check in report.checks)
    json.dumps(report.to_json())
    return report.outcome != "valid"


def test_sha256_names_the_document():
    assert verified(SIGNED_BYTES).submission.sha256 == hashlib.sha256(SIGNED_BYTES).hexdigest()
