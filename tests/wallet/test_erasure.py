"""Erased is erased: no table holds anything of her, and what others rely on still works."""

import json
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
import sqlalchemy

from app.errors import Unauthenticated
from app.issuer import tenancy
from app.ports import Principal
from app.store import audit
from app.store.session import Table
from app.wallet import backpack, erasure, foreign, selective
from tests import backpacks, service
from tests.backpacks import ANA, issue, link_for, signed_in
from tests.service import DATA

TOLD = ("Ana Petrova", "p-ana", ANA, "Petrova", "did:web:ana.example")


def everything(world):
    """(table, column, value) of all that the database holds."""
    with world.services.database.engine.connect() as connection:
        for table in Table.metadata.sorted_tables:
            for row in connection.execute(sqlalchemy.select(table)).mappings():
                for column, value in row.items():
                    yield table.name, column, value


def mentions(world):
    """Where she is still told of."""
    found = set()
    for table, column, value in everything(world):
        text = value.decode("utf-8", "replace") if isinstance(value, bytes) else json.dumps(value, default=str)
        text = text.lower()
        found.update((table, column, word) for word in TOLD if word.lower() in text)
    return found


def all_of_hers(world):
    """Ana gets all that somebody can have here; her session, her award, her badge, and the cookies of her browser."""
    service.load(world)
    world.client.put(
        "/api/v1/learners/p-ana",
        json={"name": "Ana Petrova", "email": ANA, "did": "did:web:ana.example", "language": "bg"},
        headers=world.headers | {"Idempotency-Key": "k1"},
    )
    award = issue(world, "MC-02", "p-ana")
    world.client.post(
        "/api/v1/credentials",
        json={"achievement": "MC-02", "learner": "p-ana"},
        headers=world.headers | {"Idempotency-Key": "k2", "Accept": "application/vc+jwt"},
    )
    rpl = {"claims": [{"learner": "p-ana", "competency": "SEC.2", "level": "L2", "evidence": "https://e.example/x"}]}
    world.client.post("/api/v1/rpl-claims", json=rpl, headers=world.headers)
    world.client.post("/api/v1/batches", json={"achievement": "MC-01", "learners": ["p-ana"]}, headers=world.headers)
    unknown = [{"source_system": "s", "source_record_id": "r", "learner": f"mailto:{ANA}", "assessment": "X-1"}]
    world.client.post("/api/v1/results", json={"results": unknown}, headers=world.headers)
    who = signed_in(world, ANA)
    selective.chosen(world.services, backpack.badge(world.services, who, award, "en"), ["identity"])
    content = world.client.get(f"/credentials/{award}", headers={"Accept": "application/vc"}).content
    changed = content.replace(b"Delivery", b"Delivering")  # her own award as it is would not be kept twice
    world.client.post("/me/foreign", data={"csrf": who.csrf}, files={"file": ("b.json", changed, "application/json")})
    world.client.post(
        "/me/shares", data={"csrf": who.csrf, "title": "Petrova", "days": "9", "consent": "yes", "badge": award}
    )
    link_for(world, ANA)
    return who, award, content, dict(world.client.cookies)


@pytest.fixture
def known(backend):
    """Ana with all that somebody can have here: the world, her session, her award, her badge."""
    with service.lent(backend, "all of hers", all_of_hers) as world:
        *hers, cookies = world.filled
        world.client.cookies.update(cookies)
        yield world, *hers


def erase(world, **query):
    return world.client.delete("/api/v1/learners/p-ana", params=query, headers=world.headers)


def test_before_she_is_everywhere(known):
    world, *_ = known
    assert {table for table, _, _ in mentions(world)} >= {
        "learner", "learner_session", "sign_in_link", "foreign_badge", "share", "batch_row", "award",
    }  # fmt: skip


def test_afterwards_no_table_holds_anything_of_her(known):
    world, *_ = known
    answer = erase(world)
    assert answer.status_code == 200, answer.text
    assert mentions(world) == set()
    assert [value for table, column, value in everything(world) if (table, column) == ("idempotent_answer", "id")] == []
    for left in ("result", "foreign_badge", "share", "share_item", "learner_session", "sign_in_link", "rpl_claim"):
        rows = [value for table, column, value in everything(world) if table == left and column == "learner_id"]
        assert answer.json()["erased"] not in rows


def test_what_she_kept_valid_can_still_be_checked_and_later_be_revoked(known):
    world, _, award, content = known
    erase(world)
    assert world.services.judge.judge(content, "").outcome == "valid"
    revoked = world.client.post(f"/api/v1/credentials/{award}/revoke", json={"reason": "x"}, headers=world.headers)
    assert revoked.status_code == 200
    assert "revoked" in world.services.judge.judge(content, "").codes


def test_what_she_gives_back_is_revoked_at_once(known):
    world, _, _, content = known
    assert erase(world, credentials="revoke").json()["credentials"] == "revoked"
    assert "revoked" in world.services.judge.judge(content, "").codes


def test_the_sealed_bytes_are_gone_for_everybody(known):
    world, _, award, _ = known
    erase(world)
    assert world.client.get(f"/credentials/{award}").status_code == 404
    answer = world.client.get(f"/api/v1/credentials/{award}", headers=world.headers)
    assert (answer.status_code, answer.json().get("reason")) == (410, "ERASED"), answer.text
    for path in (f"/api/v1/awards/{award}", "/api/v1/awards", "/api/v1/credentials", "/api/v1/learners"):
        assert world.client.get(path, headers=world.headers).status_code == 200
    assert world.client.get(f"/api/v1/awards/{award}", headers=world.headers).json()["is_as_awarded"] is None


def test_she_is_signed_out_and_unknown_and_may_be_added_again(known):
    world, *_ = known
    erase(world)
    assert world.client.get("/me", follow_redirects=False).status_code == 303
    assert world.client.get("/api/v1/learners/p-ana", headers=world.headers).status_code == 404
    assert erase(world).status_code == 404
    learners = world.client.get("/api/v1/learners", headers=world.headers).json()["learners"]
    assert "" not in {each["name"] for each in learners}
    body = {"name": "Ana Petrova", "email": ANA}
    assert world.client.put("/api/v1/learners/p-ana", json=body, headers=world.headers).json()["outcome"] == "new"
    assert world.client.get("/api/v1/learners/p-ana/results", headers=world.headers).json()["results"] == []


def test_the_audit_log_is_whole_and_tells_of_a_number(known):
    world, *_ = known
    learner = erase(world).json()["erased"]
    with world.services.database.reading(world.principal.tenant_id) as session:
        assert audit.first_broken(session) is None
        assert [entry.action for entry in audit.entries(session, subject=learner)][-1] == "learner erased"


def test_others_stay_as_they_were(known):
    world, *_ = known
    boris = issue(world, "MC-01", "p-boris")
    erase(world)
    assert world.client.get(f"/credentials/{boris}").status_code == 200
    results = world.client.get("/api/v1/learners/p-boris/results", headers=world.headers).json()["results"]
    assert results


def test_the_sweep_has_nothing_to_do_with_her(known):
    from app.issuer.award import recheck
    from app.issuer.certification import consequences
    from app.issuer.credential import issue as issuing

    world, *_ = known
    recheck.sweep(world.services)
    erase(world)
    world.clock.move(days=2)
    assert issuing.resume(world.services) == 0
    assert recheck.sweep(world.services) == 0
    assert consequences.enforce(world.services) == 0


@pytest.fixture
def certified(backend):
    """Ana has a certificate; its application and licence number."""
    from tests import certification

    with service.lent(backend, "golden", certification.load, now=certification.GRANT_DAY) as world:
        application, made = certification.granted(world)
        yield world, application, made["licence_number"], made["award"]["id"]


@pytest.mark.parametrize(("credentials", "status"), [("keep", "valid"), ("revoke", "withdrawn")])
def test_of_a_certificate_the_register_still_answers(certified, credentials, status):
    world, application, number, award = certified
    content = world.client.get(f"/credentials/{award}", headers={"Accept": "application/vc"}).content
    kept = erase(world, credentials=credentials).json()["kept"]
    assert kept["licence_numbers"] == [number]
    assert world.client.get(f"/register/{number}").json()["status"] == status
    found = world.services.judge.judge(content, "")
    assert found.outcome == ("valid" if credentials == "keep" else "invalid")
    told = world.client.get(f"/api/v1/applications/{application}", headers=world.headers)
    assert told.status_code == 200, told.text
    kinds = {each["kind"] for each in told.json()["history"]}
    assert kinds == ({"apply", "grant"} if credentials == "keep" else {"apply", "grant", "withdraw"})
    assert mentions(world) == set()
    dossier = world.client.get(f"/api/v1/awards/{award}", headers=world.headers).json()
    assert (dossier["is_as_awarded"], dossier["history_is_intact"]) == (None, None)


def test_nobody_writes_to_her_any_more(certified):
    from app.wallet import post, reminders

    world, _, _, award = certified
    erase(world)
    world.mailbox.sent.clear()
    world.clock.move(days=3 * 365 - 60)
    reminders.Rounds(world.services)()
    post.deliver(world.services)
    assert world.mailbox.sent == []
    answer = world.client.post(f"/api/v1/credentials/{award}/offers", json={}, headers=world.headers)
    assert answer.status_code == 410, answer.text


def test_what_came_in_from_requests_that_had_begun_before_is_erased_too(known):
    from app.issuer.credential import issue as issuing
    from app.issuer.credential.forms import DEFAULT
    from app.issuer.credential.seal import reserve, seal

    world, _, award_id, _ = known
    world.clock.move(hours=1)
    award, work, _ = issuing._to_seal(world.services, world.principal, award_id, DEFAULT)
    with world.services.database.writing(world.principal.tenant_id) as session:
        row = reserve(world.services, session, work, award, world.clock(), world.clock())
        late = {
            column.key: getattr(award, column.key)
            for column in type(award).__mapper__.columns
            if column.key not in ("evidence", "id", "rule_hash")
        }
    erase(world)
    assert seal(world.services, work, award, row).content is None
    assert mentions(world) == set()
    assert erasure.look_again(world.services) == 0
    with world.services.database.writing(world.principal.tenant_id) as session:
        session.add(type(award)(id="late", rule_hash="late", evidence={"learner": "p-ana"}, **late))
    assert mentions(world) != set()
    assert erasure.look_again(world.services) == 1
    assert mentions(world) == set()
    assert erasure.look_again(world.services) == 0


def test_a_provider_erases_its_own_learner_and_nothing_of_another_ones(known):
    from app.wallet import sessions

    world, who, _, _ = known
    other = tenancy.add_tenant(world.services, "other", {"name": "Other", "country_code": "EL", "country": "Greece"})
    there = backpacks.add_learner(world, other.id, "x-1", ANA)
    assert erase(world).status_code == 200
    left = sessions.find(world.services, who.token)
    assert left is not None
    assert left.learner_ids == (there,)
    tables = {table for table, column, _ in mentions(world) if column == "email"}
    assert tables == {"learner", "learner_session", "sign_in_link", "foreign_badge", "share"}
    shared = [value for table, column, value in everything(world) if (table, column) == ("share_item", "id")]
    assert shared == []  # it showed the award that is gone


def test_two_tenants_that_erase_her_at_the_same_moment_leave_nothing(known):
    world, _, _, _ = known
    other = tenancy.add_tenant(world.services, "other", {"name": "Other", "country_code": "EL", "country": "Greece"})
    backpacks.add_learner(world, other.id, "p-ana", ANA)
    there = Principal(other.id, "other", "k", frozenset())
    with ThreadPoolExecutor(2) as pool:
        with world.services.database.writing(world.principal.tenant_id):  # until both have seen each other
            erasing = [
                pool.submit(erasure.erase, world.services, who, "p-ana", revoke=False)
                for who in (world.principal, there)
            ]
            wait(erasing, timeout=0.5)
        for each in erasing:
            each.result(30)
    assert mentions(world) == set()


def test_what_she_began_before_she_was_erased_does_not_come_in_afterwards(known):
    world, who, _, _ = known
    badge = json.dumps({"@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiableCredential"]})
    erase(world)
    with pytest.raises(Unauthenticated):
        foreign.bring(world.services, who, badge.encode(), "application/json")
    assert mentions(world) == set()


def test_herself_she_is_erased_at_every_tenant(known):
    from app.wallet import sessions

    world, who, _, _ = known
    other = tenancy.add_tenant(world.services, "other", {"name": "Other", "country_code": "EL", "country": "Greece"})
    backpacks.add_learner(world, other.id, "x-1", ANA)
    again = sessions.find(world.services, who.token)
    assert again is not None
    done = erasure.erase_herself(world.services, again, revoke=False)
    assert len(done) == 2
    assert mentions(world) == set()


def test_a_key_without_the_scope_may_not(known):
    world, *_ = known
    made = tenancy.add_api_key(world.services, world.principal.tenant_id, "roster", ["read", "learners:write"])
    clear = next(each for each in made if isinstance(each, str))
    answer = world.client.delete("/api/v1/learners/p-ana", headers={"Authorization": f"Bearer {clear}"})
    assert (answer.status_code, answer.json()["scope"]) == (403, "learners:erase")


def test_copies_of_mails_to_her_are_deleted_too(tmp_path):
    from email.message import EmailMessage

    from app.adapters.mail_folder import MailFolder

    folder = MailFolder(tmp_path / "mail")
    for name in ("one", "two"):
        mail = EmailMessage()
        mail["Message-ID"] = f"<{name}@example.org>"
        mail.set_content("Ana")
        assert list(folder.send([mail])) == [None]
    folder.forget(["one", "three"])
    assert [each.name for each in (tmp_path / "mail").iterdir()] == ["two.eml"]


def test_erasing_asks_the_post_to_forget(known):
    from app.wallet import post

    world, *_ = known
    post.deliver(world.services)
    assert any(mail["To"] == ANA for mail in world.mailbox.sent)
    erase(world)
    assert not any(mail["To"] == ANA for mail in world.mailbox.sent)


def test_every_table_that_names_a_learner_is_found_by_its_keys():
    """A column that names her, her award or her offer is a foreign key, or an address in a table of no tenant."""
    missed = set()
    for table in Table.metadata.sorted_tables:
        keys = {key.parent.name for key in table.foreign_keys}
        named = {"learner_id", "award_id", "offer_id", "email"} & (set(table.columns.keys()) - keys)
        if "tenant_id" not in table.columns:
            named -= {"email"}
        missed.update((table.name, column) for column in named)
    assert missed == {("learner", "email"), ("batch_row", "award_id")}  # emptied by name


def test_what_waits_for_somebody_of_a_longer_number_stays(loaded):
    """Erasing p-1 deletes neither the rows under review nor the kept answers of p-10."""
    for code in ("p-1", "q-10"):
        roster = [{"id": code, "name": f"Person {code}", "email": f"{code.replace('q', 'p')}@example.org"}]
        headers = loaded.headers | {"Idempotency-Key": code}
        assert loaded.client.post("/api/v1/learners", json=roster, headers=headers).status_code == 200
    first, row = (DATA / "results.csv").read_text().splitlines()[:2]
    people = ("p-10", "P-1 of the old system", "up-1")
    rows = [row.replace("p-ana", person).replace("r0001", f"x{number}") for number, person in enumerate(people)]
    headers = loaded.headers | {"Content-Type": "text/csv"}
    answer = loaded.client.post("/api/v1/results", content="\n".join([first, *rows]), headers=headers)
    assert {one["reason"] for one in answer.json()["rows"]} == {"UNKNOWN_LEARNER"}
    assert loaded.client.delete("/api/v1/learners/p-1", headers=loaded.headers).status_code == 200
    held = list(everything(loaded))
    waiting = [json.dumps(value) for table, column, value in held if (table, column) == ("review_item", "raw")]
    assert sorted(person for person in people for text in waiting if f'"{person}"' in text) == ["p-10", "up-1"]
    kept = [value for table, column, value in held if (table, column) == ("idempotent_answer", "body")]
    assert [json.loads(body)["rows"][0]["id"] for body in kept] == ["q-10"]


def test_a_plain_number_is_hers_only_where_a_learner_is_named(loaded):
    """Erasing the learner 1 takes what names her, and leaves the attempts, scores and numbers of others."""
    for code in ("1", "2"):
        roster = [{"id": code, "name": f"Person No {code}", "email": f"{code}@example.org"}]
        headers = loaded.headers | {"Idempotency-Key": code}
        assert loaded.client.post("/api/v1/learners", json=roster, headers=headers).status_code == 200
    first, row = (DATA / "results.csv").read_text().splitlines()[:2]
    people = ("mailto:1@elsewhere.example", "name:Person 1", "1-b", "u-1")
    rows = [row.replace("p-ana", person).replace("r0001", f"x{number}") for number, person in enumerate(people)]
    headers = loaded.headers | {"Content-Type": "text/csv", "Idempotency-Key": "rows of others"}
    answer = loaded.client.post("/api/v1/results", content="\n".join([first, *rows]), headers=headers)
    assert {one["reason"] for one in answer.json()["rows"]} == {"UNKNOWN_LEARNER"}
    hers = {"source_system": "s", "source_record_id": "1", "learner": "1", "assessment": "X-1", "score": "1"}
    loaded.client.post("/api/v1/results", json={"results": [hers]}, headers=loaded.headers)
    assert loaded.client.delete("/api/v1/learners/1", headers=loaded.headers).status_code == 200
    held = list(everything(loaded))
    waiting = [value["learner"] for table, column, value in held if (table, column) == ("review_item", "raw")]
    assert sorted(waiting) == sorted(people)
    kept = [value for table, column, value in held if (table, column) == ("idempotent_answer", "body")]
    assert sorted(json.loads(body)["rows"][0].get("id", "") for body in kept) == ["", "2"]
