"""Signing keys over their whole life: rotated, revoked, and what that does to badges that are out in the world."""

import json
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from app.errors import BadInput, Conflict, NotFound
from app.issuer.catalogue import find
from app.issuer.credential import forms, identity, seal, signing_keys
from app.issuer.credential.issue import Order, issue, resume
from app.issuer.tenancy import add_tenant
from app.store import assessment, audit, tenancy
from app.store import credential as store
from app.store.session import AlreadyThere
from app.vc import issuance
from app.vc.status import decode, get_bit
from tests import service

WEB = "https://badges.example.org"
ISSUER = "did:web:badges.example.org:issuers:main"
URL = "/api/v1/credentials"
BOTH = pytest.mark.parametrize("base_url", [WEB, service.BASE_URL], ids=["did_web", "did_key"])


@pytest.fixture
def base_url():
    return WEB


@pytest.fixture
def house(backend, base_url):
    """A loaded service under that public address."""
    with service.lent(backend, "loaded", service.load, base_url=base_url) as made:
        yield made


def _award(world, achievement="MC-02", learner="p-ana", **headers):
    answer = world.client.post(
        URL, json={"achievement": achievement, "learner": learner}, headers=world.headers | headers
    )
    assert answer.status_code in (200, 201), answer.text
    return answer.json() if "Accept" not in headers else answer.text


def _judge(world, document):
    return world.client.post("/verify", json=document).json()


def _codes(report):
    return {finding["code"] for check in report["checks"] for finding in check["findings"]}


def _active(world, key_type="Ed25519"):
    with world.services.database.reading(world.principal.tenant_id) as session:
        return tenancy.active_signing_key(session, key_type)


def _rotate(world, *key_types):
    return signing_keys.rotate(world.services, world.principal.tenant_id, key_types)


def _revoke(world, name, **told):
    return signing_keys.revoke(world.services, world.principal.tenant_id, name, **told)


def _renditions(world, award_id):
    with world.services.database.reading(world.principal.tenant_id) as session:
        return store.renditions(session, award_id)


@contextmanager
def _lost(*names):
    """The private keys are gone: whoever wants to sign with them fails."""
    taken = {name: service.KEYS.held.pop(name) for name in names}
    try:
        yield
    finally:
        service.KEYS.held.update(taken)


def _document(world):
    return world.client.get("/issuers/main/did.json").json()


def _jwks(world):
    return {jwk["kid"] for jwk in world.client.get("/issuers/main/jwks.json").json()["keys"]}


@BOTH
def test_after_a_rotation_old_and_new_badges_verify(house):
    old = _active(house)
    before = _award(house)
    (new,) = _rotate(house, "Ed25519")
    after = _award(house, "MC-01")
    assert _active(house).name == new.name != old.name
    assert new.name in after["credential"]["proof"][0]["verificationMethod"] or house.services.settings.base_url != WEB
    assert [_judge(house, each["credential"])["outcome"] for each in (before, after)] == ["valid", "valid"]
    assert _award(house) == before  # asking again still gives the same bytes
    assert _jwks(house) >= {old.name, new.name}
    assert (before["issuer"] == after["issuer"]) is (house.services.settings.base_url == WEB)


def test_under_did_web_a_retired_key_signs_nothing_any_more(house):
    old = _active(house)
    before = _award(house)
    assert _judge(house, before["credential"])["outcome"] == "valid"
    _rotate(house, "Ed25519")
    with _lost(old.name):
        assert _judge(house, before["credential"])["outcome"] == "valid"
        house.client.post(f"{URL}/{before['id']}/revoke", json={"reason": "x"}, headers=house.headers)
        assert _codes(_judge(house, before["credential"])) == {"revoked"}


def test_without_a_type_every_type_in_use_is_rotated(house):
    assert {key.key_type for key in _rotate(house)} == {"Ed25519", "P-256", "RSA"}
    (first,) = _rotate(house, "P-384")
    assert {key.key_type for key in _rotate(house)} == {"Ed25519", "P-256", "RSA", "P-384"}
    assert _active(house, "P-384").name != first.name
    with house.services.database.reading(house.principal.tenant_id) as session:
        keys = tenancy.signing_keys(session)
        actions = [entry.action for entry in audit.entries(session, limit=1000)]
    assert sum(key.retired_at is None for key in keys) == 4
    assert actions.count("signing key rotated") == 8
    assert len(_document(house)["assertionMethod"]) == len(keys) == 11


def test_a_type_that_we_do_not_sign_with_is_refused(house):
    for key_type in ("P-521", "ed25519", ""):
        with pytest.raises(BadInput):
            _rotate(house, key_type)


def test_a_revoked_key_proves_nothing_under_did_web(house):
    key = _active(house)
    before, jwt = _award(house), _award(house, Accept="application/vc+jwt")
    done = _revoke(house, key.name, reason="a laptop was stolen")
    assert done.successor is not None
    assert done.successor.name == _active(house).name != key.name
    report = _judge(house, before["credential"])
    assert report["outcome"] == "invalid"
    assert _codes(report) == {"key_revoked", "signed_after_key_end", "revoked"}  # at the very same second
    told = [finding["message"] for check in report["checks"] for finding in check["findings"]]
    assert any("was revoked on 2026-09-01T09:30:00Z" in message for message in told)
    assert house.client.post("/verify", content=jwt).json()["outcome"] == "valid"  # of another key
    document = _document(house)
    (method,) = [each for each in document["verificationMethod"] if each["id"] == f"{ISSUER}#{key.name}"]
    assert method["revoked"] == "2026-09-01T09:30:00Z"
    listed = document["assertionMethod"] + document["authentication"]
    assert method["id"] not in listed
    assert f"{ISSUER}#{done.successor.name}" in listed
    assert key.name not in _jwks(house)
    for name in ("did", "jwks"):  # others notice it as soon as a revoked badge
        assert "max-age=300" in house.client.get(f"/issuers/main/{name}.json").headers["cache-control"]
    assert _judge(house, _award(house, "MC-01")["credential"])["outcome"] == "valid"


def test_a_forgery_without_any_status_falls_with_its_key(house):
    key = _active(house)
    forged = _award(house)["credential"]
    del forged["proof"], forged["credentialStatus"]
    securing = issuance.DataIntegrity("eddsa-rdfc-2022", f"{ISSUER}#{key.name}", house.clock() - timedelta(days=300))
    made = issuance.seal(issuance.prepare(forged, securing, "Ed25519"), service.KEYS.held[key.name])
    assert _judge(house, json.loads(made.content))["outcome"] == "valid"
    _revoke(house, key.name)
    assert _codes(_judge(house, json.loads(made.content))) == {"key_revoked", "signed_before_key_end"}


def test_a_jwt_of_a_revoked_key_is_refused(house):
    jwt = _award(house, Accept="application/vc+jwt")
    _revoke(house, _active(house, "P-256").name)
    report = house.client.post("/verify", content=jwt).json()
    assert (report["outcome"], _codes(report)) == ("invalid", {"key_revoked", "signed_after_key_end", "revoked"})


def test_what_was_signed_over_vc_api_falls_with_its_key(house):
    key = _active(house)
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": ISSUER,
        "credentialSubject": {"id": "did:example:alice", "name": "Alice"},
    }

    def signed():
        answer = house.client.post("/credentials/issue", json={"credential": document}, headers=house.headers)
        return answer.json()["verifiableCredential"]

    def judged(credential):
        return house.client.post("/credentials/verify", json={"verifiableCredential": credential})

    before = signed()
    assert judged(before).status_code == 200
    assert _revoke(house, key.name).badges.for_others == 1
    refused = judged(before)
    assert (refused.status_code, "was revoked on" in refused.text) == (400, True)
    status = house.client.get(before["credentialStatus"]["statusListCredential"].removeprefix(WEB)).json()
    bits = decode(status["credentialSubject"]["encodedList"])
    assert get_bit(bits, int(before["credentialStatus"]["statusListIndex"]))
    assert judged(signed()).status_code == 200


def test_a_key_that_was_retired_long_ago_can_be_revoked(house):
    old = _active(house)
    before = _award(house)
    (new,) = _rotate(house, "Ed25519")
    after = _award(house, "MC-01")
    done = _revoke(house, old.name)
    assert done.successor.name == new.name  # nothing to replace
    assert _judge(house, before["credential"])["outcome"] == "invalid"
    assert _judge(house, after["credential"])["outcome"] == "valid"


@pytest.mark.parametrize("base_url", [service.BASE_URL])
def test_under_did_key_the_status_list_has_the_last_word(house, base_url):
    key = _active(house)
    before = _award(house)
    done = _revoke(house, key.name)
    assert done.badges.issuers == (before["issuer"],)
    assert before["issuer"].startswith("did:key:")
    assert done.unsigned_lists == ()
    house.clock.move(days=400)
    with _lost(key.name):  # it may be destroyed now: what it signed last stands for ever
        assert _codes(_judge(house, before["credential"])) == {"revoked"}
        last = house.client.get(before["status_list"].removeprefix(base_url)).json()
    assert "validUntil" not in last
    bits = decode(last["credentialSubject"]["encodedList"])
    assert set(bits) == {0xFF}  # also where a forger guesses an index that was never given
    again = _award(house, "MC-01")
    assert again["issuer"] != before["issuer"]
    assert _judge(house, again["credential"])["outcome"] == "valid"


@pytest.mark.parametrize("base_url", [service.BASE_URL])
def test_a_lost_key_cannot_sign_its_last_list_and_nothing_is_called_valid(house):
    key = _active(house)
    before = _award(house)
    with _lost(key.name):
        done = _revoke(house, key.name)
        assert len(done.unsigned_lists) == 1
        assert _judge(house, before["credential"])["outcome"] == "unknown"
    again = _revoke(house, key.name)
    assert again.unsigned_lists == ()
    assert _codes(_judge(house, before["credential"])) == {"revoked"}


@BOTH
def test_awards_stay_and_are_issued_again_on_request_only(house):
    key = _active(house)
    before, untouched = _award(house), _award(house, "MC-01", Accept="application/vc+jwt")
    jwt = _award(house, Accept="application/vc+jwt")
    done = _revoke(house, key.name)
    assert done.badges.to_reissue_before == (before["id"],)
    assert (done.badges.sealed_before, done.badges.sealed_after, done.badges.to_reissue_after) == (1, 0, ())
    house.clock.move(hours=1)
    assert resume(house.services) == 0  # the sweep does not decide this
    shown = house.client.get(f"{URL}/{before['id']}", headers=house.headers).json()
    assert (shown["status"], shown["credential"]) == ("revoked", before["credential"])
    assert house.client.get(f"/credentials/{before['id']}").json() == before["credential"]
    assert signing_keys.reissue_all(house.services, house.principal, done.badges.to_reissue_before, int) == {}
    after = house.client.get(f"{URL}/{before['id']}", headers=house.headers).json()
    assert (after["status"], after["id"]) == ("valid", before["id"])
    assert after["credential"]["id"] == before["credential"]["id"]
    assert after["credential"]["validFrom"] > before["credential"]["validFrom"]
    assert _judge(house, after["credential"])["outcome"] == "valid"
    assert _judge(house, before["credential"])["outcome"] == "invalid"
    replaced, renewed = (house.client.post("/verify", content=text).json()["outcome"] for text in (jwt, untouched))
    assert (replaced, renewed) == ("invalid", "valid")
    assert _revoke(house, key.name).badges.to_reissue_before == ()


def test_only_the_form_that_was_lost_is_sealed_anew(house):
    default, jwt = _award(house), _award(house, Accept="application/vc+jwt")
    _revoke(house, _active(house, "P-256").name)
    answer = house.client.post(f"{URL}/{default['id']}/reissue", headers=house.headers)
    assert answer.json()["credential"] == default["credential"]
    anew = _award(house, Accept="application/vc+jwt")
    assert anew != jwt
    assert house.client.post("/verify", content=anew).json()["outcome"] == "valid"
    assert len(_renditions(house, default["id"])) == 3


def test_asking_again_for_an_award_whose_badge_was_lost_gives_a_new_one(house):
    before = _award(house)
    _revoke(house, _active(house).name)
    after = _award(house)
    assert after["id"] == before["id"]
    assert after["credential"]["validFrom"] > before["credential"]["validFrom"]
    assert _judge(house, after["credential"])["outcome"] == "valid"


def test_what_was_sealed_before_the_compromise_is_told_from_what_came_after(house):
    key = _active(house)
    early = _award(house)
    house.clock.move(days=10)
    late = _award(house, "MC-01")
    house.clock.move(days=1)
    since = house.clock() - timedelta(days=5)
    _, considered = signing_keys.outlook(house.services, key, since)
    done = _revoke(house, key.name, since=since)
    assert considered == done.badges
    assert (done.badges.to_reissue_before, done.badges.to_reissue_after) == ((early["id"],), (late["id"],))
    assert (done.badges.sealed_before, done.badges.sealed_after) == (1, 1)
    assert [_judge(house, each["credential"])["outcome"] for each in (early, late)] == ["invalid", "invalid"]
    (method,) = [each for each in _document(house)["verificationMethod"] if "revoked" in each]
    assert method["revoked"] == "2026-09-07T09:30:00Z"


def test_the_compromise_date_can_be_moved_back_only(house):
    key, now = _active(house), house.clock()
    with pytest.raises(BadInput):
        _revoke(house, key.name, since=now + timedelta(seconds=1))
    _revoke(house, key.name, since=now - timedelta(days=2), reason="found in a backup")
    with pytest.raises(Conflict):
        _revoke(house, key.name, since=now - timedelta(days=1))
    again = _revoke(house, key.name, since=now - timedelta(days=3)).key
    assert (again.compromised_since, again.revoked_at) == (now - timedelta(days=3), now)
    assert again.revocation_reason == "found in a backup"
    with house.services.database.reading(house.principal.tenant_id) as session:
        actions = [entry.action for entry in audit.entries(session, subject=key.id)]
        detail = json.loads(audit.entries(session, subject=key.id)[0].detail)
        assert audit.first_broken(session) is None
    assert actions == ["signing key revoked", "signing key compromised earlier"]
    assert detail["compromised_since"].startswith("2026-08-30")


def test_revoking_twice_changes_nothing(house):
    key = _active(house)
    _award(house)
    first = _revoke(house, key.name)
    house.clock.move(hours=1)
    again = _revoke(house, key.name)
    assert (again.key.revoked_at, again.successor.id, again.badges) == (
        first.key.revoked_at,
        first.successor.id,
        first.badges,
    )
    with house.services.database.reading(house.principal.tenant_id) as session:
        assert len(tenancy.signing_keys(session)) == 4


@BOTH
@pytest.mark.parametrize("go_on", ["by the sweep", "by the command"])
def test_a_revocation_that_was_interrupted_is_finished(house, go_on):
    """The clock stands for a crash: asked for the third time, in the transaction after the key's own, it is gone."""
    key, badge = _active(house), _award(house)
    moments = iter([house.clock(), house.clock()])
    with pytest.raises(StopIteration):
        signing_keys.revoke(
            replace(house.services, clock=lambda: next(moments)), house.principal.tenant_id, key.name, actor="operator"
        )
    assert _active(house).name != key.name  # the key itself is given up
    (left,) = _renditions(house, badge["id"])
    assert left.state == "issued"
    if go_on == "by the sweep":
        assert signing_keys.finish_revocations(house.services) == 1
    else:
        _revoke(house, key.name)
    (row,) = _renditions(house, badge["id"])
    assert row.state == "revoked"
    assert "revoked" in _codes(_judge(house, badge["credential"]))
    assert signing_keys.finish_revocations(house.services) == 0
    with house.services.database.reading(house.principal.tenant_id) as session:
        told = [entry for entry in audit.entries(session, subject=key.id) if entry.action.startswith("badges of")]
    assert [json.loads(entry.detail)["badges"] for entry in told] == [1]


def test_keys_of_others_are_not_found(house):
    other = add_tenant(house.services, "b", {"name": "B", "country_code": "EL"})
    with house.services.database.reading(other.id) as session:
        theirs = tenancy.active_signing_key(session, "Ed25519")
    for name in (theirs.name, "nothing", ""):
        with pytest.raises(NotFound):
            _revoke(house, name)
    assert signing_keys.find(house.services, other.id, theirs.name).revoked_at is None


def test_an_expired_award_needs_no_new_badge(house):
    key = _active(house)
    _award(house, "MC-08")
    house.clock.move(days=4000)
    assert _revoke(house, key.name).badges.to_reissue_before == ()


class Interrupting:
    """A Keys port whose signer is held up: something happens just before it signs."""

    def __init__(self, keys, happens):
        self._keys, self._happens = keys, happens
        self.create = keys.create

    def signer(self, name):
        happens, self._happens = self._happens, None
        if happens is not None:
            happens()
        return self._keys.signer(name)


@BOTH
def test_a_badge_that_is_being_sealed_with_a_key_while_it_is_revoked_is_sealed_anew(house):
    key = _active(house)
    keys = Interrupting(house.services.keys, lambda: _revoke(house, key.name))
    issued = issue(replace(house.services, keys=keys), house.principal, Order("MC-02", "p-ana", forms.DEFAULT))
    assert issued.rendition.signing_key_id == _active(house).id != key.id
    assert _judge(house, json.loads(issued.rendition.content))["outcome"] == "valid"
    with house.services.database.everywhere(why="the test looks at what is left") as session:
        (award_id,) = [row.id for row in store.awards(session) if row.id != issued.award.id]
        (dropped,) = store.renditions(session, award_id)
        status_list = store.status_list(session, dropped.status_list_id)
    assert (dropped.state, dropped.content, dropped.signing_key_id) == ("abandoned", None, key.id)
    assert get_bit(status_list.bits, dropped.status_index)


@pytest.mark.parametrize("change", ["rotate", "revoke"])
def test_a_key_given_up_before_an_index_is_reserved_is_not_used(house, change):
    services, principal = house.services, house.principal
    award_id = _award(house)["id"]
    with services.database.reading(principal.tenant_id) as session:
        award = store.award(session, award_id)
        tenant = tenancy.tenant(session, principal.tenant_id)
        signer = identity.active(services, session, tenant, "P-256")
        learner = assessment.learner_by_id(session, award.learner_id)
        achievement = find.achievement_as_awarded(services, session, award.achievement_id)
    work = seal.Work(tenant, signer, forms.JWT_FORMS["ES256"], learner, achievement, "test")
    _rotate(house, "P-256") if change == "rotate" else _revoke(house, signer.key.name)
    now = house.clock()
    with pytest.raises(AlreadyThere), services.database.writing(principal.tenant_id) as session:
        seal.reserve(services, session, work, award, now, now)
    assert len(_renditions(house, award_id)) == 1


def _patiently(world, achievement, learner):
    """Ask for an award as clients do: again, when the database was too busy."""
    for _ in range(5):
        answer = world.client.post(URL, json={"achievement": achievement, "learner": learner}, headers=world.headers)
        if answer.status_code != 503:
            break
    return answer


def test_while_four_threads_award_no_badge_of_a_revoked_key_stays_in_force(house):
    asked = [(f"MC-{number:02}", learner) for number in (1, 2, 5, 6) for learner in ("p-ana", "p-boris", "p-carmen")]
    errors, first = [], threading.Barrier(5)

    def hammer(mine):
        first.wait()
        answers = [_patiently(house, *pair) for pair in mine]
        errors.extend(answer.text for answer in answers if answer.status_code not in (200, 201, 409))

    threads = [threading.Thread(target=hammer, args=(asked[turn:] + asked[:turn],)) for turn in range(4)]
    for thread in threads:
        thread.start()
    first.wait()
    given_up = []
    for _ in range(4):
        given_up.append(_active(house))
        _revoke(house, given_up[-1].name)
    for thread in threads:
        thread.join()
    assert errors == []
    revoked = {key.id for key in given_up}
    with house.services.database.everywhere(why="the test looks at what is left") as session:
        rows = [row for award in store.awards(session, limit=1000) for row in store.renditions(session, award.id)]
        lists = {row.status_list_id: store.status_list(session, row.status_list_id).bits for row in rows}
        assert all(row.signing_key_id not in revoked for row in rows if row.state == "issued")
    for row in rows:
        if row.signing_key_id in revoked:
            assert get_bit(lists[row.status_list_id], row.status_index)
            assert row.content is None or _judge(house, json.loads(row.content))["outcome"] == "invalid"
        elif row.state == "issued":
            assert _judge(house, json.loads(row.content))["outcome"] == "valid"
