"""The checks of an Open Badges 2.0 badge, under the names that those of newer badges have. Pure.

https://www.imsglobal.org/sites/default/files/Badges/OBv2p0Final/index.html, Verification of Assertions:

- hosted: the badge is what its host publishes at its URL, and that URL is one of the issuer's
- signed: a JWS, whose key the issuer's profile lists

A host that cannot be reached leaves everything unknown; one that answers "gone" (410), or that says `revoked`, has
revoked the badge.
"""

from collections.abc import Callable, Iterator
from itertools import islice

from app.vc import jose, keys, openbadges2, openbadges2_shape, revoked_assertions
from app.vc.openbadges2 import HOSTED, SIGNED, id_of, is_same_id
from app.vc.outcome import Finding, Outcome, Unsound, unknown, unsound
from app.vc.shape_kinds import objects
from app.verifier import checks
from app.verifier.case import Case
from app.verifier.form import UNREADABLE, form
from app.verifier.freshness import is_later, silent
from app.verifier.judgement import Check, found, informing, skipped
from app.verifier.older_badge import OlderBadge, Part, assemble, at_url, key_urls
from app.verifier.references import refresh, schema

MAX_TOLD = 10  # differences that are listed
ESSENTIAL = frozenset({"id", "name", "issuer"}).__contains__  # members of a badge class without which it is another one
REVOKED = "its issuer has revoked it, and publishes it no more"
CARRIERS = ("assertion", "badge", "issuer")


def of(case: Case) -> OlderBadge:
    """Return the badge with all that was fetched for it."""
    return assemble(case.secured.assertion or {}, case.evidence)


def structure(case: Case) -> Check:
    """Tell whether assertion, badge class and profile have the members that their classes must have."""
    older = of(case)
    if case.secured.assertion is None:
        return skipped("structure", UNREADABLE)
    if older.is_only_address or older.is_revoked_by_host:
        return skipped("structure", "the badge itself is not there to look at")
    findings = openbadges2_shape.check_assertion(older.assertion)
    if older.badge.value is not None:
        findings += openbadges2_shape.check_badge_class(older.badge.value, "/badge")
    if older.issuer.value is not None:
        findings += openbadges2_shape.check_profile(older.issuer.value, "/badge/issuer")
    return found("structure", findings, "The badge has the structure that Open Badges 2.0 asks for.")


def proof(case: Case) -> Check:
    """Tell whether it is what its host publishes, or what was signed."""
    older = of(case)
    if older.is_revoked_by_host:
        return skipped("proof", REVOKED)
    if older.kind == HOSTED:
        made = found("proof", tuple(hosted_findings(older)), "The badge is as its host publishes it.")
        return made._replace(findings=edited_since(older)) if made.outcome is Outcome.VALID else made
    if older.kind == SIGNED:
        return found("proof", tuple(signature_findings(case, older)), "The signature fits: nothing was changed.")
    kind = str(openbadges2.verification(older.sent).get("type"))[:80]
    message = f"Badges that are verified as {kind} are not read, so nothing shows that this one is genuine."
    return found("proof", (Finding("unsupported_verification", message, "/verification", Outcome.UNKNOWN),), "")


def hosted_findings(older: OlderBadge) -> Iterator[Finding]:
    """Tell what stands against the badge that was sent being the one that is published."""
    if older.hosted.value is None:
        message = f"Only its host can tell that this badge is genuine, and it could not be asked. {older.hosted.why}"
        yield Finding("hosted_assertion_unavailable", message, "/id", Outcome.UNKNOWN)
        return
    for pointer in islice(openbadges2.differences(older.sent, older.hosted.value), MAX_TOLD):
        message = f"The badge that its host publishes says something else here: {pointer or 'it is another one'}."
        yield Finding("hosted_assertion_differs", message, pointer)
    for pointer in badge_class_differences(older, ESSENTIAL):
        message = f"The badge class that its host publishes says something else here: {pointer}."
        yield Finding("hosted_assertion_differs", message, pointer)
    yield from missing_badge_class(older)


def badge_class_differences(older: OlderBadge, names: Callable[[str], bool]) -> list[str]:
    """List pointers to what was sent of the badge class otherwise than it is published; `names`: of which members."""
    sent = older.sent.get("badge")
    if not isinstance(sent, dict) or not older.badge.is_fetched:
        return []
    looked_at = {name: value for name, value in sent.items() if names(name)}
    return list(islice(openbadges2.differences(looked_at, older.badge.value, "/badge"), MAX_TOLD))


def edited_since(older: OlderBadge) -> tuple[Finding, ...]:
    """Tell what the issuer has edited of the badge class since; the award stays what it was, so it stands beside it."""
    message = "Its host tells this otherwise by now, and this report shows what the host says."
    pointers = badge_class_differences(older, lambda name: not ESSENTIAL(name))
    return tuple(Finding("badge_class_edited", message, pointer, Outcome.UNKNOWN) for pointer in pointers)


def missing_badge_class(older: OlderBadge) -> Iterator[Finding]:
    """Tell that nobody can say what the badge stands for."""
    if older.badge.value is None and "badge" in older.assertion:
        message = f"What the badge stands for could not be had. {older.badge.why}"
        yield Finding("badge_class_unavailable", message, "/badge", Outcome.UNKNOWN)


def signature_findings(case: Case, older: OlderBadge) -> Iterator[Finding]:
    """Tell what stands against the signature of a signed badge."""
    jws = case.secured.jws
    if jws is None:
        yield from case.secured.findings or (
            Finding("not_signed", "It says that it is signed, but the signature was not sent with it."),
        )
        return
    try:
        yield from jose.verify(jws, signing_key(case, older))
    except Unsound as problem:
        yield problem.finding
    yield from missing_badge_class(older)


def signing_key(case: Case, older: OlderBadge) -> keys.PublicKey:
    """Return the key that the badge names, else the one of its issuer. Raises Unsound."""
    part = key_document(case, older)
    if part.value is None:
        raise unknown("key_unavailable", f"The key could not be had. {part.why}", "/verification/creator")
    pem = part.value.get("publicKeyPem")
    if not isinstance(pem, str):
        raise unknown(
            "key_unreadable", "What the badge names as its key holds no `publicKeyPem`.", "/verification/creator"
        )
    return keys.from_pem(pem)


def key_document(case: Case, older: OlderBadge) -> Part:
    """Return the CryptographicKey; an issuer's profile may hold it."""
    embedded = list(objects(older.issuer.members.get("publicKey")))
    named = openbadges2.key_location(older.sent)
    for key in embedded:
        if (not named or is_same_id(id_of(key), named)) and "publicKeyPem" in key:
            return Part(key)
    urls = key_urls(older)
    if urls:
        return at_url(urls[0], case.evidence)
    if older.issuer.value is None:
        return Part(why=older.issuer.why)
    raise unsound("no_key", "Neither the badge nor its issuer names the key that it was signed with.", "/verification")


def issuer_binding(case: Case) -> Check:
    """Tell whether the badge is its issuer's: by where it stands, or by whose key signed it."""
    older, proved = of(case), proof(case)
    if proved.outcome is not Outcome.VALID:
        return skipped("issuer_binding", checks.UNPROVED)
    name = id_of(older.issuer.members) or id_of(older.badge.members.get("issuer"))
    findings = tuple((hosted_binding if older.kind == HOSTED else signed_binding)(case, older, name))
    fine = "It is published by" if older.kind == HOSTED else "It was signed by"
    return found("issuer_binding", findings, f"{fine} its issuer, {name[:200]}.")


def hosted_binding(case: Case, older: OlderBadge, name: str) -> Iterator[Finding]:
    """Tell what stands against the issuer having published the badge."""
    del case
    url = openbadges2.location(older.sent)
    if not is_same_id(id_of(older.hosted.members), id_of(older.sent) or url):
        yield Finding("issuer_mismatch", "What is published at its URL calls itself by another id.", "/id")
    if older.issuer.value is None or not name:
        yield unconfirmed(older)
        return
    if older.hosted.led_to or older.issuer.led_to:
        yield led_away(older.hosted if older.hosted.led_to else older.issuer)
        return
    is_stand_in = not older.issuer.is_fetched  # within the badge: it may be believed of its own host only
    if is_stand_in and openbadges2.host_of(name) != openbadges2.host_of(url):
        yield unconfirmed(older)
    elif older.issuer.is_fetched and id_of(older.issuer.members) != "" and not names_agree(older):
        yield other_profile(name)
    elif not openbadges2.is_in_scope(url, {"id": name} if is_stand_in else older.issuer.members):
        message = f"It is published at {url[:200]}, which is no place of its issuer {name[:200]}."
        yield Finding("issuer_mismatch", message, "/id")


def names_agree(older: OlderBadge) -> bool:
    """Whether the profile that was fetched is of the issuer that the badge class names.

    Hosts give a profile under several addresses of their own; those of one host are of one issuer.
    """
    named, told = id_of(older.badge.members.get("issuer")), id_of(older.issuer.members)
    return is_same_id(told, named) or openbadges2.host_of(told) == openbadges2.host_of(named) != ""


def other_profile(name: str) -> Finding:
    """Say that the profile is somebody else's."""
    message = (
        f"The profile that the badge class names calls itself {name[:200]}, and not by the id that it is named by."
    )
    return Finding("issuer_mismatch", message, "/badge/issuer")


def unconfirmed(older: OlderBadge) -> Finding:
    """Say that the issuer's own profile is needed, and is not there."""
    message = f"Nothing says that the badge is the issuer's: the issuer's profile could not be had. {older.issuer.why}"
    return Finding("issuer_unconfirmed", message, "/badge/issuer", Outcome.UNKNOWN)


def led_away(part: Part) -> Finding:
    """Say that the issuer's host sent us on to another one: many hosts do so to wherever the address says."""
    message = f"Nothing says that the badge is the issuer's: its host led to {part.led_to[:200]}, which is another one."
    return Finding("issuer_unconfirmed", message, "/badge/issuer", Outcome.UNKNOWN)


def signed_binding(case: Case, older: OlderBadge, name: str) -> Iterator[Finding]:
    """Tell what stands against the key being the issuer's: the issuer's own profile must list it."""
    if not older.issuer.is_fetched:
        yield unconfirmed(older)
        return
    if older.issuer.led_to:
        yield led_away(older.issuer)
        return
    if not names_agree(older):
        yield other_profile(name)
        return
    listed = older.issuer.members.get("publicKey", [])
    part = key_document(case, older)
    used, names = part.members, names_of_key(older, part)
    is_listed = any(
        any(is_same_id(id_of(one), used_name) for used_name in names) or (isinstance(one, dict) and one == used)
        for one in (listed if isinstance(listed, list) else [listed])
    )
    is_listed = is_listed or is_key_of_1_x(older, name)
    owner = id_of(used.get("owner"))
    if not is_listed or (owner and openbadges2.host_of(owner) != openbadges2.host_of(name)):
        message = f"The key of the signature is none of those of its issuer {name[:200]}."
        yield Finding("issuer_mismatch", message, "/verification/creator")


def names_of_key(older: OlderBadge, key: Part) -> set[str]:
    """Return under which names an issuer may list the key: where it was fetched, or its id within the profile.

    What a fetched key calls itself counts for nothing: anybody can publish one under the id of another's.
    """
    return {*key_urls(older)[:1]} if key.is_fetched else {id_of(key.members)} - {""}


def is_key_of_1_x(older: OlderBadge, name: str) -> bool:
    """Whether the key stands with its issuer as 1.x has it: profiles name no keys, and the host is what tells."""
    is_older = "verification" not in older.sent and "publicKey" not in older.issuer.members
    return is_older and openbadges2.host_of(openbadges2.key_location(older.sent)) == openbadges2.host_of(name) != ""


def status(case: Case) -> Check:
    """Tell whether its issuer has revoked it."""
    older = of(case)
    if case.secured.assertion is None:
        return skipped("status", UNREADABLE)
    if older.kind == SIGNED:
        return signed_status(case, older)
    findings = timely(case, tuple(hosted_status(older)))
    return found("status", findings, "It is not revoked: its host publishes it still.")


def timely(case: Case, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return what was found of the status, unless it was asked for at another time; a revocation is for good."""
    is_revoked = any(finding.code == "revoked" for finding in findings)
    stale = silent(case.evidence, case.now)
    if stale is None or (is_revoked and is_later(case.evidence, case.now)):
        return findings
    return findings if findings and not is_revoked else (stale,)


def hosted_status(older: OlderBadge) -> Iterator[Finding]:
    """Tell what stands against a badge that its host publishes."""
    if older.is_revoked_by_host:
        reason = older.hosted.members.get("revocationReason")
        said = f" The reason given is {reason[:200]!r}." if isinstance(reason, str) and reason else ""
        yield Finding("revoked", f"The issuer has revoked this badge.{said}", "/id")
    elif older.kind != HOSTED or older.hosted.value is None:
        message = f"It could not be found out whether it is revoked. {older.hosted.why}"
        yield Finding("hosted_assertion_unavailable", message, "/id", Outcome.UNKNOWN)
    elif openbadges2.is_revoked(older.hosted.members) is None:
        message = "Its host says something of being revoked that is neither true nor false."
        yield Finding("status_not_understood", message, "/revoked", Outcome.UNKNOWN)


def signed_status(case: Case, older: OlderBadge) -> Check:
    """Look a signed badge up in the list of its issuer."""
    if older.issuer.value is None:
        message = f"Its issuer could not be asked whether it is revoked. {older.issuer.why}"
        return found("status", (Finding("status_list_unavailable", message, "/badge/issuer", Outcome.UNKNOWN),), "")
    if older.issuer.members.get("revocationList") is None:
        return Check("status", Outcome.VALID, "No status is declared: its issuer has no way to revoke it.")
    listed = at_url(id_of(older.issuer.members["revocationList"]), case.evidence)
    if listed.value is None:
        message = f"The revocation list could not be had, so it is not known whether this is revoked. {listed.why}"
        return found("status", (Finding("status_list_unavailable", message, "/badge/issuer", Outcome.UNKNOWN),), "")
    findings = revoked_assertions.check(listed.value, older.sent, id_of(older.issuer.members))
    return found("status", timely(case, findings), "It is not revoked.")


def context(case: Case) -> Check:
    """Say that contexts decide nothing: what is published is compared as JSON, and a JWS is signed as text."""
    if case.secured.assertion is None:
        return skipped("context", UNREADABLE)
    return Check("context", Outcome.VALID, "It is compared or signed as JSON, so nothing depends on its contexts.")


def key_status(case: Case) -> Check:
    """Say why nothing is known of the key's end: it counts while the issuer's profile lists it (issuer_binding)."""
    if case.secured.assertion is None:
        return skipped("key_status", UNREADABLE)
    no_end = "Open Badges 2.0 do not tell when a key was given up: it counts while its issuer lists it"
    why = no_end if of(case).kind == SIGNED else "nobody signed it: its host vouches for it"
    return skipped("key_status", why, is_required=False)


def validity_period(case: Case) -> Check:
    """Tell whether it is in force now, by `issuedOn` and `expires`."""
    if of(case).is_only_address:
        return skipped("validity_period", "the badge itself is not there to look at")
    return checks.validity_period(case)


def endorsements(case: Case) -> Check:
    """Tell of endorsements that there are some; in Open Badges 2.0 the badge does not depend on them."""
    older = of(case)
    holders = (older.assertion, older.badge.members, older.issuer.members)
    carried = [where for where, holder in zip(CARRIERS, holders, strict=True) if holder.get("endorsement")]
    if not carried:
        return Check("endorsements", Outcome.VALID, "It carries no endorsements.")
    message = f"Endorsements of Open Badges 2.0 are not looked at; there are some of its {' and '.join(carried)}."
    return informing("endorsements", (Finding("unsupported_endorsement", message, outcome=Outcome.UNKNOWN),), "")


OLDER_CHECKS: tuple[tuple[str, Callable[[Case], Check]], ...] = (
    ("form", form),
    ("structure", structure),
    ("context", context),
    ("proof", proof),
    ("issuer_binding", issuer_binding),
    ("key_status", key_status),
    ("validity_period", validity_period),
    ("status", status),
    ("refresh", refresh),
    ("schema", schema),
    ("endorsements", endorsements),
)


def checks_of(case: Case) -> tuple[tuple[str, Callable[[Case], Check]], ...]:
    """Return the checks that are made of an Open Badges 2.0 badge."""
    made = OLDER_CHECKS if case.policy.bind_issuer else tuple(one for one in OLDER_CHECKS if one[0] != "issuer_binding")
    return made + (checks.RECIPIENT_CHECKS if case.policy.recipient is not None else ())
