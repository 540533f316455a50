"""/api/v1/.../offers and /api/v1/mails: what providers do with them, each tenant alone."""

import json

import pytest

from app.issuer import tenancy
from app.ports import MailFailed
from app.wallet import post


def sent(world, method, path, expect=200, headers=None, **body):
    answer = world.client.request(method, f"/api/v1/{path}", json=body or None, headers=headers or world.headers)
    assert answer.status_code == expect, answer.text
    return answer.json()


@pytest.fixture
def credential(loaded):
    return sent(loaded, "POST", "credentials", 201, achievement="MC-02", learner="p-ana", offer=False)["id"]


def key_of(world, tenant_id, *scopes):
    clear = tenancy.add_api_key(world.services, tenant_id, "test", scopes)[1]
    return {"Authorization": f"Bearer {clear}"}


@pytest.fixture
def stranger(loaded):
    other = tenancy.add_tenant(loaded.services, "other", {"name": "Other", "country_code": "RO"})
    return key_of(loaded, other.id, *tenancy.SCOPES)


def test_an_award_is_offered_unless_the_request_says_no(loaded):
    body = {"achievement": "MC-02", "learner": "p-ana"}
    first = sent(loaded, "POST", "credentials", 201, **body)["id"]
    second = sent(loaded, "POST", "credentials", 201, achievement="MC-01", learner="p-ana", offer=False)["id"]
    told = [mail["credential"] for mail in sent(loaded, "GET", "mails")["mails"]]
    assert told == [first]
    assert second != first


def test_the_settings_may_say_that_awards_are_offered_only_when_asked(backend):
    from tests import service

    world = service.build(backend.fresh("loaded", service.load), offers=False)
    sent(world, "POST", "credentials", 201, achievement="MC-02", learner="p-ana")
    assert sent(world, "GET", "mails")["mails"] == []
    world.services.database.close()


def switch(world, *, to, expect=200, headers=None):
    return sent(world, "PUT", "profile/offers", expect, headers, offers=to)


def test_a_tenant_may_say_that_its_awards_are_offered_only_when_asked(loaded, stranger):
    award = sent(loaded, "POST", "credentials", 201, achievement="MC-02", learner="p-ana")["id"]
    assert sent(loaded, "GET", "profile")["offers"] is True
    for _ in range(2):
        assert switch(loaded, to=False)["offers"] is False
    assert sent(loaded, "GET", "profile", headers=stranger)["offers"] is True, "other tenants go on"
    assert post.deliver(loaded.services) == 0
    assert [mail["state"] for mail in sent(loaded, "GET", "mails")["mails"]] == ["dropped"]
    sent(loaded, "POST", f"credentials/{award}/offers", 201, mail=True)
    assert post.deliver(loaded.services) == 1
    assert switch(loaded, to=True)["offers"] is True
    sent(loaded, "POST", "credentials", 201, achievement="MC-01", learner="p-ana")
    assert post.deliver(loaded.services) == 1
    entries = sent(loaded, "GET", "audit")["entries"]
    assert [json.loads(each["detail"]) for each in entries if each["action"] == "offers switched"] == [
        {"on": False},
        {"on": True},
    ]


@pytest.mark.parametrize("value", [None, "no", 0, {}])
def test_a_switch_is_true_or_false(loaded, value):
    for body in ({"offers": value}, {}, [], {"offers": True, "mail": True}):
        answer = loaded.client.put("/api/v1/profile/offers", json=body, headers=loaded.headers)
        assert answer.status_code == 400


def test_a_key_needs_the_scope_to_switch_offers(loaded):
    switch(
        loaded, to=False, expect=403, headers=key_of(loaded, loaded.principal.tenant_id, "read", "credentials:issue")
    )


def test_a_batch_offers_every_award(loaded):
    from app.issuer.credential import batches

    sent(loaded, "POST", "batches", 202, achievement="MC-01", learners=["p-ana", "p-carmen"])
    batches.work_off(loaded.services)
    assert post.deliver(loaded.services) == 2
    assert {str(mail["To"]) for mail in loaded.mailbox.sent} == {"ana.petrova@example.org", "carmen.ruiz@example.org"}


def test_a_batch_may_leave_offers_out(loaded):
    from app.issuer.credential import batches

    sent(loaded, "POST", "batches", 202, achievement="MC-01", learners=["p-ana", "p-carmen"], offer=False)
    assert batches.work_off(loaded.services) == 2
    assert sent(loaded, "GET", "mails")["mails"] == []


def test_the_link_is_told_once_and_only_to_who_made_it(loaded, credential):
    made = sent(loaded, "POST", f"credentials/{credential}/offers", 201)
    token = made["link"].rpartition("/")[2]
    assert (made["state"], made["learner"], made["has_tx_code"]) == ("open", "p-ana", False)
    listed = sent(loaded, "GET", "offers?learner=p-ana")
    assert [offer["id"] for offer in listed["offers"]] == [made["id"]]
    assert sent(loaded, "GET", f"credentials/{credential}/offers") == listed
    assert token not in json.dumps([listed, sent(loaded, "GET", "mails"), sent(loaded, "GET", "audit")])
    assert loaded.client.get(f"/claim/{token}").status_code == 200


def test_a_mail_goes_out_when_asked_and_its_link_is_another_one(loaded, credential):
    made = sent(loaded, "POST", f"credentials/{credential}/offers", 201, mail=True)
    assert post.deliver(loaded.services) == 1
    text = loaded.mailbox.sent[0].get_body(("plain",)).get_content()
    assert "/claim/" in text
    assert made["link"] not in text
    sent(loaded, "POST", f"credentials/{credential}/offers", 201, mail=False)
    assert post.deliver(loaded.services) == 0


def test_withdrawing_ends_the_link_and_leaves_the_credential(loaded, credential):
    made = sent(loaded, "POST", f"credentials/{credential}/offers", 201)
    for _ in range(2):
        assert sent(loaded, "POST", f"offers/{made['id']}/withdraw")["state"] == "withdrawn"
    assert loaded.client.get(made["link"]).status_code == 410
    assert sent(loaded, "GET", f"credentials/{credential}")["status"] == "valid"


def test_states_are_told_as_they_are_today(loaded, credential):
    made = sent(loaded, "POST", f"credentials/{credential}/offers", 201)
    loaded.clock.move(days=31)
    assert sent(loaded, "GET", "offers")["offers"][0]["state"] == "expired"
    sent(loaded, "POST", f"credentials/{credential}/revoke", reason="a mistake")
    assert sent(loaded, "GET", "offers")["offers"][0]["state"] == "withdrawn"
    again = sent(loaded, "POST", f"credentials/{credential}/offers", 409)
    assert again["type"] == "/problems/conflict"
    assert made["state"] == "open"


def test_a_failed_mail_is_listed_and_sent_again(loaded, credential):
    sent(loaded, "POST", f"credentials/{credential}/offers", 201)
    loaded.mailbox.fails = [MailFailed("The mail server does not take this address (550).", for_good=True)]
    post.deliver(loaded.services)
    [failed] = sent(loaded, "GET", "mails?state=failed")["mails"]
    assert (failed["learner"], failed["kind"], failed["error"][:15]) == ("p-ana", "link", "The mail server")
    assert sent(loaded, "POST", f"mails/{failed['id']}/send")["state"] == "waiting"
    assert post.deliver(loaded.services) == 1
    assert sent(loaded, "POST", f"mails/{failed['id']}/send", 409)["detail"] == "This mail is sent."


def test_another_tenant_finds_nothing(loaded, credential, stranger):
    made = sent(loaded, "POST", f"credentials/{credential}/offers", 201)
    [mail] = sent(loaded, "GET", "mails")["mails"]
    for method, path in (
        ("POST", f"credentials/{credential}/offers"),
        ("GET", f"credentials/{credential}/offers"),
        ("POST", f"offers/{made['id']}/withdraw"),
        ("POST", f"mails/{mail['id']}/send"),
        ("GET", "offers?learner=p-ana"),
    ):
        assert sent(loaded, method, path, 404, stranger)["type"] == "/problems/not-found"
    assert sent(loaded, "GET", "offers", headers=stranger) == {"offers": []}
    assert sent(loaded, "GET", "mails", headers=stranger) == {"mails": []}
    assert loaded.client.get(made["link"]).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("POST", "credentials/{credential}/offers", "read"),
        ("POST", "offers/{credential}/withdraw", "read"),
        ("POST", "mails/{credential}/send", "read"),
        ("GET", "offers", "credentials:issue"),
        ("GET", "mails", "credentials:issue"),
        ("GET", "credentials/{credential}/offers", "credentials:issue"),
    ],
)
def test_each_needs_its_scope(loaded, credential, method, path, scope):
    headers = key_of(loaded, loaded.principal.tenant_id, scope)
    sent(loaded, method, path.format(credential=credential), 403, headers)


@pytest.mark.parametrize(
    ("body", "pointer"), [({"mail": "yes"}, "/mail"), ({"tx_code": 1}, "/tx_code"), ({"to": "x@y.org"}, "/to")]
)
def test_what_is_wrong_in_a_request_is_named(loaded, credential, body, pointer):
    assert sent(loaded, "POST", f"credentials/{credential}/offers", 400, **body)["pointer"] == pointer


def test_pages(loaded, credential):
    made = {sent(loaded, "POST", f"credentials/{credential}/offers", 201, mail=False)["id"] for _ in range(3)}
    first = sent(loaded, "GET", "offers?limit=2")
    rest = sent(loaded, "GET", f"offers?limit=2&after={first['next']}")
    assert {offer["id"] for offer in first["offers"] + rest["offers"]} == made
    assert "next" not in rest
