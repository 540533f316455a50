"""A micro-credential as file for the issuer of European Digital Credentials: docs/europass.md."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from babel import Locale
from babel.core import get_global

from app.competency.vocabulary import BASE
from app.competency.wording import Wording
from app.errors import Conflict
from app.issuer.catalogue.find import FoundAchievement
from app.issuer.credential.document import achieved, last_second, signed_in
from app.issuer.credential.issue import Issued
from app.issuer.credential.render import pictures
from app.issuer.credential.render.downloads import Download, file_name
from app.ports import Services
from app.store import tenancy
from app.texts import SOURCE
from app.vc import elm, strict_json
from app.vc.openbadge_values import Achievement, Competency

MEDIA_TYPE, SUFFIX = "application/json", ".elm.json"
THREE = 3
# Countries that are no more, though CLDR knows their codes.
GONE = frozenset(("BUR", "DDR", "FXX", "TMP", "YMD", "ZAR"))
Told = TypeVar("Told")
NOT_NOW = "Reinstate it, or award it again."
ADD_THEM = "Give the award its `annex`: docs/write-a-framework.md tells what belongs there."
OF_EUROPE = f"Name concepts whose addresses begin with {BASE}: docs/write-a-framework.md."
NO_ELEMENTS = "The achievement does not have all elements of a European micro-credential, which ELM has places for."


def for_edc(services: Services, issued: Issued) -> Download:
    """The file; raises Conflict for an award that is revoked or suspended, or lacks the European elements."""
    award, found = issued.award, issued.achievement
    if award.revoked_at is not None or award.suspended_at is not None:
        raise Conflict("This credential is revoked or suspended; nothing more is made of it.", remedy=NOT_NOW)
    with services.database.reading(award.tenant_id) as session:
        tenant = tenancy.tenant(session, award.tenant_id)
        own = pictures.brought(session, found)
    main = _main_language(found)
    picture = pictures.shown(own, found, tenant.profile["name"], main, "png")
    content = strict_json.dumps(elm.credential(_awarded(services, issued, tenant.profile, main, picture)))
    return Download(content, MEDIA_TYPE, file_name(found.row.code, SUFFIX))


def _main_language(found: FoundAchievement) -> str:
    """The language that the badge is signed in, or the one in which its title is told there."""
    title = found.framework.awards[found.row.code]["title"]
    told_in = found.framework.text(title, signed_in(found.framework))[1]
    return told_in if told_in in elm.LANGUAGES else SOURCE


def _awarded(services: Services, issued: Issued, profile: dict[str, str], main: str, picture: bytes) -> elm.Awarded:
    award, found = issued.award, issued.achievement
    stored = found.framework.awards[found.row.code]
    tongues = (main, *[each for each in elm.LANGUAGES if each in stored["title"] and each != main])
    told = {each: achieved(services.settings, found, award, each) for each in tongues}
    words = {each: Wording(found.framework, each) for each in tongues}
    elements = told[main].european
    if elements is None:
        raise Conflict(NO_ELEMENTS, remedy=ADD_THEM)
    course = found.framework.courses.get(stored.get("course", ""), {})
    fields, setting = tuple(course.get("isced_f", ())), course.get("learning_setting")
    concepts = elm.named(elements, (*fields, setting))
    for foreign in [uri for uri in concepts if not uri.startswith(BASE)]:
        raise Conflict(f"{foreign[:200]} is no concept of the European vocabularies.", remedy=OF_EUROPE)
    return elm.Awarded(
        id=award.id,
        title=_texts(told, lambda one: one.name),
        description=_texts(told, lambda one: one.description),
        issuer=profile["name"],
        country=three_letters(profile["country_code"]),
        country_name={each: Locale(each).territories.get(profile["country_code"], "") for each in tongues},
        learner=issued.learner.name,
        awarded_at=award.awarded_at,
        valid_until=last_second(award.valid_until) if award.valid_until else None,
        elements=elements,
        prerequisites=_texts(told, lambda one: (one.european and one.european.prerequisites) or ""),
        fields=fields,
        setting=setting,
        outcomes=tuple(_outcome(told, one) for one in told[main].competencies),
        grade=_texts(told, lambda one: _reached(one, award.evaluation["levels"])),
        labels={uri: _label(words, uri) for uri in concepts},
        picture=picture,
    )


def _texts(told: Mapping[str, Told], of: Callable[[Told], str]) -> dict[str, str]:
    """A text in each language that has its own: where there is none, the main one is told, which comes first."""
    texts = {language: text for language, one in told.items() if (text := of(one))}
    main = next(iter(texts), "")
    return {language: text for language, text in texts.items() if language == main or text != texts[main]}


def _label(words: Mapping[str, Wording], uri: str) -> dict[str, str]:
    return _texts(words, lambda one: one.concept(uri))


def _outcome(told: Mapping[str, Achievement], competency: Competency) -> elm.Outcome:
    names = _texts(told, lambda one: _same(one, competency).name)
    skills = [one for one in competency.alignments if one.target_url.startswith(elm.ESCO_SKILL)]
    return elm.Outcome(names, tuple((one.target_url, one.name) for one in skills))


def _same(told: Achievement, competency: Competency) -> Competency:
    return next(one for one in told.competencies if one.code == competency.code)


def _reached(told: Achievement, levels: Mapping[str, str | None]) -> str:
    """The level of each competency that was shown."""
    return "; ".join(f"{one.name}: {one.reached(levels).name}" for one in told.competencies)


def three_letters(country_code: str) -> str:
    """The code of three letters of a country, by which the European authority table names it (ISO 3166-1)."""
    longer = [name for name, meant in get_global("territory_aliases").items() if meant == [country_code]]
    return next((name for name in longer if len(name) == THREE and name.isalpha() and name not in GONE), country_code)
