"""A whole rule in words: what an award asks for, down to thresholds, attempts, signatures and age of evidence.

This is the text of `criteria.narrative` of an Open Badges 3.0 achievement (Markdown is allowed there,
https://www.imsglobal.org/spec/ob/v3p0#criteria), so that a verifier that knows nothing of our rules or of the
European elements still shows everything to a person. In this order: the requirement tree; what shows a level; how the
assessments count; age; the elements of Annex I of the Council Recommendation of 16 June 2022 on micro-credentials.

Curly brackets in names become round ones: a wallet counts braces to find templates and refuses an unbalanced one.
"""

from collections.abc import Iterator
from typing import Any

from app.competency.annex_words import annex_lines
from app.competency.assessment_words import age_lines, assessment_lines, level_lines
from app.competency.exact import fraction, number_text
from app.competency.framework import Framework
from app.competency.hashes import rule_closure
from app.competency.wording import Wording
from app.errors import NotFound

_BRACES = str.maketrans("{}", "()")


def rule_in_words(framework: Framework, award_id: str, language: str = "en") -> str:
    """Return the rule of an award as Markdown; raises NotFound for an award that the framework does not have."""
    award = framework.awards.get(award_id)
    if award is None:
        raise NotFound(f'The framework {framework.id} has no award "{award_id}".')
    wording = Wording(framework, language)
    closure = rule_closure(framework.document, award_id)
    title = wording.text(award["title"])
    lines = [
        wording.say("rule", title=title, award=award_id, version=award["rule_version"]),
        "",
        *_tree(award["requirements"], wording, 0),
        *level_lines(closure, wording),
        *assessment_lines(closure, wording),
        *age_lines(closure, wording),
        *annex_lines(award, wording),
    ]
    return "\n".join(lines).translate(_BRACES)


def bullet(text: str, depth: int = 0) -> str:
    """Return a Markdown list line."""
    return f"{'  ' * depth}- {text}"


def _tree(node: dict[str, Any], wording: Wording, depth: int) -> Iterator[str]:
    label = wording.text(node["label"])
    kind = next(name for name in node if name not in {"id", "label"})
    value = node[kind]
    if kind in {"all", "any"}:
        yield bullet(wording.say(f"rule.{kind}", label=label), depth)
        for member in value:
            yield from _tree(member, wording, depth + 1)
    elif kind == "at_least":
        yield bullet(wording.say("rule.at_least", label=label, n=str(value["n"])), depth)
        for member in value["of"]:
            yield from _tree(member, wording, depth + 1)
    else:
        yield from LEAVES[kind](value, label, wording, depth)


def _competency(value: dict[str, Any], _label: str, wording: Wording, depth: int) -> Iterator[str]:
    yield bullet(_at_level("rule.competency", value["ref"], value["min_level"], wording), depth)
    yield from _limit(value, "max_age", wording, depth)


def _competencies(value: dict[str, Any], label: str, wording: Wording, depth: int) -> Iterator[str]:
    role = wording.framework.roles[value["profile"]]["profile"] if "profile" in value else {"mandatory": value["list"]}
    electives = str(value.get("elective_at_least", role.get("elective_at_least", 0)))
    key = "rule.profile" if "profile" in value else "rule.competencies"
    yield bullet(wording.say(key, label=label, n=electives), depth)
    for name, line in (("mandatory", "rule.competency"), ("elective", "rule.elective")):
        for item in role.get(name, []):
            yield bullet(_at_level(line, item["competency"], item["min_level"], wording), depth + 1)
    yield from _limit(value, "max_age", wording, depth)
    if "rpl_max_share" in value:
        yield bullet(wording.say("rule.rpl_max_share", share=value["rpl_max_share"]), depth + 1)


def _at_level(key: str, competency: str, level: str, wording: Wording) -> str:
    return wording.say(key, competency=wording.competency(competency), level=wording.level(level))


def _limit(value: dict[str, Any], name: str, wording: Wording, depth: int) -> Iterator[str]:
    if name in value:
        yield bullet(wording.say(f"rule.{name}", period=wording.period(value[name])), depth + 1)


def _assessment(value: dict[str, Any], label: str, wording: Wording, depth: int) -> Iterator[str]:
    sections = wording.framework.assessments[value["ref"]]["sections"]
    yield bullet(wording.say("rule.assessment", label=label, assessment=wording.assessment(value["ref"])), depth)
    if "total_min" in value:
        most = sum((fraction(section["max"]) for section in sections), fraction(0))
        need = number_text(fraction(value["total_min"]) * most)
        line = wording.say("rule.total_min", share=value["total_min"], need=need, of=number_text(most))
        yield bullet(line, depth + 1)
    if "section_min" in value:
        yield from _section_min(value, wording, depth + 1, str(len(sections)))
    yield from _limit(value, "within", wording, depth)


def _section_min(value: dict[str, Any], wording: Wording, depth: int, of: str) -> Iterator[str]:
    share, mandatory = value["section_min"], value.get("mandatory_sections", [])
    if mandatory:
        yield bullet(wording.say("rule.section_min.mandatory", share=share, sections=", ".join(mandatory)), depth)
    if "sections_at_least" in value:
        number = str(value["sections_at_least"])
        yield bullet(wording.say("rule.section_min.n", share=share, n=number, of=of), depth)
    elif "sections" in value or not mandatory:
        yield bullet(wording.say("rule.section_min.all", share=share), depth)


def _credential(value: dict[str, Any], label: str, wording: Wording, depth: int) -> Iterator[str]:
    key = "rule.credential.equivalent" if value.get("or_equivalent") else "rule.credential"
    yield bullet(wording.say(key, label=label, award=wording.award(value["ref"])), depth)
    if value.get("valid"):
        yield bullet(wording.say("rule.credential.valid"), depth + 1)


def _credits(value: dict[str, Any], label: str, wording: Wording, depth: int) -> Iterator[str]:
    places = {"min": str(value["min"]), "system": value["system"]}
    yield bullet(wording.say("rule.credits", label=label, **places), depth)
    if value.get("from"):
        yield bullet(wording.say("rule.credits.from", awards=", ".join(value["from"]), **places), depth + 1)
    if "max_rpl_share" in value:
        yield bullet(wording.say("rule.credits.rpl", share=value["max_rpl_share"]), depth + 1)
    yield from _since(value, wording, depth)


def _experience(value: dict[str, Any], label: str, wording: Wording, depth: int) -> Iterator[str]:
    key = "rule.experience.verified" if value.get("verified") else "rule.experience"
    yield bullet(wording.say(key, label=label, months=str(value["months"])), depth)
    yield from _since(value, wording, depth)


def _attestation(value: dict[str, Any], label: str, wording: Wording, depth: int) -> Iterator[str]:
    signatures = str(value.get("signatures", 1))
    yield bullet(wording.say("rule.attestation", label=label, type=value["type"], signatures=signatures), depth)


def _since(value: dict[str, Any], wording: Wording, depth: int) -> Iterator[str]:
    if "since" in value:
        yield bullet(wording.say("rule.since"), depth + 1)


LEAVES = {
    "competency": _competency,
    "competencies": _competencies,
    "assessment": _assessment,
    "credential": _credential,
    "credits": _credits,
    "experience": _experience,
    "attestation": _attestation,
}
