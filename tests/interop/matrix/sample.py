"""What a cell of the matrix is about: a badge as it is, its tampered twin, and the same revoked and expired."""

import base64
import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

Document = dict[str, Any] | str | bytes  # JSON-LD, JWT or SD-JWT, picture


@dataclass(frozen=True, slots=True)
class Sample:
    """`by`, `form`: who signed it how. `documents`: what a verifier fetches for it, by URL.

    `revoked`, `expired`: of the same issuer and form; None where there is none. `jwks`: the issuer's key set.
    `authority`: the certificate of the service that a judge asks itself.
    """

    by: str
    form: str
    good: Document
    twin: Document
    revoked: Document | None = None
    expired: Document | None = None
    documents: Mapping[str, Any] = field(default_factory=dict)
    jwks: Mapping[str, Any] = field(default_factory=dict)
    authority: Path | None = None

    def baked(self, form: str, bake: Any) -> "Sample":
        """The same in pictures."""
        made = {name: bake(one) for name in ("good", "twin", "revoked", "expired") if (one := getattr(self, name))}
        return replace(self, form=form, **made)


def part(token: str, number: int) -> dict[str, Any]:
    """Header (0) or payload (1) of a JWT, or of the one in an SD-JWT."""
    text = token.split("~", maxsplit=1)[0].split(".")[number]
    made: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return made


def tampered(document: dict[str, Any] | str) -> dict[str, Any] | str:
    """The same about another achievement, or (SD-JWT) of another time; what secures it is left as it is."""
    if isinstance(document, dict):
        twin = copy.deepcopy(document)
        _rename(twin)
        return twin
    token, tilde, disclosures = document.partition("~")
    header, _, signature = token.split(".")
    claims = part(document, 1)
    if tilde:
        claims["iat"] = claims.get("iat", 0) + 1
    else:
        _rename(claims.get("vc", claims))
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"{header}.{payload}.{signature}{tilde}{disclosures}"


def _rename(badge: dict[str, Any]) -> None:
    badge["credentialSubject"]["achievement"]["name"] += "!"
