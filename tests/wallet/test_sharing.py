"""Pages for others: only what was chosen, only with consent, only until its end, and gone at once."""

import json
import re

import pytest

from app.store import backpack
from tests.backpacks import ANA, issue, signed_in


@pytest.fixture
def ana(loaded):
    award = issue(loaded, "MC-02", "p-ana")
    return loaded, signed_in(loaded, ANA), award


def wish(who, **fields):
    return {"csrf": who.csrf, "title": "For the city", "days": "30", "consent": "yes"} | fields


def shared(world, who, **fields):
    """Make a page; returns its path."""
    answer = world.client.post("/me/shares", data=wish(who, **fields), follow_redirects=False)
    assert answer.status_code == 303, answer.text
    with world.services.database.everywhere(why="a test looks") as session:
        return f"/shared/{backpack.shares(session, who.email)[0].id}"


def test_a_page_shows_what_was_chosen_to_anyone(ana):
    world, who, award = ana
    path = shared(world, who, badge=award)
    world.client.cookies.clear()
    page = world.client.get(path)
    assert page.status_code == 200
    assert "For the city" in page.text
    assert "Ana Petrova" not in page.text
    assert (page.headers["x-robots-tag"], page.headers["cache-control"]) == ("noindex", "private, no-cache")
    item = re.search(rf"{path}/([0-9a-f-]+)/badge", page.text)
    assert item is not None
    content = world.client.get(item.group(0)).content
    assert json.loads(content)["id"] == f"urn:uuid:{award}"
    report = world.client.get(item.group(0).removesuffix("/badge"))
    assert "This badge is valid" in report.text


def test_her_name_and_search_engines_only_if_she_wants(ana):
    world, who, award = ana
    page = world.client.get(shared(world, who, badge=award, name="yes", indexed="yes"))
    assert "Ana Petrova" in page.text
    assert page.headers["x-robots-tag"] == "index"


def test_without_consent_without_badge_or_for_ever_nothing_is_shared(ana):
    world, who, award = ana
    tries = [
        wish(who, badge=award, consent="no"),
        wish(who),
        wish(who, badge=award, days="731"),
        wish(who, badge=award, days="0"),
        wish(who, badge=award, days="9" * 50),
        wish(who, badge=award, title=" "),
    ]
    assert [world.client.post("/me/shares", data=each).status_code for each in tries] == [400] * 6
    with world.services.database.everywhere(why="a test looks") as session:
        assert backpack.shares(session, who.email) == []


def test_the_badges_of_others_cannot_be_shared(ana):
    world, who, _ = ana
    other = issue(world, "MC-01", "p-boris")
    assert world.client.post("/me/shares", data=wish(who, badge=other)).status_code == 404


def test_ended_it_is_gone_at_once_and_says_so(ana):
    world, who, award = ana
    path = shared(world, who, badge=award)
    item = re.search(rf"{path}/([0-9a-f-]+)/badge", world.client.get(path).text).group(0)
    world.client.post(f"/me{path.replace('shared', 'shares')}/end", data={"csrf": who.csrf})
    for gone in (path, item):
        answer = world.client.get(gone)
        assert answer.status_code == 410
        assert "not shown any more" in answer.text
    world.client.post(f"/me{path.replace('shared', 'shares')}/delete", data={"csrf": who.csrf})
    assert world.client.get(path).status_code == 404


def test_after_its_last_day_it_is_gone(ana):
    world, who, award = ana
    path = shared(world, who, badge=award)
    world.clock.move(days=30)
    assert world.client.get(path).status_code == 410


def test_others_cannot_end_it(ana):
    world, who, award = ana
    path = shared(world, who, badge=award)
    boris = signed_in(world, "boris.ivanov@example.org")
    answer = world.client.post(f"/me{path.replace('shared', 'shares')}/end", data={"csrf": boris.csrf})
    assert answer.status_code == 404
    assert world.client.get(path).status_code == 200


def test_a_revoked_badge_is_shown_as_revoked(ana):
    world, who, award = ana
    path = shared(world, who, badge=award)
    world.client.post(f"/api/v1/credentials/{award}/revoke", json={"reason": "x"}, headers=world.headers)
    assert "revoked: it does not count any more" in world.client.get(path).text


def test_when_the_award_has_another_owner_the_old_page_shows_it_no_more(ana):
    world, who, award = ana
    path = shared(world, who, badge=award)
    item = re.search(rf"{path}/([0-9a-f-]+)/badge", world.client.get(path).text).group(0)
    body = {"name": "Another Ana", "email": "another@example.org"}
    world.client.put("/api/v1/learners/p-ana", json=body, headers=world.headers)
    assert "nothing on this page" in world.client.get(path).text
    assert world.client.get(item).status_code == 404


def test_a_part_is_shown_without_the_rest_and_without_the_number_of_the_whole(ana):
    world, who, award = ana
    data = wish(who, part="result-0", do="share")
    answer = world.client.post(f"/me/badges/{award}/choose", data=data, follow_redirects=False)
    assert answer.status_code == 303
    with world.services.database.everywhere(why="a test looks") as session:
        path = f"/shared/{backpack.shares(session, who.email)[0].id}"
    page = world.client.get(path).text
    item = re.search(rf"{path}/([0-9a-f-]+)/badge", page).group(0)
    content = world.client.get(item).text
    assert "PRJ.1 " in content
    for withheld in (award, "identityHash", '"narrative":', '"awardedDate":'):
        assert withheld not in content.split('"credentialSubject"', 1)[1] + page
    assert award not in content
    assert "This badge is valid" in world.client.get(item.removesuffix("/badge")).text


def test_a_part_can_be_saved_as_a_file(ana):
    world, who, award = ana
    data = {"csrf": who.csrf, "part": ["date", "identity"], "do": "file"}
    answer = world.client.post(f"/me/badges/{award}/choose", data=data)
    assert answer.headers["content-disposition"] == 'attachment; filename="MC-02-part.json"'
    assert world.services.judge.judge(answer.content, "").outcome == "valid"
    assert "identityHash" in answer.text


def test_a_language_that_she_chose_stays_when_she_sends_a_form(ana):
    world, who, award = ana
    form = world.client.get(f"/me/shares/new?badge={award}&lang=de").text
    assert 'action="/me/shares?lang=de"' in form
    answer = world.client.post("/me/shares?lang=de", data=wish(who, badge=award), follow_redirects=False)
    assert answer.headers["location"] == "/me/shares?lang=de"
    listed = world.client.get("/me/shares?lang=de").text
    (end,) = re.findall(r'action="(/me/shares/[^"]+/end\?lang=de)"', listed)
    assert world.client.post(end, data={"csrf": who.csrf}).url.query == b"lang=de"


def test_the_form_of_a_page_asks_for_consent_before_it_is_sent(ana):
    world, _, award = ana
    page = world.client.get(f"/me/shares/new?badge={award}").text
    assert '<input type="checkbox" id="consent" name="consent" value="yes" required>' in page
    part = world.client.get(f"/me/badges/{award}/choose").text  # a file of a part can be had without
    assert '<input type="checkbox" id="consent" name="consent" value="yes">' in part
