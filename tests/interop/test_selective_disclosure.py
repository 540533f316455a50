"""Digital Bazaar's ecdsa-sd-2023 and ours in each other's roles: issuer, holder, verifier; each with a broken twin."""

import copy
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from app.vc import did, ecdsa_sd, keys, proof
from tests.interop.judges import run_node
from tests.vc import badge_examples
from tests.vc.test_ecdsa_sd import BADGE

pytestmark = [pytest.mark.interop, pytest.mark.usefixtures("node_modules")]

NOW = datetime(2026, 11, 20, tzinfo=UTC)
KEY, PROOF_KEY = (keys.PrivateKey("P-256", ec.derive_private_key(number, ec.SECP256R1())) for number in (77, 78))
MANDATORY = ["/issuer", "/validFrom", "/validUntil", "/credentialSubject/achievement/name"]
SUBJECT, ACHIEVEMENT = "/credentialSubject", "/credentialSubject/achievement"
CHOICES = [
    ["/name"],
    [f"{ACHIEVEMENT}/criteria", f"{ACHIEVEMENT}/description"],
    [SUBJECT],
    [ACHIEVEMENT, "/evidence"],
    [f"{ACHIEVEMENT}/alignment/1/targetName", f"{ACHIEVEMENT}/tag/0"],
    [f"{ACHIEVEMENT}/alignment/0", f"{ACHIEVEMENT}/alignment/2"],
    [""],
]


def example(**more: Any) -> dict[str, Any]:
    """Our badge, without status, which would have to be fetched."""
    badge = badge_examples.badge() | more
    return {name: value for name, value in badge.items() if name != "credentialStatus"}


def issued_by_us(document: dict[str, Any]) -> dict[str, Any]:
    issuer = did.did_key(KEY.public)
    named = copy.deepcopy(document)
    named["issuer"]["id"] = issuer
    method = f"{issuer}#{KEY.public.multikey()}"
    options = proof.proof_options("ecdsa-sd-2023", method, "2026-09-01T00:00:00Z")
    return ecdsa_sd.add_base_proof(
        named, KEY, options, mandatory_pointers=MANDATORY, hmac_key=bytes(range(32)), proof_key=PROOF_KEY
    )


def derived_by_us(base: dict[str, Any], pointers: list[str]) -> dict[str, Any]:
    base_proof = base["proof"] if isinstance(base["proof"], dict) else base["proof"][0]
    return ecdsa_sd.derive(base, base_proof, pointers)


def derived_by_them(base: dict[str, Any], pointers: list[str]) -> dict[str, Any]:
    return run_node("selective.mjs", {"role": "holder", "credential": base, "selectivePointers": pointers})[
        "credential"
    ]


def they_say(credential: dict[str, Any]) -> tuple[bool, str]:
    answer = run_node("selective.mjs", {"role": "verifier", "credential": credential})
    return answer["verified"], answer["error"] or ""


def we_find(credential: dict[str, Any]) -> list[str]:
    (one,) = credential["proof"] if isinstance(credential["proof"], list) else [credential["proof"]]
    key = keys.from_multikey(one["verificationMethod"].partition("#")[2])
    return [finding.code for finding in proof.verify_proof(credential, one, key, now=NOW)]


def twins(shown: dict[str, Any]) -> list[dict[str, Any]]:
    """The same with a changed mandatory value, without one, and with a changed selected value."""
    changed = copy.deepcopy(shown)
    changed["credentialSubject"]["achievement"]["name"] += "!"
    return [
        changed,
        {name: value for name, value in shown.items() if name != "validUntil"},
        {**shown, "name": "Another"},
    ]


@pytest.fixture(scope="module")
def issued_by_them(node_modules: None) -> dict[str, Any]:
    request = {"role": "issuer", "unsigned": example(), "mandatoryPointers": MANDATORY}
    return run_node("selective.mjs", request)["credential"]


@pytest.mark.parametrize("pointers", CHOICES, ids=str)
def test_what_we_issue_and_derive_is_accepted(pointers: list[str]):
    shown = derived_by_us(issued_by_us(example()), pointers)
    assert they_say(shown) == (True, "")
    assert we_find(shown) == []


def test_broken_twins_of_ours_are_refused():
    base = issued_by_us(example())
    for twin in twins(derived_by_us(base, ["/name"])):
        verified, reason = they_say(twin)
        assert not verified, reason
        assert we_find(twin) == ["bad_signature"]
    assert they_say(base)[0] is False
    assert we_find(base) == ["base_proof"]


def test_ordered_lists_and_embedded_endorsements_are_accepted():
    # Their own holder (ecdsa-sd-2023-cryptosuite 3.4.1) cannot derive from documents with ordered lists.
    base = issued_by_us({**BADGE, "validUntil": "2036-01-01T00:00:00Z"})
    for pointers in ([f"{ACHIEVEMENT}/resultDescription/1"], ["/endorsement"], ["/endorsement/0/name"], [""]):
        assert they_say(derived_by_us(base, pointers)) == (True, "")


@pytest.mark.parametrize("pointers", CHOICES[:-1], ids=str)
def test_their_holder_derives_from_ours_the_same(pointers: list[str]):
    base = issued_by_us(example())
    theirs, ours = derived_by_them(base, pointers), derived_by_us(base, pointers)
    assert {**theirs, "proof": [theirs["proof"]]} == ours


@pytest.mark.parametrize("pointers", CHOICES, ids=str)
def test_we_derive_from_what_they_issue(issued_by_them: dict[str, Any], pointers: list[str]):
    shown = derived_by_us(issued_by_them, pointers)
    assert they_say(shown) == (True, "")
    assert we_find(shown) == []


def test_what_they_issue_and_derive_is_accepted_and_its_twins_are_not(issued_by_them: dict[str, Any]):
    shown = derived_by_them(issued_by_them, ["/name"])
    assert (they_say(shown), we_find(shown)) == ((True, ""), [])
    for twin in twins(shown):
        assert not they_say(twin)[0]
        assert we_find(twin) == ["bad_signature"]
