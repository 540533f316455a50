"""One result as its source tells it, before it is known where it belongs, and what a person told about the source."""

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from app.competency.result_record import FINAL, Refused

BY_EMAIL = "mailto:"  # RFC 6068, as in xAPI's mbox: the person with this address
BY_NAME = "name:"  # all that was told is a name: a person must look at it


@dataclass(frozen=True, slots=True)
class Reading:
    """`person` is an id there, `mailto:` and an address, or `name:` and a name; `items` name what was assessed.

    `number` counts as in Accepted. `record_id` is empty where the source has none. `score` and `max` are texts or JSON
    numbers; `max` None: the source does not tell. `section_scale`: the format itself says that the score is in the
    section's points. `competency`: the id, UUID or GUID of the competency that the score is for. `every_section`: it
    says the same of all sections of the assessment that `items` name. `by_section`: one `record_id` has several
    sections. `performed_on` is a day such as 2026-02-01.
    `stated_at`: when the source says so; an older statement never replaces a newer one.
    """

    number: int
    record_id: str
    person: str
    items: tuple[str, ...]
    score: Any
    max: Any
    performed_on: str
    attempt: Any = 1
    status: str = FINAL
    assessor: str | None = None
    stated_at: datetime | None = None
    source_system: str = ""
    section_scale: bool = False
    competency: str = ""
    every_section: bool = False
    by_section: bool = False


Read = Reading | Refused


@dataclass(frozen=True, slots=True)
class MappedItem:
    """Where an item (a column, an activity, a line item) belongs; `max`: its highest score if the source tells none."""

    assessment: str
    section: str
    max: str | None = None


@dataclass(frozen=True, slots=True)
class SourceMapping:
    """What a person told about a source, once for all its files.

    `id_column`, `email_column`, `name_columns`, `date_column` and `date_form` are for tables. `person_prefix` is cut
    off ids of persons that are addresses. `performed_on` is for sources that tell no day. `section` is that of results
    which do not say what they are for.
    """

    source_system: str = ""
    id_column: str | None = None
    email_column: str | None = None
    name_columns: tuple[str, ...] = ()
    date_column: str | None = None
    date_form: str = "YYYY-MM-DD"
    person_prefix: str = ""
    performed_on: date | None = None
    attempt: int = 1
    status: str = FINAL
    section: str | None = None
    items: MappingOf[str, MappedItem] = field(default_factory=dict)
