"""VC-API exchanges: the Learner Credential Wallet's way to take a badge."""

import json
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.issuer.credential.issue import revoke
from app.store import audit
from app.vc import did, multiformats, pinned_contexts
from app.vc.cryptosuite import SUITES
from app.vc.keys import PrivateKey
from app.wallet import exchanges, offers
from tests.verifier.badges import signed
from tests.wallet.oid4vci import awarded, offer

V2, V1 = "https://www.w3.org/ns/credentials/v2", "https://www.w3.org/2018/credentials/v1"
ED25519_2020 = "https://w3id.org/security/suites/ed25519-2020/v1"
KEY = PrivateKey("Ed25519", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
OTHER_KEY = PrivateKey("Ed25519", Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33))))
HOST = "127.0.0.1:8000"
SUITE_NAMES = pytest.mark.parametrize("suite", ["Ed25519Signature2020", "eddsa-rdfc-2022"])


def did_auth(challenge, domain=HOST, *, suite="Ed25519Signature2020", key=KEY, context=V2, purpose="authentication"):
    """A presentation that shows a DID and nothing else, as the wallet signs it."""
    holder = did.did_key(key.public)
    asked = {"proofPurpose": purpose, "challenge": challenge} | ({"domain": domain} if domain else {})
    method = f"{holder}#{holder.removeprefix('did:key:')}"
    document = {"@context": [context, ED25519_2020], "type": ["VerifiablePresentation"], "holder": holder}
    if suite != "Ed25519Signature2020":
        return signed(document | {"@context": [V2]}, key, method, **asked)
    proof = {"type": suite, "created": "2026-09-01T12:00:00Z", "verificationMethod": method} | asked
    made = SUITES[suite]
    configuration = proof | {"@context": document["@context"]}
    contexts = pinned_contexts.verifying()
    hashes = made.digest(configuration, "Ed25519", contexts) + made.digest(document, "Ed25519", contexts)
    value = "z" + multiformats.base58btc_encode(key.sign(hashes))
    return document | {"proof": proof | {"proofValue": value}}


@pytest.fixture
def made(loaded):
    return offer(loaded, awarded(loaded))


@pytest.fixture
def code(loaded, made):
    return offers.code_for(loaded.services, offers.look(loaded.services, made.token))


def begin(world, code):
    answer = world.client.post(f"/exchanges/{code}", json={})
    assert answer.status_code == 200, answer.text
    return answer.json()["verifiablePresentationRequest"]


def finish(world, code, presentation, path=""):
    body = presentation if path else {"verifiablePresentation": presentation}
    return world.client.post(f"/exchanges/{code}{path}", json=body)


@SUITE_NAMES
def test_the_wallet_shows_its_did_and_gets_a_credential_of_it(loaded, made, code, suite):
    request = begin(loaded, code)
    assert request["query"][0]["type"] == "DIDAuthentication"
    assert {"cryptosuite": suite} in request["query"][0]["acceptedCryptosuites"]
    assert request["domain"] == HOST
    assert request["interact"]["service"][0]["serviceEndpoint"].endswith(f"/exchanges/{code}")
    answer = finish(loaded, code, did_auth(request["challenge"], suite=suite))
    assert answer.status_code == 200, answer.text
    assert answer.headers["access-control-allow-origin"] == "*"
    presentation = answer.json()["verifiablePresentation"]
    assert presentation["type"] == ["VerifiablePresentation"]
    credential = presentation["verifiableCredential"][0]
    assert credential["credentialSubject"]["id"] == did.did_key(KEY.public)
    report = loaded.client.post("/verify", json=credential).json()
    assert report["outcome"] == "valid", report["summary"]
    assert offers.look(loaded.services, made.token).is_claimed
    revoke(loaded.services, loaded.principal, credential["id"].rsplit("/", 1)[-1].removeprefix("urn:uuid:"), "a test")
    assert loaded.client.post("/verify", json=credential).json()["outcome"] == "invalid"


def test_a_wallet_of_the_older_data_model_is_understood(loaded, code):
    presentation = did_auth(begin(loaded, code)["challenge"], context=V1)
    assert finish(loaded, code, presentation).status_code == 200


def test_the_older_request_takes_the_bare_credential(loaded, made, code):
    link = exchanges.legacy_link(loaded.services, offers.look(loaded.services, made.token), code)
    asked = {name: value[0] for name, value in parse_qs(urlsplit(link).query).items()}
    assert (urlsplit(link).scheme, asked["auth_type"]) == ("dccrequest", "bearer")
    assert asked["vc_request_url"].endswith(f"/exchanges/{code}/dcc")
    answer = finish(loaded, code, did_auth(asked["challenge"], None), "/dcc")
    assert answer.status_code == 200, answer.text
    assert answer.json()["credentialSubject"]["id"] == did.did_key(KEY.public)


def test_links_lead_wallets_to_the_exchange(loaded, made, code):
    told = loaded.client.get(f"/interactions/{code}", params={"iuv": "1"}).json()["protocols"]
    assert told["vcapi"].endswith(f"/exchanges/{code}")
    assert told["OID4VCI"].startswith("openid-credential-offer://")
    way = exchanges.way(loaded.services, offers.look(loaded.services, made.token), code)
    request = json.loads(parse_qs(urlsplit(way["other"]).query)["request"][0])
    assert way["other"].startswith("https://lcw.app/request?request=")
    assert way["uri"].startswith("dccrequest://request?"), "every version of that wallet takes it"
    assert request == {"protocols": {"vcapi": told["vcapi"]}}
    assert way["qr"].startswith("<svg")


def test_an_exchange_is_good_once(loaded, code):
    request = begin(loaded, code)
    presentation = did_auth(request["challenge"])
    assert finish(loaded, code, presentation).status_code == 200
    assert finish(loaded, code, presentation).status_code == 404
    assert loaded.client.post(f"/exchanges/{code}", json={}).status_code == 404


def test_of_two_wallets_at_the_same_instant_one_wins(loaded, code):
    challenges = [begin(loaded, code)["challenge"] for _ in range(6)]
    shown = [did_auth(one, key=key) for one, key in zip(challenges, [KEY, OTHER_KEY] * 3, strict=True)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda one: finish(loaded, code, one).status_code, shown))
    assert answers.count(200) == 1
    assert set(answers) <= {200, 404, 409}


WRONG = {
    "for another domain": lambda c: did_auth(c, "evil.example"),
    "for no domain": lambda c: did_auth(c, None),
    "with another challenge": lambda _: did_auth("another"),
    "by another key": lambda c: did_auth(c) | {"holder": did.did_key(OTHER_KEY.public)},
    "for assertions": lambda c: did_auth(c, purpose="assertionMethod"),
    "without a proof": lambda c: {name: value for name, value in did_auth(c).items() if name != "proof"},
    "with two proofs": lambda c: did_auth(c) | {"proof": [did_auth(c)["proof"]] * 2},
    "changed": lambda c: did_auth(c) | {"id": "urn:uuid:5d5b4d3e-3a3c-4a0e-8b0a-2f3f6f0a1c11"},
    "without a holder": lambda c: {name: value for name, value in did_auth(c).items() if name != "holder"},
    "of a did:web": lambda c: did_auth(c) | {"holder": "did:web:evil.example"},
    "with a credential": lambda c: did_auth(c) | {"verifiableCredential": [{"type": "VerifiableCredential"}]},
    "no object": lambda _: "a text",
    "no presentation": lambda _: {},
}


@pytest.mark.parametrize("name", WRONG)
def test_what_does_not_prove_the_holder_is_refused_and_the_offer_stands(loaded, made, code, name):
    answer = finish(loaded, code, WRONG[name](begin(loaded, code)["challenge"]))
    assert answer.status_code == 400, answer.text
    assert answer.json()["detail"]
    assert not offers.look(loaded.services, made.token).is_claimed
    with loaded.services.database.reading(loaded.principal.tenant_id) as session:
        actions = [entry.action for entry in audit.entries(session, limit=1000)]
    assert "wallet refused" in actions
    assert finish(loaded, code, did_auth(begin(loaded, code)["challenge"])).status_code == 200


def test_a_challenge_of_another_exchange_is_refused(loaded, code):
    second = offer(loaded, awarded(loaded, learner="p-carmen", achievement="MC-01"))
    other = offers.code_for(loaded.services, offers.look(loaded.services, second.token))
    answer = finish(loaded, code, did_auth(begin(loaded, other)["challenge"]))
    assert (answer.status_code, "challenge" in answer.json()["detail"]) == (400, True)


def test_an_exchange_ends_with_its_code_and_its_offer(loaded, made, code):
    request = begin(loaded, code)
    with loaded.services.database.writing(loaded.principal.tenant_id) as session:
        offers.withdraw(loaded.services, session, made.offer.id, actor="a test")
    assert finish(loaded, code, did_auth(request["challenge"])).status_code == 404
    assert loaded.client.get("/interactions/unknown").status_code == 404


def test_what_a_transaction_code_guards_is_not_given_without_it(loaded):
    made = offer(loaded, awarded(loaded), with_tx_code=True)
    found = offers.look(loaded.services, made.token)
    code = offers.code_for(loaded.services, found)
    assert loaded.client.post(f"/exchanges/{code}", json={}).status_code == 404
    with pytest.raises(exchanges.Conflict, match="cannot ask"):
        exchanges.way(loaded.services, found, code)
