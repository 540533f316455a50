"""What wallets, and those who pretend to be one, do wrong: each its specified error, and the audit log tells of it.

OpenID4VCI 1.0 sections 6.3, 8.3.1.2 and 11.3; RFC 6750 section 3.1.
"""

import json
import threading

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import select

from app.issuer.credential import forms
from app.issuer.credential.bound import bound_rendition
from app.issuer.credential.issue import revoke
from app.store import audit
from app.store.session import Table
from app.vc import did, jose
from app.vc.keys import PrivateKey, private_p256
from app.wallet import offers
from app.wallet.offers import MOST_WRONG_TX_CODES
from app.wallet.oid4vci.metadata import BATCH_SIZE
from tests import service
from tests.wallet.oid4vci import KEY, OTHER_KEY, awarded, load, offer, shown

RSA = PrivateKey("RSA", rsa.generate_private_key(65537, 2048))


@pytest.fixture
def loaded(backend):
    with service.lent(backend, "awarded", load) as made:
        yield made


@pytest.fixture
def award(loaded):
    return loaded.filled


@pytest.fixture
def made(loaded, award):
    return offer(loaded, award)


@pytest.fixture
def wallet(loaded, made):
    return shown(loaded, made)


@pytest.fixture
def guarded(loaded, award):
    """A wallet whose offer has a transaction code."""
    return shown(loaded, offer(loaded, award, with_tx_code=True))


def error_of(answer, status=400):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    assert set(body) == {"error", "error_description"}
    assert body["error_description"].isascii()
    return body["error"]


def audited(world, award):
    with world.services.database.reading(world.principal.tenant_id) as session:
        return [(entry.action, json.loads(entry.detail)) for entry in audit.entries(session, subject=award.id)]


def at_once(count, work):
    """What `count` threads got that began together."""
    barrier, got = threading.Barrier(count), []

    def begin():
        barrier.wait()
        got.append(work())

    threads = [threading.Thread(target=begin) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


# The token endpoint


def test_a_code_is_used_once(loaded, wallet):
    assert wallet.token().status_code == 200
    assert error_of(wallet.token()) == "invalid_grant"
    with loaded.services.database.reading(loaded.principal.tenant_id) as session:
        assert "wallet code used again" in [entry.action for entry in audit.entries(session, limit=1000)]


def test_of_two_at_the_same_instant_exactly_one_wins(wallet):
    answers = at_once(6, wallet.token)
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 5
    assert {error_of(answer) for answer in answers if answer.status_code == 400} == {"invalid_grant"}


def test_the_token_of_the_winner_is_good(wallet):
    at_once(3, wallet.token)
    assert wallet.ask(wallet.proof()).status_code == 200


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"grant_type": "authorization_code"}, "unsupported_grant_type"),
        ({"grant_type": None}, "invalid_request"),
        ({"pre-authorized_code": None}, "invalid_request"),
        ({"pre-authorized_code": ""}, "invalid_request"),
        ({"pre-authorized_code": "guessed"}, "invalid_grant"),
        ({"tx_code": "123456"}, "invalid_request"),
        ({"authorization_details": "{"}, "invalid_authorization_details"),
        ({"authorization_details": "[]"}, "invalid_authorization_details"),
        ({"authorization_details": '[{"type":"openid_credential"}]'}, "invalid_authorization_details"),
        (
            {"authorization_details": '[{"type":"openid_credential","credential_configuration_id":"x.y.ldp_vc"}]'},
            "invalid_authorization_details",
        ),
    ],
)
def test_token_requests_that_are_wrong(wallet, changed, error):
    assert error_of(wallet.token(**changed)) == error
    assert wallet.token().status_code == 200, "a wrong request must not use the code up"


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"\xff\xfe", b"a=1&a=2", b"grant_type", b"&".join(b"a%d=1" % n for n in range(60))]
)
def test_bodies_that_are_no_token_request(loaded, body):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert error_of(loaded.client.post("/oid4vci/token", content=body, headers=headers)) == "invalid_request"


def test_an_expired_offer(loaded, wallet):
    loaded.clock.move(days=400)
    assert error_of(wallet.token()) == "invalid_grant"


def test_a_code_that_was_shown_too_long_ago(loaded, wallet):
    loaded.clock.move(minutes=16)
    assert error_of(wallet.token()) == "invalid_grant"


def test_a_withdrawn_offer(loaded, made, wallet):
    with loaded.services.database.writing(loaded.principal.tenant_id) as session:
        offers.withdraw(loaded.services, session, made.offer.id, actor="the provider")
    assert error_of(wallet.token()) == "invalid_grant"


def test_a_revoked_award(loaded, award, wallet):
    revoke(loaded.services, loaded.principal, award.id, "a mistake")
    assert error_of(wallet.token()) == "invalid_grant"


def test_without_the_transaction_code(guarded):
    assert error_of(guarded.token(tx_code=None)) == "invalid_request"
    assert error_of(guarded.token(tx_code="")) == "invalid_request"
    assert guarded.token().status_code == 200


def test_wrong_transaction_codes_are_counted_and_end_the_offer(loaded, award, guarded):
    wrong = str((int(guarded.tx_code) + 1) % 1_000_000).zfill(6)
    for _ in range(MOST_WRONG_TX_CODES):
        assert error_of(guarded.token(tx_code=wrong)) == "invalid_grant"
    assert error_of(guarded.token()) == "invalid_grant", "the right one comes too late"
    actions = [action for action, _ in audited(loaded, award)]
    assert actions.count("wrong transaction code") == MOST_WRONG_TX_CODES
    assert actions[-1] == "offer withdrawn"


def test_many_wrong_transaction_codes_at_once_get_no_more_tries(loaded, award, guarded):
    tried = iter(range(30))
    lock = threading.Lock()

    def guess():
        with lock:
            number = next(tried)
        return guarded.token(tx_code=f"x{number}").status_code

    assert set(at_once(10, guess)) == {400}
    assert error_of(guarded.token()) == "invalid_grant"


# The credential endpoint: whose token


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Bearer unknown", "Basic dXNlcjpwYXNz", "\x80"])
def test_no_good_access_token(loaded, wallet, header):
    headers = {} if header is None else {"Authorization": header.encode("latin-1")}
    for endpoint in ("credential", "notification"):
        answer = loaded.client.post(f"/oid4vci/{endpoint}", json={}, headers=headers)
        assert error_of(answer, 401) == "invalid_token"
        assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'


def test_an_access_token_that_is_too_old(loaded, wallet):
    wallet.token()
    loaded.clock.move(minutes=15)
    assert error_of(wallet.ask(wallet.proof()), 401) == "invalid_token"


def test_a_stolen_access_token_fetches_nothing_else(loaded, award, wallet):
    wallet.token()
    answer = wallet.ask(wallet.proof(), credential_configuration_id="smart-city-reference.MC-03.ldp_vc")
    assert error_of(answer, 403) == "insufficient_scope"
    assert audited(loaded, award)[-1][0] == "wallet refused"
    assert audited(loaded, award)[-1][1]["error"] == "insufficient_scope"


def test_a_stolen_access_token_of_another_learner_gets_her_nothing_of_his(loaded, wallet):
    hers = shown(loaded, offer(loaded, awarded(loaded, "MC-02", "p-boris")))
    hers.token()
    wallet.token()
    got = wallet.ask(wallet.proof(), access_token=hers.access_token).json()["credentials"][0]["credential"]
    own = wallet.ask(wallet.proof()).json()["credentials"][0]["credential"]
    assert got["id"] != own["id"]


def test_a_claimed_offer_goes_to_no_second_wallet(loaded, made, wallet):
    wallet.token()
    second = shown(loaded, made)  # the learner went back to the claim page, and began anew
    assert second.token().status_code == 200
    assert error_of(wallet.ask(wallet.proof()), 401) == "invalid_token", "the first one's token has ended"
    assert second.ask(second.proof(key=OTHER_KEY)).status_code == 200


def test_a_token_that_was_not_used_in_time_comes_too_late(loaded, made, wallet):
    wallet.token()
    with loaded.services.database.writing(loaded.principal.tenant_id) as session:
        assert offers.claimed(loaded.services, session, made.offer.id)  # by some other way
    assert error_of(wallet.ask(wallet.proof())) == "credential_request_denied"


def test_revoked_between_token_and_credential(loaded, award, wallet):
    wallet.token()
    revoke(loaded.services, loaded.principal, award.id, "a mistake")
    assert error_of(wallet.ask(wallet.proof())) == "credential_request_denied"


def test_a_failure_between_token_and_credential_loses_nothing(loaded, made, wallet):
    assert wallet.token().status_code == 200
    again = shown(loaded, made)
    assert again.fetch()["credentialSubject"]["id"] == did.did_jwk(KEY.public)


def test_sealed_but_not_handed_out_is_handed_out_the_next_time(loaded, award, made, wallet):
    """A crash after the seal: the same key gets the same bytes."""
    holder = did.did_jwk(KEY.public)
    sealed = bound_rendition(loaded.services, award.tenant_id, award.id, forms.DEFAULT, holder, "wallet")
    assert wallet.fetch() == json.loads(sealed.rendition.content)


# The credential endpoint: what is asked for


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"credential_configuration_id": "unheard.of.ldp_vc"}, "unknown_credential_configuration"),
        ({"credential_configuration_id": 7}, "unknown_credential_configuration"),
        (
            {"credential_configuration_id": None, "credential_identifier": "unheard-of"},
            "unknown_credential_identifier",
        ),
        ({"credential_identifier": "x"}, "invalid_credential_request"),
        ({"credential_configuration_id": None}, "invalid_credential_request"),
        ({"credential_response_encryption": {"enc": "A128GCM"}}, "invalid_encryption_parameters"),
        ({"proof": {"proof_type": "jwt", "jwt": "x"}}, "invalid_credential_request"),
        ({"proofs": None}, "invalid_proof"),
        ({"proofs": {}}, "invalid_proof"),
        ({"proofs": {"jwt": []}}, "invalid_proof"),
        ({"proofs": {"jwt": [7]}}, "invalid_proof"),
        ({"proofs": {"jwt": "x"}}, "invalid_proof"),
        ({"proofs": {"jwt": ["x"]}}, "invalid_proof"),
        ({"proofs": {"di_vp": [{}]}}, "invalid_proof"),
        ({"proofs": {"jwt": ["x"], "di_vp": [{}]}}, "invalid_proof"),
        ({"proofs": {"jwt": ["x"] * (BATCH_SIZE + 1)}}, "invalid_proof"),
        ({"proofs": None, "proof": {"proof_type": "cwt", "cwt": "x"}}, "invalid_proof"),
        ({"proofs": None, "proof": "x"}, "invalid_proof"),
    ],
)
def test_credential_requests_that_are_wrong(wallet, changed, error):
    wallet.token()
    assert error_of(wallet.ask(wallet.proof(), **changed)) == error
    assert wallet.ask(wallet.proof()).status_code == 200, "a wrong request must not end the offer"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'{"a":1,"a":2}', b"[" * 10_000])
def test_bodies_that_are_no_credential_request(loaded, wallet, body):
    wallet.token()
    headers = {"Authorization": f"Bearer {wallet.access_token}"}
    answer = loaded.client.post("/oid4vci/credential", content=body, headers=headers)
    assert error_of(answer) == "invalid_credential_request"
    answer = loaded.client.post("/oid4vci/notification", content=body, headers=headers)
    assert error_of(answer) == "invalid_notification_request"


# The credential endpoint: proofs

PROOFS = {
    "for another audience": {"aud": "https://another.example"},
    "for several audiences": {"aud": ["http://127.0.0.1:8000/issuers/main", "https://another.example"]},
    "without audience": {"aud": None},
    "without iat": {"iat": None},
    "with an iat that is no number": {"iat": "yesterday"},
    "made tomorrow": {"iat": 4_000_000_000},
    "expired": {"exp": 1_000_000_000},
    "without nonce": {"nonce": None},
    "with a nonce that is no text": {"nonce": 7},
    "of another type": {"header": {"typ": "JWT"}},
    "without type": {"header": {"typ": None}},
    "with kid and jwk": {"header": {"jwk": KEY.public_jwk}},
    "without key": {"header": {"kid": None}},
    "with a certificate": {"header": {"kid": None, "x5c": ["MIIB"]}},
    "with a kid that is no DID": {"header": {"kid": "key-1"}},
    "with a kid that is no text": {"header": {"kid": 7}},
    "with a DID that must be fetched": {"header": {"kid": "did:web:example.org#key"}},
    "with a method that the DID does not have": {"header": {"kid": f"{did.did_jwk(KEY.public)}#1"}},
    "of a key that did not sign": {"header": {"kid": f"{did.did_jwk(OTHER_KEY.public)}#0"}},
    "of a jwk that did not sign": {"header": {"kid": None, "jwk": OTHER_KEY.public_jwk}},
    "with a private key in its header": {"header": {"kid": None, "jwk": KEY.public_jwk | {"d": "AQ"}}},
    "with alg none": {"header": {"alg": "none"}},
    "with a symmetric alg": {"header": {"alg": "HS256"}},
    "with an alg that is not offered": {"key": RSA},
    "with an alg that is not the key's": {"header": {"alg": "EdDSA"}},
    "with critical extensions": {"header": {"crit": ["b64"]}},
    "with a DID that is too long": {"header": {"kid": "did:jwk:" + "e" * 5000}},
}


@pytest.mark.parametrize("changed", PROOFS.values(), ids=PROOFS)
def test_proofs_that_do_not_count(loaded, award, wallet, changed):
    wallet.token()
    assert error_of(wallet.ask(wallet.proof(**changed))) == "invalid_proof"
    action, detail = audited(loaded, award)[-1]
    assert (action, detail["error"]) == ("wallet refused", "invalid_proof")
    assert wallet.ask(wallet.proof()).status_code == 200


def test_a_changed_proof(wallet):
    wallet.token()
    proof = wallet.proof()
    head, payload, signature = proof.split(".")
    other = jose.signing_input({}, {**jose.decode(proof).payload, "iat": 1}).decode().split(".")[1]
    assert error_of(wallet.ask(f"{head}.{other}.{signature}")) == "invalid_proof"
    assert payload != other


def test_two_proofs_of_one_key(wallet):
    wallet.token()
    nonce = wallet.nonce()
    assert error_of(wallet.ask(wallet.proof(nonce=nonce), wallet.proof(nonce=nonce))) == "invalid_proof"


def test_one_bad_proof_among_good_ones(wallet):
    wallet.token()
    nonce = wallet.nonce()
    good, bad = wallet.proof(nonce=nonce), wallet.proof(key=OTHER_KEY, nonce=nonce, aud="https://another.example")
    assert error_of(wallet.ask(good, bad)) == "invalid_proof"


@pytest.mark.parametrize("nonce", ["made-up", "\u0000"])
def test_a_nonce_that_was_not_given(wallet, nonce):
    wallet.token()
    assert error_of(wallet.ask(wallet.proof(nonce=nonce))) == "invalid_nonce"


def test_a_replayed_nonce(wallet):
    wallet.token()
    proof = wallet.proof()
    assert wallet.ask(proof).status_code == 200
    assert error_of(wallet.ask(proof)) == "invalid_nonce"


def test_a_nonce_that_is_too_old(loaded, wallet):
    wallet.token()
    nonce = wallet.nonce()
    loaded.clock.move(minutes=5)
    assert error_of(wallet.ask(wallet.proof(nonce=nonce))) == "invalid_nonce"


def test_a_proof_that_is_sent_many_times_at_once_counts_once(wallet):
    wallet.token()
    proof = wallet.proof()
    answers = at_once(4, lambda: wallet.ask(proof))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]
    assert {error_of(answer) for answer in answers if answer.status_code == 400} == {"invalid_nonce"}


def test_an_access_token_is_good_for_so_many_keys(wallet):
    wallet.token()
    nonce = wallet.nonce()
    keys = [private_p256(2000 + number) for number in range(BATCH_SIZE)]
    assert len(wallet.ask(*(wallet.proof(key=key, nonce=nonce) for key in keys)).json()["credentials"]) == BATCH_SIZE
    assert error_of(wallet.ask(wallet.proof())) == "credential_request_denied"
    assert wallet.ask(wallet.proof(key=keys[0])).status_code == 200, "a key that was served is served again"


# Notifications


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"notification_id": "another"}, "invalid_notification_id"),
        ({"notification_id": 7}, "invalid_notification_request"),
        ({"event": "credential_liked"}, "invalid_notification_request"),
        ({"event": ["credential_accepted"]}, "invalid_notification_request"),
        ({"event": None}, "invalid_notification_request"),
    ],
)
def test_notifications_that_are_wrong(loaded, wallet, changed, error):
    wallet.token()
    notification_id = wallet.ask(wallet.proof()).json()["notification_id"]
    sent = {"notification_id": notification_id, "event": "credential_accepted"} | changed
    headers = {"Authorization": f"Bearer {wallet.access_token}"}
    assert error_of(loaded.client.post("/oid4vci/notification", json=sent, headers=headers)) == error


def test_a_notification_of_what_was_not_handed_out(loaded, wallet):
    wallet.token()
    headers = {"Authorization": f"Bearer {wallet.access_token}"}
    sent = {"notification_id": "x", "event": "credential_accepted"}
    answer = loaded.client.post("/oid4vci/notification", json=sent, headers=headers)
    assert error_of(answer) == "invalid_notification_id"


# What is kept


def test_no_secret_is_stored_or_audited(loaded, award, guarded):
    guarded.token()
    nonce = guarded.nonce()
    guarded.ask(guarded.proof(nonce=nonce))
    secrets = (guarded.code, guarded.access_token, nonce)
    with loaded.services.database.everywhere(why="a test looks at all tables") as session:
        for table in Table.metadata.sorted_tables:
            for row in session.execute(select(table)):
                text = repr(tuple(row))
                assert not [secret for secret in secrets if secret in text], table.name
