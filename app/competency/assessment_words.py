"""The parts of a rule that stand around its tree, in words: what shows a level, how assessments count, age of evidence.

The functions take the closure of a rule (hashes.rule_closure): exactly what its hash covers is what is told.
"""

from collections.abc import Iterator
from typing import Any

from app.competency.exact import fraction, number_text
from app.competency.lint_rules import nodes
from app.competency.wording import Wording


def level_lines(closure: dict[str, Any], wording: Wording) -> Iterator[str]:
    """Yield what shows the levels that the rule can need, signatures, and which results decide."""
    rules = closure["policy"].get("level_rules", [])
    needed = _levels_needed(closure, wording)
    chosen = [rule for rule in rules if rule["level"] in needed]
    if not chosen:
        return
    yield from ("", wording.say("levels"), "")
    for rule in chosen:
        level = wording.level(rule["level"])
        for clause in rule["all"]:
            key = "level.clause.signed" if clause.get("signed_off") else "level.clause"
            kinds = ", ".join(wording.say(f"kind.{kind}") for kind in clause["kinds"])
            at_least = wording.level(clause["at_least"])
            line = wording.say(key, level=level, n=str(clause["evidence"]), kinds=kinds, at_least=at_least)
            yield f"- {line}"
            if "distinct_assessors" in clause:
                yield "- " + wording.say("level.assessors", level=level, n=str(clause["distinct_assessors"]))
    by_other = wording.framework.rules.sign_off_by_other_than
    yield "- " + wording.say("signed_off_by.assessor" if "assessor" in by_other else "signed_off_by.learner")
    statuses = closure["policy"].get("accepted_statuses", ["final"])
    yield "- " + wording.say("statuses", statuses=", ".join(wording.say(f"word.{each}") for each in statuses))


def _levels_needed(closure: dict[str, Any], wording: Wording) -> set[str]:
    """Return the levels that the rule names, wherever it does."""
    found: set[str] = set()
    pending: list[Any] = [closure["award"]["requirements"], closure["roles"]]
    while pending:
        part = pending.pop()
        if isinstance(part, dict):
            found.update(value for name, value in part.items() if name == "min_level")
            pending.extend(part.values())
        elif isinstance(part, list):
            pending.extend(part)
    return found & set(wording.framework.rules.levels)


def assessment_lines(closure: dict[str, Any], wording: Wording) -> Iterator[str]:
    """Yield how each assessment that can give evidence for the rule counts."""
    if closure["assessments"]:
        yield from ("", wording.say("assessments"), "")
    wanted = {item["id"] for item in closure["competencies"]}
    named = {
        node["assessment"]["ref"] for node, _ in nodes(closure["award"]["requirements"], "") if "assessment" in node
    }
    mappings = {item["id"]: item for item in closure["mappings"]}
    for item in closure["assessments"]:
        # a named assessment is judged as a whole; of the others only the sections of the rule's competencies matter
        sections = [part for part in item["sections"] if item["id"] in named or part.get("competency") in wanted]
        kind, ids = wording.say(f"kind.{item['kind']}"), ", ".join(part["id"] for part in sections)
        title = wording.assessment(item["id"])
        lines = [
            wording.say("assessment.sections", assessment=title, kind=kind, sections=ids),
            *_steps(sections, mappings, wording),
            *_attempts(item["attempts"], wording),
            *_aggregation(item, sections, mappings, wording),
            *([wording.say("needs_sign_off")] if item.get("needs_sign_off") else []),
        ]
        yield "- " + " ".join(lines)


def _steps(sections: list[dict[str, Any]], mappings: dict[str, Any], wording: Wording) -> Iterator[str]:
    """Yield the levels that scores show, once for each scale and mapping."""
    seen: list[tuple[Any, Any]] = []
    for section in sections:
        mapping = mappings.get(section.get("mapping", ""))
        key = (section["max"], section.get("mapping"))
        if mapping is None or key in seen:
            continue
        seen.append(key)
        most = fraction(section["max"])
        for step in mapping["steps"]:
            start = fraction(step["from"]) * (1 if mapping["of"] == "points" else most)
            places = {"level": wording.level(step["level"]), "need": number_text(start), "of": number_text(most)}
            yield wording.say("assessment.step", **places)


def _attempts(attempts: dict[str, Any], wording: Wording) -> Iterator[str]:
    if "max" in attempts:
        yield wording.say("attempts.max", n=str(attempts["max"]))
    if attempts.get("min_days_between"):
        yield wording.say("attempts.days", n=str(attempts["min_days_between"]))
    if attempts["count"] == "best_per_section" and "carry_over" in attempts:
        yield wording.say("attempts.best_per_section.carry_over", period=wording.period(attempts["carry_over"]))
    else:
        yield wording.say(f"attempts.{attempts['count']}")


def _aggregation(
    item: dict[str, Any], sections: list[dict[str, Any]], mappings: dict[str, Any], wording: Wording
) -> Iterator[str]:
    how = item["aggregation"]
    if item["attempts"]["count"] != "all":  # one result only: there is nothing to aggregate
        return
    in_points = any(mappings.get(part.get("mapping", ""), {}).get("of") == "points" for part in sections)
    key = f"aggregation.{how['method']}" + (".points" if how["method"] == "n_times" and in_points else "")
    places = {
        "weights": ", ".join(how.get("weights", [])),
        "share": how.get("weight_latest", how.get("threshold", "")),
        "n": str(how.get("n", "")),
    }
    yield wording.say(key, **places)
    if "min_results" in how:
        yield wording.say("aggregation.min_results", n=str(how["min_results"]))


def age_lines(closure: dict[str, Any], wording: Wording) -> Iterator[str]:
    """Yield how long evidence counts: one line for each limit."""
    default = closure["policy"].get("evidence_max_age", {}).get("default")
    by_limit: dict[str, list[str]] = {}
    for item in closure["competencies"]:
        limit = item["evidence_max_age"] or default
        if limit is not None:
            by_limit.setdefault(limit, []).append(item["id"])
    if by_limit:
        yield ""
    for limit, names in by_limit.items():
        period = wording.period(limit)
        if len(by_limit) == 1 and len(names) == len(closure["competencies"]):
            yield wording.say("age", period=period)
        else:
            yield wording.say("age.competencies", competencies=", ".join(names), period=period)
