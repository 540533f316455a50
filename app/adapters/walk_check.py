"""Which of the documents to sign are canonicalized both ways: one in so many, counted (docs/decisions/0010)."""

import itertools

import structlog

from app.errors import Unavailable

EVERY_ONE = 1
REMEDY = (
    "Set ATTESTA_WALK_CHECK_ONE_IN=1 and start the service anew: then every document is computed both ways, and only "
    "what comes out alike is signed. Report the difference; what was signed before verifies as it did."
)


class OneIn:
    """A ports.WalkCheck of one process. `every`: 1 for every document, 0 for none; the first one is always checked."""

    def __init__(self, every: int) -> None:
        """Begin with the first document."""
        self.every = every
        self.differences = 0
        self._counter = itertools.count()

    def is_due(self) -> bool:
        """See ports.WalkCheck."""
        if self.differences and self.every != EVERY_ONE:
            raise Unavailable("Signing has stopped: two ways to compute what is signed disagreed.", remedy=REMEDY)
        return self.every > 0 and next(self._counter) % self.every == 0

    def differed(self, document_id: str) -> Unavailable:
        """See ports.WalkCheck."""
        self.differences += 1
        structlog.get_logger().error("canonical forms differ", credential=document_id, remedy=REMEDY)
        return Unavailable("Two ways to compute what is signed disagree on this credential.", remedy=REMEDY)
