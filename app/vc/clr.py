"""Comprehensive Learner Record 2.0: one credential that holds others, each with a proof of its own.

https://www.imsglobal.org/spec/clr/v2p0/ (ClrCredential, ClrSubject)
"""

import re
from collections.abc import Iterator
from typing import Any

from app.vc.json_pointer import child
from app.vc.outcome import Finding
from app.vc.shape_kinds import found, has_text, items, missing, texts, wrong_kind
from app.vc.shape_vcdm import is_v1

CLR_TYPE = "ClrCredential"
CONTEXT = re.compile(r"https://purl\.imsglobal\.org/spec/clr/v2p0/context(-2\.[0-9]\.[0-9])?\.json")

Place = tuple[Any, str]


def is_clr(document: dict[str, Any]) -> bool:
    """Tell whether the document calls itself a ClrCredential."""
    return has_text(document.get("type"), CLR_TYPE)


def contents(document: dict[str, Any]) -> Iterator[Place]:
    """Go through what it holds: (credential, pointer), whatever its shape."""
    for subject, pointer in items(document.get("credentialSubject", []), "/credentialSubject"):
        if isinstance(subject, dict):
            yield from items(subject.get("verifiableCredential", []), child(pointer, "verifiableCredential"))


def context(document: dict[str, Any]) -> Iterator[Finding]:
    """ClrCredential: one of its contexts is that of the CLR."""
    if not any(CONTEXT.fullmatch(one) for one in texts(document.get("@context"))):
        message = "One of the contexts must be https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json."
        yield found("wrong_context", message, "/@context")


def members(document: dict[str, Any]) -> Iterator[Finding]:
    """ClrCredential: it has a name, and a beginning; its subject holds at least one credential."""
    yield from missing(document, ("id", "name") if is_v1(document) else ("id", "name", "validFrom"), "")
    listed = list(contents(document))
    if not listed:
        message = "verifiableCredential of the subject must hold at least one credential."
        yield found("missing_member", message, "/credentialSubject/verifiableCredential")
    for value, pointer in listed:
        if not isinstance(value, dict | str):
            yield wrong_kind(value, pointer, "a credential")


RULES = (context, members)
