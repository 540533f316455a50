"""What a published framework shows to anyone, as plain values for pages and JSON.

Texts are `Said`: the text in the language that was asked for, or in the nearest that there is, and which one it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from app.competency import skos
from app.competency.explain import rule_in_words
from app.competency.framework import Framework
from app.errors import NotFound
from app.issuer.catalogue.formats import CASE_PATH
from app.ports import Services
from app.store import catalogue, tenancy
from app.store.tables import FrameworkVersion

PUBLIC = "published frameworks are public by their random id"
LANGUAGE = "en"
UNDETERMINED = "und"
MAX_DEPTH = 6  # of lists in lists; what is deeper stands beside its ancestor
MAX_USES = 100  # places that are shown for one external code
ACHIEVEMENT_CONTEXT = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)


class Said(str):
    """A text that knows its language: `lang` is a tag, or None when nobody has said which it is."""

    __slots__ = ("lang",)
    lang: str | None

    @classmethod
    def of(cls, framework: Framework, texts: Mapping[str, str], language: str) -> "Said":
        """The text of a language map that is nearest to what was asked for."""
        text, found = framework.text(texts, language)
        said = cls(text)
        said.lang = None if found == UNDETERMINED else found
        return said


@dataclass(frozen=True, slots=True)
class Shown:
    """A published version as it is shown: in which language, of which the framework has `languages`."""

    row: FrameworkVersion
    framework: Framework
    language: str

    @property
    def languages(self) -> list[str]:
        """The languages that the framework lists."""
        return [each for each in self.framework.document["framework"]["languages"] if each != UNDETERMINED]

    def said(self, texts: Mapping[str, str]) -> Said:
        """A text of the framework."""
        return Said.of(self.framework, texts, self.language)

    def url(self, code: str | None = None) -> str:
        """The path of the framework's page, or of a competency's."""
        return f"/frameworks/{self.row.id}" + (f"/competencies/{quote(code, safe='')}" if code is not None else "")

    def entry(self, competency: dict[str, Any]) -> dict[str, Any]:
        """What a list shows of a competency."""
        return {
            "id": competency["id"],
            "name": self.said(competency["name"]),
            "url": self.url(competency["id"]),
            "retired": competency.get("retired"),
        }


def newest(services: Services) -> list[tuple[FrameworkVersion, str]]:
    """The newest versions in the order of their publication, with their publishers' names."""
    with services.database.everywhere(why=PUBLIC) as session:
        rows = [row for row in catalogue.framework_versions(session) if row.is_newest]
        names = {each.id: str(each.profile["name"]) for each in tenancy.tenants(session)}
    return [(row, names[row.tenant_id]) for row in rows]


def frameworks(services: Services, language: str) -> list[dict[str, str]]:
    """The newest versions, for the start page."""
    return [
        {
            "id": row.id,
            "code": row.code,
            "version": row.version,
            "title": row.title.get(language) or next(iter(row.title.values())),
            "publisher": publisher,
        }
        for row, publisher in newest(services)[:20]
    ]


def framework_of(services: Services, version_id: str) -> tuple[FrameworkVersion, Framework]:
    """A published version and the same parsed. Raises NotFound."""
    with services.database.everywhere(why=PUBLIC) as session:
        row = catalogue.framework_version(session, version_id)
    if row is None:
        raise NotFound(f"There is no framework {version_id}.")
    return row, services.database.frameworks.of(row)


def framework(services: Services, shown: Shown) -> dict[str, Any]:
    """A framework: its competencies in their tree, its roles, and what can be achieved."""
    document = shown.framework.document
    with services.database.everywhere(why=PUBLIC) as session:
        achievements = catalogue.achievements_of(session, shown.row.id)
        tenant = tenancy.tenant(session, shown.row.tenant_id)
    uuid = document["framework"]["uuid"]
    return {
        "title": shown.said(document["framework"]["title"]),
        "code": shown.row.code,
        "version": shown.row.version,
        "content_hash": shown.row.content_hash,
        "publisher": tenant.profile["name"],
        "publisher_url": f"/issuers/{tenant.slug}",
        "notice": document.get("notice"),
        "description": shown.said(document["framework"].get("description") or {"und": ""}),
        "language": shown.language,
        "languages": shown.languages,
        "areas": _areas(shown),
        "roles": [_role(shown, each) for each in shown.framework.roles.values()],
        "achievements": [
            {"code": each.code, "title": shown.said(each.title), "url": f"/achievements/{each.id}"}
            for each in achievements
        ],
        "case_url": f"{CASE_PATH}/CFPackages/{uuid}" if shown.row.is_newest else None,
    }


def _areas(shown: Shown) -> list[dict[str, Any]]:
    """The areas with their competencies; what stands in no area comes last, in a group without id."""
    groups: dict[str | None, dict[str, Any]] = {
        area["id"]: {
            "id": area["id"],
            "name": shown.said(area["name"]),
            "retired": area.get("retired"),
            "competencies": [],
        }
        for area in shown.framework.areas.values()
    }
    rest: dict[str, Any] = {"id": None, "name": None, "retired": None, "competencies": []}
    below: dict[str | None, list[dict[str, Any]]] = {}
    for each in shown.framework.competencies.values():
        below.setdefault(each.get("parent"), []).append(each)
    pending: list[tuple[dict[str, Any], dict[str, Any] | None, int]] = [
        (each, None, 0) for each in reversed(below.get(None, []))
    ]
    while pending:
        each, above, depth = pending.pop()
        entry = shown.entry(each) | {"below": []}
        home = groups.get(each.get("area"), rest)["competencies"] if above is None else above["below"]
        home.append(entry)
        nearest = entry if above is None or depth < MAX_DEPTH else above
        pending.extend((one, nearest, depth + 1) for one in reversed(below.get(each["id"], [])))
    return [*groups.values(), *([rest] if rest["competencies"] else [])]


def _role(shown: Shown, role: dict[str, Any]) -> dict[str, Any]:
    levels = {level["id"]: shown.said(level["name"]) for level in shown.framework.levels}
    profile = role.get("profile", {})

    def needs(name: str) -> list[dict[str, Any]]:
        return [
            shown.entry(shown.framework.competencies[each["competency"]]) | {"level": levels[each["min_level"]]}
            for each in profile.get(name, [])
        ]

    return {
        "id": role["id"],
        "name": shown.said(role["name"]),
        "summary": shown.said(role["summary"]) if "summary" in role else None,
        "retired": role.get("retired"),
        "mandatory": needs("mandatory"),
        "elective": needs("elective"),
        "elective_at_least": profile.get("elective_at_least", 0),
    }


def competency(shown: Shown, code: str) -> dict[str, Any]:
    """A competency with its levels and what it is related to elsewhere. Raises NotFound."""
    found = _competency(shown, code)
    above = shown.framework.competencies.get(found.get("parent", ""))
    below = [each for each in shown.framework.competencies.values() if each.get("parent") == code]
    levels = [
        {
            "id": level["id"],
            "name": shown.said(level["name"]),
            "description": shown.said(found["level_descriptors"].get(level["id"], level["descriptor"])),
        }
        for level in shown.framework.levels
    ]
    return {
        "id": code,
        "name": shown.said(found["name"]),
        "statement": shown.said(found["statement"]),
        "retired": found.get("retired"),
        "source": _web(found.get("source", {}).get("uri")),
        "framework": shown.said(shown.framework.document["framework"]["title"]),
        "framework_version": shown.row.version,
        "framework_url": shown.url(),
        "language": shown.language,
        "languages": shown.languages,
        "above": shown.entry(above) if above else None,
        "below": [shown.entry(each) for each in below],
        "levels": levels,
        "criteria": [
            {"text": shown.said(each["text"]), "retired": each.get("retired")}
            for each in found.get("performance_criteria", [])
        ],
        "alignments": [
            {name: each.get(name) or "" for name in ("framework", "version", "code", "name")}
            | {"uri": _web(each.get("uri")) or _code_url(each)}
            for each in found.get("alignments", [])
        ],
    }


def _competency(shown: Shown, code: str) -> dict[str, Any]:
    found = shown.framework.competencies.get(code)
    if found is None:
        raise NotFound(f"There is no competency {code[:100]} in {shown.row.code} {shown.row.version}.")
    return found


def _web(uri: str | None) -> str | None:
    """An address that a page may link to: what was imported may be of any scheme."""
    return uri if uri is not None and uri.startswith(("http://", "https://")) else None


def _code_url(alignment: dict[str, Any]) -> str:
    parts = (alignment["framework"], alignment.get("version") or "-", alignment.get("code") or alignment["name"])
    return f"/codes/{'/'.join(quote(part, safe='') for part in parts)}"


def code_address(services: Services, name: str, version: str, code: str) -> str:
    """The public URL of an external code's page."""
    return f"{services.settings.public_url}{_code_url({'framework': name, 'version': version, 'code': code})}"


def concepts(services: Services, shown: Shown, code: str | None = None) -> dict[str, Any]:
    """The framework as SKOS, or one competency of it, in all languages. Raises NotFound."""
    address = f"{services.settings.public_url}{shown.url()}"
    whole = skos.write(shown.framework.document, address)
    if code is None:
        return whole
    wanted = _competency(shown, code)["uuid"]
    one = next(each for each in whole["@graph"] if each["identifier"] == f"urn:uuid:{wanted}")
    return {"@context": whole["@context"], **one}


def achievement_of(services: Services, achievement_id: str) -> tuple[Any, FrameworkVersion, Framework, str]:
    """An achievement's row, the framework version that it is of (also parsed), and its issuer's name."""
    with services.database.everywhere(why=PUBLIC) as session:
        found = catalogue.achievement_anywhere(session, achievement_id)
        tenant = None if found is None else tenancy.tenant(session, found[0].tenant_id)
    if found is None or tenant is None:
        raise NotFound(f"There is no achievement {achievement_id}.")
    row, version = found
    return row, version, services.database.frameworks.of(version), str(tenant.profile["name"])


def achievement(services: Services, achievement_row: Any, shown: Shown, issuer: str) -> dict[str, Any]:
    """An achievement with its rule in words."""
    row = achievement_row
    return {
        "id": f"{services.settings.public_url}/achievements/{row.id}",
        "code": row.code,
        "title": shown.said(row.title),
        "rule_version": row.rule_version,
        "rule_hash": row.rule_hash,
        "issuer": issuer,
        "framework": shown.said(shown.row.title),
        "framework_version": shown.row.version,
        "framework_url": shown.url(),
        "language": shown.language,
        "languages": shown.languages,
        "narrative": rule_in_words(shown.framework, row.code, shown.language),
        "definition": shown.framework.awards[row.code],
    }


def achievement_as_json_ld(found: dict[str, Any]) -> dict[str, Any]:
    """What `achievement` found, as Achievement of Open Badges 3.0 (section B.1.1)."""
    definition = found["definition"]
    return {
        "@context": list(ACHIEVEMENT_CONTEXT),
        "id": found["id"],
        "type": ["Achievement"],
        "achievementType": definition["achievement_type"],
        "name": found["title"],
        "description": f"{found['title']} ({found['framework']} {found['framework_version']})",
        "humanCode": found["code"],
        "version": found["rule_version"],
        "inLanguage": found["title"].lang or LANGUAGE,
        "criteria": {"id": f"{found['id']}#criteria", "narrative": found["narrative"]},
        "image": {"id": f"{found['id']}/image.png", "type": "Image", "caption": found["title"]},
    }


def external_code(services: Services, name: str, version: str, code: str) -> dict[str, Any]:
    """A code of a framework elsewhere: its name, and the competencies of published frameworks that name it."""
    with services.database.everywhere(why=PUBLIC) as session:
        parsed = [(row, services.database.frameworks.of(row)) for row in catalogue.newest_documents(session)]
    uses = []
    label = None
    for row, framework in parsed:
        shown = Shown(row, framework, LANGUAGE)
        for each in framework.competencies.values():
            for alignment in each.get("alignments", []):
                named = (alignment["framework"], alignment.get("version") or "-", alignment.get("code"))
                if named == (name, version, code):
                    label = label or alignment["name"]
                    uses.append(shown.entry(each))
    return {"framework": name, "version": version, "code": code, "name": label, "uses": uses[:MAX_USES]}
