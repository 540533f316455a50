"""The European elements of a micro-credential in words.

Council Recommendation of 16 June 2022 on micro-credentials (OJ C 243, 27.6.2022, p. 10), Annex I:
learning outcomes, notional workload, level, type of assessment, form of participation, type of quality assurance; and,
where they are given, prerequisites, supervision, stackability, further information. Identity of the learner, title,
country, awarding body and date of issue stand in the credential itself. An EQF level is called indicative unless it is
referenced.
"""

from collections.abc import Iterator
from typing import Any

from app.competency.exact import fraction, number_text
from app.competency.wording import Wording


def annex_lines(award: dict[str, Any], wording: Wording) -> Iterator[str]:
    """Yield the elements that the award and its course name, and the validity."""
    course = wording.framework.courses.get(award.get("course", ""), {})
    if "course" in award or "annex" in award:
        yield from _outcomes(course, wording)
        yield from ("", wording.say("elements"), "")
        for line in _elements(award.get("annex", {}), course, wording):
            yield f"- {line}"
    else:
        yield ""
    yield f"- {_validity(award.get('validity', {}), wording)}"


def course_lines(course: dict[str, Any], wording: Wording) -> Iterator[str]:
    """Yield the elements that a course names, each as a sentence."""
    yield from _elements({}, course, wording)


def _outcomes(course: dict[str, Any], wording: Wording) -> Iterator[str]:
    if course:
        yield from ("", wording.say("outcomes"), "")
    for item in course.get("learning_outcomes", []):
        text, level = wording.text(item["text"]), wording.level(item["level"])
        yield "- " + wording.say("outcome", text=text, competency=item["competency"], level=level)


def _elements(annex: dict[str, Any], course: dict[str, Any], wording: Wording) -> Iterator[str]:
    hours = annex.get("workload_hours", course.get("workload_hours"))
    if hours is not None:
        yield wording.say("workload", hours=number_text(fraction(hours)))
    yield from _credits(annex, course, wording)
    eqf = course.get("eqf", {})
    level = annex.get("eqf_level", eqf.get("level"))
    if level is not None:
        status = eqf["status"] if eqf.get("level") == level else "indicative"
        yield wording.say("eqf", level=str(level), status=wording.say(f"word.{status}"))
    if annex.get("assessment_types"):
        types = ", ".join(wording.concept(uri) for uri in annex["assessment_types"])
        yield wording.say("assessment_types", types=types)
    mode = annex.get("participation", course.get("mode"))
    if mode is not None:
        yield wording.say("participation", mode=wording.concept(mode))
    if "supervision" in annex:
        yield wording.say("supervision", supervision=wording.concept(annex["supervision"]))
    assured = annex.get("quality_assurance", course.get("quality_assurance"))
    if assured is not None:
        yield wording.say("quality_assurance", type=wording.concept(assured))
    if "learning_setting" in course:
        yield wording.say("learning_setting", setting=wording.concept(course["learning_setting"]))
    if course.get("isced_f"):
        yield wording.say("field", fields=", ".join(wording.concept(uri) for uri in course["isced_f"]))
    yield from _optional(annex, course, wording)


def _credits(annex: dict[str, Any], course: dict[str, Any], wording: Wording) -> Iterator[str]:
    credit = course.get("credits", {})
    points = annex.get("credits", credit.get("points"))
    if points is None:
        return
    places = {"points": number_text(fraction(points)), "system": credit.get("system", "ECTS")}
    if "status" in credit:
        yield wording.say("credits.status", status=credit["status"], **places)
    else:
        yield wording.say("credits", **places)


def _optional(annex: dict[str, Any], course: dict[str, Any], wording: Wording) -> Iterator[str]:
    prerequisites = annex.get("prerequisites", course.get("prerequisites"))
    if prerequisites:
        yield wording.say("prerequisites", text=wording.text(prerequisites))
    if "stackability" in annex:
        awards = ", ".join(wording.award(name) for name in annex.get("stacks_into", []))
        key = "stackability.into" if awards else "stackability"
        yield wording.say(key, stackability=wording.say(f"word.{annex['stackability']}"), awards=awards)
    if "further_information" in annex:
        yield wording.say("further_information", text=wording.text(annex["further_information"]))


def _validity(validity: dict[str, Any], wording: Wording) -> str:
    if validity.get("period") is None:
        return wording.say("validity.none")
    period = wording.period(validity["period"])
    if "renewal" in validity:
        return wording.say("validity.renewal", period=period, renewal=validity["renewal"])
    return wording.say("validity", period=period)
