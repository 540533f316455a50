"""The learner's own pages: her badges and nobody else's, what comes next, her results."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from app.issuer import tenancy
from tests import backpacks
from tests.backpacks import ANA, issue, signed_in


@pytest.fixture
def ana(loaded):
    """Ana is signed in and has a badge."""
    award = issue(loaded, "MC-02", "p-ana")
    return loaded, signed_in(loaded, ANA), award


def test_without_session_every_page_leads_to_the_sign_in_and_back(loaded):
    for path in ("/me", "/me/next", "/me/results", "/me/badges/x?y=1"):
        answer = loaded.client.get(path, follow_redirects=False)
        assert answer.status_code == 303
        assert parse_qs(urlsplit(answer.headers["location"]).query)["next"] == [path]


def test_her_badges_are_listed_and_told(ana):
    world, _, award = ana
    page = world.client.get("/me")
    assert page.headers["cache-control"] == "no-store"
    assert f"/me/badges/{award}" in page.text
    assert "Project" in page.text
    badge = world.client.get(f"/me/badges/{award}").text
    for told in ("Micro-credential", "Level reached", "valid", "PDF", "linkedin.com/profile/add"):
        assert told in badge


def test_a_revoked_badge_is_told_and_can_not_be_shown_any_more(ana):
    world, _, award = ana
    world.client.post(f"/api/v1/credentials/{award}/revoke", json={"reason": "wrong"}, headers=world.headers)
    assert "revoked: it does not count any more" in world.client.get("/me").text
    badge = world.client.get(f"/me/badges/{award}").text
    assert "revoked: it does not count any more" in badge
    assert "linkedin.com" not in badge


def test_the_linkedin_link_has_the_documented_parameters(ana):
    from app.wallet import backpack

    world, who, award = ana
    badge = backpack.badge(world.services, who, award, "en")
    told = parse_qs(urlsplit(badge.linkedin_url("https://b.example")).query)
    assert told["startTask"] == ["CERTIFICATION_NAME"]
    assert told["certUrl"] == [f"https://b.example/credentials/{award}"]
    assert (told["issueYear"], told["issueMonth"], told["certId"]) == (["2026"], ["9"], [award])


def test_the_badges_of_others_are_not_hers(ana):
    world, _, _ = ana
    other = issue(world, "MC-01", "p-boris")
    for path in (f"/me/badges/{other}", "/me/badges/not-an-id", f"/me/next/{other}/{other}"):
        assert world.client.get(path).status_code == 404
    assert other not in world.client.get("/me").text


def test_what_comes_next_is_explained_with_links_to_rule_and_evidence(loaded):
    signed_in(loaded, "boris.ivanov@example.org")
    page = loaded.client.get("/me/next").text
    role = loaded.client.get("/api/v1/achievements/RC-SCPM", headers=loaded.headers).json()["id"]
    assert f"/{role}" in page
    learner = page.split("/me/next/")[1].split("/")[0]
    told = loaded.client.get(f"/me/next/{learner}/{role}").text
    assert "17/30" in told or "17 of 30" in told
    assert f"/achievements/{role}" in told
    results = loaded.client.get("/me/results").text
    anchors = [each.split('"')[0] for each in told.split("/me/results#")[1:]]
    assert anchors
    assert all(f'id="{each}"' in results for each in anchors)


def test_in_her_language(ana):
    world, _, _ = ana
    page = world.client.get("/me", headers={"Accept-Language": "bg"})
    assert page.headers["content-language"] == "bg"
    assert 'lang="bg"' in page.text


def test_one_address_at_two_tenants_sees_both_and_no_more(ana):
    world, _, _ = ana
    other = tenancy.add_tenant(world.services, "other", {"name": "Other", "country_code": "EL", "country": "Greece"})
    backpacks.add_learner(world, other.id, "x-1", ANA)
    backpacks.add_learner(world, other.id, "x-2", "else@example.org")
    page = world.client.get("/me/results").text
    assert "Other" in page
    assert "x-1" in page
    assert "x-2" not in page


def test_dates_and_names_are_those_of_her_language(loaded):
    signed_in(loaded, "boris.ivanov@example.org")
    headers = {"Accept-Language": "de"}
    page = loaded.client.get("/me/next", headers=headers).text
    role = loaded.client.get("/api/v1/achievements/RC-SCPM", headers=loaded.headers).json()["id"]
    learner = page.split("/me/next/")[1].split("/")[0]
    told = loaded.client.get(f"/me/next/{learner}/{role}", headers=headers).text
    assert not re.search(r"\d{4}-\d\d-\d\d", told)  # no day is told as programs write it
    assert "moodle-a:r" not in told  # and no piece of evidence by its number
    assert "Micro-credential MC-01" not in told  # but by the title that the award has in German
    assert "Grundlagen der Smart City" in told
    results = loaded.client.get("/me/results", headers=headers).text
    assert not re.search(r">\d{4}-\d\d-\d\d<", results)
    assert 'data-head="Punkte"' in results  # what a phone shows before the number


def test_what_counted_leads_to_where_it_stands(ana):
    world, _, award = ana
    page = world.client.get("/me/next").text
    learner = page.split("/me/next/")[1].split("/")[0]
    role = world.client.get("/api/v1/achievements/RC-SCPM", headers=world.headers).json()["id"]
    told = world.client.get(f"/me/next/{learner}/{role}").text
    assert f'<a href="/me/badges/{award}">Smart City Project Design and Delivery, ' in told
