"""Whether the key was in force when it signed, and what became of it since. Pure.

Controlled Identifiers 1.0 section 2.2 (https://www.w3.org/TR/cid-1.0/#verification-methods): from the moment in
`expires` or `revoked` on, no proof that the key made counts, however early it was made; so what this check adds to
`proof` is the story: signed before or after, which tells an honest old badge from one that a thief made.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from app.ports import Fetched
from app.vc import did, jose, timestamps
from app.vc.outcome import Finding, Outcome, Unsound
from app.vc.problem_types import INVALID_VERIFICATION_METHOD
from app.verifier.case import Case
from app.verifier.examine import Examined
from app.verifier.judgement import Check, found, skipped
from app.verifier.resolution import fetched_object
from app.verifier.secured import KeyPlace, key_place, proof_key_place

ENDED = frozenset({"key_expired", "key_revoked"})
ENDS = (("revoked", "was revoked"), ("expires", "expired"))


def key_status(case: Case) -> Check:
    """Tell whether the key of a proof that holds was in force when it signed, or when another's was given up."""
    if case.holding:
        return Check("key_status", Outcome.VALID, in_force(case.holding[0], case))
    findings = tuple(finding for one in case.proofs if is_ended(one) for finding in story(one, case))
    if not findings:
        return skipped("key_status", "no proof holds")
    return found("key_status", findings, "")


def is_ended(one: Examined) -> bool:
    """Whether a proof falls because its key was given up."""
    return any(finding.code in ENDED for finding in one.findings)


def in_force(one: Examined, case: Case) -> str:
    """Say what is known of a key in force."""
    if one.controller is None:
        return "The key came with the document, and nothing says that it was given up."
    if one.controller.startswith(("did:key:", "did:jwk:")):
        return "The key is its owner's name itself, so it can be neither ended nor revoked."
    signed = signed_at(one, case)
    when = f" when it signed, {signed:%Y-%m-%d}," if signed else ""
    return f"The key was in force{when} and is now: its owner's document has neither ended nor revoked it."


def story(one: Examined, case: Case) -> Iterator[Finding]:
    """Tell for a key that was given up, whether that was before it signed."""
    signed = signed_at(one, case)
    for end, words in ends_of(one, case):
        if signed is None:
            code, what = "signing_time_unknown", "nothing says when it signed this"
        elif signed >= end:
            code, what = "signed_after_key_end", f"it signed this after that, {signed:%Y-%m-%d}"
        else:
            code, what = "signed_before_key_end", f"it says that it signed this before, {signed:%Y-%m-%d}"
        message = f"The key {words} on {end:%Y-%m-%d %H:%M} UTC, and {what}; nothing counts that it ever signed."
        yield Finding(code, message, one.pointer, problem_type=INVALID_VERIFICATION_METHOD)


def ends_of(one: Examined, case: Case) -> Iterator[tuple[datetime, str]]:
    """List (moment, words) of the ends that the key's document names and that are past."""
    method = method_of(one, case)
    for name, words in ENDS:
        moment = timestamps.read(method.get(name))
        if moment is not None and moment <= case.now:
            yield moment, words


def method_of(one: Examined, case: Case) -> dict[str, Any]:
    """Return the verification method of a proof as its document has it; {} when it is not there."""
    place = place_of(one, case)
    had = case.evidence.get(place.url) if place is not None and place.url is not None else None
    if place is None or not isinstance(had, Fetched):
        return {}
    try:
        return did.method_in(fetched_object(had), place.method)
    except Unsound:
        return {}


def place_of(one: Examined, case: Case) -> KeyPlace | None:
    """Return where a proof says that its key is."""
    try:
        if case.secured.jws is not None:
            return key_place(case.secured)
        return proof_key_place(one.pointer, dict(case.secured.proofs)[one.pointer])
    except Unsound:
        return None


def signed_at(one: Examined, case: Case) -> datetime | None:
    """Return when a proof says that it was made: `created`; of a JWT `iat`, else the beginning of its validity."""
    jws = case.secured.jws
    if jws is None:
        made = dict(case.secured.proofs).get(one.pointer)
        return timestamps.read(made.get("created")) if isinstance(made, dict) else None
    issued = jose.numeric_date(jws.payload.get("iat"))
    return issued or timestamps.read(case.credential.get("validFrom", case.credential.get("issuanceDate")))
