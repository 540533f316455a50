"""The canonical form of proof configurations: worked out once for all that differ in `created` alone.

Proof Configuration: https://www.w3.org/TR/vc-di-eddsa/#proof-configuration-eddsa-rdfc-2022 . Nearly all are one blank
node with a handful of lines. Its label is fixed, whatever its hash, and the lines stand in the order of their
predicates: so another `created` changes that literal and nothing else. The first of its kind is canonicalized like any
document; what is kept of it is what stands before and after the literal.
"""

import marshal
import re
from collections.abc import Mapping
from typing import Any

from app.vc import jsonld
from app.vc.pinned_contexts import Contexts

MAX_TEMPLATES = 1_000  # ours: one for each issuer's key and each set of contexts, 1 kB each; then begun anew
MAX_OPTIONS = 10_000  # ours: bytes; an inline context is part of what decides
MARSHAL_VERSION = 2  # the last one in which equal values have equal bytes

# Texts that every literal holds as they are, and that cannot be mistaken for another part of a line.
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})")


class Templates:
    """What stands before and after `created`, by everything else that a configuration holds."""

    def __init__(self, _contexts: Contexts) -> None:
        """Begin with none; the contexts keep them (Contexts.once)."""
        self.known: dict[bytes, tuple[str, str]] = {}

    def keep(self, options: bytes, created: str, text: str) -> None:
        """Keep the template in a canonical form, if it is one of the plain kind."""
        lines = text.count("\n")
        predicates = {line.split(" ", 2)[1] for line in text.split("\n") if line.startswith("_:c14n0 ")}
        is_one_node = lines == len(predicates) == text.count("_:")
        before, literal, after = text.partition(f'"{created}"')
        if not is_one_node or not literal or created in after or len(options) > MAX_OPTIONS:
            return
        if len(self.known) >= MAX_TEMPLATES:
            self.known = {}
        self.known[options] = (before, after)


def canonicalize(configuration: Mapping[str, Any], hash_name: str, contexts: Contexts) -> str:
    """Return the canonical N-Quads of a configuration. Raises Unsound as `jsonld.canonicalize`."""
    created = configuration.get("created")
    if type(created) is not str or not _MOMENT.fullmatch(created):
        return jsonld.canonicalize(configuration, hash_name=hash_name, contexts=contexts)
    templates = contexts.once(Templates)
    options = marshal.dumps({**configuration, "created": None}, MARSHAL_VERSION)
    template = templates.known.get(options)
    if template is None:
        text = jsonld.canonicalize(configuration, hash_name=hash_name, contexts=contexts)
        templates.keep(options, created, text)
        return text
    before, after = template
    return f'{before}"{created}"{after}'
