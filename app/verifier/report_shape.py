"""The shape of a report's JSON, for the API's description; report.py makes it, and a test compares the two.

Never used on a report that is answered: it is ours, and needs no checking.
"""

from typing import Literal

from pydantic import Field

from app.verifier.meaning_shape import MeaningShape, Shape

OutcomeName = Literal["valid", "invalid", "unknown"]


class FindingShape(Shape):
    """One thing that was found."""

    code: str = Field(description="Stable; docs/verification.md lists all.")
    outcome: OutcomeName
    message: str
    pointer: str = Field(description="JSON Pointer (RFC 6901) into the document that the check is of.")
    problem_type: str | None = Field(None, description="URL that a W3C specification gives to this error.")


class CheckShape(Shape):
    """One check; outcome null when it was skipped."""

    id: str
    outcome: OutcomeName | None
    required: bool = Field(description="False: it informs, and the document may be valid without it.")
    message: str
    url: str = Field(description="What the check does, relative to this service.")
    findings: list[FindingShape]


class AuthorityShape(Shape):
    """Who recognises an issuer."""

    name: str
    id: str | None = Field(description="Of who signed the registry; null for a list that is not signed.")
    source: str


class TrustScopeShape(Shape):
    """For what an issuer is recognised; no frameworks means for whatever it issues."""

    valid_from: str | None
    valid_until: str | None
    frameworks: list[str]
    competencies: list[str] = Field(description="Competencies of the badge in this scope.")
    outside: list[str] = Field(description="Competencies of the badge and of these frameworks beyond it.")


class TrustShape(Shape):
    """Whether the issuer is one that is trusted; never part of the outcome."""

    outcome: Literal["trusted", "not_trusted", "unknown", "not_asked"]
    why: str
    by: AuthorityShape | None
    scope: TrustScopeShape | None


class IssuerShape(Shape):
    """Who the document says issued it."""

    id: str | None
    name: str | None
    url: str | None


class CredentialShape(Shape):
    """What the document says of itself."""

    id: str | None
    name: str | None
    types: list[str]
    validFrom: str | None  # noqa: N815 - the specification's word
    validUntil: str | None  # noqa: N815
    awardedDate: str | None  # noqa: N815


class CompetencyShape(Shape):
    """One result, in the words of its description."""

    name: str | None
    level: str | None
    level_description: str | None
    value: str | None
    status: str | None


class AchievementShape(Shape):
    """What was achieved."""

    id: str | None
    name: str | None
    type: str | None
    description: str | None
    competencies: list[CompetencyShape]


class JudgementShape(Shape):
    """What came of judging a credential or a presentation."""

    kind: Literal["credential", "presentation"]
    outcome: OutcomeName
    summary: str
    hosted: bool = Field(
        False, description="Whether nothing is signed, and its host vouches for it: a hosted badge of Open Badges 2.0."
    )
    checks: list[CheckShape]
    trust: TrustShape
    issuer: IssuerShape | None = Field(description="Null for a presentation.")
    credential: CredentialShape | None = Field(description="Null for a presentation.")
    achievement: AchievementShape | None = Field(description="Null for a presentation, and where that is too long.")
    meaning: MeaningShape | None = Field(
        description="What it means, in keys and values; null for a presentation, and inside another one where the"
        " report would be too long."
    )
    holder: str | None = Field(description="Who says to present; null for a credential.")
    credentials: list["PartShape"] = Field(description="Of a presentation: each credential in it.")
    endorsements: list["PartShape"] = Field(description="Of a credential: each endorsement that it carries.")


class PartShape(JudgementShape):
    """The same of a document inside another one."""

    pointer: str = Field(description="Where it stands in that document.")


class FetchedShape(Shape):
    """What was asked of another server."""

    url: str
    kind: str
    why: str
    pointer: str
    ok: bool
    note: str


class NoteShape(Shape):
    """Something about how a document was found."""

    code: str
    message: str


class ReportShape(JudgementShape):
    """The answer of POST /verify."""

    fetched: list[FetchedShape]
    intake: list[NoteShape] = Field(description="How the document was found in what was sent: in a PDF, say.")
    sha256: str = Field(description="Of the bytes as they came, lower-case hex.")
    verified_at: str
    as_of: str | None = Field(description="The time that was judged, when it was not the time of verifying.")
    evidence_of: str | None = Field(description="When what the checks needed was fetched.")
    receipt: str | None = Field(None, description="The receipt as VC-JWT, when one was asked for.")
    is_replay: bool = Field(description="Whether saved evidence was judged, without fetching anything.")
