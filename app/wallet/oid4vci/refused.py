"""A wallet's request that is refused, by the error code that its library looks for.

RFC 6749 section 5.2 and OpenID4VCI 1.0 section 6.3 (token), RFC 6750 section 3.1 and section 8.3.1 (credential),
section 11.3 (notification): https://openid.net/specs/openid-4-verifiable-credential-issuance-1_0.html
"""

import structlog

UNAUTHORIZED = {"invalid_token": 401, "insufficient_scope": 403}  # RFC 6750 section 3.1; all others are 400

log = structlog.get_logger()


class Refused(Exception):  # noqa: N818 - an answer, not a failure of ours
    """`code`: the value of `error`; `message`: of `error_description`, in the characters that RFC 6749 allows there."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = "".join(one if " " <= one <= "~" and one not in '"\\' else "'" for one in message)[:300]

    @property
    def status(self) -> int:
        """The HTTP status."""
        return UNAUTHORIZED.get(self.code, 400)

    def to_json(self) -> dict[str, str]:
        """The body of the answer."""
        return {"error": self.code, "error_description": self.message}


def tell(protocol: str, error: str) -> None:
    """Write to the service's log that a stranger was refused; what belongs to no tenant has no audit log.

    `error`: a code, never what was sent: that may be a secret, or somebody's address.
    """
    log.warning("refused", protocol=protocol, error=error)
