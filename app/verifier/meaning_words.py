"""The most important of what a badge means, as sentences: a key, its values, and the English text. Pure.

A page that speaks another language translates SENTENCES by key and puts the values in; text from a document is only
ever a value.
"""

from collections.abc import Iterator, Mapping
from typing import Any

MAX_VALUE = 300  # characters of a value within a sentence
MAX_SAID = 12  # competencies that get a sentence of their own

SENTENCES = {
    "kind.micro_credential": "This is a micro-credential: proof of what somebody learned in a short course, assessed.",
    "kind.role_certificate": "This is a certificate for a role: a body decided that somebody is fit for it.",
    "kind.licence": "This is a licence: permission to do something, given to one person.",
    "kind.certificate": "This is a certificate.",
    "kind.completion": "This confirms that somebody completed a course or programme.",
    "kind.attendance": "This confirms attendance only: it does not say that anything was assessed.",
    "kind.participation": "This confirms participation only: it does not say that anything was assessed.",
    "kind.assessment": "This confirms that somebody passed an assessment.",
    "kind.competency": "This confirms that somebody has one competency.",
    "kind.membership": "This confirms a membership.",
    "kind.degree": "This is a degree or diploma.",
    "kind.achievement": "This confirms an achievement; its issuer does not say of which kind.",
    "kind.endorsement": "This is an endorsement: somebody speaks well of somebody or something else.",
    "kind.learner_record": "This is a learner's record: it holds several credentials.",
    "kind.verification_receipt": "This is a receipt of a verification, and not a badge.",
    "kind.status_list": "This is a list of revoked credentials, and not a badge.",
    "kind.other": "This says nothing about an achievement.",
    "competencies": "It shows {count} competencies.",
    "competencies.one": "It shows one competency.",
    "competency.level": "{name}: {level}, level {position} of {of}.",
    "competency.unranked": "{name}: {level}.",
    "competency.named": "{name}: no level is told.",
    "license_number": "The number of the certificate is {number}.",
    "workload": "It stands for {hours} hours of learning.",
    "credit": "It is worth {points} credit points ({system}).",
    "level.indicative": "Its level is {level} of the European Qualifications Framework, which is indicative only.",
    "level.referenced": "Its level is {level} of the European Qualifications Framework, to which it is referenced.",
    "level.unstated": "Its level is {level} of the European Qualifications Framework by its issuer's own word.",
    "assessed_by_types": "It was assessed by: {types}.",
    "participation": "Form of participation: {name}.",
    "quality_assurance": "Its quality is assured by: {name}.",
    "supervision": "Supervision of the assessment: {name}.",
    "holder.proved": "Who presented it proved to be the person that it is about.",
    "holder.differs": "It was presented by somebody else than the person that it is about.",
    "holder.not_comparable": "Somebody presented it, but it does not say in a comparable way whom it is about.",
    "holder.not_proved": "Nothing shows who presented it.",
    "holder.not_presented": "Whoever has the file can show it: it does not prove who sent it.",
    "subject.did": "It is about the owner of a key, who can prove it.",
    "subject.key": "It is about the owner of a key, who can prove it.",
    "subject.hashed_email": "It is about the owner of an e-mail address, which can be compared but not read.",
    "subject.email": "It is about the owner of an e-mail address, which it names.",
    "subject.random_id": "It names its subject by a random number only, which says nothing about a person.",
    "subject.other": "It names its subject by an identifier that only its issuer can explain.",
    "subject.nothing": "It does not say whom it is about.",
}
SUBJECT_ORDER = ("did", "key", "hashed_email", "email", "nothing", "random_id")  # what counts most for a reader


def sentences(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Say in plain English what was told; each {"key", "values", "text"}."""
    found = [("kind." + told["kind"], {}), *competency_sentences(told["competencies"])]
    if told["license_number"]:
        found.append(("license_number", {"number": told["license_number"]}))
    if told["european"]:
        found.extend(european_sentences(told["european"]))
    if told["kind"] not in ("status_list", "verification_receipt"):
        found.append(("subject." + subject_word(told["holder"]["identified_by"]), {}))
        found.append(("holder." + told["holder"]["binding"], {}))
    return [sentence(key, values) for key, values in found]


def sentence(key: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Say one thing."""
    if not values:
        return {"key": key, "values": {}, "text": SENTENCES[key]}
    short = {name: str(value)[:MAX_VALUE] for name, value in values.items()}
    return {"key": key, "values": short, "text": SENTENCES[key].format(**short)}


def competency_sentences(competencies: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Say how many competencies there are, and the level of each."""
    if competencies:
        count = len(competencies)
        yield ("competencies.one", {}) if count == 1 else ("competencies", {"count": count})
    for one in competencies[:MAX_SAID]:
        name, level = one["name"] or one["code"] or "?", one["level"]
        if level is None or not (level["name"] or level["code"]):
            yield "competency.named", {"name": name}
        elif level["position"] is not None and level["scale"]:
            place = {"position": level["position"], "of": level["of"]}
            yield "competency.level", {"name": name, "level": level["name"] or level["code"]} | place
        else:
            yield "competency.unranked", {"name": name, "level": level["name"] or level["code"]}


def european_sentences(elements: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Say the European elements that are there."""
    if elements["workload"] and elements["workload"]["hours"]:
        yield "workload", {"hours": elements["workload"]["hours"]}
    if elements["credit"]:
        yield "credit", {"points": elements["credit"]["points"], "system": elements["credit"]["system"] or "?"}
    if elements["level"]:
        yield "level." + (elements["level"]["status"] or "unstated"), {"level": elements["level"]["level"]}
    if elements["assessment_types"]:
        yield "assessed_by_types", {"types": ", ".join(one["name"] for one in elements["assessment_types"])}
    for name in ("participation", "quality_assurance", "supervision"):
        if elements[name]:
            yield name, {"name": elements[name]["name"]}


def subject_word(identified_by: list[str]) -> str:
    """Return the word for how the subject is told that says most to a reader."""
    return next((word for word in SUBJECT_ORDER if word in identified_by), "other")
