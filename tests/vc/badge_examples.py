"""The values of one badge, for tests: Ana's MC-02 of the reference framework, cut to what shows everything."""

from datetime import UTC, date, datetime
from typing import Any

from app.vc import openbadge
from app.vc.european import Credit, Eqf, EuropeanElements
from app.vc.openbadge_values import (
    Achievement,
    Competency,
    Evidence,
    ExternalAlignment,
    FrameworkVersion,
    IssuerProfile,
    Level,
    Rule,
    StatusEntry,
    Subject,
)

ISSUER = IssuerProfile(
    id="did:web:consortium.example.org",
    name="Smart City Skills Consortium (example)",
    url="https://consortium.example.org/",
    country_code="BG",
    country="Bulgaria",
    locality="Sofia",
    email="badges@consortium.example.org",
    image="https://consortium.example.org/logo.png",
    description="An example consortium.",
)
SUBJECT = Subject(subject_id="urn:uuid:0b0c5a7e-6f0e-4b52-8f5d-2f6a4f1c8c11", email="ana@example.org", salt="demo-salt")
FRAMEWORK = FrameworkVersion(
    id="smart-city-reference",
    name="Smart City Skills \u2013 reference example",
    version="0.1.0",
    hash="sha256-1f2e3d",
)
ESCO = ExternalAlignment(
    framework="ESCO",
    version="1.2.0",
    name="project management",
    target_url="http://data.europa.eu/esco/skill/7111b95d-0ce3-441a-9d92-4c75d05c4388",
)
E_CF = ExternalAlignment(
    framework="e-CF",
    version="4.0 (EN 16234-1:2019)",
    name="Project and Portfolio Management",
    target_url="https://consortium.example.org/external/e-cf/E.2",
    code="E.2",
)
EUROPEAN = EuropeanElements(
    workload_hours=100,
    level=Eqf(6),
    assessment_types=(
        "http://data.europa.eu/snb/assessment/b1b68f6735",
        "http://data.europa.eu/snb/assessment/795dac4096",
    ),
    participation="http://data.europa.eu/snb/learning-assessment/e92d221e4d",
    quality_assurance="http://data.europa.eu/snb/accreditation/820101cba6",
    credit=Credit(system="http://data.europa.eu/snb/education-credit/6fcec5c5af", points="4"),
    supervision="http://data.europa.eu/snb/supervision-verification/70be69aaf9",
    stackability="stackable",
    prerequisites="none",
)


def competency(code: str, name: str, *alignments: ExternalAlignment) -> Competency:
    """A competency with four levels, of which the third is required."""
    names = ("Foundation", "Practitioner", "Professional", "Expert")
    return Competency(
        code=code,
        name=name,
        url=f"https://consortium.example.org/ims/case/v1p1/CFItems/{code}",
        levels=tuple(Level(f"L{n}", name, n, f"{code} at level {n}.") for n, name in enumerate(names, 1)),
        required_level="L3",
        alignments=alignments,
    )


ACHIEVEMENT = Achievement(
    id="https://consortium.example.org/achievements/5fbb5cf2",
    code="MC-02",
    version="1.0.0",
    language="en",
    name="Smart City Project Design and Delivery",
    description="Micro-credential of 4 ECTS credits (100 hours, indicative) about smart city projects.",
    criteria_url="https://consortium.example.org/achievements/5fbb5cf2#criteria",
    narrative="All competencies are shown at the level Professional and the project is passed (at least 2/3).",
    framework=FRAMEWORK,
    competencies=(
        competency("PRJ.1", "Needs analysis and prioritisation"),
        competency("PRJ.3", "Project planning and control", ESCO, E_CF),
        competency("PRJ.5", "Cross-disciplinary teamwork", ESCO),
    ),
    european=EUROPEAN,
    image="https://consortium.example.org/achievements/5fbb5cf2.png",
    field_of_study="Management and administration (ISCED-F 0413)",
    tags=("smart city", "project management"),
    related=("https://consortium.example.org/achievements/77aa00b1",),
)
RULE = Rule(
    version="1.0.0",
    hash="sha256-aa00bb",
    name="Rule of award",
    sentence="Decided by the rule of {code}, version {version} ({hash}), in the framework {framework} "
    "({framework_id}), version {framework_version} ({framework_hash}).",
)
EVIDENCE = Evidence(
    name="C02-P Project", narrative="Project: 27 of 30 points, signed off.", description="Project", genre="Assessment"
)
STATUS = StatusEntry("https://consortium.example.org/status-lists/4d1c", 4711, "revocation")


def badge(**changes: Any) -> dict[str, Any]:
    """The document, with some arguments of `build` changed."""
    arguments: dict[str, Any] = {
        "credential_id": "urn:uuid:700e8bfc-cdab-4529-92c5-81b79f10c8e8",
        "issuer": ISSUER,
        "subject": SUBJECT,
        "achievement": ACHIEVEMENT,
        "achieved": {"PRJ.1": "L3", "PRJ.3": "L4", "PRJ.5": "L3", "GOV.1": None},
        "rule": RULE,
        "awarded_on": date(2025, 12, 20),
        "valid_from": datetime(2025, 12, 21, 9, 30, 15, 123456, tzinfo=UTC),
        "valid_until": datetime(2028, 12, 21, tzinfo=UTC),
        "evidence": (EVIDENCE,),
        "status_entry": STATUS,
    }
    return openbadge.build(**(arguments | changes))
