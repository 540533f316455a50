"""One raw row (texts, or JSON scalars) to a result record, or to the reason why not.

Nothing is guessed: a score that is not plainly a decimal number, a date that is not year-month-day, a word that is not
a status are refused with a code and a sentence. Numbers stay decimal texts; they never become floats.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from app.competency.result_record import STATUSES, Refusal, ResultRecord

MAX_TEXT = 200  # characters of an id; UUIDs and xAPI activity ids fit
MAX_BITS = 64
MAX_ATTEMPT = 1000  # as in framework.schema.json
EARLIEST = date(1900, 1, 1)  # before this it is a spreadsheet's zero, not a result
NO_RESULT = ("", "-")  # Moodle and spreadsheets write a hyphen where there is no grade

MEMBERS = (
    "source_system", "source_record_id", "learner", "assessment", "section", "attempt", "score", "max", "performed_on",
    "status", "assessor", "signed_off_by", "signed_off_on",
)  # fmt: skip
ALIASES = {"person_id": "learner", "assessor_id": "assessor"}
OPTIONAL = ("source_record_id", "assessor", "signed_off_by", "signed_off_on")

_DECIMAL = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,17})?")  # decimals: as many as a double is written with
_WHOLE = re.compile(r"[0-9]{1,9}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")


class _Wrong(Exception):  # noqa: N818 - a refusal on its way up
    """Carries a refusal out of the reading of one field."""

    def __init__(self, reason_code: str, message: str) -> None:
        super().__init__(message)
        self.refusal = Refusal(reason_code, message)


def read_fields(raw: Mapping[str, Any], *, today: date, decimal_comma: bool = False) -> ResultRecord | Refusal:
    """Read the members of MEMBERS (absent is the same as empty). With `decimal_comma`, "24,5" is a number.

    `today` is the last day on which something can have happened.
    """
    try:
        return _record(raw, today, decimal_comma=decimal_comma)
    except _Wrong as wrong:
        return wrong.refusal


def _record(raw: Mapping[str, Any], today: date, *, decimal_comma: bool) -> ResultRecord:
    learner, assessment, section = (_needed(raw, name) for name in ("learner", "assessment", "section"))
    performed_on = _day(_needed(raw, "performed_on"), "performed_on", today)
    attempt = _attempt(raw)
    most = _number(_needed(raw, "max"), "max", decimal_comma=decimal_comma)
    if Fraction(most) == 0:
        raise _Wrong("BAD_MAX", "max is 0; write the highest possible score.")
    signed_off_by, signed_off_on = _sign_off(raw, today)
    return ResultRecord(
        source_system=_needed(raw, "source_system"),
        source_record_id=_text(raw, "source_record_id")
        or _made_id(assessment, section, learner, str(attempt), performed_on.isoformat()),
        learner=learner,
        assessment=assessment,
        section=section,
        attempt=attempt,
        score=_score(raw, most, decimal_comma=decimal_comma),
        max=most,
        performed_on=performed_on,
        status=_status(raw),
        assessor=_text(raw, "assessor") or None,
        signed_off_by=signed_off_by,
        signed_off_on=signed_off_on,
    )


def _text(raw: Mapping[str, Any], name: str) -> str:
    value = raw.get(name)
    if value is None:
        return ""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        raise _Wrong("BAD_VALUE", f"{name} must be text or a number.")
    if isinstance(value, int) and value.bit_length() > MAX_BITS:  # also what Python would not write out
        raise _Wrong("BAD_VALUE", f"{name} is too large a number.")
    text = str(value).strip()
    if len(text) > MAX_TEXT:
        raise _Wrong("TOO_LONG", f"{name} has {len(text)} characters; at most {MAX_TEXT} are read.")
    if _UNPRINTABLE.search(text):
        raise _Wrong("BAD_VALUE", f"{name} contains a control character or line break; remove it.")
    return text


def _needed(raw: Mapping[str, Any], name: str) -> str:
    text = _text(raw, name)
    if not text:
        raise _Wrong("MISSING_VALUE", f"{name} is empty; write it.")
    return text


def _attempt(raw: Mapping[str, Any]) -> int:
    text = _needed(raw, "attempt")
    if not _WHOLE.fullmatch(text) or not 1 <= int(text) <= MAX_ATTEMPT:
        raise _Wrong("BAD_ATTEMPT", f'attempt "{text[:40]}" is not a whole number from 1 to {MAX_ATTEMPT}.')
    return int(text)


def _score(raw: Mapping[str, Any], most: str, *, decimal_comma: bool) -> str | None:
    text = _text(raw, "score")
    if text in NO_RESULT:
        return None
    score = _number(text, "score", decimal_comma=decimal_comma)
    if Fraction(score) > Fraction(most):
        raise _Wrong("SCORE_OUT_OF_RANGE", f"score {score} is more than max {most}; correct one of them.")
    return score


def _number(text: str, name: str, *, decimal_comma: bool) -> str:
    """Return the decimal text in its shortest form, "24" for "24,00"."""
    point = text.replace(",", ".") if decimal_comma else text
    if not _DECIMAL.fullmatch(point):
        raise _Wrong(f"BAD_{name.upper()}", f'{name} "{text[:40]}" is not a number such as 24 or 19.99, zero or more.')
    whole, _, decimals = point.partition(".")
    decimals = decimals.rstrip("0")
    return str(int(whole)) + (f".{decimals}" if decimals else "")


def _status(raw: Mapping[str, Any]) -> str:
    status = _needed(raw, "status")
    if status not in STATUSES:
        raise _Wrong("BAD_STATUS", f'status "{status[:40]}" is not one of {", ".join(STATUSES)}.')
    return status


def _day(text: str, name: str, today: date) -> date:
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or day < EARLIEST:
        raise _Wrong("BAD_DATE", f'{name} "{text[:40]}" is not a day such as 2026-02-01, from 1900 on.')
    if day > today:
        raise _Wrong("DATE_IN_FUTURE", f"{name} {day} lies in the future; results are taken once they happened.")
    return day


def _sign_off(raw: Mapping[str, Any], today: date) -> tuple[str | None, date | None]:
    by, on = _text(raw, "signed_off_by"), _text(raw, "signed_off_on")
    if bool(by) != bool(on):
        raise _Wrong("SIGN_OFF_INCOMPLETE", "A sign-off needs signed_off_by and signed_off_on; write both or neither.")
    return (by, _day(on, "signed_off_on", today)) if by else (None, None)


def _made_id(*parts: str) -> str:
    """Return an id for a record without one: the same line gives the same id in every import."""
    return "sha256-" + hashlib.sha256(json.dumps(parts).encode()).hexdigest()
