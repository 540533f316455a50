"""A credential on paper, with the sealed credential attached.

PDF/A-3 (ISO 19005-3): the attachment `credential.json` is the source of what is printed (AFRelationship Source), and it
alone is signed; the printed text is a reading copy in the learner's language, with a QR code that leads to the answer
of today.
A PDF is also made for reading aloud (PDF/UA-1, ISO 14289-1).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from typing import Any

import segno
from babel.dates import format_date
from babel.numbers import format_decimal

from app.competency.vocabulary import label
from app.issuer.catalogue.find import FoundAchievement
from app.issuer.credential import document
from app.issuer.credential.render import wording
from app.issuer.credential.render.face import face
from app.issuer.credential.render.glyphs import printed
from app.issuer.credential.render.pictures import wrapped
from app.issuer.credential.render.typeset import typeset
from app.settings import Settings
from app.store.tables import Award, Tenant
from app.texts import translations
from app.vc.european import EuropeanElements
from app.vc.openbadge_values import Achievement, Competency

TEMPLATE = "certificate.typ"
LOCALES = {"en": "en_GB"}  # dates as Europe writes them
INDICATIVE = "indicative"  # credits: what follows says until when, in English


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is printed of an award.

    `holder`: the name to print, or None; `content`: the sealed credential, JSON; `picture`: the provider's own, PNG.
    """

    tenant: Tenant
    award: Award
    found: FoundAchievement
    holder: str | None
    content: bytes
    picture: bytes | None = None


def certificate(settings: Settings, one: Certificate, language: str, now: datetime) -> bytes:
    """The PDF. The same award, texts and standing give the same bytes."""
    data = json.dumps(printed(told(settings, one, language, now)), sort_keys=True, ensure_ascii=False)
    files = (("attachment", one.content.decode()), ("picture", wrapped(one.picture) if one.picture else ""))
    return typeset(TEMPLATE, data, "pdf", files, int(one.award.awarded_at.timestamp()))


def told(settings: Settings, one: Certificate, language: str, now: datetime) -> dict[str, Any]:
    """The data of certificate.typ, in that language as far as the framework has it."""
    _ = translations(language).gettext
    award, framework = one.award, one.found.framework
    achievement = document.achieved(settings, one.found, award, language)
    url = f"{settings.public_url}/credentials/{award.id}"
    shown = face(framework, framework.awards[one.found.row.code], one.tenant.profile["name"], language)
    return {
        "language": language,
        "labels": wording.labels(_),
        "face": shown,
        "kind": shown["kind"],
        "title": achievement.name,
        "issuer": {"name": _issuer(one.tenant.profile)},
        "holder": one.holder or _("The holder of this credential"),
        "description": _text(one, "description", language),
        "outcomes": _outcomes(one, language),
        "notice": _notice(award, language, now),
        "facts": _facts(award, language),
        "competencies": [_competency(each, award.evaluation["levels"], _) for each in achievement.competencies],
        "elements": _elements(achievement.european, language) if achievement.european else [],
        "basis": _basis(achievement, _),
        "number": f"urn:uuid:{award.id}",
        "url": url,
        "qr": _qr(url),
    }


def _text(one: Certificate, name: str, language: str) -> str | None:
    framework = one.found.framework
    texts = framework.awards[one.found.row.code].get(name)
    return framework.text(texts, language)[0] if texts else None


def _outcomes(one: Certificate, language: str) -> list[str]:
    """The learning outcomes of the course, without full stops: they stand in a row."""
    framework = one.found.framework
    course = framework.courses.get(framework.awards[one.found.row.code].get("course", ""), {})
    return [framework.text(each["text"], language)[0].rstrip(".") for each in course.get("learning_outcomes", [])]


def _issuer(profile: Mapping[str, Any]) -> str:
    places = [profile.get("locality"), profile.get("country", profile["country_code"])]
    return ", ".join(each for each in (profile["name"], *places) if each)


def _notice(award: Award, language: str, now: datetime) -> str | None:
    """What a reader must know before anything else: that it does not count, or no longer."""
    _ = translations(language).gettext
    if award.revoked_at is not None:
        return _("This credential was revoked: {date}").format(date=_day(award.revoked_at, language))
    if award.suspended_at is not None:
        return _("This credential is suspended, since: {date}").format(date=_day(award.suspended_at, language))
    if award.valid_until is not None and award.valid_until < now.date():
        return _("This credential has expired: {date}").format(date=_day(award.valid_until, language))
    return None


def _facts(award: Award, language: str) -> list[dict[str, str]]:
    _ = translations(language).gettext
    until = _day(award.valid_until, language) if award.valid_until else _("without an end")
    told = [(_("Awarded on"), _day(award.awarded_at, language)), (_("Valid until"), until)]
    if award.licence_number is not None:
        told.append((_("Licence number"), award.licence_number))
    return [_pair(*each) for each in told]


def _competency(one: Competency, levels: Mapping[str, str | None], _: wording.Say) -> dict[str, Any]:
    """One line of the table: the level that was shown, and what it means for this competency."""
    ranks = {level.id: rank for rank, level in enumerate(one.levels)}
    reached = one.reached(levels)
    needed = one.levels[ranks[one.required_level]]
    return {
        "code": one.code,
        "name": one.name,
        "description": reached.description or "",
        "level": reached.name,
        "rank": ranks[reached.id] + 1,
        "of": len(one.levels),
        "needed": None if needed is reached else _("needed: {level}").format(level=needed.name),
    }


def _elements(european: EuropeanElements, language: str) -> list[dict[str, str]]:
    """The elements of Annex I of the Council Recommendation of 16 June 2022 that have no place elsewhere."""
    _ = translations(language).gettext

    def named(uri: str | None) -> str | None:
        return None if uri is None else _(label(uri))

    hours = _("{hours} hours").format(hours=_number(european.workload_hours, language))
    level = _("EQF level {level} ({status})").format(level=european.level.level, status=_(european.level.status))
    told = (
        (_("Workload"), hours),
        (_("Credits"), _credit(european, language)),
        (_("Level of the learning"), level),
        (_("Assessment"), ", ".join(_(label(uri)) for uri in european.assessment_types)),
        (_("Form of participation"), named(european.participation)),
        (_("Supervision and identity check"), named(european.supervision)),
        (_("Quality assurance"), named(european.quality_assurance)),
        (_("Stackability"), None if european.stackability is None else _(european.stackability)),
        (_("Prerequisites"), european.prerequisites),
    )
    return [_pair(name, value) for name, value in told if value]


def _credit(european: EuropeanElements, language: str) -> str | None:
    if european.credit is None:
        return None
    _ = translations(language).gettext
    system = next(name for name, uri in document.CREDIT_SYSTEMS.items() if uri == european.credit.system)
    points = format_decimal(Decimal(european.credit.points), locale=language)
    status = INDICATIVE if european.credit.status.startswith(INDICATIVE) else european.credit.status
    return _("{points} {system} ({status})").format(points=points, system=system, status=_(status))


def _basis(achievement: Achievement, _: wording.Say) -> str:
    framework = achievement.framework
    return _("Awarded by the rule {code}, version {version}, of the framework {framework}, version {of}.").format(
        code=achievement.code, version=achievement.version, framework=framework.name, of=framework.version
    )


def _pair(name: str, value: str) -> dict[str, str]:
    return {"label": name, "value": value}


def _day(day: date, language: str) -> str:
    return format_date(day, "long", locale=LOCALES.get(language, language))


def _number(value: float, language: str) -> str:
    return format_decimal(Decimal(str(Fraction(str(value)).limit_denominator(60) * 1.0)), locale=language)


def _qr(url: str) -> str:
    """The QR code as SVG (ISO/IEC 18004); 15 % of it may be damaged."""
    drawn = BytesIO()
    segno.make(url, error="m", micro=False).save(drawn, kind="svg", border=2, light="#fff", xmldecl=False)
    return drawn.getvalue().decode()
