"""Whether a credential has the structure that its standards ask for, as findings with exact places.

https://www.w3.org/TR/vc-data-model-2.0/  https://www.imsglobal.org/spec/ob/v3p0/

1. the rules of the data model (shape_vcdm.py), for every credential
2. the rules of status lists (shape_status_list.py), for those
3. the rules of Open Badges (shape_openbadges.py), for badges and endorsements
4. the rules of learner records (clr.py), for those

Before all of them there is a quick look (shape_plain.py), which spares a sound badge the rules.

What needs contexts (undefined terms), keys (proofs) or other documents (status lists) is checked elsewhere.
"""

from collections.abc import Iterator
from typing import Any

from app.vc import clr, shape_openbadges, shape_plain, shape_status_list, shape_vcdm
from app.vc.outcome import Finding

MAX_FINDINGS = 50  # ours: more than a person reads, and a bound on the work that a wrong document causes

CODES = {
    "digest_differs": "a resource that is named with its digest has another one",
    "dangling_result": "a result points at a description or a level that the achievement does not have",
    "duplicate_id": "an id that must be unique is there more than once",
    "empty_subject": "the credential subject says nothing",
    "malformed_date": "a date or time is not written as the standard asks",
    "malformed_url": "an identifier or address is not an absolute URL",
    "malformed_value": "a value is not of the form that its member must have",
    "missing_member": "a member that must be there is not",
    "missing_type": "an object does not name the type that it must have",
    "no_criteria": "the criteria have neither an address nor a text",
    "no_subject_identity": "nothing says who the learner is",
    "period_reversed": "the end of the validity is before its beginning",
    "unknown_member": "an object that is closed has a member that the standard does not know",
    "unknown_word": "a word is not in the list that the standard gives",
    "wrong_context": "the contexts are not those that the standard asks for, in their order",
}
"""Every code of a finding, and what it means."""


def check_shape(document: dict[str, Any]) -> tuple[Finding, ...]:
    """Return what is wrong with the structure of a credential, secured or not: at most 50 findings, none when sound.

    Rules of both standards may find the same; it is told once.
    """
    if shape_plain.is_sound(document):
        return ()
    findings: dict[Finding, None] = {}
    for finding in by_rules(document):
        findings[finding] = None
        if len(findings) == MAX_FINDINGS:
            break
    return tuple(findings)


def by_rules(document: dict[str, Any]) -> Iterator[Finding]:
    """Go through the rules; some may find the same."""
    for rule in (*shape_vcdm.RULES, *shape_status_list.RULES):
        yield from rule(document)
    if clr.is_clr(document):
        for rule in clr.RULES:
            yield from rule(document)
    if shape_openbadges.is_badge(document) or shape_openbadges.is_endorsement(document):
        yield from shape_openbadges.check(document)
