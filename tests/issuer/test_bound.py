"""Renditions bound to the key of a wallet: one per award, form and key, and they share the award's fate."""

import threading

import pytest

from app.errors import BadInput, Conflict, NotFound
from app.issuer.credential import forms, signing_keys
from app.issuer.credential.bound import MAX_HOLDER_LENGTH, bound_rendition
from app.issuer.credential.issue import Order, issue, reissue, resume, revoke
from app.issuer.tenancy import add_tenant
from app.store import audit, mail, tenancy
from app.store import credential as store
from app.vc import did, sd_jwt
from app.vc.keys import private_p256
from tests import service

WALLET = did.did_jwk(private_p256(1234).public)
OTHER_WALLET = did.did_key(private_p256(5678).public)
FORMS = (forms.DEFAULT, forms.JWT_FORMS["ES256"], forms.WRAPPED_JWT, *forms.SD_JWT_FORMS)
EACH = pytest.mark.parametrize("form", FORMS, ids=[form.name for form in FORMS])


@pytest.fixture
def award(loaded):
    return issue(loaded.services, loaded.principal, Order("MC-02", "p-ana", forms.DEFAULT)).award


def bound(world, award, form=forms.DEFAULT, holder=WALLET):
    return bound_rendition(world.services, world.principal.tenant_id, award.id, form, holder, "a wallet")


def judged(world, rendition):
    headers = {"Content-Type": rendition.media_type}
    return world.client.post("/verify", content=rendition.content, headers=headers).json()


def stored(world, award):
    with world.services.database.reading(world.principal.tenant_id) as session:
        return store.renditions(session, award.id)


@EACH
def test_the_subject_is_the_key_and_the_verifier_accepts_it(loaded, award, form):
    made = bound(loaded, award, form).rendition
    report = judged(loaded, made)
    assert report["outcome"] == "valid", report
    if form in forms.SD_JWT_FORMS:
        assert sd_jwt.holder_key(sd_jwt.decode(made.content.decode())) == did.own_key(WALLET)
    assert (made.holder, made.form) == (WALLET, form.name)


@EACH
def test_asked_again_it_is_the_same_and_another_key_gets_its_own(loaded, award, form):
    first, again, other = (bound(loaded, award, form, key) for key in (WALLET, WALLET, OTHER_WALLET))
    assert first.rendition.content == again.rendition.content
    assert other.rendition.id != first.rendition.id
    assert other.rendition.status_index != first.rendition.status_index


@EACH
def test_it_is_revoked_with_the_award(loaded, award, form):
    made = bound(loaded, award, form).rendition
    revoke(loaded.services, loaded.principal, award.id, "a mistake")
    report = judged(loaded, made)
    assert report["outcome"] == "invalid"
    with pytest.raises(Conflict):
        bound(loaded, award, form)


def test_the_award_itself_stays_as_it_was(loaded, award):
    before = loaded.client.get(f"/api/v1/credentials/{award.id}", headers=loaded.headers).json()
    bound(loaded, award)
    assert loaded.client.get(f"/api/v1/credentials/{award.id}", headers=loaded.headers).json() == before


def test_two_at_once_get_one_rendition(loaded, award):
    got = []
    threads = [threading.Thread(target=lambda: got.append(bound(loaded, award).rendition.id)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 4
    assert len(set(got)) == 1


def test_a_correction_supersedes_it_and_the_wallet_gets_a_new_one(loaded, award):
    old = bound(loaded, award, forms.SD_JWT_VC).rendition
    loaded.clock.move(minutes=1)
    changed = {"learners": [{"id": "p-ana", "email": "ana.new@example.org", "name": "Ana"}]}
    answer = loaded.client.post("/api/v1/learners", json=changed, headers=loaded.headers)
    assert answer.status_code == 200, answer.text
    reissue(loaded.services, loaded.principal, award.id)
    assert judged(loaded, old)["outcome"] == "invalid"
    new = bound(loaded, award, forms.SD_JWT_VC).rendition
    assert new.id != old.id
    assert judged(loaded, new)["outcome"] == "valid"
    assert [row.state for row in stored(loaded, award) if row.holder] == ["superseded", "issued"]


def test_a_revoked_key_takes_it_along_and_the_next_one_is_of_the_new_key(loaded, award):
    old = bound(loaded, award, forms.SD_JWT_VC).rendition
    tenant_id = loaded.principal.tenant_id
    with loaded.services.database.reading(tenant_id) as session:
        key = tenancy.signing_key(session, old.signing_key_id)
    signing_keys.revoke(loaded.services, tenant_id, key.name, actor="an operator")
    assert judged(loaded, old)["outcome"] == "invalid"
    new = bound(loaded, award, forms.SD_JWT_VC).rendition
    assert new.signing_key_id != key.id
    assert judged(loaded, new)["outcome"] == "valid"


def test_after_a_key_was_revoked_the_learner_is_told_to_fetch_it_again(loaded, award):
    lost = bound(loaded, award, forms.SD_JWT_VC).rendition
    tenant_id = loaded.principal.tenant_id
    with loaded.services.database.reading(tenant_id) as session:
        key = tenancy.signing_key(session, lost.signing_key_id)
    done = signing_keys.revoke(loaded.services, tenant_id, key.name, actor="an operator")
    assert done.badges.to_reissue_before == (award.id,)
    for _ in range(2):
        assert signing_keys.reissue_all(loaded.services, loaded.principal, [award.id], lambda _: None) == {}
    assert signing_keys.outlook(loaded.services, done.key)[1].to_reissue_before == ()
    with loaded.services.database.reading(tenant_id) as session:
        told = [one.key for one in mail.mails(session, limit=1000) if one.kind == "reissued"]
    assert told == [f"reissued {lost.id}"]


def test_every_rendition_is_in_the_audit_log(loaded, award):
    made = bound(loaded, award).rendition
    with loaded.services.database.reading(loaded.principal.tenant_id) as session:
        actions = [(one.action, one.actor) for one in audit.entries(session, subject=award.id) if made.id in one.detail]
    assert actions == [("will sign", "a wallet"), ("signed", "a wallet")]


def test_the_sweep_leaves_it_alone(loaded, award):
    bound(loaded, award)
    loaded.clock.move(minutes=5)
    assert resume(loaded.services) == 0


@pytest.mark.parametrize(
    "holder",
    ["", "did:web:example.org", "did:key:z6MkNot", WALLET + "#0", "did:jwk:" + "e" * MAX_HOLDER_LENGTH, "urn:uuid:1"],
)
def test_what_is_no_key_is_refused(loaded, award, holder):
    with pytest.raises(BadInput):
        bound(loaded, award, holder=holder)


def test_another_tenants_award_is_not_found(loaded, award):
    other = add_tenant(loaded.services, "other", {"name": "Other", "country_code": "BG"})
    with pytest.raises(NotFound):
        bound_rendition(loaded.services, other.id, award.id, forms.DEFAULT, WALLET, "a wallet")


def test_the_type_of_an_sd_jwt_vc_tells_about_itself(loaded, award):
    claims = sd_jwt.decode(bound(loaded, award, forms.SD_JWT_VC).rendition.content.decode()).claims
    path = claims["vct"].removeprefix(service.BASE_URL)
    answer = loaded.client.get(path)
    assert answer.json()["vct"] == claims["vct"]
    for claim in answer.json()["claims"]:
        assert claim["sd"] == (
            "allowed"
            if claim["path"][-1] in ("awardedDate", "result", "identifier", "licenseNumber", "evidence")
            else "never"
        )


def test_a_status_list_nobody_knows_is_not_found(loaded):
    assert loaded.client.get("/status-lists/11111111-1111-4111-8111-111111111111/token").status_code == 404
    assert loaded.client.get("/status-lists/x/token").status_code == 404


@EACH
def test_under_did_web_all_forms_share_one_list(backend, form):
    """The list of an issuer with several keys is signed by one of them, in all its forms."""
    world = service.build(backend.fresh("loaded", service.load), base_url="https://badges.example.org")
    try:
        made = issue(world.services, world.principal, Order("MC-02", "p-ana", forms.DEFAULT))
        rendition = bound(world, made.award, form).rendition
        assert rendition.issuer == "did:web:badges.example.org:issuers:main"
        assert rendition.status_list_id == made.rendition.status_list_id
        assert judged(world, rendition)["outcome"] == "valid"
        revoke(world.services, world.principal, made.award.id, "a mistake")
        assert judged(world, rendition)["outcome"] == "invalid"
    finally:
        world.services.database.close()
