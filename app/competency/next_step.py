"""What a learner can do next: the first assessment that can show what is missing and is still open to them."""

from collections.abc import Iterable
from datetime import timedelta

from app.competency.nodes import Context, Step
from app.competency.rules import Section


def sections_that_show(context: Context, competency: str, rank: int, kinds: Iterable[str]) -> list[Section]:
    """Return the sections of these kinds whose mapping can reach the rank, those of the award's own course first."""
    rules, wanted, course = context.attainment.rules, set(kinds), context.award.get("course")
    able = [
        section
        for section in rules.sections_of.get(competency, ())
        if rules.assessments[section.assessment].kind in wanted
        and section.mapping is not None
        and section.mapping.start(rank) is not None
    ]
    return sorted(able, key=lambda section: rules.assessments[section.assessment].course != course)


def next_attempt(context: Context, sections: list[Section]) -> Step:
    """Return the step for the first of the sections that is open: never taken, or with attempts left."""
    for section in sections:
        if section_step := _step(context, section):
            return section_step
    if sections:
        params = {"assessment": sections[0].assessment, "section": sections[0].id}
        return Step("NO_ATTEMPTS_LEFT", params)
    return Step("NO_ASSESSMENT")


def _step(context: Context, section: Section) -> Step | None:
    attempts = context.attainment.rules.assessments[section.assessment].attempts
    params = {"assessment": section.assessment, "section": section.id}
    used = context.attainment.attempts.last.get((section.assessment, section.id))
    if used is None:
        return Step("TAKE_ASSESSMENT", params)
    number, day = used
    if attempts.count == "first" or (attempts.max is not None and number >= attempts.max):
        return None
    params["attempt"] = str(number + 1)
    if attempts.max is not None:
        params["attempts"] = str(attempts.max)
    earliest = day + timedelta(days=attempts.min_days_between)
    if earliest > context.attainment.as_of:
        params["not_before"] = earliest.isoformat()
    return Step("RETAKE", params)
