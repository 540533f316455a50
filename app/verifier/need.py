"""One document that a verification must fetch."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Need:
    """One document to fetch. `kind`: one of gather.ACCEPT.

    `why`: a sentence. `pointer`: the place in the document that asks for it. `is_for_binding`: whether it is only asked
    whose a key is.
    """

    kind: str
    url: str
    why: str
    pointer: str
    is_for_binding: bool = False
