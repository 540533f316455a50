"""One case of a trial run: what one award has come to for one learner, as plain values.

{"person", "award", "outcome", "why": ["<node id> <REASON>"], "competencies": ["<id> <REASON>"], "reached": {id: level
or None}, "valid_until": day or None, "block": reason code or None}: `why` are the open leaves of the rule,
`competencies` the open competencies in them, `reached` the levels of the competencies that the rule is about.
"""

from datetime import date
from typing import Any

from app.competency.certification import standing
from app.competency.evaluate import Evaluator
from app.competency.nodes import Node
from app.competency.open_leaves import open_competencies, open_leaves


def case(evaluator: Evaluator, award: str, as_of: date) -> dict[str, Any]:
    """Return the case; raises NotFound for an award that the framework does not have."""
    found = standing(evaluator, award, as_of)
    root = found.evaluation.root
    return {
        "person": evaluator.evidence.person,
        "award": award,
        "outcome": found.outcome.value,
        "why": [_line(leaf.id, leaf) for leaf in open_leaves(root)],
        "competencies": [_line(node.ref or "", node) for node in open_competencies(root)],
        "reached": dict(found.evaluation.levels),
        "valid_until": found.valid_until.isoformat() if found.valid_until else None,
        "block": found.block,
    }


def _line(name: str, node: Node) -> str:
    return f"{name} {node.reason}"
