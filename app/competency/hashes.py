"""Hashes of a framework and of each award's rule, so that an award can name exactly what decided it.

https://www.rfc-editor.org/rfc/rfc8785 (JSON Canonicalization Scheme), then SHA-256, written "sha256-" and 64 hex
digits.

`rule_hash` covers everything that the outcome of a rule can depend on, and no wording: the requirement tree without its
labels; rule version and validity; the order of the levels; the policy; and, as far as the rule needs them, the
competencies' evidence age, every assessment that can give evidence with its mappings, role profiles, equivalences, and
the credits of awards. A translated label leaves it as it is; a threshold, an attempt more or a longer
evidence age changes it.
"""

import hashlib
from typing import Any

import rfc8785

from app.competency.lint_rules import nodes
from app.errors import NotFound

# members that are there for people: they explain a rule and never decide
_WORDING = frozenset({
    "label", "note", "comparison", "dates", "level_rules_why", "count_order", "phases", "title", "name",
    "rubric_levels",
})  # fmt: skip
_SECTION_MEMBERS = ("id", "max", "competency", "mapping")
_ASSESSMENT_MEMBERS = ("id", "kind", "attempts", "aggregation", "needs_sign_off", "examiner_must_not_be_trainer")


def content_hash(document: dict[str, Any]) -> str:
    """Hash the whole framework: two files of one content have one hash, whatever the order of members or the format."""
    return _hash(document)


def rule_hash(document: dict[str, Any], award_id: str) -> str:
    """Hash one award's rule, see above. `document` has been validated; raises NotFound for an unknown award."""
    return _hash(rule_closure(document, award_id))


def rule_closure(document: dict[str, Any], award_id: str) -> dict[str, Any]:
    """Return what `rule_hash` hashes, as a document."""
    awards = {item["id"]: item for name in ("micro_credentials", "certifications") for item in document.get(name, [])}
    if award_id not in awards:
        raise NotFound(f'The framework has no award "{award_id}".', remedy="Name one of its micro-credentials.")
    award = awards[award_id]
    parts = [node for node, _ in nodes(award["requirements"], "")]
    profiles = {part["competencies"]["profile"] for part in parts if "profile" in part.get("competencies", {})}
    roles = [
        {"id": role["id"], "profile": role["profile"]} for role in document.get("roles", []) if role["id"] in profiles
    ]
    competencies = _competencies(parts, roles)
    assessments = _assessments(document, parts, competencies)
    credentials = {part["credential"]["ref"] for part in parts if "credential" in part}
    mappings = {section["mapping"] for item in assessments for section in item["sections"] if "mapping" in section}
    return {
        "award": _without_wording(
            {name: award.get(name) for name in ("id", "rule_version", "requirements", "validity")}
        ),
        "levels": [{"id": level["id"], "order": level["order"]} for level in document["levels"]],
        "policy": _without_wording(document.get("policy", {})),
        "competencies": [
            {"id": item["id"], "evidence_max_age": item.get("evidence_max_age")}
            for item in document["competencies"]
            if item["id"] in competencies
        ],
        "roles": roles,
        "assessments": assessments,
        "mappings": [_without_wording(item) for item in document.get("mappings", []) if item["id"] in mappings],
        "equivalences": _equivalences(document, credentials, competencies),
        "credits": _credits(awards, parts),
    }


def _hash(value: Any) -> str:
    return "sha256-" + hashlib.sha256(rfc8785.dumps(value)).hexdigest()


def _competencies(parts: list[dict[str, Any]], roles: list[dict[str, Any]]) -> set[str]:
    """Return the competencies that the rule's nodes ask for, by name, in a list or through a role's profile."""
    named = {part["competency"]["ref"] for part in parts if "competency" in part}
    listed = {item["competency"] for part in parts for item in part.get("competencies", {}).get("list", [])}
    of_roles = {
        item["competency"]
        for role in roles
        for name in ("mandatory", "elective")
        for item in role["profile"].get(name, [])
    }
    return named | listed | of_roles


def _assessments(document: dict[str, Any], parts: list[dict[str, Any]], competencies: set[str]) -> list[dict[str, Any]]:
    """Return those that the rule names, and those that give evidence for its competencies."""
    named = {part["assessment"]["ref"] for part in parts if "assessment" in part}
    return [
        {
            **{name: item[name] for name in _ASSESSMENT_MEMBERS if name in item},
            "sections": [{name: part[name] for name in _SECTION_MEMBERS if name in part} for part in item["sections"]],
        }
        for item in document.get("assessments", [])
        if item["id"] in named or any(part.get("competency") in competencies for part in item["sections"])
    ]


def _equivalences(document: dict[str, Any], credentials: set[str], competencies: set[str]) -> list[dict[str, Any]]:
    return [
        _without_wording(item)
        for item in document.get("equivalences", [])
        if item.get("counts_as") in credentials
        or any(grant["competency"] in competencies for grant in item.get("grants", []))
    ]


def _credits(awards: dict[str, dict[str, Any]], parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the credits of the awards that a credits node counts; without `from` it counts all."""
    wanted = {name for part in parts if "credits" in part for name in part["credits"].get("from", awards)}
    return {name: awards[name].get("annex", {}).get("credits") for name in sorted(wanted)}


def _without_wording(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_wording(item) for name, item in value.items() if name not in _WORDING}
    return [_without_wording(item) for item in value] if isinstance(value, list) else value
