"""What a scheme must keep of its decisions is kept when the learner is erased, and no longer than it says."""

from datetime import date

import pytest

from app.competency import framework as frameworks
from app.issuer.catalogue.imports import import_framework
from app.store import certification as store
from app.wallet import erasure
from tests import certification, service
from tests.backpacks import ANA, signed_in
from tests.certification import get
from tests.service import DATA

UNTIL = date(2031, 8, 15)  # the certificate ends after 36 months, and is kept two years more


def load(world):
    """The golden learners, under a scheme that keeps its records."""
    certification.load(world)
    text = (DATA / "smart-city-framework.yaml").read_bytes()
    document = frameworks.read_yaml(
        text.replace(b"    appeal_window: P30D\n", b"    appeal_window: P30D\n    retention: P2Y\n")
    )
    document["framework"]["version"] = "9.9.9"
    import_framework(world.services, world.principal, document)


@pytest.fixture
def certified(backend):
    """Ana has a certificate: the world, its application, licence number and award."""
    with service.lent(backend, "retention", load, now=certification.GRANT_DAY) as world:
        application, made = certification.granted(world)
        yield world, application, made["licence_number"], made["award"]["id"]


def erase(world, **query):
    answer = world.client.delete("/api/v1/learners/p-ana", params=query, headers=world.headers)
    assert answer.status_code == 200, answer.text
    return answer.json()["kept"]["records_until"]


def rests_on(world, application, award):
    """What is still there of the grounds: evidence and evaluation of the award, evidence of the acts."""
    told = get(world, f"awards/{award}")
    with world.services.database.reading(world.principal.tenant_id) as session:
        acts = store.acts(session, application, with_evidence=True)
    return bool(told["evidence"]), bool(told["evaluation"]["tree"]), any(each.evidence for each in acts)


def test_what_it_rests_on_is_kept_until_the_day_and_her_name_is_not(certified):
    world, application, number, award = certified
    assert erase(world) == {number: UNTIL.isoformat()}
    assert rests_on(world, application, award) == (True, True, True)
    assert get(world, f"awards/{award}/replay")["same"] is True
    whole = world.client.get(f"/api/v1/awards/{award}/export", headers=world.headers).text
    assert ANA not in whole
    assert "Petrova" not in whole
    assert erasure.look_again(world.services) == 0


def test_after_that_day_nothing_of_it_is_left_but_the_number(certified):
    world, application, number, award = certified
    erase(world)
    world.clock.now = world.clock.now.replace(year=UNTIL.year, hour=1)
    assert erasure.forget_records(world.services) == 0
    world.clock.move(days=1)
    assert erasure.forget_records(world.services) == 1
    assert erasure.forget_records(world.services) == 0
    assert rests_on(world, application, award) == (False, False, False)
    assert world.client.get(f"/register/{number}").status_code == 200


def test_a_certificate_that_she_gives_up_ends_today(certified):
    world, _, number, _ = certified
    assert erase(world, credentials="revoke") == {number: "2028-08-15"}


def test_she_is_told_before_and_after(certified):
    world, *_ = certified
    who = signed_in(world, ANA)
    assert "August 15, 2031" in world.client.get("/me/data").text
    done = world.client.post("/me/erase", data={"csrf": who.csrf, "word": "ERASE", "credentials": "keep"})
    assert "August 15, 2031" in done.text
