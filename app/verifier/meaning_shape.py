"""The shape of `meaning` in a report, for the API's description; meaning.py makes it, and a test compares the two."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """An object with these members and no others."""

    model_config = ConfigDict(extra="forbid")


class AlignmentShape(Shape):
    """What something is aligned to, under the names of Open Badges."""

    targetName: str | None  # noqa: N815 - the specification's words
    targetCode: str | None  # noqa: N815
    targetFramework: str | None  # noqa: N815
    targetUrl: str | None  # noqa: N815
    targetType: str | None  # noqa: N815


class LevelShape(Shape):
    """A level that was reached."""

    name: str | None
    code: str | None
    description: str | None = Field(description="What the level means for this competency.")
    points: str | None
    position: int | None = Field(description="On its scale, 1 is the lowest.")
    of: int
    scale: list[str | None] = Field(description="Names of all levels, lowest first; told once for each scale.")


class CompetencyMeantShape(Shape):
    """One competency, as a result of the badge shows it."""

    name: str | None
    code: str | None
    level: LevelShape | None
    required_level: str | None
    value: str | None
    status: str | None
    alignments: list[AlignmentShape]


class GradeShape(Shape):
    """A result that is no competency."""

    name: str | None
    type: str | None
    value: str | None
    status: str | None
    required: str | None
    least: str | None
    most: str | None


class CriteriaShape(Shape):
    """What had to be done; the narrative is Markdown of a stranger."""

    url: str | None
    narrative: str | None


class EvidenceShape(Shape):
    """A piece of evidence."""

    url: str | None
    name: str | None
    genre: str | None
    description: str | None
    narrative: str | None


class AssessmentShape(Shape):
    """How it was assessed."""

    criteria: CriteriaShape
    grades: list[GradeShape]
    evidence: list[EvidenceShape]
    credit_hours: str | None = Field(description="Open Badges' creditsEarned or creditsAvailable; no ECTS points.")


class ConceptShape(Shape):
    """A concept of a vocabulary."""

    id: str | None
    name: str | None


class WorkloadShape(Shape):
    """How long it takes to learn."""

    duration: str | None
    hours: str | None


class CreditShape(Shape):
    """Credit points."""

    points: str
    system: str | None
    system_id: str | None
    status: str | None


class EqfShape(Shape):
    """A level of the European Qualifications Framework; `status` null when the badge does not say it."""

    framework: Literal["EQF"]
    level: int
    status: Literal["indicative", "referenced"] | None


class EuropeanShape(Shape):
    """Annex I of the Council Recommendation on micro-credentials."""

    workload: WorkloadShape | None
    credit: CreditShape | None
    level: EqfShape | None
    assessment_types: list[ConceptShape]
    participation: ConceptShape | None
    quality_assurance: ConceptShape | None
    supervision: ConceptShape | None
    identity_checked: bool | None
    prerequisites: str | None
    stackability: str | None
    missing: list[str] = Field(description="Mandatory elements that the badge does not carry in a way that is read.")


class SomebodyShape(Shape):
    """Somebody, by id, name and address."""

    id: str | None
    name: str | None
    url: str | None


class IssuerMeantShape(SomebodyShape):
    """Who issued it, and on whose behalf."""

    description: str | None
    country: str | None
    country_code: str | None
    locality: str | None
    assessed_by: SomebodyShape | None
    created_by: SomebodyShape | None


class IdentifierShape(Shape):
    """How the subject is named; what is hashed has no value."""

    type: str | None
    hashed: bool
    value: str | None


class HolderShape(Shape):
    """Whom it is about, and whether the one who showed it is that person."""

    id: str | None
    identified_by: list[str]
    identifiers: list[IdentifierShape]
    presented_by: str | None
    binding: Literal["proved", "differs", "not_comparable", "not_proved", "not_presented"]


class ReceiptCheckShape(Shape):
    """A check that a receipt tells."""

    check: str | None
    outcome: str | None


class ReceiptOfShape(Shape):
    """What a receipt of a verification says, by the word of who signed it."""

    sha256: str | None
    outcome: str | None
    kind: str | None
    name: str | None
    issuer: str | None
    verified_at: str | None
    as_of: str | None
    trust: str | None
    checks: list[ReceiptCheckShape]


class SentenceShape(Shape):
    """One sentence: `text` in English; a page translates by `key` and puts the values in."""

    key: str
    values: dict[str, Any]
    text: str


class MeaningShape(Shape):
    """What a badge means, as it says itself."""

    kind: str
    achievement_type: str | None
    name: str | None
    license_number: str | None
    language: str | None
    competencies: list[CompetencyMeantShape]
    alignments: list[AlignmentShape]
    assessment: AssessmentShape
    european: EuropeanShape | None
    issuer: IssuerMeantShape
    holder: HolderShape
    receipt_of: ReceiptOfShape | None = Field(description="Of what it is a receipt; null when it is none.")
    sentences: list[SentenceShape]
