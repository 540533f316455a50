"""The use case "a wallet answers": the response to a request of app.verifier.ask.

It comes over OpenID4VP 1.0 (sections 8.1, 8.2), or as the presentation that ends an exchange of VC-API.

1. read the answer: a presentation, or the wallet's error (section 8.5); what cannot be read uses nothing up
2. judge the presentation, which must answer the nonce and be made for our client id (section 14.1), or our domain
3. what does not prove who shows it is refused and noted, and the request stays open: whoever sees the code can send it
4. take the request: of two answers, also at the same instant, one counts
5. keep the report for who asked; the wallet learns only whether its presentation proved who shows it
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.errors import BadInput, NotFound, Problem
from app.ports import Memory, Services
from app.vc import strict_json
from app.vc.outcome import Outcome
from app.verifier import ask
from app.verifier.case import Policy
from app.verifier.receipt import receipt_or_none
from app.verifier.report import Report
from app.verifier.verify import verify_document
from app.verifier.wrappers import only_one

REMEDY = "Send one presentation, as the request asked for it."


def answer(services: Services, name: str, sent: Mapping[str, str]) -> None:
    """Take the answer to the request of that name. `sent`: the parameters `vp_token` or `error`.

    Raises BadInput for what cannot be read, or proves no holder; NotFound when the request does not count (any more).
    """
    presentation = None if sent.get("error") else presented(sent.get("vp_token", ""))
    _judge(services, name, presentation, ask.client_id(services.settings, name))


def exchanged(services: Services, name: str, presentation: Any) -> None:
    """Take the presentation that ends an exchange. Raises as `answer` does."""
    if not isinstance(presentation, dict | str) or not presentation:
        raise BadInput("There is no presentation.", pointer="/verifiablePresentation", remedy="Show one badge.")
    _judge(services, name, presentation, ask.domain(services.settings))


def _judge(services: Services, name: str, presentation: dict[str, Any] | str | None, domain: str) -> None:
    """`presentation`: None when the wallet declined. `domain`: for whom it must be made."""
    memory, until = ask.memory(services), services.clock() + ask.LASTS
    asked = _open(memory, name, until)
    told, noted = ask.told(asked["ticket"]), ask.noted(asked["ticket"])
    if presentation is None:
        memory.keep(noted, "declined", until)
        return
    policy = Policy(challenge=asked["nonce"], domain=domain, takes_assertions=True)
    try:
        report = verify_document(presentation, services, policy=policy)
    except Problem:
        memory.keep(noted, "unread", until)
        raise
    if unproved := _unproved(report):
        memory.keep(noted, "unproved", until)
        raise unproved
    if memory.take(ask.waiting(name)) is None:
        raise NotFound(ask.OVER, remedy=ask.FRESH)
    memory.keep(told, json.dumps({"report": report.to_json() | {"receipt": receipt_or_none(report, services)}}), until)


def _open(memory: Memory, name: str, until: datetime) -> dict[str, str]:
    """The request of that name, as long as it is open; this counts as a try. Raises NotFound.

    `nonce`; `ticket`: its place (app.verifier.ask).
    """
    waiting = memory.read(ask.waiting(name))
    tries = memory.count(ask.tries(name))
    if waiting is not None and tries is not None and tries <= ask.MOST_TRIES:
        found: dict[str, str] = json.loads(waiting)
        return found
    if waiting is not None and memory.take(ask.waiting(name)) is not None:
        memory.keep(ask.told(json.loads(waiting)["ticket"]), json.dumps({"notice": "spoiled"}), until)
    raise NotFound(ask.OVER, remedy=ask.FRESH)


def presented(vp_token: str) -> dict[str, Any] | str:
    """The one presentation of a `vp_token`: by the id of the query that it answers, or alone. Raises BadInput."""
    text = vp_token.strip()
    value = strict_json.loads(text) if text[:1] in ("{", "[", '"') else text
    if isinstance(value, dict) and not {"@context", "type"} & value.keys():
        value = only_one(list(value.values()))
    if isinstance(value, list):
        value = only_one(value)
    if not isinstance(value, dict | str) or not value:
        raise BadInput("There is no presentation in `vp_token`.", pointer="vp_token", remedy=REMEDY)
    return value


def _unproved(report: Report) -> BadInput | None:
    """What the wallet is told when its presentation does not prove who shows it; None when it does."""
    made = {check.id: check for check in report.checks}
    binding = made.get("holder_binding", made["proof"])  # no presentation, but the bare credential
    if binding.id == "holder_binding" and binding.outcome is Outcome.VALID:
        return None
    message = f"The presentation does not prove its holder: {binding.message}"
    return BadInput(message, pointer="vp_token", remedy="Show it again: the code still counts.")
