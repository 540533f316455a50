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
