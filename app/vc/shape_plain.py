"""The quick look at a whole badge: nearly all are sound, and to go through the rules takes three times as long.

It says yes only where no rule of app.vc.shape would find anything (tests/vc/test_shape_kinds.py compares the two), for
badges of VCDM 2.0 with one subject and one achievement. No means: perhaps; then the rules tell what is wrong, if
anything.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.vc import timestamps
from app.vc.clr import CLR_TYPE
from app.vc.openbadge_classes import CLASSES, ENDORSEMENT_TYPE
from app.vc.shape_kinds import Fits, date_time_stamp, fits_of, is_iri, objects, one_or_more, text
from app.vc.shape_openbadges import BADGE_TYPES, CONTEXT, DESCRIBED, identity_hashes, result_findings
from app.vc.shape_status_list import LIST_TYPE
from app.vc.shape_vcdm import CONTEXT_V2, TYPED_MEMBERS

_REQUIRED = ("@context", "id", "type", "issuer", "validFrom", "credentialSubject")
_BADGES, _OTHERS = frozenset(BADGE_TYPES), frozenset((ENDORSEMENT_TYPE, CLR_TYPE, LIST_TYPE))
_TEXTS = one_or_more(text).fits
_BADGE, _SUBJECT = CLASSES["OpenBadgeCredential"], CLASSES["AchievementSubject"]
_BARE_SUBJECT = replace(  # the achievement, which is known from the badge before, is looked at beside the table
    _SUBJECT, members={name: kind for name, kind in _SUBJECT.members.items() if name != "achievement"}
)


def is_sound(document: dict[str, Any]) -> bool:
    """Tell quickly that nothing is wrong with the structure of a badge."""
    looks = _LOOKS
    for name, value in document.items():
        for fits in looks.get(name, ()):
            if not fits(value):
                return False
    return all(map(document.__contains__, _REQUIRED)) and _is_in_order(document)


def _is_in_order(document: Mapping[str, Any]) -> bool:
    ends = timestamps.read(document.get("validUntil"))
    return ends is None or ends >= (timestamps.read(document["validFrom"]) or ends)


def _are_contexts(value: Any) -> bool:
    return (
        type(value) is list
        and len(value) > 1
        and value[0] == CONTEXT_V2
        and type(value[1]) is str
        and CONTEXT.fullmatch(value[1]) is not None
        and all([type(one) is dict or is_iri(one) for one in value[2:]])  # noqa: C419 - one or two: a list is quicker
    )


def _are_types(value: Any) -> bool:
    return (
        type(value) is list
        and _TEXTS(value)
        and "VerifiableCredential" in value
        and not _BADGES.isdisjoint(value)
        and _OTHERS.isdisjoint(value)
    )


def _is_subject(value: Any) -> bool:
    subject = value[0] if type(value) is list and len(value) == 1 else value
    if not _BARE_SUBJECT.fits(subject) or ("id" not in subject and not subject.get("identifier")):
        return False
    achievement = subject["achievement"]
    described = DESCRIBED(achievement) if type(achievement) is dict else None
    return (
        described is not None
        and described.is_sound
        and not any(identity_hashes(subject, ""))
        and not any(wrong for one in objects(subject.get("result")) for wrong in result_findings(one, "", described))
    )


def _never(_value: Any) -> bool:
    return False


def _looks() -> dict[str, tuple[Fits, ...]]:
    """Return by member all that the data model and Open Badges expect of it."""
    own: dict[str, Fits] = {
        "@context": _are_contexts,
        "type": _are_types,
        "credentialSubject": _is_subject,
        "validFrom": fits_of(date_time_stamp),
        "validUntil": fits_of(date_time_stamp),
        "relatedResource": _never,
    }
    typed = {name: fits_of(kind) for name, kind in TYPED_MEMBERS.items()}
    of_class = {name: fits for name, fits in _BADGE.quick.items() if name != "credentialSubject"}
    tables = (own, typed, of_class)
    return {name: tuple(table[name] for table in tables if name in table) for table in tables for name in table}


_LOOKS = _looks()
