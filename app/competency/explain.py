"""An evaluation in sentences: why, why not yet, and the nearest next step, with the numbers.

The order of the sentences: the headline; what is open, each with its next step (in a choice, the nearest route first);
what is met; results that do not count. The sentences themselves are in messages.py, keyed by reason code.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from app.competency.evaluate import Evaluation
from app.competency.framework import Framework
from app.competency.messages import ENGLISH
from app.competency.narrative import rule_in_words
from app.competency.nodes import Node, Status, Step
from app.competency.wording import Wording

__all__ = ["explain", "reason_in_words", "rule_in_words", "why_not_yet"]

_CHOICES = ("any", "at_least")
_DAYS = ("valid_through", "issued_on", "not_before")  # places that hold a date, YYYY-MM-DD


def explain(evaluation: Evaluation, framework: Framework, language: str = "en") -> list[str]:
    """Return sentences for people; `framework` is the one that the evaluation was made with."""
    wording = Wording(framework, language)
    headline, left_out = _headline(evaluation, wording), _left_out(evaluation, wording)
    return [headline, *_open(evaluation.root, wording), *_met(evaluation.root, wording), *left_out]


def why_not_yet(evaluation: Evaluation, framework: Framework, language: str = "en") -> list[str]:
    """Return the same without what is met: what a refusal says."""
    wording = Wording(framework, language)
    return [_headline(evaluation, wording), *_open(evaluation.root, wording), *_left_out(evaluation, wording)]


def _headline(evaluation: Evaluation, wording: Wording) -> str:
    award = wording.framework.awards[evaluation.achievement]
    return wording.say(
        evaluation.status.value,
        title=wording.text(award["title"]),
        award=evaluation.achievement,
        as_of=wording.day(evaluation.as_of),
        met_on=wording.day(evaluation.met_on) if evaluation.met_on else "",
    )


def _left_out(evaluation: Evaluation, wording: Wording) -> list[str]:
    return [wording.say(f"LEFT_OUT.{item.reason}", result=item.ref) for item in evaluation.left_out]


def reason_in_words(node: Node, framework: Framework, language: str = "en") -> str:
    """Return the sentence for one node of an evaluation, whatever its kind and status: what a tree shows at it."""
    return _reason(node, Wording(framework, language))


def _open(node: Node, wording: Wording) -> Iterator[str]:
    """Yield what is open at and below the node; a choice that is met needs nothing more."""
    if node.status is Status.MET:
        return
    if node.kind in _CHOICES or node.reason == "ELECTIVES_SHORT":
        yield _reason(node, wording)
    if not node.children:
        yield _reason(node, wording)
        if node.next_step is not None:
            yield _step(node.next_step, wording)
        return
    nearest_first = node.kind in _CHOICES
    for child in sorted(node.children, key=_openness) if nearest_first else node.children:
        yield from _open(child, wording)


def _openness(node: Node) -> tuple[bool, int, int]:
    """Return how far a route is: pending before what needs work, then the fewest open leaves, then the most met."""
    met = sum(leaf.status is Status.MET for leaf in _leaves(node))
    return node.status is not Status.PENDING, _open_leaves(node), -met


def _open_leaves(node: Node) -> int:
    """Count what is still to be done below the node: of a choice only what its nearest routes need."""
    if node.status is Status.MET:
        return 0
    if not node.children:
        return 1
    counts = sorted(_open_leaves(child) for child in node.children)
    return sum(counts[: int(node.numbers["need"])] if node.kind in _CHOICES else counts)


def _leaves(node: Node) -> Iterator[Node]:
    if not node.children:
        yield node
    for child in node.children:
        yield from _leaves(child)


def _met(node: Node, wording: Wording) -> Iterator[str]:
    for leaf in _leaves(node):
        if leaf.status is Status.MET:
            yield _reason(leaf, wording)


def _reason(node: Node, wording: Wording) -> str:
    places = {"label": wording.text(node.label), **_with_days(node.numbers, wording)}
    for name in ("need_level", "have_level"):
        if name in places:
            places[f"{name}_id"] = places[name]
            places[name] = wording.level(places[name])
    if node.kind == "competency":
        places["competency"] = wording.competency(node.ref or "")
        if "assessment" in places:
            places["assessment"] = wording.assessment(places["assessment"])
    elif node.kind == "assessment":
        places["assessment"] = wording.assessment(node.ref or "")
    elif node.kind == "credential":
        places["award"] = wording.award(node.ref or "")
    return wording.say(_key(node), **places)


def _with_days(places: Mapping[str, str], wording: Wording) -> dict[str, str]:
    """Return the places with their dates as people read them."""
    days = {name: wording.day(date.fromisoformat(places[name])) for name in _DAYS if name in places}
    return {**places, **days}


def _key(node: Node) -> str:
    """Return the message key of a node: its reason, with the variant that fits its kind and numbers."""
    match node.reason:
        case "MET":
            return f"MET.{_met_variant(node)}"
        case "RESULT_PROVISIONAL":
            return f"RESULT_PROVISIONAL.{node.kind}"
        case "LEVEL_TOO_LOW":
            return f"LEVEL_TOO_LOW{_too_low_variant(node.numbers)}"
        case _:
            return node.reason


def _met_variant(node: Node) -> str:
    if node.kind == "assessment" and node.numbers["need"] == "0":
        return "sections"
    return node.kind if f"MET.{node.kind}" in ENGLISH else "group"


def _too_low_variant(numbers: dict[str, str]) -> str:
    if "have" not in numbers:
        return ".other"
    if "each" in numbers:
        return ".results"
    return "" if "have_level" in numbers else ".no_level"


def _step(step: Step, wording: Wording) -> str:
    places = _with_days(step.params, wording)
    if "assessment" in places:
        places["assessment"] = wording.assessment(places["assessment"])
    if "award" in places:
        places["award"] = wording.award(places["award"])
    key = step.code
    if key == "WAIT_FOR_FINAL" and "section" not in places:
        key += ".whole"
    if key == "RETAKE":
        key += "" if "attempts" in places else ".unlimited"
        key += ".from" if "not_before" in places else ""
    return wording.say(key, **places)
