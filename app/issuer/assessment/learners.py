"""Learners: added and corrected one by one, or as a CSV roster. Nobody is created by accident."""

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from app.competency.separator import separator_of
from app.errors import BadInput, Fault, NotFound, TooLarge
from app.issuer import names
from app.ports import Principal, Services
from app.store import assessment as store
from app.store import audit
from app.store.session import TenantSession
from app.store.tables import Learner
from app.texts import is_language

# RFC 5321 allows more; this is what mail systems of schools and cities use. Checked for form, not for existence.
EMAIL = re.compile(
    r"(?!=\?)(?=\S+\Z)[^@\s,;<>\"()\[\]\\\x00-\x1f\x7f]{1,64}"
    r"@[A-Za-z0-9\u00a1-\uffff]([A-Za-z0-9\u00a1-\uffff.-]{0,250})\.[A-Za-z0-9\u00a1-\uffff-]{2,63}"
)
DID = re.compile(r"did:[a-z0-9]+:[A-Za-z0-9._:%-]+")  # W3C DID Core, section 3.1
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")  # BCP 47, the common part
COLUMNS = ("id", "name", "email", "did", "language")
MAX_ROWS = 50_000
CHUNK = 500  # learners of one transaction: other writers get their turn


@dataclass(frozen=True, slots=True)
class LearnerData:
    """A learner as sent: `code` is the provider's own id for her."""

    code: str
    name: str
    email: str
    did: str | None = None
    language: str | None = None


def check(code: str, values: dict[str, Any]) -> LearnerData:
    """The learner of these members (name, email, did, language); raises BadInput naming every wrong one."""
    faults: list[Fault] = [
        Fault(f"/{name}", f"{name} is not a member of a learner.") for name in values if name not in COLUMNS
    ]
    wanted: dict[str, str | None] = {}
    for name in COLUMNS[1:]:
        value = values.get(name)
        try:
            wanted[name] = None if value in (None, "") else _checked(name, value)
        except BadInput as problem:
            faults.append(Fault(f"/{name}", problem.detail))
    faults += [
        Fault(f"/{name}", f"A learner needs a {name}.")
        for name in ("name", "email")
        if name in wanted and wanted[name] is None
    ]
    if faults:
        raise BadInput(faults[0].detail, pointer=faults[0].pointer, faults=tuple(faults))
    names.code(code, "/id")
    return LearnerData(code, wanted["name"] or "", wanted["email"] or "", wanted["did"], wanted["language"])


def _checked(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise BadInput(f"{name} must be a text.")
    checked = names.text(value, f"/{name}", most={"name": 300, "email": 320}.get(name, 2000))
    if name == "email" and not EMAIL.fullmatch(checked):
        raise BadInput(f"{checked[:320]!r} is not an e-mail address.")
    if name == "did" and not DID.fullmatch(checked):
        raise BadInput(f"{checked[:100]!r} is not a DID.")
    if name == "language" and not (LANGUAGE.fullmatch(checked) and len(checked) <= 35):  # noqa: PLR2004 - BCP 47
        raise BadInput(f"{checked[:35]!r} is not a language tag such as en or el.")
    if name == "language" and not is_language(checked):
        raise BadInput(f"There is no language {checked!r}; write a tag such as en, el or de-AT, or leave it out.")
    return checked


def put(services: Services, principal: Principal, data: LearnerData) -> tuple[Learner, str]:
    """Add or correct one learner; returns the row and `new`, `same` or `correction`."""

    def work() -> tuple[Learner, str]:
        with services.database.writing(principal.tenant_id) as session:
            return _store(services, principal, session, store.learner(session, data.code), data, frozenset(COLUMNS))

    return services.database.settle(work)


def _store(
    services: Services,
    principal: Principal,
    session: TenantSession,
    existing: Learner | None,
    data: LearnerData,
    given: frozenset[str],
) -> tuple[Learner, str]:
    """Add or correct; of an existing learner only the members that were `given` change."""
    now = services.clock()
    values = {"name": data.name, "email": data.email, "did": data.did, "language": data.language}
    if existing is not None:
        values = {name: value for name, value in values.items() if name in given}
    if existing is None:
        row = Learner(id=services.new_id(), code=data.code, **values, created_at=now, updated_at=now)
        session.add(row)
        session.flush()
        outcome = "new"
        changed = sorted(name for name, value in values.items() if value)
    else:
        row = existing
        changed = [name for name, value in values.items() if getattr(row, name) != value]
        for name in changed:
            setattr(row, name, values[name])
        outcome = "correction" if changed else "same"
    if changed:  # the audit log names what changed, never the person: erasing the learner must be possible
        row.updated_at = now
        action = f"learner {'added' if outcome == 'new' else 'corrected'}"
        audit.record(session, at=now, actor=principal.key_id, action=action, subject=row.id, members=changed)
    return row, outcome


def get(services: Services, principal: Principal, code: str) -> Learner:
    """The learner of that code; raises NotFound."""
    with services.database.reading(principal.tenant_id) as session:
        return find(session, code)


def find(session: TenantSession, code: str) -> Learner:
    """The learner of that code, in a session that is open; raises NotFound."""
    return _found(store.learner(session, names.known_code(code, "learner")), code)


def read(session: TenantSession, code: str) -> Learner:
    """The learner of that code, to read only: what is changed on her is not stored. Raises NotFound."""
    return _found(store.read_learner(session, names.known_code(code, "learner")), code)


def _found(row: Learner | None, code: str) -> Learner:
    if row is None:
        raise NotFound(f"There is no learner {code}.", remedy=f"PUT /api/v1/learners/{code} adds her.")
    return row


def to_json(row: Learner) -> dict[str, Any]:
    """A learner as the API shows her to her own provider."""
    shown = {"id": row.code, "name": row.name, "email": row.email, "did": row.did, "language": row.language}
    return {name: value for name, value in shown.items() if value is not None}


def read_roster(data: bytes) -> list[dict[str, str]]:
    """The rows of a CSV roster: columns id, name, email and perhaps did, language; comma or semicolon, UTF-8."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"Byte {error.start} is not UTF-8.", remedy="Save the file as CSV UTF-8.") from error
    if "\0" in text:
        raise BadInput("The file contains NUL characters.", remedy="Save the file as CSV UTF-8.")
    header = text.splitlines()[0] if text.strip() else ""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(header))
    try:
        rows = [row for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise BadInput(f"Line {reader.line_num} is not CSV: {error}.") from error
    if len(rows) > MAX_ROWS:
        raise TooLarge(f"More than {MAX_ROWS} rows.", remedy="Send the roster in parts.")
    return _by_column(rows)


def _by_column(rows: list[list[str]]) -> list[dict[str, str]]:
    columns = [cell.strip().lower() for cell in rows[0]] if rows else []
    missing = [name for name in COLUMNS[:3] if name not in columns]
    odd = [name for name in columns if name not in COLUMNS]
    if missing or odd or len(set(columns)) != len(columns):
        named = [*(f"{name} is missing" for name in missing), *(f"{name[:50]!r} is unknown" for name in odd[:5])]
        raise BadInput(
            "The first line must name the columns id, name, email and perhaps did, language, each once"
            f" ({'; '.join(named) or 'one stands twice'}).",
            pointer="line 1",
        )
    return [dict(zip(columns, (cell.strip() for cell in row), strict=False)) for row in rows[1:]]


def items_of(value: Any, member: str) -> list[dict[str, Any]]:
    """The rows of a JSON body: an array of objects, or an object with it as `member`; raises BadInput, TooLarge."""
    items = value.get(member) if isinstance(value, dict) else value
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise BadInput(f"A JSON array of objects is needed, or an object with it as {member}.", pointer="")
    if len(items) > MAX_ROWS:
        raise TooLarge(f"More than {MAX_ROWS} {member}.", remedy="Send them in parts.")
    return items


def put_roster(
    services: Services,
    principal: Principal,
    rows: Sequence[dict[str, Any]],
    progress: Callable[[int], None] = lambda _: None,
) -> dict[str, Any]:
    """Add or correct many learners; a wrong row is refused with its reason and the rest goes in.

    A member that a row does not have is left as it is. Raises TooLarge beyond MAX_ROWS.
    """
    if len(rows) > MAX_ROWS:
        raise TooLarge(f"More than {MAX_ROWS} learners.", remedy="Send the roster in parts.")
    answers: list[dict[str, Any]] = []
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        answers += services.database.settle(partial(_put_chunk, services, principal, chunk, start + 1))
        progress(len(chunk))
    outcomes = ("new", "same", "correction", "refused")
    counts = {outcome: sum(row["outcome"] == outcome for row in answers) for outcome in outcomes}
    return {"counts": counts, "rows": answers}


def _put_chunk(
    services: Services, principal: Principal, rows: Sequence[dict[str, Any]], first: int
) -> list[dict[str, Any]]:
    answers: list[dict[str, Any]] = []
    with services.database.writing(principal.tenant_id) as session:
        codes = (code for code in (values.get("id") for values in rows) if isinstance(code, str))
        known = store.learners_by_code(session, codes)
        for number, values in enumerate(rows, start=first):
            code = values.get("id")
            answer: dict[str, Any] = {"row": number, "id": code[:100] if isinstance(code, str) else None}
            members = {name: value for name, value in values.items() if name != "id"}
            try:
                if not isinstance(code, str):
                    raise BadInput("The id must be a text.", pointer="/id")  # noqa: TRY301 - told like the others
                data = check(code, members)
            except BadInput as problem:
                answers.append(answer | {"outcome": "refused", "message": problem.detail})
                continue
            row, outcome = _store(services, principal, session, known.get(code), data, frozenset(members))
            known[code] = row
            answers.append(answer | {"outcome": outcome})
    return answers
