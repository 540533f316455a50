import itertools
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from hypothesis import given
from hypothesis import strategies as st

from app.vc import disclosures, jose, keys, sd_jwt
from app.vc.outcome import Outcome, Unsound
from tests.examples import examples
from tests.vc.test_keys import PRIVATE_KEYS

VECTORS = json.loads((Path(__file__).parents[1] / "vectors/ietf-sd-jwt/examples.json").read_text(encoding="utf-8"))
EXAMPLES = VECTORS["examples"]
EACH_EXAMPLE = pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
ISSUER_KEY = keys.from_jwk(VECTORS["issuer_key"])
THEN = datetime.fromtimestamp(1748537244, UTC)  # the iat of the RFC's Key Binding JWT

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOLDER = PRIVATE_KEYS["Ed25519"]
AUDIENCE, NONCE = "https://verifier.example", "n-0S6_WzA2Mj"
CLAIMS = {
    "iss": "https://issuer.example",
    "vct": "https://issuer.example/badge",
    "iat": int(NOW.timestamp()),
    "exp": int((NOW + timedelta(days=1)).timestamp()),
    "cnf": {"jwk": HOLDER.public_jwk},
    "name": {"given": "Ada", "family": "King"},
    "results": [{"code": "A", "score": 1}, {"code": "B", "score": 2}],
}
POINTERS = ("/name", "/name/given", "/results/0", "/results/1", "/results/1/score")
EACH_ALGORITHM = pytest.mark.parametrize("alg", jose.ALGORITHMS)


def salts(values=None):
    counter = iter(values) if values else map(str, itertools.count())
    return lambda: next(counter)


def issued(claims=CLAIMS, pointers=POINTERS, alg="EdDSA", header=None, **options):
    private = PRIVATE_KEYS[jose.ALGORITHMS[alg]]
    header = sd_jwt.header(alg) if header is None else header
    return sd_jwt.issue(claims, pointers, private, header, new_salt=salts(), **options)


def signed(header, payload, private=HOLDER):
    unsigned = jose.signing_input(header, payload)
    return jose.compact(unsigned, private.sign(unsigned))


def bound(text, **changes):
    return sd_jwt.bind(text, HOLDER, **{"audience": AUDIENCE, "nonce": NONCE, "now": NOW, **changes})


def binding_codes(text, **changes):
    options = {"audience": AUDIENCE, "nonce": NONCE, "now": NOW, **changes}
    return [finding.code for finding in sd_jwt.verify_binding(sd_jwt.decode(text), **options)]


def codes(findings):
    return [finding.code for finding in findings]


def refusal(text):
    with pytest.raises(Unsound) as caught:
        sd_jwt.decode(text)
    return caught.value.finding


@EACH_EXAMPLE
def test_examples_of_the_specifications_verify(example):
    whole = sd_jwt.decode(example["issued"])
    assert sd_jwt.verify(whole, ISSUER_KEY, now=THEN) == ()
    assert whole.claims == example["claims"]


@pytest.mark.parametrize("name", ["RFC 9901 section 5", "draft-ietf-oauth-sd-jwt-vc section 3.3"])
def test_examples_of_the_specifications_are_issued_alike(name):
    """The same disclosures byte for byte, and the same payload; only the white space in the JWT is ours."""
    example = EXAMPLES[name]
    whole = sd_jwt.decode(example["issued"])
    ours = sd_jwt.decode(
        sd_jwt.issue(
            example["claims"],
            example["pointers"],
            PRIVATE_KEYS["P-256"],
            whole.jws.header,
            new_salt=salts(example["salts"]),
        )
    )
    assert ours.encoded == whole.encoded
    assert ours.jws.payload == whole.jws.payload
    assert ours.places == whole.places


def test_the_presentation_of_the_rfc():
    example = EXAMPLES["RFC 9901 section 5"]
    shown = sd_jwt.decode(example["presented"])
    asked = {"audience": example["audience"], "nonce": example["nonce"]}
    assert sd_jwt.verify(shown, ISSUER_KEY, now=THEN) == sd_jwt.verify_binding(shown, **asked, now=THEN) == ()
    assert set(shown.places) == set(example["shown"])
    ours = sd_jwt.decode(sd_jwt.present(example["issued"], example["shown"]))
    assert (set(ours.encoded), ours.claims) == (set(shown.encoded), shown.claims)
    assert shown.claims["nationalities"] == ["US"]


def test_the_presentation_of_the_rfc_with_decoys_and_structure():
    example = EXAMPLES["RFC 9901 appendix A.1"]
    assert sd_jwt.present(example["issued"], example["shown"]) == example["presented"]
    assert sd_jwt.decode(example["presented"]).claims["address"] == {"region": "港区", "country": "JP"}


def test_the_example_of_the_draft_is_a_credential():
    name = "draft-ietf-oauth-sd-jwt-vc section 3.3"
    assert sd_jwt.check_vc(sd_jwt.decode(EXAMPLES[name]["issued"])) == ()


@EACH_ALGORITHM
def test_issue_present_bind_and_verify(alg):
    text = issued(alg=alg, decoys=2)
    shown = sd_jwt.decode(bound(sd_jwt.present(text, ["/name/given", "/results/1"])))
    assert sd_jwt.verify(shown, PRIVATE_KEYS[jose.ALGORITHMS[alg]].public, now=NOW) == ()
    assert sd_jwt.verify_binding(shown, audience=AUDIENCE, nonce=NONCE, now=NOW) == ()
    assert sd_jwt.check_vc(shown) == ()
    assert shown.claims == {**CLAIMS, "name": {"given": "Ada", "family": "King"}, "results": [{"code": "B"}]}


def test_nothing_and_everything_may_be_shown():
    text = issued()
    least = sd_jwt.decode(sd_jwt.present(text, ()))
    assert least.claims == {name: value for name, value in CLAIMS.items() if name != "name"} | {"results": []}
    assert sd_jwt.present(text, POINTERS) == text
    assert sd_jwt.decode(issued(pointers=())).claims == CLAIMS


@pytest.mark.parametrize("pointer", ["", "/iss", "/name/family", "/results/2", "/nobody"])
def test_only_disclosures_can_be_presented(pointer):
    with pytest.raises(Unsound) as caught:
        sd_jwt.present(issued(), [pointer])
    assert caught.value.finding.code == "undisclosable_claim"


def test_another_key_or_another_alg_is_noticed():
    whole = sd_jwt.decode(issued())
    assert codes(sd_jwt.verify(whole, PRIVATE_KEYS["P-256"].public, now=NOW)) == ["key_type_does_not_fit"]
    with pytest.raises(ValueError, match="alg"):
        sd_jwt.issue(CLAIMS, (), HOLDER, sd_jwt.header("ES256"), new_salt=salts())


def test_times_are_checked():
    whole = sd_jwt.decode(issued())
    late, early = NOW + timedelta(days=2), NOW - timedelta(days=1)
    assert codes(sd_jwt.verify(whole, HOLDER.public, now=late)) == ["expired"]
    assert codes(sd_jwt.verify(whole, HOLDER.public, now=early)) == ["not_yet_valid"]


@pytest.mark.parametrize("claim", sd_jwt.ALWAYS_VISIBLE_IN_VC)
def test_what_a_verifier_needs_cannot_be_concealed(claim):
    claims = {**CLAIMS, "aud": "a", "nbf": 1, "status": {"x": 1}, "vct#integrity": "sha256-x"}
    with pytest.raises(Unsound) as caught:
        issued(claims, [f"/{claim}"])
    assert caught.value.finding.code == "undisclosable_claim"
    concealed = disclosures.conceal(claims, [f"/{claim}"], new_salt=salts())
    text = "~".join([signed(sd_jwt.header("EdDSA"), concealed.payload), concealed.disclosures[0].encoded, ""])
    assert "undisclosable_claim" in codes(sd_jwt.check_vc(sd_jwt.decode(text)))
    if claim in sd_jwt.ALWAYS_VISIBLE:
        assert codes(sd_jwt.verify(sd_jwt.decode(text), HOLDER.public, now=NOW)) == ["undisclosable_claim"]


@pytest.mark.parametrize("name", sd_jwt.ALWAYS_VISIBLE_IN_W3C)
def test_what_a_w3c_credential_needs_cannot_be_concealed(name):
    credential = {"@context": [], name: "x"}
    with pytest.raises(Unsound) as caught:
        issued(credential, [f"/{name}"], header=sd_jwt.header("EdDSA", typ="vc+sd-jwt"))
    assert caught.value.finding.code == "undisclosable_claim"


def test_w3c_credentials_are_told_from_sd_jwt_vcs():
    header = sd_jwt.header("EdDSA", typ="vc+sd-jwt", kid="did:key:z6Mk#z6Mk")
    w3c = sd_jwt.decode(issued({"@context": [], "type": ["VerifiableCredential"]}, (), header=header))
    assert sd_jwt.is_w3c_credential(w3c)
    assert sd_jwt.check_vc(w3c) == ()
    older = sd_jwt.decode(issued(header=header))
    assert not sd_jwt.is_w3c_credential(older)
    assert sd_jwt.check_vc(older) == ()


@pytest.mark.parametrize(
    ("header", "changes", "code"),
    [
        ({"typ": "JWT"}, {}, "unexpected_typ"),
        ({"typ": None}, {}, "unexpected_typ"),
        ({}, {"vct": ""}, "malformed_claim"),
        ({}, {"vct": ["https://issuer.example/badge"]}, "malformed_claim"),
        ({}, {"iss": 1}, "malformed_claim"),
        ({}, {"cnf": "key"}, "malformed_claim"),
        ({}, {"status": []}, "malformed_claim"),
    ],
)
def test_what_is_no_credential(header, changes, code):
    text = signed({**sd_jwt.header("EdDSA"), **header}, {**CLAIMS, **changes}) + "~"
    assert codes(sd_jwt.check_vc(sd_jwt.decode(text))) == [code]


def test_a_credential_needs_a_type():
    claims = {name: value for name, value in CLAIMS.items() if name != "vct"}
    assert codes(sd_jwt.check_vc(sd_jwt.decode(signed(sd_jwt.header("EdDSA"), claims) + "~"))) == ["missing_member"]
    with pytest.raises(Unsound) as caught:
        issued(claims)
    assert caught.value.finding.code == "missing_member"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"audience": "https://other.example"}, ["wrong_audience"]),
        ({"nonce": "other"}, ["wrong_nonce"]),
        ({"now": NOW + timedelta(minutes=11)}, ["key_binding_too_old"]),
        ({"now": NOW + timedelta(minutes=11), "max_age": timedelta(hours=1)}, []),
        ({"now": NOW - timedelta(minutes=6)}, ["not_yet_valid"]),
    ],
)
def test_a_binding_is_for_one_verifier_and_occasion(changes, expected):
    assert binding_codes(bound(issued()), **changes) == expected


def test_a_presentation_without_binding_is_noticed():
    assert binding_codes(issued()) == ["no_key_binding"]
    assert binding_codes(issued(), audience=None, nonce=None) == ["no_key_binding"]


def test_what_nobody_could_read_is_not_issued():
    deep = []
    for _ in range(70):
        deep = [deep]
    with pytest.raises(Unsound) as caught:
        issued({**CLAIMS, "deep": deep}, ())
    assert caught.value.finding.code == "malformed_jwt"
    with pytest.raises(Unsound) as caught:
        issued({**CLAIMS, "long": "a" * sd_jwt.MAX_LENGTH}, ["/long"])
    assert caught.value.finding.code == "malformed_sd_jwt"


def test_a_binding_covers_the_disclosures():
    text = bound(issued())
    first, binding = text.partition("~")[0], text.rpartition("~")[2]
    assert binding_codes(f"{first}~{binding}") == ["wrong_sd_hash"]
    jwt, one, two, *rest = text.split("~")
    assert binding_codes("~".join([jwt, two, one, *rest])) == ["wrong_sd_hash"]
    assert sd_jwt.present(text, POINTERS) == issued()


def test_a_binding_by_another_key_is_noticed():
    assert binding_codes(sd_jwt.bind(issued(), PRIVATE_KEYS["P-256"], audience=AUDIENCE, nonce=NONCE, now=NOW)) == [
        "key_type_does_not_fit"
    ]
    stranger = keys.PrivateKey("Ed25519", ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)))
    text = sd_jwt.bind(issued(), stranger, audience=AUDIENCE, nonce=NONCE, now=NOW)
    assert binding_codes(text) == ["bad_signature"]


@pytest.mark.parametrize(
    ("cnf", "code"),
    [
        (None, "unsupported_confirmation"),
        ({}, "unsupported_confirmation"),
        ({"kid": "1"}, "unsupported_confirmation"),
        ({"jwk": {"kty": "oct", "k": "AA"}}, "malformed_public_key"),
        ({"jwk": {**HOLDER.public_jwk, "d": "AA"}}, "malformed_public_key"),
    ],
)
def test_the_holders_key_must_be_readable(cnf, code):
    text = signed(sd_jwt.header("EdDSA"), {**CLAIMS, "cnf": cnf}) + "~"
    assert binding_codes(bound(text)) == [code]


@pytest.mark.parametrize(
    ("header", "payload", "expected"),
    [
        ({"typ": "JWT"}, {}, ["malformed_key_binding"]),
        ({"typ": None}, {}, ["malformed_key_binding"]),
        ({}, {"iat": None}, ["malformed_key_binding"]),
        ({}, {"iat": "2026-11-20T12:00:00Z"}, ["malformed_key_binding"]),
        ({}, {"aud": [AUDIENCE, "https://other.example"]}, ["wrong_audience"]),
        ({}, {"nonce": 1}, ["wrong_nonce"]),
        ({}, {"sd_hash": 1}, ["wrong_sd_hash"]),
        ({}, {"exp": 1}, ["expired"]),
    ],
)
def test_odd_bindings(header, payload, expected):
    text = issued()
    proper = sd_jwt.decode(bound(text)).key_binding
    assert binding_codes(text + signed({**proper.header, **header}, {**proper.payload, **payload})) == expected
    without = {name: value for name, value in proper.payload.items() if name not in payload}
    if payload and "exp" not in payload:
        assert "malformed_key_binding" in binding_codes(text + signed(proper.header, without))


JWT = issued().partition("~")[0]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "malformed_sd_jwt"),
        (JWT, "malformed_sd_jwt"),
        ("~", "malformed_jwt"),
        (f"~{JWT}", "malformed_jwt"),
        (f"{JWT}~~", "malformed_disclosure"),
        (f"{JWT}~e30~", "malformed_disclosure"),
        (f"{JWT}~ ", "malformed_jwt"),
        (f"{JWT}~{JWT}~", "malformed_disclosure"),
        (f"{issued()} ", "malformed_jwt"),
        (f"é{issued()}", "malformed_jwt"),
        (issued()[:-1], "unreferenced_disclosure"),
        (issued(pointers=["/name"])[:-1], "malformed_jwt"),
        (signed({"alg": "none"}, CLAIMS) + "~", "forbidden_alg"),
        (signed({"alg": "HS256"}, CLAIMS) + "~", "forbidden_alg"),
        (signed({"alg": "EdDSA", "crit": ["exp"]}, CLAIMS) + "~", "critical_header"),
        (issued() + signed({"alg": "none", "typ": "kb+jwt"}, {}), "forbidden_alg"),
        ("a" * (sd_jwt.MAX_LENGTH + 1), "malformed_sd_jwt"),
        ("~" * 5_000, "sd_jwt_budget"),
    ],
)
def test_malformed_texts_are_refused(text, code):
    assert refusal(text).code == code


def test_an_unknown_hash_is_not_invalid_but_unknown():
    finding = refusal(signed(sd_jwt.header("EdDSA"), {**CLAIMS, "_sd_alg": "sha3-256"}) + "~")
    assert (finding.code, finding.outcome) == ("unsupported_sd_alg", Outcome.UNKNOWN)


TEXT = bound(issued())


def catches_a_change(at, character):
    at %= len(TEXT)
    changed = TEXT[:at] + character + TEXT[at + 1 :]
    if changed == TEXT:
        return
    try:
        whole = sd_jwt.decode(changed)
        findings = sd_jwt.verify(whole, HOLDER.public, now=NOW)
        findings += sd_jwt.verify_binding(whole, audience=AUDIENCE, nonce=NONCE, now=NOW)
    except Unsound as problem:
        findings = (problem.finding,)
    assert findings


CHARACTERS = st.sampled_from("ABab01-_.=~ \n")


@examples(100)
@given(at=st.integers(0, 10_000), character=CHARACTERS)
def test_any_changed_character_is_caught(at, character):
    catches_a_change(at, character)


@pytest.mark.long
@examples(5_000)
@given(at=st.integers(0, 10_000), character=CHARACTERS)
def test_any_changed_character_is_caught_long(at, character):
    catches_a_change(at, character)


@examples(32)
@given(chosen=st.sets(st.sampled_from(POINTERS)))
def test_any_subset_of_disclosures_verifies(chosen):
    shown = sd_jwt.decode(bound(sd_jwt.present(issued(), chosen)))
    assert sd_jwt.verify(shown, HOLDER.public, now=NOW) == ()
    assert sd_jwt.verify_binding(shown, audience=AUDIENCE, nonce=NONCE, now=NOW) == ()
    needed = {place for place in POINTERS if any(f"{pointer}/".startswith(f"{place}/") for pointer in chosen)}
    assert len(shown.places) == len(needed)


@examples(100)
@given(text=st.text(st.sampled_from("aZ0_-.~é "), max_size=60))
def test_no_text_breaks_decode(text):
    assert refusal(text).code
