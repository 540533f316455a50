import pytest

from app.web.negotiation import choose, parameter

OFFERED = ("application/json", "application/vc", "application/vc+jwt")


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "application/json"),
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/vc+jwt", "application/vc+jwt"),
        ("application/vc+jwt;q=0.5, application/vc", "application/vc"),
        ("application/vc;q=0, */*", "application/json"),
        ("text/html", None),
        ("application/vc;q=0", None),
        ("application/vc;q=nonsense", None),
        ("APPLICATION/VC", "application/vc"),
        (",,,;;q=", None),
    ],
)
def test_choose(accept, chosen):
    assert choose(accept, OFFERED) == chosen


@pytest.mark.parametrize(
    ("accept", "value"),
    [
        ("application/vc+jwt; alg=RS256", "RS256"),
        ('text/html, application/vc+jwt;q=1;ALG="ES256"', "ES256"),
        ("application/vc+jwt", None),
        ("application/vc;alg=RS256", None),
        (None, None),
    ],
)
def test_parameter(accept, value):
    assert parameter(accept, "application/vc+jwt", "alg") == value
