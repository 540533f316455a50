import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.vc import disclosures
from app.vc.disclosures import conceal, digest, read_disclosure, reveal
from app.vc.json_pointer import child
from app.vc.multiformats import base64url_encode
from app.vc.outcome import Outcome, Unsound
from tests.examples import examples

CLAIMS = {"sub": "a", "name": {"given": "Ada", "family": ["King", "Byron"]}, "codes": [1, 1, [2, {"deep": None}]]}


def salts():
    counter = itertools.count()
    return lambda: f"salt {next(counter)}"


def taken(claims, *pointers, **options):
    return conceal(claims, pointers, new_salt=salts(), **options)


def shown(concealed, keep=None):
    encoded = [item.encoded for item in concealed.disclosures]
    return reveal(concealed.payload, encoded if keep is None else [item for item in encoded if item in keep])


def encoded(*parts):
    return base64url_encode(json.dumps(parts).encode())


def refusal(payload, *texts):
    with pytest.raises(Unsound) as caught:
        reveal(payload, texts)
    return caught.value.finding.code


# The examples in the text of draft-ietf-oauth-selective-disclosure-jwt sections 5.2.1 to 5.2.3 (RFC 9901 section 4.2)
@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNXHUwMGY2Yml1cyJd", "family_name", "Möbius"),
        ("WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsImZhbWlseV9uYW1lIiwiTcO2Yml1cyJd", "family_name", "Möbius"),
        ("WwoiXzI2YmM0TFQtYWM2cTJLSTZjQlc1ZXMiLAoiZmFtaWx5X25hbWUiLAoiTcO2Yml1cyIKXQ", "family_name", "Möbius"),
        ("WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIkZSIl0", None, "FR"),
    ],
)
def test_disclosures_of_the_specification(text, name, value):
    disclosure = read_disclosure(text)
    assert (disclosure.name, disclosure.value) == (name, value)


def test_digests_of_the_specification():
    family_name = "WyI2cU1RdlJMNWhhaiIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
    assert digest(family_name) == "uutlBuYeMDyjLLTpf6Jxi7yNkEF35jdyWMn9U7b_RYY"
    assert digest("WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIkZSIl0") == "w0I8EKcdCtUPkGCNUrfwVp2xEgNjtoIDlOxc9-PlOhs"


@pytest.mark.parametrize("hash_name", disclosures.HASHES)
def test_what_is_concealed_is_gone_and_comes_back(hash_name):
    concealed = taken(CLAIMS, "/name", "/name/family/0", "/codes/2/1/deep", hash_name=hash_name)
    assert concealed.payload.keys() == {"sub", "codes", "_sd", "_sd_alg"}
    assert "Ada" not in json.dumps(concealed.payload)
    assert concealed.payload["codes"][2][1].keys() == {"_sd"}
    revealed = shown(concealed)
    assert revealed.claims == CLAIMS
    assert set(revealed.places) == {"/name", "/name/family/0", "/codes/2/1/deep"}
    assert shown(concealed, ()).claims == {"sub": "a", "codes": [1, 1, [2, {}]]}


def test_claims_and_payload_stay_as_they_are():
    claims = json.loads(json.dumps(CLAIMS))
    concealed = taken(claims, "/name/given", "/codes/0")
    payload = json.dumps(concealed.payload)
    shown(concealed)
    assert (claims, json.dumps(concealed.payload)) == (CLAIMS, payload)


def test_decoys_are_among_the_digests_and_disclose_nothing():
    concealed = taken(CLAIMS, "/sub", "/name/given", decoys=3)
    assert len(concealed.payload["_sd"]) == len(concealed.payload["name"]["_sd"]) == 4
    assert concealed.payload["_sd"] == sorted(concealed.payload["_sd"])
    assert "_sd" not in json.dumps(concealed.payload["codes"])
    assert shown(concealed).claims == CLAIMS


@pytest.mark.parametrize("pointer", ["", "/", "/nobody", "/codes/3", "/codes/-", "/codes/01", "/name/given/0", "sub"])
def test_pointers_to_nothing_are_refused(pointer):
    with pytest.raises(Unsound) as caught:
        taken(CLAIMS, pointer)
    assert caught.value.finding.code == "undisclosable_claim"


@pytest.mark.parametrize("name", disclosures.RESERVED)
def test_reserved_names_are_refused_wherever_they_are(name):
    for claims in ({name: 1}, {"a": {name: 1}}, {"a": [{name: "x"}]}):
        with pytest.raises(Unsound) as caught:
            taken(claims)
        assert caught.value.finding.code == "reserved_claim"


def test_salts_must_not_repeat():
    with pytest.raises(ValueError, match="another salt"):
        conceal(CLAIMS, ["/codes/0", "/codes/1"], new_salt=lambda: "salt")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800", {"a": ["\udfff"]}])
def test_what_json_cannot_say_is_not_disclosed(value):
    with pytest.raises(Unsound) as caught:
        taken({"a": value}, "/a")
    assert caught.value.finding.code == "malformed_text"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "e30",
        "W10",
        "!!",
        "WyJhIl0=",
        "é",
        encoded("salt"),
        encoded("salt", "name", 1, 2),
        encoded(1, "name", 2),
        encoded("salt", None, 2),
        encoded(["salt"], 2),
        base64url_encode(b'["salt", "name", NaN]'),
        base64url_encode(b'["salt", "name", {"a": 1, "a": 2}]'),
        base64url_encode(b'["salt", "name", "\xff"]'),
        base64url_encode(b"[" * 100),
    ],
)
def test_malformed_disclosures_are_refused(text):
    assert refusal({}, text) == "malformed_disclosure"


NAME = encoded("s", "name", "Ada")
ELEMENT = encoded("s", "Ada")
OUTER = encoded("s", "outer", {"_sd": [digest(NAME)]})


@pytest.mark.parametrize(
    ("payload", "texts", "code"),
    [
        ({}, [NAME], "unreferenced_disclosure"),
        ({"_sd": [digest(OUTER)]}, [NAME], "unreferenced_disclosure"),
        ({"_sd": [digest(NAME)]}, [NAME, NAME], "duplicate_digest"),
        ({"_sd": [digest(NAME), digest(NAME)]}, [NAME], "duplicate_digest"),
        ({"_sd": ["decoy", "decoy"]}, [], "duplicate_digest"),
        ({"_sd": [digest(NAME)], "a": {"_sd": [digest(NAME)]}}, [NAME], "duplicate_digest"),
        ({"_sd": [digest(NAME), digest(OUTER)]}, [NAME, OUTER], "duplicate_digest"),
        ({"a": [{"...": "x"}, {"...": "x"}]}, [], "duplicate_digest"),
        ({"name": "Eve", "_sd": [digest(NAME)]}, [NAME], "duplicate_claim"),
        (
            {"_sd": [digest(NAME), digest(encoded("t", "name", "Eve"))]},
            [NAME, encoded("t", "name", "Eve")],
            "duplicate_claim",
        ),
        ({"_sd": [digest(ELEMENT)]}, [ELEMENT], "malformed_disclosure"),
        ({"a": [{"...": digest(NAME)}]}, [NAME], "malformed_disclosure"),
        ({"_sd": "digest"}, [], "malformed_digests"),
        ({"_sd": {}}, [], "malformed_digests"),
        ({"_sd": [1]}, [], "malformed_digests"),
        ({"a": [{"_sd": [None]}]}, [], "malformed_digests"),
        ({"a": [{"...": 1}]}, [], "malformed_digests"),
        ({"a": [{"...": "x", "b": 1}]}, [], "malformed_digests"),
        ({"...": "x"}, [], "reserved_claim"),
        ({"a": {"...": "x"}}, [], "reserved_claim"),
        ({"a": {"_sd_alg": "sha-256"}}, [], "reserved_claim"),
        *(
            ({"_sd": [digest(encoded("s", name, []))]}, [encoded("s", name, [])], "reserved_claim")
            for name in disclosures.RESERVED
        ),
        ({"_sd_alg": "md5"}, [], "unsupported_sd_alg"),
        ({"_sd_alg": None}, [], "unsupported_sd_alg"),
        ({"_sd_alg": ["sha-256"]}, [], "unsupported_sd_alg"),
        ({"_sd_alg": "SHA-256"}, [], "unsupported_sd_alg"),
    ],
)
def test_what_is_ambiguous_is_refused(payload, texts, code):
    assert refusal(payload, *texts) == code


def test_digests_of_another_algorithm_do_not_count():
    assert refusal({"_sd": [digest(NAME, "sha-512")]}, NAME) == "unreferenced_disclosure"
    assert reveal({"_sd": [digest(NAME, "sha-512")], "_sd_alg": "sha-512"}, [NAME]).claims == {"name": "Ada"}


def test_counts_and_depth_are_bounded():
    many = [encoded(str(number), "a", 1) for number in range(disclosures.MAX_DISCLOSURES + 1)]
    assert refusal({}, *many) == "sd_jwt_budget"
    assert refusal({"_sd": [str(number) for number in range(disclosures.MAX_DIGESTS + 1)]}) == "sd_jwt_budget"
    chain = [encoded("s", "a", 1)]
    for _ in range(disclosures.MAX_DEPTH):
        chain.append(encoded("s", "a", {"_sd": [digest(chain[-1])]}))
    assert refusal({"_sd": [digest(chain[-1])]}, *chain) == "sd_jwt_budget"
    with pytest.raises(Unsound) as caught:
        taken({"a": [1] * len(many)}, *(f"/a/{position}" for position in range(len(many))))
    assert (caught.value.finding.code, caught.value.finding.outcome) == ("sd_jwt_budget", Outcome.UNKNOWN)


NAMES = st.text(max_size=5).filter(lambda name: name not in disclosures.RESERVED)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


def places(value, pointer=""):
    """Every pointer into the value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, member in items:
        yield child(pointer, name)
        yield from places(member, child(pointer, name))


def without(value, hidden, pointer=""):
    """The value without what stands at the hidden pointers."""
    if isinstance(value, dict):
        return {
            name: without(member, hidden, child(pointer, name))
            for name, member in value.items()
            if child(pointer, name) not in hidden
        }
    if isinstance(value, list):
        return [
            without(member, hidden, child(pointer, position))
            for position, member in enumerate(value)
            if child(pointer, position) not in hidden
        ]
    return value


def any_subset_can_be_shown(claims, data):
    pointers = sorted(places(claims))
    concealed = taken(claims, *(pointer for pointer in pointers if data.draw(st.booleans())), decoys=1)
    whole = shown(concealed)
    assert whole.claims == claims
    hidden = {pointer for pointer in whole.places if data.draw(st.booleans())}
    hidden |= {pointer for pointer in whole.places if any(pointer.startswith(f"{place}/") for place in hidden)}
    keep = [text for pointer, text in whole.places.items() if pointer not in hidden]
    assert shown(concealed, keep).claims == without(claims, hidden)


@examples(60)
@given(claims=st.dictionaries(NAMES, VALUES, max_size=4), data=st.data())
def test_any_subset_can_be_shown(claims, data):
    any_subset_can_be_shown(claims, data)


@pytest.mark.long
@examples(1_000)
@given(claims=st.dictionaries(NAMES, VALUES, max_size=6), data=st.data())
def test_any_subset_can_be_shown_long(claims, data):
    any_subset_can_be_shown(claims, data)


@examples(200)
@given(payload=st.dictionaries(st.text(max_size=4) | st.sampled_from(disclosures.RESERVED), VALUES, max_size=4))
def test_no_payload_breaks_reveal(payload):
    payload = {**payload, "_sd_alg": "sha-256"}
    try:
        revealed = reveal(payload, [])
    except Unsound:
        return
    assert not any(pointer.endswith(("/_sd", "/...")) for pointer in places(revealed.claims))
