from datetime import UTC, datetime

import pytest

from app.vc.jwt_claims import CLOCK_SKEW, check_receiver, check_times

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
SKEW = int(CLOCK_SKEW.total_seconds())


def codes(findings):
    return [(finding.code, finding.pointer) for finding in findings]


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({}, []),
        ({"exp": SECONDS + 1, "nbf": SECONDS, "iat": SECONDS}, []),
        ({"exp": SECONDS + 0.5}, []),
        ({"exp": SECONDS}, [("expired", "/exp")]),
        ({"nbf": SECONDS + SKEW}, []),
        ({"nbf": SECONDS + SKEW + 1}, [("not_yet_valid", "/nbf")]),
        ({"iat": SECONDS + SKEW + 1}, [("not_yet_valid", "/iat")]),
        ({"exp": str(SECONDS + 9)}, [("malformed_claim", "/exp")]),
        ({"nbf": True, "exp": None}, [("malformed_claim", "/exp"), ("malformed_claim", "/nbf")]),
        ({"iat": "2026-11-20T12:00:00Z"}, []),
        ({"exp": 1e300}, [("malformed_claim", "/exp")]),
    ],
)
def test_times(claims, expected):
    assert codes(check_times(claims, NOW)) == expected


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"aud": "a", "nonce": "n"}, []),
        ({"aud": ["a"], "nonce": "n"}, []),
        ({"aud": ["a", "b"], "nonce": "n"}, [("wrong_audience", "/aud")]),
        ({"aud": "b", "nonce": "m"}, [("wrong_audience", "/aud"), ("wrong_nonce", "/nonce")]),
        ({}, [("wrong_audience", "/aud"), ("wrong_nonce", "/nonce")]),
        ({"aud": {}, "nonce": ["n"]}, [("wrong_audience", "/aud"), ("wrong_nonce", "/nonce")]),
    ],
)
def test_receiver(claims, expected):
    assert codes(check_receiver(claims, "a", "n")) == expected
    assert codes(check_receiver(claims, None, None)) == []
