"""RDF Dataset Canonicalization, RDFC-1.0.

https://www.w3.org/TR/rdf-canon/

Canonicalization algorithm (section 4.4.3):

1. map every blank node to its quads
2. hash every blank node by its own quads (section 4.6, Hash First Degree Quads)
3. where a hash belongs to one blank node only, issue the canonical identifiers in the order of the hashes
4. where several share a hash, tell them apart by what they are related to (section 4.8, Hash N-Degree Quads)
5. write the quads with canonical identifiers, sorted (section 5)

Step 4 takes factorial time on graphs made for that ("poison", section 7.1), so all its work is counted, and a dataset
that needs more than the budget is refused. Counted, not timed: the answer must not depend on the machine.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import permutations

from app.vc.outcome import unknown
from app.vc.problem_types import PROOF_TRANSFORMATION_ERROR
from app.vc.rdf import Quad, is_blank

# One unit: one quad looked at, or one blank node placed in one permutation, by Hash N-Degree Quads. The hardest of the
# W3C's own tests takes 6,200 of them; Open Badges take none or a few.
BUDGET = 50_000
HASHES = {"sha256": hashlib.sha256, "sha384": hashlib.sha384}  # `sha384` for P-384: vc-di-ecdsa section 3.2.3
MAX_DEPTH = 100  # recursions of Hash N-Degree Quads; the W3C's tests go 8 deep


@dataclass(slots=True)
class IdentifierIssuer:
    """Issue Identifier (section 4.5): `issued` maps a blank node to its new label, in the order of issuing."""

    prefix: str
    issued: dict[str, str] = field(default_factory=dict)

    def issue(self, blank: str) -> str:
        """Return the label of a blank node; a new one at the first time."""
        return self.issued.setdefault(blank, f"{self.prefix}{len(self.issued)}")

    def copy(self) -> "IdentifierIssuer":
        """Return an issuer that goes on by itself."""
        return IdentifierIssuer(self.prefix, dict(self.issued))


def canonicalize(dataset: Iterable[Quad], *, hash_name: str = "sha256", budget: int = BUDGET) -> str:
    """Return the canonical N-Quads of a dataset; quads that occur twice count once.

    `hash_name`: `sha256`, or `sha384` for P-384 (vc-di-ecdsa section 3.2.3 asks for it inside too); `budget`: units of
    work. Raises Unsound `canonicalization_budget`, outcome unknown, when the budget does not suffice.
    """
    quads = list(dict.fromkeys(dataset))
    return "".join(relabelled(quads, canonical_labels(quads, hash_name=hash_name, budget=budget)))


def canonical_labels(quads: Iterable[Quad], *, hash_name: str = "sha256", budget: int = BUDGET) -> dict[str, str]:
    """Return the issued identifiers map: each blank node's canonical label. Raises as `canonicalize`."""
    return _Canonicalization(quads, hash_name, budget).run()


def relabelled(quads: Iterable[Quad], labels: Mapping[str, str]) -> list[str]:
    """Return the N-Quads, sorted, each once, with other labels for the blank nodes that `labels` has."""
    return sorted({Quad(*(labels.get(term, term) for term in quad)).line() for quad in quads})


class _Canonicalization:
    """The canonicalization state (section 4.2) of one run."""

    def __init__(self, quads: Iterable[Quad], hash_name: str, budget: int) -> None:
        self.hash_name = hash_name
        self.left = budget
        self.canonical = IdentifierIssuer("_:c14n")
        self.quads_of: defaultdict[str, list[Quad]] = defaultdict(list)
        for quad in quads:
            for blank in {term for term in (quad.subject, quad.object, quad.graph) if is_blank(term)}:
                self.quads_of[blank].append(quad)
        self.first_degree = {blank: self.hash_first_degree_quads(blank) for blank in self.quads_of}

    def run(self) -> dict[str, str]:
        blanks_by_hash: defaultdict[str, list[str]] = defaultdict(list)
        for blank, digest in self.first_degree.items():
            blanks_by_hash[digest].append(blank)
        in_order = [blanks for _, blanks in sorted(blanks_by_hash.items())]
        for blanks in in_order:
            if len(blanks) == 1:
                self.canonical.issue(blanks[0])
        for blanks in in_order:
            if len(blanks) > 1:
                self.tell_apart(blanks)
        return self.canonical.issued

    def tell_apart(self, blanks: list[str]) -> None:
        """Step 5 of section 4.4.3: issue identifiers to blank nodes of the same first degree hash."""
        hash_paths = []
        for blank in blanks:
            if blank not in self.canonical.issued:
                issuer = IdentifierIssuer("_:b")
                issuer.issue(blank)
                hash_paths.append(self.hash_n_degree_quads(blank, issuer, 1))
        for _, issuer in sorted(hash_paths, key=lambda path: path[0]):
            for blank in issuer.issued:
                self.canonical.issue(blank)

    def digest(self, text: str) -> str:
        return HASHES[self.hash_name](text.encode()).hexdigest()

    def spend(self, units: int) -> None:
        self.left -= units
        if self.left < 0:
            raise unknown(
                "canonicalization_budget",
                "The blank nodes of this document are so alike that telling them apart would take too long. "
                "Give the objects that repeat an `id`.",
                problem_type=PROOF_TRANSFORMATION_ERROR,
            )

    def hash_first_degree_quads(self, blank: str) -> str:
        """Section 4.6.3: the quads with this blank node as _:a and every other as _:z."""
        lines = [
            Quad(*(("_:a" if term == blank else "_:z") if is_blank(term) else term for term in quad)).line()
            for quad in self.quads_of[blank]
        ]
        return self.digest("".join(sorted(lines)))

    def hash_related_blank_node(self, related: str, quad: Quad, issuer: IdentifierIssuer, position: str) -> str:
        """Section 4.7.3."""
        known = self.canonical.issued.get(related) or issuer.issued.get(related) or self.first_degree[related]
        predicate = "" if position == "g" else quad.predicate
        return self.digest(position + predicate + known)

    def related_by_hash(self, blank: str, issuer: IdentifierIssuer) -> list[tuple[str, list[str]]]:
        """Steps 1 to 3 of section 4.8.3: Hn, sorted."""
        related_by_hash: defaultdict[str, list[str]] = defaultdict(list)
        for quad in self.quads_of[blank]:
            for position, term in (("s", quad.subject), ("o", quad.object), ("g", quad.graph)):
                if is_blank(term) and term != blank:
                    related_by_hash[self.hash_related_blank_node(term, quad, issuer, position)].append(term)
        return sorted(related_by_hash.items())

    def hash_n_degree_quads(self, blank: str, issuer: IdentifierIssuer, depth: int) -> tuple[str, IdentifierIssuer]:
        """Section 4.8.3: a hash of all that the blank node is related to, and the identifiers used on the way."""
        self.spend(len(self.quads_of[blank]) if depth <= MAX_DEPTH else self.left + 1)
        data_to_hash = ""
        for related_hash, blanks in self.related_by_hash(blank, issuer):
            path, issuer = self.chosen_path(blanks, issuer, depth)
            data_to_hash += related_hash + path
        return self.digest(data_to_hash), issuer

    def chosen_path(self, blanks: list[str], issuer: IdentifierIssuer, depth: int) -> tuple[str, IdentifierIssuer]:
        """Step 5.4 of section 4.8.3: the least path among all orders of these blank nodes."""
        chosen, chosen_issuer = "", issuer
        for order in permutations(blanks):
            self.spend(len(order))
            tried = self.path(order, issuer.copy(), chosen, depth)
            if tried is not None and (not chosen or tried[0] < chosen):
                chosen, chosen_issuer = tried
        return chosen, chosen_issuer

    def path(
        self, order: Iterable[str], issuer: IdentifierIssuer, chosen: str, depth: int
    ) -> tuple[str, IdentifierIssuer] | None:
        """Steps 5.4.1 to 5.4.5: the path of one order; None once it cannot become the least."""
        path, recursion_list = "", []
        for related in order:
            if related in self.canonical.issued:
                path += self.canonical.issued[related]
                continue
            if related not in issuer.issued:
                recursion_list.append(related)
            path += issuer.issue(related)
        if _is_longer_and_greater(path, chosen):
            return None
        for related in recursion_list:
            digest, further = self.hash_n_degree_quads(related, issuer, depth + 1)
            path += f"{issuer.issue(related)}<{digest}>"
            issuer = further
            if _is_longer_and_greater(path, chosen):
                return None
        return path, issuer


def _is_longer_and_greater(path: str, chosen: str) -> bool:
    return bool(chosen) and len(path) >= len(chosen) and path > chosen
