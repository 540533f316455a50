"""The criteria narrative as an outline for HTML: headings, paragraphs, nested lists.

Narratives are written by app/competency/narrative.py in a small part of Markdown: paragraphs between blank lines,
lists of lines that begin with "- ", two spaces deeper a level. A paragraph that ends with a colon is a heading.
"""

from dataclasses import dataclass, field

STEP = 2  # spaces a level


@dataclass(slots=True)
class Item:
    """A list item with what stands below it."""

    text: str
    items: list["Item"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Block:
    """`kind`: heading, paragraph or list."""

    kind: str
    text: str = ""
    items: tuple[Item, ...] = ()


def outline(narrative: str) -> list[Block]:
    """The blocks of a narrative, in order."""
    return [_block(part) for part in narrative.split("\n\n") if part.strip()]


def _block(part: str) -> Block:
    if part.lstrip().startswith("- "):
        return Block("list", items=tuple(_items(part.split("\n"))))
    text = part.strip()
    return Block("heading", text.removesuffix(":")) if text.endswith(":") else Block("paragraph", text)


def _items(lines: list[str]) -> list[Item]:
    root = Item("")
    path = [root]
    for line in lines:
        text = line.lstrip()
        depth = (len(line) - len(text)) // STEP
        if not text.startswith("- "):
            path[-1].text += f" {text}"
            continue
        item = Item(text.removeprefix("- "))
        path = path[: depth + 1]
        path[-1].items.append(item)
        path.append(item)
    return root.items
