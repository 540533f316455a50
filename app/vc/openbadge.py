"""Open Badges 3.0 credentials, built from plain values.

https://www.imsglobal.org/spec/ob/v3p0/ (data model) on https://www.w3.org/TR/vc-data-model-2.0/

The document is what the learner keeps, so everything a person needs stands in core terms; the European elements are
added (european.py). Serialisation follows #serialization and the official JSON Schema: arrays even for one value
(`type` of IdentityObject and Image is a string), no null and no empty array, one `credentialStatus`. Left out on
purpose: `endorsementJwt` and `jti`, which one of the two texts of context-3.0.3.json does not know, and `@direction`,
which libraries canonicalize differently.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from app.errors import BadInput
from app.mailbox import folded
from app.vc import status, timestamps
from app.vc.european import Eqf, european_context, european_members
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
from app.vc.portable_text import refuse_unportable_text

CREDENTIALS_CONTEXT = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"

_IDENTIFIER = "/credentialSubject/identifier"


def build(
    *,
    credential_id: str,
    issuer: IssuerProfile,
    subject: Subject,
    achievement: Achievement,
    achieved: Mapping[str, str | None],
    rule: Rule,
    awarded_on: date,
    valid_from: datetime,
    valid_until: datetime | None = None,
    evidence: tuple[Evidence, ...] = (),
    status_entry: StatusEntry | None = None,
) -> dict[str, Any]:
    """Return the unsecured OpenBadgeCredential.

    `credential_id`: a urn:uuid. `achieved`: for each competency's code the id of the level that was reached; codes of
    other competencies are ignored, so that a whole evaluation can be given.
    Raises BadInput with a pointer per fault: text that cannot be signed or read everywhere, values that contradict
    each other. Structure and IRIs are checked when the credential is prepared (issuance.prepare).
    Source: OB 3.0, class AchievementCredential, of which OpenBadgeCredential is the other name.
    """
    document = _present(
        {
            "@context": [CREDENTIALS_CONTEXT, OPEN_BADGES_CONTEXT, european_context()],
            "id": credential_id,
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": achievement.name,
            "issuer": _profile(issuer),
            "validFrom": timestamps.write(valid_from),
            "validUntil": timestamps.write(valid_until) if valid_until else None,
            "awardedDate": timestamps.write(awarded_on),
            "credentialSubject": _subject(subject, achievement, achieved),
            "evidence": [_rule_evidence(achievement, rule), *map(_evidence, evidence)],
            "credentialStatus": _status(status_entry) if status_entry else None,
        }
    )
    refuse_unportable_text(document)
    _refuse_merging_nodes(document)
    return document


def email_identity(email: str, salt: str) -> dict[str, Any]:
    """Return the learner's e-mail address as hashed IdentityObject (OB 3.0, classes IdentityObject, IdentityHash).

    The hash is SHA-256 of the UTF-8 address followed by the salt. The specification says nothing about the
    spelling of addresses: we fold it (app/mailbox.py: A to Z become a to z), and whoever checks must do the same.
    """
    address = folded(email)
    if "@" not in address.strip("@"):
        raise BadInput("The learner's e-mail address is not one.", pointer=_IDENTIFIER, remedy="Correct the address.")
    if not salt:
        raise BadInput("The e-mail address is to be hashed without salt.", pointer=_IDENTIFIER, remedy="Give a salt.")
    return {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": "sha256$" + hashlib.sha256((address + salt).encode()).hexdigest(),
        "identityType": "emailAddress",
        "salt": salt,
    }


def _present(members: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is not there: OB 3.0 #serialization forbids null and empty arrays."""
    return {name: value for name, value in members.items() if value is not None and value != []}


def _profile(issuer: IssuerProfile) -> dict[str, Any]:
    address = {
        "type": ["Address"],
        "addressCountry": issuer.country,
        "addressCountryCode": issuer.country_code,
        "addressLocality": issuer.locality,
    }
    return _present(
        {
            "id": issuer.id,
            "type": ["Profile"],
            "name": issuer.name,
            "url": issuer.url,
            "email": issuer.email,
            "description": issuer.description,
            "image": _image(issuer.image),
            "address": _present(address),
        }
    )


def _image(url: str | None, caption: str | None = None) -> dict[str, Any] | None:
    return _present({"id": url, "type": "Image", "caption": caption}) if url else None


def _subject(subject: Subject, achievement: Achievement, achieved: Mapping[str, str | None]) -> dict[str, Any]:
    if not subject.email and not subject.did:
        raise BadInput(
            "Nothing says who the learner is: there is neither an e-mail address nor a DID.",
            pointer="/credentialSubject",
            remedy="Give the learner an e-mail address, or let the wallet prove its key.",
        )
    return _present(
        {
            "id": subject.did or subject.subject_id,
            "type": ["AchievementSubject"],
            "identifier": [email_identity(subject.email, subject.salt or "")] if subject.email else None,
            "achievement": _achievement(achievement),
            "result": [_result(achievement, competency, achieved) for competency in achievement.competencies],
            "licenseNumber": subject.license_number,
        }
    )


def _achievement(achievement: Achievement) -> dict[str, Any]:
    european = european_members(achievement.european) if achievement.european else {}
    return _present(
        {
            "id": achievement.id,
            "type": ["Achievement"],
            "achievementType": achievement.achievement_type,
            "name": achievement.name,
            "description": achievement.description,
            "criteria": {"id": achievement.criteria_url, "narrative": achievement.narrative},
            "humanCode": achievement.code,
            "version": achievement.version,
            "inLanguage": achievement.language,
            "image": _image(achievement.image, achievement.name),
            "fieldOfStudy": achievement.field_of_study,
            "tag": list(achievement.tags),
            "alignment": _alignments(achievement),
            "resultDescription": [_result_description(achievement, one) for one in achievement.competencies],
            "related": [{"id": one, "type": ["Related"]} for one in achievement.related],
            **european,
        }
    )


def _alignments(achievement: Achievement) -> list[dict[str, Any]]:
    eqf = [_eqf_alignment(achievement.european.level)] if achievement.european else []
    own = [
        alignment
        for competency in achievement.competencies
        for alignment in (
            _competency_alignment(achievement.framework, competency),
            *map(_external_alignment, competency.alignments),
        )
    ]
    # Competencies often share an external target; said twice it would only be two equal blank nodes to canonicalize.
    return eqf + [one for position, one in enumerate(own) if one not in own[:position]]


def _alignment(name: str, url: str, code: str | None, framework: str, target_type: str) -> dict[str, Any]:
    return _present(
        {
            "type": ["Alignment"],
            "targetName": name,
            "targetUrl": url,
            "targetCode": code,
            "targetFramework": framework,
            "targetType": target_type,
        }
    )


def _eqf_alignment(eqf: Eqf) -> dict[str, Any]:
    mark = "" if eqf.status == "referenced" else " (indicative)"
    name = f"European Qualifications Framework level {eqf.level}{mark}"
    return _alignment(name, eqf.uri, str(eqf.level), "EQF", "ext:EQFLevel")


def _competency_alignment(framework: FrameworkVersion, competency: Competency) -> dict[str, Any]:
    return _alignment(
        competency.name, competency.url, competency.code, f"{framework.name} {framework.version}", "CFItem"
    )


def _external_alignment(target: ExternalAlignment) -> dict[str, Any]:
    kind = re.sub(r"[^A-Za-z0-9.-]", "", target.framework)  # the characters that the schema allows after "ext:"
    framework = f"{target.framework} {target.version}".strip()  # not every framework has versions
    return _alignment(target.name, target.target_url, target.code, framework, f"ext:{kind}Alignment")


def _result_id(achievement: Achievement, competency: Competency) -> str:
    return f"{achievement.id}#result-{quote(competency.code, safe='')}"


def _level_id(achievement: Achievement, competency: Competency, level_id: str) -> str:
    return f"{_result_id(achievement, competency)}-{quote(level_id, safe='')}"


def _result_description(achievement: Achievement, competency: Competency) -> dict[str, Any]:
    return {
        "id": _result_id(achievement, competency),
        "type": ["ResultDescription"],
        "name": f"{competency.code} {competency.name}",
        "resultType": "RubricCriterionLevel",
        "requiredLevel": _level_id(achievement, competency, competency.required_level),
        "rubricCriterionLevel": [_rubric_level(achievement, competency, level) for level in competency.levels],
        "alignment": [_competency_alignment(achievement.framework, competency)],
    }


def _rubric_level(achievement: Achievement, competency: Competency, level: Level) -> dict[str, Any]:
    return _present(
        {
            "id": _level_id(achievement, competency, level.id),
            "type": ["RubricCriterionLevel"],
            "name": level.name,
            "level": level.id,
            "description": level.description,
            "points": str(level.points),
        }
    )


def _result(achievement: Achievement, competency: Competency, achieved: Mapping[str, str | None]) -> dict[str, Any]:
    reached = achieved.get(competency.code)
    ranks = {level.id: rank for rank, level in enumerate(competency.levels)}
    required = ranks.get(competency.required_level, len(ranks))
    if reached is None or ranks.get(reached, -1) < required:
        raise BadInput(
            f"{competency.code} was reached at {reached or 'no level'}; the achievement needs "
            f"{competency.required_level} of {', '.join(ranks)}.",
            pointer="/credentialSubject/result",
            remedy="Award it only when each competency is reached at the level that the achievement needs.",
        )
    return {
        "type": ["Result"],
        "resultDescription": _result_id(achievement, competency),
        "achievedLevel": _level_id(achievement, competency, reached),
        "status": "Completed",
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return _present(
        {
            "id": evidence.id,
            "type": ["Evidence"],
            "name": evidence.name,
            "description": evidence.description,
            "narrative": evidence.narrative,
            "genre": evidence.genre,
        }
    )


def _rule_evidence(achievement: Achievement, rule: Rule) -> dict[str, Any]:
    """Say by which rule it was decided, so that the decision can be repeated years later."""
    framework = achievement.framework
    narrative = rule.sentence.format(
        code=achievement.code,
        version=rule.version,
        hash=rule.hash,
        framework=framework.name,
        framework_id=framework.id,
        framework_version=framework.version,
        framework_hash=framework.hash,
    )
    return _evidence(Evidence(rule.name, narrative, genre=rule.name))


def _refuse_merging_nodes(document: dict[str, Any]) -> None:
    """Refuse an id that two objects have: in RDF they are one node, so the criteria would describe the achievement."""
    achievement = document["credentialSubject"]["achievement"]
    places = [
        *_ids(achievement, "/credentialSubject/achievement"),
        *_ids(document["evidence"], "/evidence"),
        (document["id"], ""),
    ]
    first: dict[str, str] = {}
    for identifier, pointer in places:
        if first.setdefault(identifier, pointer) != pointer:
            raise BadInput(
                f"The id {identifier} stands for two different things.",
                pointer=f"{pointer}/id",
                remedy="Give each its own, for example with a fragment such as #criteria.",
            )


def _ids(value: Any, pointer: str) -> Iterator[tuple[str, str]]:
    # The names in our own documents need no escaping in a pointer.
    if isinstance(value, dict):
        if "id" in value:
            yield value["id"], pointer
        for name, member in value.items():
            if not isinstance(member, str):
                yield from _ids(member, f"{pointer}/{name}")
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _ids(item, f"{pointer}/{position}")


def _status(entry: StatusEntry) -> dict[str, str]:
    return status.entry(entry.list_url, entry.index, entry.purpose)
