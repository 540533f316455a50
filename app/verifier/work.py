"""How much one verification may cost: counted, so that the answer does not depend on the machine.

JSON-LD is the cost of a proof, and grows with the objects of the document. A presentation holds many documents, and
each may hold endorsements and name status lists; all of them together may cost what one large badge may.
"""

from collections.abc import Callable
from typing import Any

from app.vc.outcome import Finding, Outcome

MAX_WORK = 5_000  # ours: objects times proofs, as many as bounds.MAX_OBJECTS; a large badge has 200
MAX_LIST_WORK = 4_000  # ours: 64 badges, each with a status list of its own, take 3,600
PER_ENDORSEMENT = 10  # ours: what a small one costs beside its proof, so that their number is bounded too
PER_STATUS_ENTRY = 50  # ours: unpacking the largest list takes about as long as 50 objects
BYTES_PER_OBJECT = 500  # ours: reading, canonicalizing and hashing 500 bytes takes about as long as an object
VALUES_PER_OBJECT = 8  # ours: so many texts of an array cost as much as an object


def cost_of(document: dict[str, Any]) -> int:
    """Return what canonicalizing a document costs, in objects; its own proofs are not part of what is signed."""
    return _cost({name: value for name, value in document.items() if name != "proof"})


def cost_of_proof(one: Any, document: dict[str, Any]) -> int:
    """Return what a proof adds to that: its own members are signed too, and the proofs that it builds on."""
    if not isinstance(one, dict):
        return 0
    return _cost(one) + (_cost(document.get("proof")) if "previousProof" in one else 0)


def _cost(value: Any) -> int:
    objects = values = 0
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            objects += 1
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
        else:
            values += 1
    return objects + values // VALUES_PER_OBJECT


class Work:
    """What may still be spent, in objects. Each verification has one for documents and one for their status lists."""

    def __init__(self, left: int = MAX_WORK) -> None:
        """Begin with all of it."""
        self.left = left
        self.first: Callable[[], int] | None = None

    def take(self, count: Callable[[], int]) -> bool:
        """Take as much as `count` finds; False when there is not as much left.

        The first to ask always gets it: it was what was sent. So it is counted only when somebody else asks, which
        nobody does at nearly all badges.
        """
        if self.first is None:
            self.first = count
            return True
        self.left = max(0, self.left - self.first())
        self.first = int  # which is none
        amount = count()
        if amount > self.left:
            return False
        self.left -= amount
        return True

    def exhaust(self) -> None:
        """Leave nothing: a document that went beyond the bounds of its own is not followed by another one."""
        self.left = 0


def exhausted(pointer: str = "") -> Finding:
    """Say that something was not looked at, since all that was looked at before had cost enough."""
    message = "There is more to check here than one verification takes; this was not looked at any more."
    return Finding("verification_budget", message, pointer, Outcome.UNKNOWN)
