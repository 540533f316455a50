"""What a JWT says of itself beside its contents: when it counts, for whom it was made, and what it answers.

RFC 7519 section 4.1 (https://www.rfc-editor.org/rfc/rfc7519#section-4.1); `nonce` as in RFC 9901 section 4.3 and
OpenID Connect Core section 2. Pointers of findings lead into the payload.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from app.vc.jose import numeric_date
from app.vc.outcome import Finding
from app.vc.problem_types import INVALID_CHALLENGE_ERROR, INVALID_DOMAIN_ERROR, MALFORMED_VALUE_ERROR

CLOCK_SKEW = timedelta(minutes=5)  # RFC 7519 section 4.1.4: "no more than a few minutes"; as for validFrom


def check_times(claims: Mapping[str, Any], now: datetime) -> Iterator[Finding]:
    """Yield what `exp`, `nbf` and `iat` have against now: `expired`, `not_yet_valid`, `malformed_claim`.

    An `iat` that is no number is passed over: W3C's own test suite writes dates there, and it bounds nothing.
    """
    for claim in ("exp", "nbf", "iat"):
        if claim not in claims:
            continue
        moment = numeric_date(claims[claim])
        if moment is None and claim == "iat":
            continue
        if moment is None:
            message = f"The claim `{claim}` is no number of seconds that is a date."
            yield Finding("malformed_claim", message, f"/{claim}", problem_type=MALFORMED_VALUE_ERROR)
        elif claim == "exp" and moment <= now:
            yield Finding("expired", "The JWT counts no longer: its time (`exp`) has passed.", "/exp")
        elif claim != "exp" and moment > now + CLOCK_SKEW:
            yield Finding("not_yet_valid", f"The JWT does not count yet: its `{claim}` is in the future.", f"/{claim}")


def check_receiver(claims: Mapping[str, Any], audience: str | None, nonce: str | None) -> Iterator[Finding]:
    """Yield `wrong_audience` and `wrong_nonce` when the JWT was not made for this receiver, or this occasion.

    None asks nothing. An `aud` of several is refused: each of them could hand the JWT on to the others.
    """
    if audience is not None and claims.get("aud") not in (audience, [audience]):
        message = f"The JWT was made for {str(claims.get('aud'))[:120]!r}, not for {audience[:120]!r}."
        yield Finding("wrong_audience", message, "/aud", problem_type=INVALID_DOMAIN_ERROR)
    if nonce is not None and claims.get("nonce") != nonce:
        message = "The JWT does not answer the nonce that was given: it may have been made for another occasion."
        yield Finding("wrong_nonce", message, "/nonce", problem_type=INVALID_CHALLENGE_ERROR)
