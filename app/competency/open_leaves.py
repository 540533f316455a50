"""What is open in an answer, briefly: the leaves of the rule and their competencies, each with its reason code.

The parts of a choice that is met are not open, whatever they are.
"""

from collections.abc import Iterator

from app.competency.nodes import Node, Status


def open_leaves(root: Node) -> tuple[Node, ...]:
    """Return the open leaves of the rule, in its order; a list of competencies is one leaf."""
    return tuple(_open(root))


def open_competencies(root: Node) -> tuple[Node, ...]:
    """Return the open competencies of the open leaves, each once; of electives only where they are what is short."""
    found: dict[str, Node] = {}
    for leaf in _open(root):
        for node in _of(leaf):
            if node.status is not Status.MET and node.ref is not None:
                found.setdefault(node.ref, node)
    return tuple(found.values())


def _open(node: Node) -> Iterator[Node]:
    if node.status is Status.MET:
        return
    if node.kind in ("all", "any", "at_least"):
        for child in node.children:
            yield from _open(child)
    else:
        yield node


def _of(leaf: Node) -> tuple[Node, ...]:
    if leaf.kind == "competency":
        return (leaf,)
    if leaf.reason == "ELECTIVES_SHORT":
        return leaf.children
    return leaf.children[: int(leaf.numbers.get("need", "0"))]
