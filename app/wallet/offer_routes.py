"""/api/v1/credentials/{id}/offers, /api/v1/offers and /api/v1/mails: what is offered to learners, and how it goes."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from app.ports import Principal
from app.wallet import offering
from app.web.context import Body, MediaType, ServicesOf, caller, parse_model, takes

router = APIRouter(prefix="/api/v1", tags=["wallet"])
Reader = Annotated[Principal, caller("read")]
Issuer = Annotated[Principal, caller("credentials:issue")]
After = Annotated[str, Query(max_length=36, pattern="^[0-9a-f-]*$", description="`next` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=1000)]
Learner = Annotated[str | None, Query(max_length=100, description="Of this learner only.")]
State = Annotated[Literal["waiting", "sent", "failed", "dropped"] | None, Query(description="In this state only.")]


class OfferBody(BaseModel):
    """How to offer a credential."""

    model_config = ConfigDict(extra="forbid", strict=True)
    mail: bool = Field(True, description="Send her a mail with a link of its own.")
    tx_code: bool = Field(
        False, description="Ask for a code of six digits, which you tell her by another way; it is in this answer only."
    )


@router.post(
    "/credentials/{credential_id}/offers", status_code=201, openapi_extra=takes("application/json", model=OfferBody)
)
def post_offer(
    services: ServicesOf, principal: Issuer, credential_id: str, body: Body, media_type: MediaType
) -> dict[str, Any]:
    """Offer a credential to its learner, with a new link, which is in this answer only; an open offer is withdrawn.

    There is no Idempotency-Key: its answers are kept, and a link must not be. Doing it again gives a newer link.
    """
    sent = parse_model(OfferBody, body or b"{}", media_type)
    return offering.offer(services, principal, credential_id, with_mail=sent.mail, with_tx_code=sent.tx_code)


@router.get("/credentials/{credential_id}/offers")
def get_offers_of_credential(
    services: ServicesOf, principal: Reader, credential_id: str, after: After = "", limit: Limit = 100
) -> dict[str, Any]:
    """All offers of one credential."""
    return offering.page_of_offers(services, principal, credential_id=credential_id, after=after, limit=limit)


@router.get("/offers")
def get_offers(
    services: ServicesOf, principal: Reader, learner: Learner = None, after: After = "", limit: Limit = 100
) -> dict[str, Any]:
    """Offers in the order of their ids; `next` is the `after` of the next page."""
    return offering.page_of_offers(services, principal, learner=learner, after=after, limit=limit)


@router.post("/offers/{offer_id}/withdraw")
def post_withdrawal(services: ServicesOf, principal: Issuer, offer_id: str) -> dict[str, Any]:
    """End an offer: its links and its code do not work any more. The credential stays as it is."""
    return offering.withdraw(services, principal, offer_id)


@router.get("/mails")
def get_mails(
    services: ServicesOf,
    principal: Reader,
    state: State = None,
    learner: Learner = None,
    after: After = "",
    limit: Limit = 100,
) -> dict[str, Any]:
    """What learners are told by mail and what became of it; `?state=failed` is what somebody should look at."""
    return offering.page_of_mails(services, principal, state=state, learner=learner, after=after, limit=limit)


@router.post("/mails/{mail_id}/send")
def post_send(services: ServicesOf, principal: Issuer, mail_id: str) -> dict[str, Any]:
    """Try a mail again that failed, after the learner's address was corrected perhaps."""
    return offering.send_again(services, principal, mail_id)
