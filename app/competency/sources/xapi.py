"""Statements of the Experience API (xAPI) 1.0.3 and 2.0, IEEE 9274.1.1.

https://github.com/adlnet/xAPI-Spec/blob/master/xAPI-Data.md: a result is a statement of one of the verbs RESULT_VERBS
with `score.raw` of `score.max`, from zero. `scaled` need not be raw by max, so it is not used instead; `completed` is
not `passed`; cmi5's `waived` is prior learning, which is decided by assessors. Statements never change: the same id
with other content is refused where statements are taken (issuer/assessment/statements.py); only voiding takes one back.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from app.competency.result_record import Refused
from app.competency.sources.members import at, day, moment, not_an_object, objects, score, text
from app.competency.sources.reading import BY_EMAIL, Read, Reading
from app.mailbox import folded

ADL = "http://adlnet.gov/expapi/verbs/"
RESULT_VERBS = tuple(ADL + verb for verb in ("passed", "failed", "mastered", "scored"))
VOIDED = ADL + "voided"
WAIVED = "https://w3id.org/xapi/adl/verbs/waived"
SYSTEM = "xapi"
MOST = 10**9  # as many digits as a score may have (result_fields)
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Voiding:
    """`statement_id` takes back the statement `target`."""

    number: int
    statement_id: str
    target: str


Told = Read | Voiding


def statement_id(statement: Any) -> str | None:
    """Return the id of a statement in lower case, None when it has none or no UUID."""
    found = text(statement, "id")
    return found.lower() if UUID.fullmatch(found) else None


def read(document: Any) -> Iterator[Told]:
    """Read one statement, a list, or `{"statements": [...]}` as a Learning Record Store answers.

    Raises BadInput, TooLarge. A statement needs an id here: without one, nothing tells it from its repetition.
    """
    is_answer = isinstance(document, dict) and "statements" in document
    for number, item in enumerate(objects(document, *(["statements"] if is_answer else [])), start=1):
        yield _told(number, item) if isinstance(item, dict) else not_an_object(number)


def _told(number: int, statement: dict[str, Any]) -> Told:
    own_id = statement_id(statement)
    if own_id is None:
        return Refused(number, "BAD_VALUE", "The statement needs an id that is a UUID.", None)
    verb = text(statement, "verb", "id")
    if verb == VOIDED:
        target = text(statement, "object", "id")
        if text(statement, "object", "objectType") != "StatementRef" or not UUID.fullmatch(target):
            return Refused(number, "BAD_VALUE", "A voiding statement's object is a StatementRef with a UUID.", None)
        return Voiding(number, own_id, target.lower())
    if verb == WAIVED:
        message = "waived is prior learning, not a result: enter it as an RPL claim, which assessors decide."
        return Refused(number, "WAIVED_IS_PRIOR_LEARNING", message, None)
    if verb not in RESULT_VERBS:
        message = f'"{verb[-60:]}" tells no result; passed, failed, mastered and scored do, completed does not.'
        return Refused(number, "NOT_A_RESULT", message, None)
    return _wrong_score(number, at(statement, "result", "score")) or _reading(number, own_id, statement)


def _reading(number: int, own_id: str, statement: dict[str, Any]) -> Reading:
    performed = statement.get("timestamp") or statement.get("stored")
    actor = at(statement, "actor")
    return Reading(
        number=number,
        record_id=own_id,
        person=_person(actor),
        items=tuple(filter(None, (text(statement, "object", "id"),))),
        score=score(statement, "result", "score", "raw"),
        max=score(statement, "result", "score", "max"),
        performed_on=day(moment(performed)) or ("" if performed is None else "?"),
        source_system=text(actor, "account", "homePage") or SYSTEM,
    )


def _person(actor: Any) -> str:
    """Return the account's name, or the mailbox; other identifiers, groups and names tell nobody whom we know."""
    if text(actor, "objectType") not in ("", "Agent"):
        return ""
    mailbox = text(actor, "mbox")
    return text(actor, "account", "name") or (folded(mailbox) if mailbox.startswith(BY_EMAIL) else "")


def _wrong_score(number: int, found: Any) -> Refused | None:
    """Say what is wrong with a score (xAPI-Data section 2.4.5.1), None when nothing is."""
    if at(found, "raw") is None or at(found, "max") is None:
        message = "score.raw and score.max are needed: scaled alone cannot be turned into exact points."
        return Refused(number, "SCALE_UNKNOWN", message, None)
    numbers = {name: _exact(at(found, name)) for name in ("raw", "min", "max", "scaled") if at(found, name) is not None}
    wrong = next((name for name, value in numbers.items() if value is None), None)
    if wrong is not None:
        return Refused(number, "BAD_SCORE", f"score.{wrong} is not a number that a score can have.", None)
    if abs(numbers.get("scaled") or Fraction(0)) > 1:
        return Refused(number, "BAD_SCORE", "score.scaled lies outside -1 to 1.", None)
    if numbers.get("min"):
        return Refused(number, "SCALE_MISMATCH", "score.min is not 0; scores are not converted, so send from 0.", None)
    return None


def _exact(value: Any) -> Fraction | None:
    """Return a JSON number exactly, None for other values and for those that no score has."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    in_range: bool = -MOST < value < MOST  # which NaN never is
    return Fraction(value) if in_range else None
