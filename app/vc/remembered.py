"""What many documents have alike is found out once, and remembered within bounds."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, Generic, TypeVar, cast

from app.vc import strict_json

Learnt = TypeVar("Learnt")
OfText = TypeVar("OfText", bound=Callable[..., Any])


def remembering(entries: int, longest: int) -> Callable[[OfText], OfText]:
    """Have a function remember what it returned for its last texts: `entries` of them, of `longest` characters at most.

    It depends on nothing but its arguments, given by position, of which the first is the text. Anything longer, or no
    text, is found out each time: whoever sends it does not decide how much memory we use. What it raises is not
    remembered.
    """

    def decorate(find_out: OfText) -> OfText:
        known = lru_cache(entries)(find_out)

        @wraps(find_out)
        def remembered(text: Any, *more: Any) -> Any:
            return (known if type(text) is str and len(text) <= longest else find_out)(text, *more)

        return cast("OfText", remembered)

    return decorate


class found_once(Generic[Learnt]):  # noqa: N801 - a decorator, like property
    """A property that is found out when it is first asked for, and from then on is an attribute of the object.

    As functools.cached_property, which up to Python 3.11 has a lock that costs more than most of what is found out.
    Two threads may find it out twice.
    """

    def __init__(self, find_out: Callable[[Any], Learnt]) -> None:
        self.find_out = find_out
        self.name = find_out.__name__
        self.__doc__ = find_out.__doc__

    def __get__(self, holder: Any, _class: type | None = None) -> Learnt:
        """Find it out."""
        found = holder.__dict__[self.name] = self.find_out(holder)
        return found


class Remembered(Generic[Learnt]):
    """What was found out about values, by their exact content (strict_json.dumps).

    `max_bytes`: ours; a large achievement has 4,000. When it is full, everything is forgotten.
    """

    def __init__(self, find_out: Callable[[Any], Learnt], max_bytes: int = 2_000_000) -> None:
        self.find_out = find_out
        self.max_bytes = max_bytes
        self.known: dict[bytes, Learnt] = {}
        self.size = 0

    def __call__(self, value: Any) -> Learnt:
        """Find it out, or remember it."""
        try:
            content = strict_json.dumps(value)
        except (ValueError, TypeError):  # no plain JSON value, or a very deep one
            return self.find_out(value)
        learnt = self.known.get(content)
        if learnt is None:
            learnt = self.find_out(value)
            if self.size > self.max_bytes:
                self.known, self.size = {}, 0
            self.known[content] = learnt
            self.size += len(content)
        return learnt
