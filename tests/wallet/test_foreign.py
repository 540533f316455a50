"""Badges from elsewhere: kept with the verdict, judged again when looked at, told whose they are."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from app.ports import Fetched
from app.store import backpack
from app.store.tables import ForeignBadge
from app.wallet import foreign
from app.wallet.ob_api import held
from tests.backpacks import ANA, issue, signed_in
from tests.wallet.oid4vci import awarded, offer, shown

if TYPE_CHECKING:
    from tests.service import World

FROM_ELSEWHERE = "https://elsewhere.example"


@pytest.fixture
def ana(loaded):
    return loaded, signed_in(loaded, ANA)


def badge_of(world, learner, accept="application/vc"):
    """A badge as its bytes; any issuer's is judged alike."""
    award = issue(world, "MC-01" if learner == "p-boris" else "MC-02", learner)
    return award, world.client.get(f"/credentials/{award}", headers={"Accept": accept}).content


@dataclass
class Elsewhere:
    """Another service, where she is a learner too; ours knows it by the web."""

    here: "World"
    there: "World"

    def badge(self):
        """(award, content) of hers."""
        award, content = badge_of(self.there, "p-ana")
        self.publish(content)
        return award, content

    def publish(self, content):
        """Its status list as it is now."""
        url = json.loads(content)["credentialStatus"]["statusListCredential"]
        answer = self.there.client.get(url, headers={"Accept": "application/vc"})
        self.here.web.pages[url] = Fetched(url, "application/vc", answer.content)


@pytest.fixture
def elsewhere(loaded, sqlite_house):
    from tests import service

    with service.lent(sqlite_house, "loaded", service.load, base_url="http://elsewhere.example:8000") as there:
        yield Elsewhere(loaded, there)


def bring(world, who, content, name="badge.json", kind="application/octet-stream", **fields):
    data = {"csrf": who.csrf} | fields
    files = {"file": (name, content, kind)}
    return world.client.post("/me/foreign", data=data, files=files, follow_redirects=False)


def kept(world, who):
    with world.services.database.everywhere(why="a test looks") as session:
        return backpack.foreign_badges(session, who.email)


@pytest.mark.parametrize("accept", ["application/vc", "image/png", "image/svg+xml", "application/pdf"])
def test_her_own_award_is_not_kept_a_second_time(ana, accept):
    world, who = ana
    award, content = badge_of(world, "p-ana", accept)
    answer = bring(world, who, content)
    assert answer.status_code == 409
    assert "This is one of your badges" in answer.text
    assert f'href="/me/badges/{award}"' in answer.text
    assert kept(world, who) == []


@pytest.mark.parametrize("kind", ["jwt", "json", "png"])
def test_nor_is_a_file_of_her_own_page(ana, kind):
    world, who = ana
    award, _ = badge_of(world, "p-ana")
    content = world.client.get(f"/me/badges/{award}/file/{kind}").content
    assert bring(world, who, content).status_code == 409
    assert kept(world, who) == []


def test_nor_is_what_a_wallet_was_given_bound_to_its_key(ana):
    world, who = ana
    award = awarded(world)
    wallet = shown(world, offer(world, award))
    wallet.format = "dc+sd-jwt"
    content = wallet.fetch().encode()
    assert bring(world, who, content + b"\n").status_code == 409
    assert kept(world, who) == []


def test_one_award_that_another_learner_brings_is_kept(ana):
    world, _ = ana
    _, content = badge_of(world, "p-ana", "image/png")
    boris = signed_in(world, "boris.ivanov@example.org")
    assert bring(world, boris, content).status_code == 303
    assert len(kept(world, boris)) == 1


def test_her_badge_is_known_by_the_hash_of_her_address(ana, elsewhere):
    world, who = ana
    _, content = elsewhere.badge()
    answer = bring(world, who, content)
    assert answer.status_code == 303
    page = world.client.get(answer.headers["location"]).text
    assert "This badge is valid" in page
    assert "It is yours: it names your e-mail address." in page
    assert world.client.get(f"{answer.headers['location']}/badge").content == content
    assert "This badge is valid" in world.client.get(f"{answer.headers['location']}/report").text


def test_somebody_elses_badge_is_kept_and_told(ana):
    world, who = ana
    _, content = badge_of(world, "p-boris")
    page = world.client.get(bring(world, who, content).headers["location"]).text
    assert "Nothing in it says that it is yours" in page


def test_the_same_bytes_are_kept_once(ana, elsewhere):
    world, who = ana
    _, content = elsewhere.badge()
    assert bring(world, who, content).headers["location"] == bring(world, who, content).headers["location"]
    assert len(kept(world, who)) == 1


def test_it_is_judged_again_when_she_looks(ana, elsewhere):
    world, who = ana
    award, content = elsewhere.badge()
    where = bring(world, who, content).headers["location"]
    there = elsewhere.there
    there.client.post(f"/api/v1/credentials/{award}/revoke", json={"reason": "x"}, headers=there.headers)
    world.clock.move(hours=1)
    elsewhere.publish(content)
    page = world.client.get(where).text
    assert "This badge was revoked" in page
    assert "It is yours" in page
    assert kept(world, who)[0].outcome == "invalid"


def test_a_changed_badge_is_kept_with_its_verdict(ana):
    world, who = ana
    _, content = badge_of(world, "p-ana")
    page = world.client.get(bring(world, who, content.replace(b"Delivery", b"Delivering")).headers["location"]).text
    assert "This badge was changed" in page
    assert "It is yours" not in page  # nobody signed what it says


def test_pasted_text_is_taken_too(ana, elsewhere):
    world, who = ana
    _, content = elsewhere.badge()
    data = {"csrf": who.csrf, "text": content.decode()}
    assert world.client.post("/me/foreign", data=data, follow_redirects=False).status_code == 303


@pytest.mark.parametrize("content", [b"", b"hello", b"{}", b"\x89PNG\r\n\x1a\n", b"{" * 100_000])
def test_what_is_no_badge_is_told_and_not_kept(ana, content):
    world, who = ana
    answer = bring(world, who, content)
    assert 400 <= answer.status_code < 500
    assert "This could not be read" in answer.text
    assert kept(world, who) == []


def test_what_is_too_large_is_refused(ana):
    world, who = ana
    assert bring(world, who, b"x" * 2_000_000).status_code == 413


def test_others_do_not_see_it_and_it_can_be_removed(ana, elsewhere):
    world, who = ana
    _, content = elsewhere.badge()
    where = bring(world, who, content).headers["location"]
    boris = signed_in(world, "boris.ivanov@example.org")
    for path in (where, f"{where}/badge", f"{where}/report"):
        assert world.client.get(path).status_code == 404
    assert world.client.post(f"{where}/remove", data={"csrf": boris.csrf}).status_code == 404
    again = signed_in(world, ANA)
    world.client.post(f"{where}/remove", data={"csrf": again.csrf})
    assert world.client.get(where).status_code == 404


def test_a_badge_of_another_provider_is_handed_over_and_stands_with_her_results(ana, tmp_path):
    from tests import service

    world, _ = ana
    elsewhere = service.build(f"sqlite:///{tmp_path / 'elsewhere.sqlite3'}", base_url="http://elsewhere.example:8000")
    service.load(elsewhere)
    award = issue(elsewhere, "MC-02", "p-ana")
    content = elsewhere.client.get(f"/credentials/{award}", headers={"Accept": "application/vc"}).content
    url = json.loads(content)["credentialStatus"]["statusListCredential"]
    answer = elsewhere.client.get(url, headers={"Accept": "application/vc"})
    world.web.pages[url] = Fetched(url, "application/vc", answer.content)
    elsewhere.services.database.close()
    who = signed_in(world, ANA)
    where = bring(world, who, content).headers["location"]
    page = world.client.get(where).text
    assert "Hand it to My training organisation" in page
    data = {"csrf": who.csrf, "learner": who.learners[0].id}
    assert world.client.post(f"{where}/hand-over", data=data).status_code == 200
    assert ": recognised" in world.client.get("/me/results").text
    stranger = {"csrf": who.csrf, "learner": "somebody"}
    assert world.client.post(f"{where}/hand-over", data=stranger).status_code == 404


def test_what_was_brought_before_there_was_the_api_gets_its_form_by_the_sweep(loaded):
    who = signed_in(loaded, ANA)
    content = loaded.client.get(
        f"/credentials/{issue(loaded, 'MC-01', 'p-boris')}", headers={"Accept": "application/vc"}
    )
    foreign.bring(loaded.services, who, content.content, "application/json")
    foreign.bring(loaded.services, who, content.content + b" ", "application/json")
    with loaded.services.database.everywhere(why="a test", writes=True) as session:
        session.execute(update(ForeignBadge).values(api_form=None))
    window = held.Window(0, None, None)
    assert held.page_of(loaded.services, who, window, "https://x.example").total == 0
    duty = foreign.Forms(loaded.services, at_once=1)
    assert [duty() for _ in range(4)] == [1, 1, 0, 0]
    assert held.page_of(loaded.services, who, window, "https://x.example").total == 2
