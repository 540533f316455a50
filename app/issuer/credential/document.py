"""What a badge says: from stored values to those that app/vc/openbadge.py writes it from."""

from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import quote

from app.competency.explain import rule_in_words
from app.competency.framework import Framework
from app.competency.messages import said
from app.competency.wording import Wording
from app.issuer.catalogue.find import FoundAchievement
from app.issuer.credential.identity import is_public, issuer_url
from app.settings import Settings
from app.store.shelf import Shelf
from app.store.tables import Award, FrameworkVersion, Learner, Tenant
from app.texts import LANGUAGES, SOURCE
from app.vc import openbadge
from app.vc.european import Credit, Eqf, EuropeanElements
from app.vc.openbadge_values import (
    Achievement,
    Competency,
    ExternalAlignment,
    IssuerProfile,
    Level,
    Rule,
    StatusEntry,
    Subject,
)
from app.vc.openbadge_values import FrameworkVersion as NamedFramework

# EU Vocabularies, http://data.europa.eu/snb/education-credit/25831c2
CREDIT_SYSTEMS = {
    "ECTS": "http://data.europa.eu/snb/education-credit/6fcec5c5af",
    "ECVET": "http://data.europa.eu/snb/education-credit/60b314e826",
}


def build(
    settings: Settings,
    *,
    tenant: Tenant,
    issuer: str,
    learner: Learner,
    award: Award,
    achievement: FoundAchievement,
    valid_from: datetime,
    status_entry: StatusEntry | None,
    holder: str = "",
) -> dict[str, Any]:
    """The unsecured credential of an award; raises BadInput when a text cannot be signed.

    `holder`: the DID of the key that a wallet has proved, which is then the subject.
    """
    language = signed_in(achievement.framework)
    return openbadge.build(
        credential_id=f"urn:uuid:{award.id}",
        issuer=_issuer(settings, tenant, issuer),
        subject=Subject(
            award.subject_id,
            email=learner.email,
            salt=award.salt,
            did=holder or learner.did,
            license_number=award.licence_number,
        ),
        achievement=achieved(settings, achievement, award, language),
        achieved=award.evaluation["levels"],
        rule=Rule(award.rule_version, award.rule_hash, said("rule_of_award", language), said("decided", language)),
        awarded_on=award.awarded_at,
        valid_from=valid_from,
        valid_until=last_second(award.valid_until) if award.valid_until else None,
        status_entry=status_entry,
    )


def signed_in(framework: Framework) -> str:
    """The language in which a badge is signed: the framework's own, or English where we do not speak that."""
    own = framework.language.partition("-")[0]
    return own if own in LANGUAGES else SOURCE


def last_second(day: date) -> datetime:
    """Valid through that day."""
    return datetime.combine(day, time(23, 59, 59), UTC)


def _issuer(settings: Settings, tenant: Tenant, issuer: str) -> IssuerProfile:
    profile: dict[str, str] = tenant.profile
    return IssuerProfile(
        id=issuer,
        name=profile["name"],
        url=profile.get("url", issuer_url(settings, tenant.slug)),
        country_code=profile["country_code"],
        country=profile.get("country", profile["country_code"]),
        locality=profile.get("locality"),
        email=profile.get("email"),
        image=profile.get("image"),
        description=profile.get("description"),
    )


def achieved(settings: Settings, found: FoundAchievement, awarded: Award, language: str) -> Achievement:
    """What was achieved; `related` to what it stacks into, and a certificate to its parts (ids of achievements).

    In the language that was asked for as far as the framework has it; what is signed is as `signed_in` says.
    """
    if awarded.application_id is not None:
        return _achieved(settings, found, awarded, language)
    told: Shelf[Achievement] = found.told  # all awards by rules alone are told the same
    return told.get(f"{settings.public_url} {language}", lambda: _achieved(settings, found, awarded, language))


def _achieved(settings: Settings, found: FoundAchievement, awarded: Award, language: str) -> Achievement:
    award = found.framework.awards[found.row.code]
    parts = awarded.evaluation.get("parts", ())
    competencies = _competencies(settings, found, award, language)
    if awarded.application_id is not None:
        competencies = tuple(one for one in competencies if _is_reached(found, one, awarded))
    course = found.framework.courses.get(award.get("course", ""))
    url = f"{settings.public_url}/achievements/{found.row.id}"
    wording = Wording(found.framework, language)
    title, title_language = found.framework.text(award["title"], language)
    return Achievement(
        id=url,
        code=found.row.code,
        version=found.row.rule_version,
        language=title_language,
        name=title,
        description=_description(wording, title, award, course),
        criteria_url=f"{url}#criteria",
        narrative=rule_in_words(found.framework, found.row.code, language),
        framework=NamedFramework(
            id=found.version.code,
            name=wording.text(found.version.title),
            version=found.version.version,
            hash=found.version.content_hash,
        ),
        competencies=competencies,
        european=_european(award, course or {}, wording),
        achievement_type=award["achievement_type"],
        image=picture_url(url) if is_public(settings.public_url) else None,
        field_of_study=", ".join(wording.concept(uri) for uri in (course or {}).get("isced_f", [])) or None,
        related=tuple(f"{settings.public_url}/achievements/{each}" for each in (*parts, *found.stacks_into)),
    )


def picture_url(achievement_url: str) -> str:
    """The picture of an achievement as PNG, which every wallet shows; wallets fetch it by https only."""
    return f"{achievement_url}/image.png"


def _description(wording: Wording, title: str, award: dict[str, Any], course: dict[str, Any] | None) -> str:
    if "description" in award:
        return wording.text(award["description"])
    if course is None:
        return f"{title}."
    outcomes = "; ".join(wording.text(each["text"]).rstrip(".") for each in course["learning_outcomes"])
    return wording.say("description.hours", title=title, hours=str(course["workload_hours"]), outcomes=outcomes)


def _is_reached(found: FoundAchievement, competency: Competency, awarded: Award) -> bool:
    """A renewal may be by practice, under a newer rule: what was not shown by that rule is not told."""
    ranks, reached = found.framework.rules.ranks, awarded.evaluation["levels"].get(competency.code)
    return ranks.get(reached, 0) >= ranks[competency.required_level]


def _competencies(
    settings: Settings, found: FoundAchievement, award: dict[str, Any], language: str
) -> tuple[Competency, ...]:
    """What the award shows, with the level asked for."""
    levels = asked_for(found.framework, award)
    return tuple(_competency(settings, found, code, level, language) for code, level in levels.items())


def asked_for(framework: Framework, award: dict[str, Any]) -> dict[str, str]:
    """The competencies of an award with the level of each: what its rule lists, else its course's outcomes."""
    listed = dict(_listed(award["requirements"], framework))
    if listed or award.get("course") not in framework.courses:
        return listed
    outcomes = framework.courses[award["course"]]["learning_outcomes"]
    return {each["competency"]: each["level"] for each in outcomes}


def _listed(node: dict[str, Any], framework: Framework) -> list[tuple[str, str]]:
    """(competency, level) of what everybody shows: lists, roles' mandatory ones, single ones, standing under `all`."""
    if "all" in node:
        return [pair for child in node["all"] for pair in _listed(child, framework)]
    if "competency" in node:
        return [(node["competency"]["ref"], node["competency"]["min_level"])]
    rule = node.get("competencies", {})
    listed = framework.roles[rule["profile"]]["profile"]["mandatory"] if "profile" in rule else rule.get("list", [])
    return [(each["competency"], each["min_level"]) for each in listed]


def _competency(
    settings: Settings, found: FoundAchievement, code: str, required_level: str, language: str
) -> Competency:
    framework: Framework = found.framework
    competency = framework.competencies[code]
    levels = tuple(
        Level(
            id=level["id"],
            name=framework.text(level["name"], language)[0],
            points=level["order"],
            description=_own_words(framework, competency, level, language),
        )
        for level in framework.levels
    )
    return Competency(
        code=code,
        name=framework.text(competency["name"], language)[0],
        url=competency_url(settings, found.version, code),
        levels=levels,
        required_level=required_level,
        alignments=tuple(_external(settings, each) for each in competency.get("alignments", [])),
    )


def _own_words(framework: Framework, competency: dict[str, Any], level: dict[str, Any], language: str) -> str:
    """What this level means for this competency, or what it means in general."""
    words = competency["level_descriptors"].get(level["id"], level["descriptor"])
    return framework.text(words, language)[0]


def competency_url(settings: Settings, version: FrameworkVersion, code: str) -> str:
    """The public page of a competency as published in this framework version."""
    return f"{settings.public_url}/frameworks/{version.id}/competencies/{quote(code, safe='')}"


def _external(settings: Settings, target: dict[str, Any]) -> ExternalAlignment:
    version = target.get("version", "")
    code = target.get("code")
    path = "/".join(quote(part, safe="") for part in (target["framework"], version or "-", code or target["name"]))
    return ExternalAlignment(
        framework=target["framework"],
        version=version,
        name=target["name"],
        target_url=target.get("uri") or f"{settings.public_url}/codes/{path}",
        code=code,
    )


def _european(award: dict[str, Any], course: dict[str, Any], wording: Wording) -> EuropeanElements | None:
    """The elements of Annex I; what the award leaves out is the course's.

    None where a mandatory one is said nowhere: then the badge does not claim to have them, and its narrative tells
    those that there are.
    """
    annex = award.get("annex")
    if annex is None:
        return None
    eqf, credit = course.get("eqf", {}), course.get("credits", {})
    hours = annex.get("workload_hours", course.get("workload_hours"))
    level = annex.get("eqf_level", eqf.get("level"))
    participation = annex.get("participation", course.get("mode"))
    assured = annex.get("quality_assurance", course.get("quality_assurance"))
    if not (hours and level and participation and assured and annex.get("assessment_types")):
        return None
    points = annex.get("credits", credit.get("points"))
    system, credit_status = credit.get("system", "ECTS"), credit.get("status", "indicative")
    prerequisites = annex.get("prerequisites", course.get("prerequisites"))
    return EuropeanElements(
        workload_hours=hours,
        level=Eqf(level, eqf["status"] if eqf.get("level") == level else "indicative"),
        assessment_types=tuple(annex["assessment_types"]),
        participation=participation,
        quality_assurance=assured,
        credit=None if points is None else Credit(CREDIT_SYSTEMS[system], str(points), credit_status),
        supervision=annex.get("supervision"),
        stackability=annex.get("stackability"),
        prerequisites=wording.text(prerequisites) if prerequisites else None,
    )
