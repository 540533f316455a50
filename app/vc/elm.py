"""An award in the European Learning Model v3, as the unsigned European Digital Credential that the EDC issuer takes.

http://data.europa.eu/snb/model/elm/ and its application profile `edc-generic-full` (SHACL shapes of the European
Commission's European Digital Credentials, https://github.com/european-commission-empl/European-Learning-Model). What
becomes of it is a credential of another model, sealed by an organisation's eIDAS seal: the issuer of EDC adds
`@context`, the seal and the legal identifier that the seal proves. So a file begins with `{"credential": ...}`.

The elements of Annex I of the Council Recommendation of 16 June 2022 (OJ C 243, 27.6.2022, p. 10) stand where ELM has
places for them; app.vc.european has the same ones for Open Badges.
"""

import base64
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.vc import timestamps
from app.vc.european import EuropeanElements, duration

PROFILE = "http://data.europa.eu/snb/model/ap/edc-generic-full"
GENERIC = "http://data.europa.eu/snb/credential/e34929035b"
BASE64 = "http://data.europa.eu/snb/encoding/6146cde7dd"
AUTHORITY = "http://publications.europa.eu/resource/authority/"
ESCO_SKILL = "http://data.europa.eu/esco/skill/"
ESCO_SKILLS = "http://data.europa.eu/esco/concept-scheme/skills"
SNB_SCHEME = "25831c2"  # the last part of every scheme's address under http://data.europa.eu/snb/
LANGUAGES = {"bg": "BUL", "de": "DEU", "el": "ELL", "en": "ENG", "es": "SPA", "ro": "RON"}  # of that authority's table

Texts = Mapping[str, str]
"""A text by language (two letters); the main language first."""
Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the learner can do. `skills`: (URI, name) of skills of ESCO."""

    title: Texts
    skills: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Awarded:
    """An award, and all that is said of it.

    `country`: code of three letters (ISO 3166-1). `fields`: URIs of ISCED-F; `setting`: that of the learning setting.
    `grade`: what was reached. `labels`: what the concepts are called that the elements name. `picture`: PNG.
    """

    id: str
    title: Texts
    description: Texts
    issuer: str
    country: str
    country_name: Texts
    learner: str
    awarded_at: datetime
    valid_until: datetime | None
    elements: EuropeanElements
    prerequisites: Texts
    fields: tuple[str, ...]
    setting: str | None
    outcomes: tuple[Outcome, ...]
    grade: Texts
    labels: Mapping[str, Texts]
    picture: bytes


def credential(awarded: Awarded) -> Node:
    """Return the file: one credential, without context and seal."""
    day = timestamps.write(awarded.awarded_at)
    until = {} if awarded.valid_until is None else {"validUntil": timestamps.write(awarded.valid_until)}
    return {
        "credential": {
            "id": f"urn:credential:{awarded.id}",
            "type": ["VerifiableCredential", "EuropeanDigitalCredential"],
            "credentialProfiles": _concept(GENERIC, {"en": "Generic"}),
            "displayParameter": _display(awarded),
            "credentialSchema": {"id": PROFILE, "type": "ShaclValidator2017"},
            "issuer": _organisation(awarded),
            "issued": day,
            "validFrom": day,
            **until,
            "credentialSubject": _thing(
                "Person", 1, fullName=_name(awarded, awarded.learner), hasClaim=_achievement(awarded)
            ),
        }
    }


def _achievement(awarded: Awarded) -> Node:
    return _thing(
        "LearningAchievement",
        1,
        title=dict(awarded.title),
        awardedBy=_awarding(awarded, 1),
        provenBy=list(_assessments(awarded)),
        specifiedBy=_qualification(awarded),
    )


def _awarding(awarded: Awarded, number: int) -> Node:
    body = _organisation(awarded)
    return _thing("AwardingProcess", number, awardingBody=body, awardingDate=timestamps.write(awarded.awarded_at))


def _assessments(awarded: Awarded) -> Iterator[Node]:
    """Yield one for each type of assessment; ELM has each with a grade, which here is what was reached in all."""
    elements = awarded.elements
    for number, kind in enumerate(elements.assessment_types, 1):
        title = dict(awarded.labels[kind])
        supervision = elements.supervision
        verified = {} if supervision is None else {"idVerification": _concept(supervision, awarded.labels[supervision])}
        yield _thing(
            "LearningAssessment",
            number,
            title=title,
            awardedBy=_awarding(awarded, number + 1),
            grade=_note(awarded.grade, number),
            **verified,
            specifiedBy=_thing(
                "LearningAssessmentSpecification", number, title=title, dcType=_concept(kind, awarded.labels[kind])
            ),
        )


def _qualification(awarded: Awarded) -> Node:
    elements, labels = awarded.elements, awarded.labels
    more: Node = {}
    if elements.credit is not None:
        system = _concept(elements.credit.system, labels[elements.credit.system])
        more["creditPoint"] = _thing("CreditPoint", 1, framework=system, point=elements.credit.points)
    if awarded.prerequisites:
        more["entryRequirement"] = _note(awarded.prerequisites, len(elements.assessment_types) + 1)
    if awarded.fields:
        more["thematicArea"] = [_concept(uri, labels[uri]) for uri in awarded.fields]
    if awarded.setting is not None:
        more["learningSetting"] = _concept(awarded.setting, labels[awarded.setting])
    assured = elements.quality_assurance
    return _thing(
        "Qualification",
        1,
        title=dict(awarded.title),
        eqfLevel=_concept(elements.level.uri, labels[elements.level.uri]),
        volumeOfLearning=duration(elements.workload_hours),
        mode=_concept(elements.participation, labels[elements.participation]),
        accreditation=_thing(
            "Accreditation",
            1,
            title=dict(labels[assured]),
            dcType=_concept(assured, labels[assured]),
            accreditingAgent=_organisation(awarded),
        ),
        learningOutcome=[_outcome(one, number) for number, one in enumerate(awarded.outcomes, 1)],
        **more,
    )


def _outcome(outcome: Outcome, number: int) -> Node:
    skills = [_concept(uri, {"en": name}) for uri, name in outcome.skills]
    related = {"relatedESCOSkill": skills} if skills else {}
    return _thing("LearningOutcome", number, title=dict(outcome.title), **related)


def _organisation(awarded: Awarded) -> Node:
    country = _concept(f"{AUTHORITY}country/{awarded.country}", awarded.country_name)
    address = _thing("Address", 1, countryCode=country)
    return _thing(
        "Organisation", 1, legalName=_name(awarded, awarded.issuer), location=_thing("Location", 1, address=address)
    )


def _name(awarded: Awarded, name: str) -> Node:
    """Return a name as a text in the main language; it is the same in all."""
    return {next(iter(awarded.title)): name}


def _display(awarded: Awarded) -> Node:
    """How it is shown: as one picture, whatever the language."""
    languages = [_concept(f"{AUTHORITY}language/{LANGUAGES[each]}", {}) for each in awarded.title]
    main = languages[0]
    picture = _thing(
        "MediaObject",
        1,
        content=base64.b64encode(awarded.picture).decode(),
        contentEncoding=_concept(BASE64, {"en": "base64"}),
        contentType=_concept(f"{AUTHORITY}file-type/PNG", {"en": "PNG"}),
    )
    page = _thing("DisplayDetail", 1, page=1, image=picture)
    return _thing(
        "DisplayParameter",
        1,
        title=dict(awarded.title),
        description=dict(awarded.description),
        language=languages,
        primaryLanguage=main,
        individualDisplay=_thing("IndividualDisplay", 1, language=main, displayDetail=page),
    )


def _note(texts: Texts, number: int) -> Node:
    return _thing("Note", number, noteLiteral=dict(texts))


def _thing(kind: str, number: int, **members: Any) -> Node:
    """Return a node of that class; the same number means the same node."""
    return {"id": f"urn:epass:{kind[0].lower()}{kind[1:]}:{number}", "type": kind, **members}


def _concept(uri: str, labels: Texts) -> Node:
    """Return a concept of a controlled vocabulary; its address tells that of the vocabulary."""
    base, _, _ = uri.rpartition("/")
    scheme = (
        ESCO_SKILLS if uri.startswith(ESCO_SKILL) else base if uri.startswith(AUTHORITY) else f"{base}/{SNB_SCHEME}"
    )
    label = {"prefLabel": dict(labels)} if labels else {}
    return {"id": uri, "type": "Concept", "inScheme": {"id": scheme, "type": "ConceptScheme"}, **label}


def named(elements: EuropeanElements, others: Iterable[str | None]) -> tuple[str, ...]:
    """Return the URIs of the concepts that a credential of these elements names, and of others: all need labels."""
    single = (elements.level.uri, elements.participation, elements.quality_assurance, elements.supervision)
    credit = elements.credit and elements.credit.system
    return tuple(uri for uri in (*single, credit, *elements.assessment_types, *others) if uri)
