"""The address of a document, in place of the document."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """Where the document is. `why`: a sentence about who says so.

    `is_baked`: whether it was baked into a picture, which then is the badge, and the address that of its assertion.
    """

    url: str
    why: str
    is_baked: bool = False
