"""What a badge means, as the page shows it: kind, levels, assessment, European elements, whom it is about. Pure."""

import re
from collections.abc import Iterator
from typing import Any

from app.competency.vocabulary import TRANSLATED
from app.pages.meaning_words import BINDINGS, EUROPEAN, KINDS, LEVEL_STATUS, OTHER_SUBJECT, SUBJECTS
from app.pages.wording import Wording
from app.texts import N_

Thing = dict[str, Any]
LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}", re.ASCII)
NO_SUBJECT = ("status_list", "verification_receipt")


def meaning_view(judged: Thing, words: Wording) -> Thing:
    """Return what is shown of `meaning`. `judged`: a report or a part of one that has it."""
    meant = judged["meaning"]
    label, about = KINDS.get(meant["kind"], KINDS["other"])
    language = meant["language"] or ""
    return {
        "kind": meant["kind"],
        "kind_label": words.say(label),
        "kind_text": words.say(about),
        "name": meant["name"],
        "lang": language if LANGUAGE_TAG.fullmatch(language) else None,
        "description": (judged["achievement"] or {}).get("description"),
        "license_number": meant["license_number"],
        "competencies": [competency_view(each, words) for each in meant["competencies"]],
        "alignments": [alignment_view(each) for each in meant["alignments"]],
        "grades": meant["assessment"]["grades"],
        "narrative": meant["assessment"]["criteria"]["narrative"],
        "criteria_link": web_address(meant["assessment"]["criteria"]["url"]),
        "evidence": [each | {"link": web_address(each["url"])} for each in meant["assessment"]["evidence"]],
        "european": list(european_view(meant["european"] or {}, words)),
        "missing": [words.say(EUROPEAN[each]) for each in (meant["european"] or {}).get("missing", ())],
        "issuer": meant["issuer"],
        "subject": None if meant["kind"] in NO_SUBJECT else subject_view(meant["holder"], words),
    }


def competency_view(competency: Thing, words: Wording) -> Thing:
    """Return a competency with its level, where that stands on its scale, and what it is aligned to."""
    level = competency["level"]
    place = None
    if level and level["position"] is not None and level["of"] > 1:
        place = words.say(N_("level %(position)s of %(of)s")) % {"position": level["position"], "of": level["of"]}
    reached = (level["name"] or level["code"]) if level else competency["value"] or competency["status"]
    return {
        "name": competency["name"] or competency["code"],
        "level": reached,
        "place": place,
        "position": level["position"] if place else None,
        "of": level["of"] if place else None,
        "means": level["description"] if level else None,
        "required": competency["required_level"],
        "alignments": [alignment_view(each) for each in competency["alignments"]],
    }


def alignment_view(alignment: Thing) -> Thing:
    """Return where something is described elsewhere."""
    parts = (alignment["targetFramework"], alignment["targetCode"], alignment["targetName"])
    name = " · ".join(dict.fromkeys(part for part in parts if part)) or alignment["targetUrl"] or ""
    return {"name": name, "link": web_address(alignment["targetUrl"])}


def european_view(elements: Thing, words: Wording) -> Iterator[tuple[str, str]]:
    """Go through (label, value) of the European elements that are there."""
    if not elements:
        return
    workload, credit, level = elements["workload"], elements["credit"], elements["level"]
    if workload:
        hours = workload["hours"]
        told = words.say(N_("%(hours)s hours")) % {"hours": words.number(hours)} if hours else workload["duration"]
        yield words.say(EUROPEAN["workload"]), told
    if credit:
        system = credit["system"] or ""
        yield words.say(N_("Credit points")), f"{words.number(credit['points'])} {concept(system, words)}".strip()
    if level:
        told = words.say(LEVEL_STATUS[level["status"]]) % {"level": level["level"]}
        yield words.say(EUROPEAN["level"]), told
    if elements["assessment_types"]:
        named = ", ".join(concept(each["name"], words) for each in elements["assessment_types"])
        yield words.say(EUROPEAN["assessment_types"]), named
    for name in ("participation", "quality_assurance", "supervision"):
        if elements[name]:
            yield words.say(EUROPEAN[name]), concept(elements[name]["name"], words)
    yield from optional_view(elements, words)


def optional_view(elements: Thing, words: Wording) -> Iterator[tuple[str, str]]:
    """Go through the elements that need not be there."""
    if elements["identity_checked"] is not None:
        told = words.say(N_("yes") if elements["identity_checked"] else N_("no"))
        yield words.say(N_("Identity was checked")), told
    if elements["prerequisites"]:
        yield words.say(N_("What was needed before")), elements["prerequisites"]
    if elements["stackability"]:
        yield words.say(N_("Counts towards")), elements["stackability"]


def concept(name: str, words: Wording) -> str:
    """Return a concept of the European vocabularies by its name in the reader's language, another one as it stands."""
    return words.say(name) if name in TRANSLATED else name


def subject_view(holder: Thing, words: Wording) -> Thing:
    """Return whom it is about and whether the one who showed it is that person."""
    known = next((kind for kind in SUBJECTS if kind in holder["identified_by"]), None)
    named = [each["value"] for each in holder["identifiers"] if each["value"]]
    return {
        "about": words.say(SUBJECTS[known] if known else OTHER_SUBJECT),
        "named": named or ([holder["id"]] if holder["id"] and not holder["id"].startswith("urn:uuid:") else []),
        "binding": holder["binding"],
        "shown_by": words.say(BINDINGS[holder["binding"]]),
    }


def web_address(url: str | None) -> str | None:
    """Return a foreign address that a link may lead to: http and https only."""
    return url if url and url.startswith(("https://", "http://")) else None
