"""The shapes of a match, for the API's description; match.py makes the answer, and a test compares the two."""

from typing import Any, Literal

from pydantic import Field

from app.verifier.meaning_shape import Shape
from app.verifier.report_shape import IssuerShape, TrustShape


class MatchRequest(Shape):
    """What POST /verify/match takes as JSON."""

    credentials: list[Any] = Field(description="Badges: objects, or JWTs and SD-JWTs as texts; at most 12.")
    framework: Any = Field(description="The framework itself, or the code, id or address of a published one.")
    role: str = Field(description="Id of a role of the framework.")
    recipient: str | None = Field(None, description="Whom the badges must be about: e-mail address, DID, identifier.")
    trust: Any = Field(None, description="As for POST /verify.")


class NamedShape(Shape):
    """Something of the framework."""

    id: str
    name: str


class MatchedFrameworkShape(Shape):
    """The framework that was matched against."""

    id: str
    version: str
    title: str
    content_hash: str


class ShownByShape(Shape):
    """A badge that shows a competency."""

    badge: str
    level: NamedShape | None = Field(description="Null when the badge's level is none of the framework's.")
    level_as_told: str | None
    is_enough: bool
    by: Literal["case_uri", "url", "code", "exact_match"]


class LineShape(Shape):
    """One competency that the role asks for."""

    competency: str
    name: str
    min_level: NamedShape
    status: Literal["met", "level_too_low", "level_unknown", "missing"]
    shown_by: list[ShownByShape]


class ElectivesShape(Shape):
    """Competencies of which some are asked for."""

    at_least: int
    met: int
    competencies: list[LineShape]


class PersonShape(Shape):
    """The badges of one subject, matched."""

    subject: str | None
    badges: list[str]
    outcome: Literal["met", "not_met"]
    mandatory: list[LineShape]
    missing: list[str]
    electives: ElectivesShape


class MatchedBadgeShape(Shape):
    """One badge: whether it counts, and what it shows."""

    badge: str
    outcome: Literal["valid", "invalid", "unknown"]
    counts: bool
    why_not: str | None
    name: str | None
    kind: str
    issuer: IssuerShape
    subject: str | None
    trust: TrustShape
    competencies: list[str]
    related: list[str] = Field(description="Competencies that name the same thing elsewhere; they do not count.")


class UnreadableShape(Shape):
    """A document that is no badge."""

    badge: str
    why: str


class MatchShape(Shape):
    """The answer of POST /verify/match."""

    summary: str
    framework: MatchedFrameworkShape
    role: NamedShape
    outcome: Literal["met", "not_met"]
    same_person: Literal["recipient", "one", "different", "unknown", "none"]
    persons: list[PersonShape]
    badges: list[MatchedBadgeShape]
    unreadable: list[UnreadableShape]
    recipient_asked: bool
    as_of: str | None
    verified_at: str
