"""The plain values that a badge is built from: who awards what to whom, by which rule, on what evidence.

Words and fields are those of the Open Badges 3.0 data model (https://www.imsglobal.org/spec/ob/v3p0/); openbadge.py
turns them into a document.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.vc.european import EuropeanElements


@dataclass(frozen=True, slots=True)
class IssuerProfile:
    """The awarding body (OB 3.0 Profile, Address). `id` is its DID; `country_code` is ISO 3166-1 alpha-2."""

    id: str
    name: str
    url: str
    country_code: str
    country: str
    locality: str | None = None
    email: str | None = None
    image: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """The learner: a proved `did`, or an `email` with its `salt`, or both. `subject_id`: a fresh urn:uuid.

    `license_number`: under which a certificate stands in the issuer's register.
    """

    subject_id: str
    email: str | None = None
    salt: str | None = None
    did: str | None = None
    license_number: str | None = None


@dataclass(frozen=True, slots=True)
class FrameworkVersion:
    """One published version of a competency framework. `hash` is that of its content, e.g. `sha256-...`."""

    id: str
    name: str
    version: str
    hash: str


@dataclass(frozen=True, slots=True)
class Level:
    """A level on which a competency can be shown; `points` orders them, `description` is this competency's own."""

    id: str
    name: str
    points: int
    description: str | None = None


@dataclass(frozen=True, slots=True)
class ExternalAlignment:
    """A node of somebody else's framework. `target_url`: its own URI where it has one (ESCO), else a page of ours."""

    framework: str
    version: str
    name: str
    target_url: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Competency:
    """A learning outcome of the achievement: `levels` in ascending order, `required_level` the id of one of them."""

    code: str
    name: str
    url: str
    levels: tuple[Level, ...]
    required_level: str
    alignments: tuple[ExternalAlignment, ...] = ()

    def reached(self, levels: Mapping[str, str | None]) -> Level:
        """Return the level that was shown, by competency; the required one where an evaluation names none."""
        shown = levels.get(self.code) or self.required_level
        return next(level for level in self.levels if level.id == shown)


@dataclass(frozen=True, slots=True)
class Achievement:
    """What can be achieved: one version of it, in one language. `narrative` tells the whole rule in words (markdown).

    `id` is an absolute URL without fragment; `criteria_url` is another (a fragment of `id` will do), since two objects
    with one id are one node in RDF. `related` are ids of achievements that it stacks into.
    """

    id: str
    code: str
    version: str
    language: str
    name: str
    description: str
    criteria_url: str
    narrative: str
    framework: FrameworkVersion
    competencies: tuple[Competency, ...]
    european: EuropeanElements | None = None
    achievement_type: str = "MicroCredential"
    image: str | None = None
    field_of_study: str | None = None
    tags: tuple[str, ...] = ()
    related: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """The version of the achievement's rule that was applied; `hash` covers all that its outcome depends on.

    `name` and `sentence` tell it to people, in the language of the badge. The sentence has places, in braces:
    code, version, hash, framework, framework_id, framework_version, framework_hash.
    """

    version: str
    hash: str
    name: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence. `narrative` says what was shown and how (markdown)."""

    name: str
    narrative: str
    description: str | None = None
    genre: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class StatusEntry:
    """The credential's place in a status list: the list's URL, a position counted from 0, a status purpose."""

    list_url: str
    index: int
    purpose: str
