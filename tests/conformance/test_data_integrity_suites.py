"""What the W3C's vc-di-eddsa and vc-di-ecdsa suites taught, at every Data Integrity profile, with data of our own."""

import copy
import json
from collections.abc import Iterator

import pytest

from app.conformance.profiles import WAYS
from app.vc import cbor, did, ecdsa_sd_values, keys, proof
from app.vc.cryptosuite import SUITES
from app.vc.multiformats import multibase_decode, multibase_encode
from tests.service import World, build
from tests.vc.test_keys import PRIVATE_KEYS

V1, V2 = "https://www.w3.org/2018/credentials/v1", "https://www.w3.org/ns/credentials/v2"
DATA_INTEGRITY_V2 = "https://w3id.org/security/data-integrity/v2"
EXAMPLES_V2 = "https://www.w3.org/ns/credentials/examples/v2"
PROFILES = [name for name, (_, suite) in WAYS.items() if suite in SUITES]
SELECTIVE = [name for name in PROFILES if WAYS[name][1] == "ecdsa-sd-2023"]
WHOLE = [name for name in PROFILES if name not in SELECTIVE]
SIGNATURE_SIZES = {"Ed25519": 64, "P-256": 64, "P-384": 96}
UNKNOWN = "urn:uuid:8a5d6f0e-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def world(sqlite_house) -> Iterator[World]:
    made = build(sqlite_house.fresh("empty", lambda _: None), conformance=True)
    yield made
    made.services.database.close()


def post(world, profile, operation, body):
    return world.client.post(f"/conformance/{profile}/credentials/{operation}", json=body)


def course_record(world, profile, context=V2):
    issuer = world.client.get("/conformance").json()["profiles"][profile]["issuer"]
    record = {
        "@context": [context],
        "id": "urn:uuid:5c1f7d1a-6a0f-4a5c-9d4e-2f6a51a0c0de",
        "type": ["VerifiableCredential"],
        "issuer": issuer,
        "credentialSubject": {"id": "did:example:noor"},
    }
    if context == V1:
        return record | {"issuanceDate": "2026-02-03T04:05:06Z"}
    record["credentialSubject"]["name"] = "Noor of the evening course"
    return record


def issued(world, profile, context=V2, **options):
    answer = post(world, profile, "issue", {"credential": course_record(world, profile, context), "options": options})
    assert answer.status_code == 201, answer.text
    return answer.json()


def verify(world, credential, profile="eddsa-rdfc-2022", **options):
    return post(world, profile, "verify", {"verifiableCredential": credential, "options": options})


def is_verified(world, credential, **options):
    answer = verify(world, credential, **options)
    assert answer.status_code in (200, 400), answer.text
    assert answer.json()["verified"] is (answer.status_code == 200)
    return answer.status_code == 200


def derived(world, profile, credential, *pointers):
    body = {"verifiableCredential": credential, "options": {"selectivePointers": list(pointers)}}
    return post(world, profile, "derive", body)


def of_a_stranger(key_type="P-256", suite="ecdsa-rdfc-2019", document=None, key=None, **more):
    """A credential that somebody else signed; `more`: members of the proof, None takes one away."""
    key = key or PRIVATE_KEYS[key_type]
    name = did.did_key(key.public)
    options = proof.proof_options(suite, f"{name}#{key.public.multikey()}", "2026-02-03T04:05:06Z")
    options = {member: value for member, value in (options | more).items() if value is not None}
    base = {"@context": [V2], "type": ["VerifiableCredential"], "issuer": name, "credentialSubject": {"name": "Noor"}}
    return proof.add_proof(document or base, key, options)


@pytest.mark.parametrize("context", [V1, V2])
@pytest.mark.parametrize("profile", PROFILES)
def test_issuers_make_the_proof_of_their_profile(world, profile, context):
    key_type, suite = WAYS[profile]
    made = issued(world, profile, context)
    made_proof = made["proof"]
    assert made_proof["type"] == "DataIntegrityProof"
    assert made_proof["cryptosuite"] == suite
    assert made_proof["proofPurpose"] == "assertionMethod"
    public = keys.from_multikey(made_proof["verificationMethod"].rpartition("#")[2])
    assert made_proof["verificationMethod"] == f"{did.did_key(public)}#{public.multikey()}"
    assert public.key_type == key_type
    assert not {V2, DATA_INTEGRITY_V2}.isdisjoint(made["@context"])  # where the terms of proofs are defined
    value = multibase_decode(made_proof["proofValue"], SUITES[suite].base)
    if profile in SELECTIVE:
        assert value.startswith(ecdsa_sd_values.BASE_HEADER)
    else:
        assert len(value) == SIGNATURE_SIZES[key_type]
    if SUITES[suite].keeps_context:
        assert made_proof["@context"] == made["@context"]


@pytest.mark.parametrize("profile", PROFILES)
def test_issuers_sign_nothing_that_would_be_lost(world, profile):
    """The jcs suites sign the JSON and lose nothing; but what no context defines means nothing to a reader of it."""
    for context in (V1, V2):
        record = course_record(world, profile, context)
        subject = record["credentialSubject"]
        for wrong in (
            record | {"type": ["VerifiableCredential", "EveningCourse"]},
            record | {"credentialSubject": subject | {"favouriteTea": "mint"}},
            {name: value for name, value in record.items() if name != "credentialSubject"},
        ):
            assert post(world, profile, "issue", {"credential": wrong}).status_code == 400


@pytest.mark.parametrize("profile", WHOLE)
def test_every_profile_verifies_the_proofs_of_all_others(world, profile):
    made = [issued(world, other) for other in WHOLE]
    assert {verify(world, one, profile).status_code for one in made} == {200}


@pytest.mark.parametrize(
    "change",
    [
        None,
        {},
        {"type": None},
        {"type": ""},
        {"type": "TeaProof"},
        {"cryptosuite": None},
        {"cryptosuite": ""},
        {"cryptosuite": "tea-2026"},
        {"cryptosuite": "eddsa-jcs-2022"},
        {"verificationMethod": None},
        {"verificationMethod": "did:key:tea"},
        {"verificationMethod": "did:key:@tea@"},
        {"proofPurpose": None},
        {"proofPurpose": "brewing"},
        {"created": "yesterday"},
        {"expires": "tomorrow"},
        {"proofValue": None},
    ],
    ids=str,
)
def test_verifiers_refuse_what_is_no_proof(world, change):
    for made in (issued(world, "eddsa-rdfc-2022"), issued(world, "eddsa-rdfc-2022", V1)):
        assert is_verified(world, made)
        changed = {name: value for name, value in (made["proof"] | (change or {})).items() if value is not None}
        assert not is_verified(world, made | {"proof": change and changed})


@pytest.mark.parametrize("profile", WHOLE)
def test_verifiers_refuse_values_of_another_encoding_or_length(world, profile):
    made = issued(world, profile)
    value = made["proof"]["proofValue"]
    raw = multibase_decode(value)
    for wrong in (value[1:], f"u{value[1:]}", value[:-1], multibase_encode("z", raw + bytes(32)), "z", ""):
        assert not is_verified(world, made | {"proof": made["proof"] | {"proofValue": wrong}})


@pytest.mark.parametrize("profile", WHOLE)
def test_verifiers_refuse_what_was_added_after_signing(world, profile):
    made = issued(world, profile)
    assert not is_verified(world, made | {"type": [*made["type"], "EveningCourse"]})
    subject = made["credentialSubject"]
    assert not is_verified(world, made | {"credentialSubject": subject | {"favouriteTea": "mint"}})
    assert not is_verified(world, made | {"@context": [*made["@context"], {"@base": "https://tea.example/"}]})


def test_a_text_that_holds_json_is_no_credential(world):
    for text in (json.dumps(issued(world, "eddsa-rdfc-2022")), "null", "[]", "", "tea"):
        assert verify(world, text).status_code == 400


def test_json_signed_as_such_does_not_pass_for_rdf(world):
    signed = of_a_stranger(suite="ecdsa-jcs-2019")
    assert is_verified(world, signed)
    relabelled = {**signed["proof"][0], "cryptosuite": "ecdsa-rdfc-2019"}
    assert not is_verified(world, signed | {"proof": relabelled})


def test_times_of_a_proof(world):
    for times in (
        {"created": None},
        {"created": "2025-02-03T04:05:06"},  # without an offset it is UTC
        {"created": "2025-02-03T04:05:06.789+05:30"},
        {"expires": "2099-02-03T04:05:06"},
        {"expires": "2099-02-03T04:05:06Z"},
    ):
        assert is_verified(world, of_a_stranger(**times)), times
    for times in ({"expires": "2020-02-03T04:05:06"}, {"created": "2025-02-03"}, {"created": 7}):
        assert not is_verified(world, of_a_stranger(suite="ecdsa-jcs-2019", **times)), times


def test_what_a_verifier_asks_of_a_proof(world):
    signed = of_a_stranger(proofPurpose="authentication", domain="tea.example", challenge="seven cups")
    asked = {"expectedProofPurpose": "authentication", "domain": "tea.example", "challenge": "seven cups"}
    assert is_verified(world, signed, **asked)
    assert not is_verified(world, signed)  # a credential is asserted
    for other in ({"domain": "coffee.example"}, {"challenge": "eight cups"}, {"expectedProofPurpose": "tasting"}):
        assert not is_verified(world, signed, **(asked | other))
    plain = issued(world, "eddsa-rdfc-2022")
    for other in ({"expectedProofPurpose": "authentication"}, {"domain": "tea.example"}, {"challenge": "seven cups"}):
        assert not is_verified(world, plain, **other)


@pytest.mark.parametrize("suite", ["ecdsa-rdfc-2019", "ecdsa-jcs-2019"])
def test_every_proof_of_a_set_must_hold(world, suite):
    """Where one would do for a badge, Data Integrity section 4.5 verifies a set only when all its proofs do."""
    both = of_a_stranger("P-384", suite, of_a_stranger("P-256", suite))
    assert is_verified(world, both)
    for position in range(2):
        changed = copy.deepcopy(both)
        changed["proof"][position]["created"] = "2026-02-03T04:05:07Z"
        assert not is_verified(world, changed)
    assert not is_verified(world, both | {"proof": []})


def test_a_proof_builds_on_others_that_are_there_and_hold(world):
    wrapped = {"@context": {"EveningCourse": "https://tea.example/EveningCourse"}}  # as the published vectors have it
    document = {
        "@context": [V1, DATA_INTEGRITY_V2, wrapped],
        "type": ["VerifiableCredential", "EveningCourse"],
        "issuer": "https://tea.example/",
        "issuanceDate": "2026-02-03T04:05:06Z",
        "credentialSubject": {"id": "did:example:noor"},
    }
    first = of_a_stranger(document=document, id="urn:uuid:f1f1f1f1-0000-4000-8000-000000000001")
    previous = first["proof"][0]["id"]
    for named, other in ((previous, UNKNOWN), ([previous], [UNKNOWN]), ([previous], [previous, UNKNOWN])):
        chain = of_a_stranger("P-384", document=first, previousProof=named)
        assert is_verified(world, chain)
        missing = copy.deepcopy(chain)
        missing["proof"][1]["previousProof"] = other
        assert not is_verified(world, missing)
        for position, member, value in ((0, "proofValue", "tea"), (0, "id", UNKNOWN), (1, "id", UNKNOWN)):
            changed = copy.deepcopy(chain)
            changed["proof"][position][member] = value
            assert not is_verified(world, changed)


def test_the_context_of_the_w3c_examples_is_known(world):
    document = {
        "@context": [V2, EXAMPLES_V2],
        "type": ["VerifiableCredential", "EveningCourse"],
        "issuer": "https://tea.example/",
        "credentialSubject": {"teaOf": "Noor"},
    }
    for key_type in ("P-256", "P-384"):
        for suite in ("ecdsa-rdfc-2019", "ecdsa-jcs-2019"):
            assert is_verified(world, of_a_stranger(key_type, suite, document))


@pytest.mark.parametrize("profile", SELECTIVE)
def test_a_holder_shows_a_part(world, profile):
    base = issued(world, profile, mandatoryPointers=["/issuer"])
    assert not is_verified(world, base)  # a base proof is for the holder only
    answer = derived(world, profile, base, "/credentialSubject/name")
    assert answer.status_code == 201
    shown = answer.json()
    assert shown["credentialSubject"]["name"] == "Noor of the evening course"
    assert shown["issuer"] == base["issuer"]
    assert {verify(world, shown, other).status_code for other in SELECTIVE} == {200}
    assert not is_verified(world, shown | {"credentialSubject": {"id": "did:example:omar"}})
    value = multibase_decode(shown["proof"]["proofValue"], "u")
    assert value.startswith(ecdsa_sd_values.DERIVED_HEADER)
    assert len(cbor.decode(value[3:])) == 5  # which reads no tags


@pytest.mark.parametrize("profile", SELECTIVE)
def test_what_a_base_proof_holds(world, profile):
    value = multibase_decode(issued(world, profile)["proof"]["proofValue"], "u")
    base_signature, public_key, hmac_key, signatures, pointers = cbor.decode(value[3:])
    assert len(base_signature) == SIGNATURE_SIZES[WAYS[profile][0]]
    assert (len(public_key), len(hmac_key), pointers) == (35, 32, [])
    assert {len(signature) for signature in signatures} == {64}


@pytest.mark.parametrize("profile", SELECTIVE)
def test_pointers_lead_somewhere(world, profile):
    record = course_record(world, profile)
    for pointer in ("/credentialSubject/favouriteTea", "/non/existent", "credentialSubject"):
        body = {"credential": record, "options": {"mandatoryPointers": [pointer]}}
        assert post(world, profile, "issue", body).status_code == 400
        assert derived(world, profile, issued(world, profile), pointer).status_code == 400


@pytest.mark.parametrize("profile", SELECTIVE)
def test_what_is_no_base_proof_derives_nothing(world, profile):
    base = issued(world, profile, mandatoryPointers=["/issuer"])
    shown = derived(world, profile, base, "/credentialSubject/name").json()
    value = base["proof"]["proofValue"]
    for wrong in (value[1:], value[:1] + value[4:], f"z{value[1:]}", "u", "", shown["proof"]["proofValue"]):
        changed = base | {"proof": base["proof"] | {"proofValue": wrong}}
        answer = derived(world, profile, changed, "/credentialSubject/name")
        assert answer.status_code == 400
        assert "proof" not in answer.json()


@pytest.mark.parametrize("profile", SELECTIVE)
def test_derived_values_of_another_form(world, profile):
    base = issued(world, profile, mandatoryPointers=["/issuer"])
    shown = derived(world, profile, base, "/credentialSubject/name").json()
    value = shown["proof"]["proofValue"]
    items = cbor.decode(multibase_decode(value, "u")[3:])

    def with_items(position, item):
        changed = [*items[:position], item, *items[position + 1 :]]
        return multibase_encode("u", ecdsa_sd_values.DERIVED_HEADER + cbor.encode(changed))

    for wrong in (
        "a",
        value[1:],
        value[:1] + value[4:],
        with_items(0, bytes(64)),
        with_items(2, items[2][1:]),  # a signature less than statements
        with_items(3, {**items[3], "push": "tea"}),
        with_items(4, ["0", *items[4][1:]]),
        with_items(4, items[4][1:]),
    ):
        assert not is_verified(world, shown | {"proof": shown["proof"] | {"proofValue": wrong}})
