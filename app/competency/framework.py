"""What can be achieved: a framework file, read, checked, looked up, hashed and compared.

    read_yaml     bytes -> plain JSON values (JSON bytes are parsed by the caller: this room does not know app/vc)
    validate      plain values -> nothing, or BadInput with a fault for every wrong place
    Framework.of  a validated document -> quick lookups and parsed rules
    content_hash, rule_hash   what an award names as the framework and rule that decided it
    diff          two versions -> what was added, changed, removed

The format is framework.schema.json ("smart-city-framework/0.1"), our own; domain words follow CASE 1.1
(https://www.imsglobal.org/spec/case/v1p1) where it has them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.competency import lint, schema
from app.competency.hashes import content_hash, rule_hash
from app.competency.rules import Rules
from app.competency.yaml_subset import read_yaml
from app.errors import BadInput

__all__ = ["Framework", "content_hash", "diff", "read_yaml", "rule_hash", "validate"]

FALLBACK_LANGUAGE = "en"
_LISTS = (
    "levels", "areas", "competencies", "roles", "courses", "learning_resources", "mappings", "assessments",
    "micro_credentials", "certifications", "equivalences",
)  # fmt: skip
_SINGLES = ("format", "notice", "framework", "policy")


def validate(document: Any) -> None:
    """Raise BadInput with `faults` (pointer and sentence, the first 50) unless `document` is a sound framework.

    First the form (framework.schema.json), then, when the form is right, references and rules (lint.py).
    """
    schema.plain_values(document)
    faults = schema.faults(document) or lint.faults(document)
    if not faults:
        return
    listed = faults.first
    more = f" (the first {len(listed)} are listed)" if faults.count > len(listed) else ""
    least = "at least " if faults.count == schema.MAX_COUNTED else ""
    count = "one fault" if faults.count == 1 else f"{least}{faults.count} faults{more}"
    raise BadInput(
        f"The framework has {count}. {listed[0].pointer and f'{listed[0].pointer}: '}{listed[0].detail}",
        pointer=listed[0].pointer,
        remedy="Correct the places named in errors and import again; nothing was stored.",
        faults=listed,
    )


@dataclass(frozen=True, slots=True)
class Framework:
    """A validated framework. The lookups hold parts of the document, by id; `levels` are in rising order.

    `awards`: micro-credentials and certifications. `rules`: the same, parsed. `rule_hashes`: by award id.
    Treat all of it as read-only.
    """

    document: dict[str, Any]
    id: str
    version: str
    language: str
    levels: tuple[dict[str, Any], ...]
    areas: dict[str, dict[str, Any]]
    competencies: dict[str, dict[str, Any]]
    roles: dict[str, dict[str, Any]]
    courses: dict[str, dict[str, Any]]
    learning_resources: dict[str, dict[str, Any]]
    mappings: dict[str, dict[str, Any]]
    assessments: dict[str, dict[str, Any]]
    awards: dict[str, dict[str, Any]]
    equivalences: dict[str, dict[str, Any]]
    policy: dict[str, Any]
    content_hash: str
    rule_hashes: dict[str, str]
    rules: Rules

    @classmethod
    def of(cls, document: dict[str, Any]) -> "Framework":
        """Build the lookups once; `document` has passed `validate`."""
        awards = _by_id(document, "micro_credentials") | _by_id(document, "certifications")
        about = document["framework"]
        return cls(
            document=document,
            id=about["id"],
            version=about["version"],
            language=about.get("language", FALLBACK_LANGUAGE),
            levels=tuple(sorted(document["levels"], key=lambda level: int(level["order"]))),
            areas=_by_id(document, "areas"),
            competencies=_by_id(document, "competencies"),
            roles=_by_id(document, "roles"),
            courses=_by_id(document, "courses"),
            learning_resources=_by_id(document, "learning_resources"),
            mappings=_by_id(document, "mappings"),
            assessments=_by_id(document, "assessments"),
            awards=awards,
            equivalences=_by_id(document, "equivalences"),
            policy=document.get("policy", {}),
            content_hash=content_hash(document),
            rule_hashes={award_id: rule_hash(document, award_id) for award_id in awards},
            rules=Rules.of(document),
        )

    def text(self, texts: Mapping[str, str], language: str) -> tuple[str, str]:
        """Return a text of a language map and the language it is in: as asked for, en, or the framework's own."""
        for choice in (language, language.partition("-")[0], FALLBACK_LANGUAGE, self.language):
            if choice in texts:
                return texts[choice], choice
        return next((text, choice) for choice, text in sorted(texts.items()))

    def level(self, level_id: str) -> dict[str, Any]:
        """Return the part of the document of this level; `level_id` is one of the framework's."""
        return self.levels[self.rules.rank(level_id) - 1]


def diff(old: dict[str, Any] | None, new: dict[str, Any]) -> dict[str, list[dict[str, str]]]:
    """Return what importing `new` over `old` would do: {"added", "changed", "removed"}, each a list of {"kind", "id"}.

    Kinds are the names of the file's members. Everything is added when there is no `old`.
    """
    before, after = dict(_entries(old or {})), dict(_entries(new))
    return {
        "added": [_entry(key) for key in after if key not in before],
        "changed": [_entry(key) for key in after if key in before and after[key] != before[key]],
        "removed": [_entry(key) for key in before if key not in after],
    }


def _entries(document: dict[str, Any]) -> Iterator[tuple[tuple[str, str], Any]]:
    for name in _SINGLES:
        if name in document:
            yield (name, name), document[name]
    for name in _LISTS:
        for item in document.get(name, []):
            yield (name, item["id"]), item


def _entry(key: tuple[str, str]) -> dict[str, str]:
    return {"kind": key[0], "id": key[1]}


def _by_id(document: dict[str, Any], name: str) -> dict[str, dict[str, Any]]:
    return {item["id"]: item for item in document.get(name, [])}
