"""The N-Quads of a document under labels that tell nothing, and which of them JSON pointers select.

vc-di-ecdsa sections 3.4.4 createHmacIdLabelMapFunction, 3.4.8 skolemizeCompactJsonLd, 3.4.15 selectCanonicalNQuads,
3.4.16 canonicalizeAndGroup (https://www.w3.org/TR/vc-di-ecdsa/#canonicalizeandgroup).

1. give every node without an id one, so that it is known again in a selection; the document itself is the skolemized
   compact form, where the specification expands and compacts it: pointers lead into the document as it was given
2. name the blank nodes that are left (list cells, graphs) by the way that leads to them
3. canonicalize the whole; label every blank node with the HMAC of its canonical label
4. select by each group of pointers; what is selected must be among the N-Quads of the whole
"""

import hashlib
import hmac
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.vc import jsonld, rdfc
from app.vc.ecdsa_sd_values import label_of
from app.vc.outcome import unsound
from app.vc.pinned_contexts import Contexts
from app.vc.problem_types import PROOF_TRANSFORMATION_ERROR
from app.vc.rdf import Quad, is_blank
from app.vc.selection import select

SKOLEM_PREFIX = "urn:bnid:"  # section 3.4.7


@dataclass(frozen=True, slots=True)
class Group:
    """What one group of pointers selects: its quads, and the positions of these in `Groups.nquads`, ascending."""

    quads: list[Quad]
    indexes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Groups:
    """The document's `nquads`, labelled and sorted; `hmacs` by blank node of `groups[...].quads`; the groups."""

    nquads: list[str]
    hmacs: Mapping[str, bytes]
    groups: Mapping[str, Group]

    def others(self, name: str) -> list[str]:
        """Return the N-Quads that are not in a group."""
        indexes = set(self.groups[name].indexes)
        return [nquad for index, nquad in enumerate(self.nquads) if index not in indexes]

    def matching(self, name: str) -> list[str]:
        """Return the N-Quads of a group."""
        return [self.nquads[index] for index in self.groups[name].indexes]


def canonicalize_and_group(
    document: Mapping[str, Any], hmac_key: bytes, pointers: Mapping[str, Sequence[str]], contexts: Contexts
) -> Groups:
    """Canonicalize a document without proofs, and group its N-Quads by `pointers`.

    Raises Unsound as app.vc.jsonld.to_quads and app.vc.selection.select, and: `split_value` when pointers select a part
    of something that can only be shown whole; `blank_node_identifier` when the document names blank nodes itself.
    """
    skolemized, skolem_ids = _skolemized(document, contexts)
    quads = _named(jsonld.to_quads(skolemized, contexts=contexts), skolem_ids)
    hmacs = {
        blank: hmac.digest(hmac_key, label.removeprefix("_:").encode(), "sha256")
        for blank, label in rdfc.canonical_labels(quads).items()
    }
    labels = {blank: label_of(digest) for blank, digest in hmacs.items()}
    nquads = rdfc.relabelled(quads, labels)
    positions = {nquad: index for index, nquad in enumerate(nquads)}
    groups = {}
    for name, selected in pointers.items():
        part = select(skolemized, selected)
        found = _named(jsonld.to_quads(part, contexts=contexts), skolem_ids) if part else []
        groups[name] = Group(found, _indexes(rdfc.relabelled(found, labels), positions))
    return Groups(nquads, hmacs, groups)


def _indexes(nquads: list[str], positions: Mapping[str, int]) -> tuple[int, ...]:
    if any(nquad not in positions for nquad in nquads):
        message = "The pointers select a part of an ordered list, or of several proofs, which can only be shown whole."
        raise unsound("split_value", message)
    return tuple(sorted(positions[nquad] for nquad in nquads))


def _skolemized(document: Mapping[str, Any], contexts: Contexts) -> tuple[dict[str, Any], dict[str, str]]:
    """Return a copy where every node has an id, and the blank node for each id (a term) that was given."""
    if SKOLEM_PREFIX in json.dumps(document):
        message = f"The document uses identifiers that begin with {SKOLEM_PREFIX}, which stand for blank nodes here."
        raise unsound("blank_node_identifier", message, problem_type=PROOF_TRANSFORMATION_ERROR)
    copy = _copied(dict(document))
    skolem_ids = {}
    for number, node in enumerate(jsonld.anonymous_nodes(copy, contexts=contexts)):
        node["id"] = f"{SKOLEM_PREFIX}{number}"
        skolem_ids[f"<{node['id']}>"] = f"_:{number}"
    return copy, skolem_ids


def _copied(value: Any) -> Any:
    """Copy JSON; what occurs at two places becomes two."""
    if isinstance(value, Mapping):
        return {name: _copied(member) for name, member in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value


def _named(quads: list[Quad], skolem_ids: Mapping[str, str]) -> list[Quad]:
    """Put the blank nodes back, and name the others by the subject and the property that lead to them."""
    outgoing: defaultdict[str, list[Quad]] = defaultdict(list)
    for quad in quads:
        outgoing[quad.subject].append(quad)
    names = dict(skolem_ids)
    reached = [subject for subject in outgoing if not is_blank(subject)]
    while reached:
        subject = reached.pop()
        counts: Counter[str] = Counter()
        for quad in outgoing[subject]:
            if is_blank(quad.object) and quad.object not in names:
                way = f"{names.get(subject, subject)} {quad.predicate} {counts[quad.predicate]}"
                names[quad.object] = f"_:{hashlib.sha256(way.encode()).hexdigest()}"
                counts[quad.predicate] += 1
                reached.append(quad.object)
    if any(is_blank(term) and term not in names for quad in quads for term in quad):
        message = "The document names a blank node itself (`_:`), where nothing leads to it."
        raise unsound("blank_node_identifier", message, problem_type=PROOF_TRANSFORMATION_ERROR)
    return [Quad(*(names.get(term, term) for term in quad)) for quad in quads]
