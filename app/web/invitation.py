"""The link that opens the Learner Credential Wallet with an exchange of VC-API, to take a badge or to show one."""

import json
from urllib.parse import quote

LCW = "https://lcw.app/request"


def invitation(exchange: str) -> str:
    """Return the link. `exchange`: the address of the exchange (https://w3c-ccg.github.io/vc-api/#initiate-exchange)."""
    request = json.dumps({"protocols": {"vcapi": exchange}}, separators=(",", ":"))
    return f"{LCW}?request={quote(request, safe='')}"
