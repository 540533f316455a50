"""All problem types by the last segment of their address."""

from collections.abc import Iterator

from app.errors import Problem


def _tree(kind: type[Problem]) -> Iterator[type[Problem]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _tree(child)


KINDS = {kind.kind: kind for kind in _tree(Problem)}
