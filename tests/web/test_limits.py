from app.web.limits import Throttle


def test_a_burst_is_allowed_then_the_rate_holds():
    throttle = Throttle(per_minute=60)
    assert [throttle.wait_s("a", 0.0) for _ in range(60)] == [0.0] * 60
    assert 0 < throttle.wait_s("a", 0.0) <= 1
    assert throttle.wait_s("a", 1.0) == 0.0
    assert throttle.wait_s("a", 1.0) > 0


def test_addresses_do_not_share():
    throttle = Throttle(per_minute=1)
    assert throttle.wait_s("a", 0.0) == 0.0
    assert throttle.wait_s("b", 0.0) == 0.0
    assert throttle.wait_s("a", 0.0) > 59


def test_time_heals():
    throttle = Throttle(per_minute=2)
    for _ in range(2):
        assert throttle.wait_s("a", 0.0) == 0.0
    assert throttle.wait_s("a", 60.0) == 0.0


def test_who_sits_at_the_machine_is_not_held_up(backend):
    from fastapi.testclient import TestClient

    from tests import service

    world = service.build(backend.fresh("empty", lambda _: None), open_requests_per_minute=1)
    at_home = TestClient(world.client.app, client=("127.0.0.1", 1))
    assert [at_home.post("/verify", json={}).status_code for _ in range(5)].count(429) == 0
    abroad = TestClient(world.client.app, client=("192.0.2.1", 1))
    assert [abroad.post("/verify", json={}).status_code for _ in range(3)].count(429) == 2
    world.services.database.close()


def test_answers_that_need_a_key_are_kept_by_no_cache(shared):
    assert shared.client.get("/api/v1/learners/p-ana", headers=shared.headers).headers["cache-control"] == "no-store"
    assert "cache-control" not in shared.client.get("/").headers
