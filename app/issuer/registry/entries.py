"""The entries of a registry: as a provider sends them, as they are kept, as they are signed."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.errors import BadInput
from app.issuer import names
from app.vc import timestamps
from app.vc.recognition import MAX_ENTRIES, Entry, Scope

ISSUER = re.compile(r"(did:[a-z0-9]+:[A-Za-z0-9._:%/-]+|https://[^\s<>\"{}|\\^`#]+)", re.ASCII)
WEB = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
LAST_SECOND = "T23:59:59Z"


class ScopeBody(BaseModel):
    """Some competencies of one framework."""

    model_config = ConfigDict(extra="forbid", strict=True)
    framework: str = Field(max_length=1000, description="Its name as badges write it, without version, or its URL.")
    competencies: list[str] = Field([], max_length=500, description="Codes or URLs; none for the whole framework.")


class EntryBody(BaseModel):
    """One issuer that is recognised."""

    model_config = ConfigDict(extra="forbid", strict=True)
    issuer: str = Field(max_length=4096, description="Its id: a DID, or the https URL of its profile.")
    name: str | None = Field(None, max_length=300)
    url: str | None = Field(None, max_length=2000)
    valid_from: str | None = Field(None, description="From when on what it issues is recognised: a day, or a moment.")
    valid_until: str | None = Field(None, description="Until when: a day (its last second), or a moment.")
    scope: list[ScopeBody] = Field([], max_length=50, description="For which competencies; none for all.")


class RegistryBody(BaseModel):
    """All entries: this list replaces the one before."""

    model_config = ConfigDict(extra="forbid", strict=True)
    entries: list[EntryBody] = Field(max_length=MAX_ENTRIES)


def checked(sent: Iterable[EntryBody]) -> list[dict[str, Any]]:
    """The entries as they are kept, in their order. Raises BadInput with the place of the trouble."""
    kept: dict[tuple[str, str | None], dict[str, Any]] = {}
    for position, entry in enumerate(sent):
        one = _entry(entry, f"/entries/{position}")
        if key_of(one) in kept:
            message = f"{entry.issuer[:100]} is there twice from the same day on."
            raise BadInput(message, pointer=f"/entries/{position}", remedy="Put what it is recognised for together.")
        kept[key_of(one)] = one
    return list(kept.values())


def key_of(kept: dict[str, Any]) -> tuple[str, str | None]:
    """What an entry is known by: the issuer, and since when."""
    return kept["issuer"], kept["valid_from"]


def _entry(sent: EntryBody, place: str) -> dict[str, Any]:
    if not ISSUER.fullmatch(sent.issuer):
        message = f"{sent.issuer[:100]!r} is no issuer's id."
        raise BadInput(message, pointer=f"{place}/issuer", remedy="Give its DID, or the https URL of its profile.")
    if sent.url is not None and not WEB.fullmatch(sent.url):
        raise BadInput("An address begins with https:// or http://.", pointer=f"{place}/url")
    begins = moment(sent.valid_from, f"{place}/valid_from", "T00:00:00Z")
    ends = moment(sent.valid_until, f"{place}/valid_until", LAST_SECOND)
    if begins is not None and ends is not None and ends < begins:
        raise BadInput("The recognition would end before it begins.", pointer=f"{place}/valid_until")
    return {
        "issuer": sent.issuer,
        "name": names.text(sent.name, f"{place}/name", most=300) if sent.name else None,
        "url": sent.url,
        "valid_from": timestamps.write(begins) if begins else None,
        "valid_until": timestamps.write(ends) if ends else None,
        "scope": [_scope(one, f"{place}/scope/{number}") for number, one in enumerate(sent.scope)],
    }


def moment(text: str | None, place: str, of_a_day: str) -> datetime | None:
    """The moment that is meant, None for none; `of_a_day`: the time of a day alone. Raises BadInput."""
    if not text:
        return None
    found = timestamps.read(f"{text}{of_a_day}" if DAY.fullmatch(text) else text)
    if found is None:
        raise BadInput(f"{text[:40]!r} is no day.", pointer=place, remedy="Write it as 2026-09-01.")
    return found


def _scope(sent: ScopeBody, place: str) -> dict[str, Any]:
    codes = (names.text(one, f"{place}/competencies", most=1000) for one in sent.competencies)
    return {
        "framework": names.text(sent.framework, f"{place}/framework", most=1000),
        "competencies": list(dict.fromkeys(codes)),
    }


def as_value(kept: dict[str, Any]) -> Entry:
    """A kept entry as what is signed."""
    return Entry(
        kept["issuer"],
        kept["name"],
        kept["url"],
        timestamps.read(kept["valid_from"]),
        timestamps.read(kept["valid_until"]),
        tuple(Scope(one["framework"], tuple(one["competencies"])) for one in kept["scope"]),
    )
