"""What opens something is stored as a hash only, and stands in no log: after a day on which everything was used."""

import json
import re
from urllib.parse import unquote

import sqlalchemy
from structlog.testing import capture_logs

from app.issuer import tenancy
from app.store.session import Table
from app.wallet import offers, post
from tests.backpacks import ANA, issue, link_for, signed_in
from tests.service import ADMIN_KEY, World
from tests.wallet.oauth import Service
from tests.wallet.oid4vci import Wallet


def of_provider(world: World) -> dict[str, str]:
    """An API key, and what an offer gives away; asked for with a key for repeating."""
    made, clear = tenancy.add_api_key(world.services, world.principal.tenant_id, "k", tenancy.SCOPES)
    headers = {"Authorization": f"Bearer {clear}", "Idempotency-Key": "again"}
    assert made.name == "k"
    award = issue(world, "MC-02", "p-ana")
    sent = world.client.post(f"/api/v1/credentials/{award}/offers", json={"tx_code": True}, headers=headers).json()
    answer = world.client.post(f"/api/v1/offers/{sent['id']}/credential-offer", headers=headers)
    code = re.search(r"/offers/([\w-]+)", unquote(answer.text))
    assert code
    return {
        "admin": ADMIN_KEY,
        "api": clear,
        "link": sent["link"].rpartition("/")[2],
        "code": code[1],
        "tx": sent["tx_code"],
    }


def of_wallet(world: World, link: str, tx_code: str) -> dict[str, str]:
    """A code, and the token for it, with which a badge was fetched; all of it tried once too often."""
    wallet = Wallet(world, offers.code_for(world.services, offers.look(world.services, link)), tx_code)
    wallet.fetch()
    used = {"wallet code": wallet.code, "wallet token": wallet.access_token, "nonce": wallet.nonce()}
    assert wallet.token().status_code == 400
    assert wallet.ask("a.b.c").status_code == 400
    return used


def of_learner(world: World) -> dict[str, str]:
    """A link to sign in, a session, and the tokens of a service that she let at her badges."""
    link, who = link_for(world, ANA), signed_in(world, ANA)
    service = Service.register(world)
    code = service.code()
    tokens = service.token(code).json()
    assert service.token(code).status_code == 400
    found = {"sign-in": link, "cookie": who.token, "client": service.secret, "oauth code": code}
    return found | {name: tokens[name] for name in ("access_token", "refresh_token")}


def of_employer(world: World) -> dict[str, str]:
    """The ticket of who asks for a badge."""
    led_to = world.client.post("/verify/ask", follow_redirects=False).headers["location"]
    return {"ticket": led_to.rpartition("/")[2].partition("?")[0]}


def of_mails(world: World) -> dict[str, str]:
    """The links that went out."""
    post.deliver(world.services)
    texts = [part.get_content() for mail in world.mailbox.sent for part in mail.walk() if not part.is_multipart()]
    links = [found for text in texts for found in re.findall(r"(?:/claim/|token=)([\w-]{40,})", text)]
    assert links
    return {f"mail {number}": link for number, link in enumerate(links)}


def stored(world: World) -> str:
    """All that the database holds, as text."""
    with world.services.database.engine.connect() as connection:
        rows = [row for table in Table.metadata.sorted_tables for row in connection.execute(sqlalchemy.select(table))]
    texts = [each.decode("latin-1") if isinstance(each, bytes) else each for row in rows for each in row]
    return json.dumps(texts, default=str, ensure_ascii=False)


def test_no_secret_is_stored_or_logged(loaded):
    with capture_logs() as lines:
        secrets = of_provider(loaded)
        secrets |= of_wallet(loaded, secrets["link"], secrets["tx"]) | of_learner(loaded) | of_employer(loaded)
        secrets |= of_mails(loaded)
    logged = json.dumps(lines, default=str)
    assert "refused" in logged
    kept = stored(loaded)
    for name, secret in secrets.items():
        assert len(secret) >= 19 or name == "tx", name
        pattern = rf"(?<![0-9a-zA-Z]){re.escape(secret)}(?![0-9a-zA-Z])"  # six digits stand within a hash now and then
        assert not re.search(pattern, kept), f"{name} is in the database"
        assert not re.search(pattern, logged), f"{name} is in the log"
