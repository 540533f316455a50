"""The use case "ask the holder": a request to a wallet to show a badge (OpenID for Verifiable Presentations 1.0).

https://openid.net/specs/openid-4-verifiable-presentations-1_0.html

1. whoever wants to see a badge gets a ticket, which leads to what comes of it, and a link (or QR code) for the wallet
2. the link holds the whole request (section 5.4): with the Client Identifier Prefix `redirect_uri` (section 5.9.3) it
   cannot be signed, and wallets refuse such a request by reference
3. the wallet sends its answer to the address that is our client id (section 8.2, `direct_post`): app.verifier.answer

Wallets that do not know this protocol, as the Learner Credential Wallet, are asked the same by an exchange of VC-API
(https://w3c-ccg.github.io/vc-api/#initiate-exchange): they begin it with an empty object, are told what to show
(`presentation_request`), and answer at the same address. Whichever answer comes first counts.

Only what proves its holder is an answer. Anybody who sees the code can send something else, so that leaves the request
open: the asker is told of it, the one who sent it is refused, and after MOST_TRIES the request ends.

What was asked is kept for LASTS, under names that nobody can guess: the ticket, which only the asker has, and the
address for the answer, which everybody sees who sees the code. So the one does not lead to the other (section 14.2).
Of the ticket only the hash is kept, by which the answer finds its place.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from app.errors import Gone, NotFound, Unavailable
from app.ports import Memory, Services
from app.settings import Settings
from app.texts import N_
from app.web.invitation import invitation

LASTS = timedelta(minutes=15)  # ours: time to fetch a telephone and to sign in to a wallet
MOST_TRIES = 50  # ours: a holder needs one or two; what one code can make us check is bounded
PLAIN = ":/,"  # RFC 3986 section 3.4: may stand in a query as they are, which keeps the QR code small
FORMATS = ("ldp_vc", "dc+sd-jwt", "jwt_vc_json")  # with which algorithms is left open, for the same reason
SCHEME = "openid4vp://"  # section 5.1 names none that all wallets know; this is the one that most do
VOCABULARY = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
EXCHANGED_TYPE = "OpenBadgeCredential"  # as it stands in the credential, which is how wallets compare it
OVER, FRESH = "There is no such request, or it was answered.", "Scan a fresh code."
# Appendix B.1.1: types as IRIs. Wallets that compare them as they stand in the credential know the short name.
TYPES = [[VOCABULARY + "OpenBadgeCredential"], ["OpenBadgeCredential"], ["AchievementCredential"]]


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a request so far. `link`: for the wallet, as long as there is no answer; `invitation`: for others.

    `report`: app.verifier.report_shape, with `receipt`. `notice`: what came that was no answer, the last time:
    "declined", "unread" or "unproved"; "spoiled" when it came so often that the request is over.
    """

    link: str | None = None
    invitation: str | None = None
    report: dict[str, Any] | None = None
    notice: str | None = None


def ask(services: Services) -> str:
    """Make a request; returns the ticket that leads to what comes of it. Raises Unavailable."""
    remembering, until = memory(services), services.clock() + LASTS
    name, nonce, ticket = services.new_secret(), services.new_secret(), services.new_secret()
    place = place_of(ticket)
    remembering.keep(waiting(name), json.dumps({"nonce": nonce, "ticket": place}), until)
    links = {
        "link": link(services.settings, name, nonce),
        "invitation": invitation(exchange_uri(services.settings, name)),
    }
    remembering.keep(told(place), json.dumps(links), until)
    remembering.keep(tries(name), "0", until)
    return ticket


def reply(services: Services, ticket: str) -> Reply:
    """What came of the request of that ticket so far. Raises Gone when its time is over, Unavailable."""
    remembering = memory(services)
    place = place_of(ticket)
    kept = remembering.read(told(place))
    if kept is None:
        raise Gone(
            N_("This request is over, or there was none."),
            remedy=N_("Ask again: a request counts for a quarter of an hour."),
            reason="EXPIRED",
        )
    return Reply(**{"notice": remembering.read(noted(place))} | json.loads(kept))


def memory(services: Services) -> Memory:
    """Where requests are kept; raises Unavailable."""
    if services.memory is None:
        raise Unavailable(
            N_("This verifier cannot ask wallets: its processes share no memory."),
            remedy=N_("Let it run in one process, or check the badge itself."),
        )
    return services.memory


def waiting(name: str) -> str:
    """Under which name a request without an answer is kept."""
    return f"openid4vp:{name}"


def place_of(ticket: str) -> str:
    """The hash of a ticket (SHA-256 in hexadecimal), for `told` and `noted`."""
    return hashlib.sha256(ticket.encode("utf-8", "surrogatepass")).hexdigest()


def told(place: str) -> str:
    """Under which name is kept what the asker gets to see."""
    return f"asked:{place}"


def noted(place: str) -> str:
    """Under which name is kept what came that was no answer."""
    return f"noted:{place}"


def tries(name: str) -> str:
    """Under which name is counted how often something came for a request."""
    return f"tries:{name}"


def client_id(settings: Settings, name: str) -> str:
    """Our Client Identifier, for which the holder signs."""
    return f"redirect_uri:{response_uri(settings, name)}"


def response_uri(settings: Settings, name: str) -> str:
    """Where the wallet sends its answer."""
    return f"{settings.public_url}/verify/answers/{quote(name, safe='')}"


def exchange_uri(settings: Settings, name: str) -> str:
    """Where the exchange of the request takes place."""
    return f"{settings.public_url}/verify/exchanges/{quote(name, safe='')}"


def domain(settings: Settings) -> str:
    """For whom the holder signs in an exchange."""
    return urlsplit(settings.public_url).netloc


def presentation_request(services: Services, name: str) -> dict[str, Any]:
    """What an exchange answers to who begins it: show an Open Badge, and prove who you are. Raises NotFound.

    https://w3c-ccg.github.io/vp-request-spec/#query-by-example and #the-did-authentication-query-format
    """
    asked = memory(services).read(waiting(name))
    if asked is None:
        raise NotFound(OVER, remedy=FRESH)
    example = {"type": [EXCHANGED_TYPE]}
    shown = {"type": "QueryByExample", "credentialQuery": {"reason": "Show a badge.", "example": example}}
    methods = [{"method": method} for method in ("key", "jwk", "web")]
    return {
        "verifiablePresentationRequest": {
            "query": [shown, {"type": "DIDAuthentication", "acceptedMethods": methods}],
            "challenge": json.loads(asked)["nonce"],
            "domain": domain(services.settings),
        }
    }


def link(settings: Settings, name: str, nonce: str) -> str:
    """The request as a link that opens a wallet. `nonce`: what the holder signs."""
    parameters = {
        "response_type": "vp_token",
        "response_mode": "direct_post",
        "client_id": client_id(settings, name),
        "response_uri": response_uri(settings, name),
        "nonce": nonce,
        "dcql_query": _compact(dcql(settings)),
        "client_metadata": _compact({"vp_formats_supported": {name: {} for name in FORMATS}}),
    }
    return f"{SCHEME}?{urlencode(parameters, quote_via=quote, safe=PLAIN)}"


def dcql(settings: Settings) -> dict[str, Any]:
    """Ask for one Open Badge, in any of the formats (sections 6.1, 6.2; appendix B)."""
    credentials = [
        {"id": "ldp", "format": "ldp_vc", "meta": {"type_values": TYPES}},
        {"id": "sd", "format": "dc+sd-jwt", "meta": {"vct_values": list(settings.asked_types)}},
        {"id": "jwt", "format": "jwt_vc_json", "meta": {"type_values": TYPES}},
    ]
    options = [[one["id"]] for one in credentials]
    return {"credentials": credentials, "credential_sets": [{"options": options}]}


def _compact(value: dict[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"))
