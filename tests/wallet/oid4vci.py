"""A wallet for tests: keys, proofs and requests by hand, so that each can be made wrong in one place."""

from dataclasses import dataclass, field
from typing import Any

from httpx import Response

from app.issuer.credential import forms
from app.issuer.credential.issue import Order, issue
from app.store.tables import Award
from app.vc import did, jose
from app.vc.keys import PrivateKey, private_p256
from app.wallet import offers
from tests import service
from tests.service import World

GRANT = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
KEY, OTHER_KEY = private_p256(1001), private_p256(1002)
ISSUER = "http://127.0.0.1:8000/issuers/main"


@dataclass
class Wallet:
    """One wallet with one key, and one offer that it was shown."""

    world: World
    code: str
    tx_code: str | None = None
    key: PrivateKey = KEY
    access_token: str = ""
    format: str = "ldp_vc"
    asked: dict[str, Any] = field(default_factory=dict)

    @property
    def offer(self) -> dict[str, Any]:
        answer = self.world.client.get(f"/offers/{self.code}", params={"format": self.format})
        assert answer.status_code == 200, answer.text
        return answer.json()

    @property
    def configuration(self) -> str:
        return f"smart-city-reference.MC-02.{self.format}"

    def token(self, **changed: str | None) -> Response:
        sent = {"grant_type": GRANT, "pre-authorized_code": self.code, "tx_code": self.tx_code} | changed
        answer = self.world.client.post("/oid4vci/token", data={k: v for k, v in sent.items() if v is not None})
        if answer.status_code == 200:
            self.access_token = answer.json()["access_token"]
        return answer

    def nonce(self) -> str:
        return self.world.client.post("/oid4vci/nonce").json()["c_nonce"]

    def proof(self, *, key: PrivateKey | None = None, header: dict[str, Any] | None = None, **changed: Any) -> str:
        """A proof of the wallet's key; None for a member of header or payload leaves it out."""
        key = key or self.key
        alg = next(name for name, key_type in jose.ALGORITHMS.items() if key_type == key.key_type)
        kid = f"{did.did_jwk(key.public)}#0"
        head = {"alg": alg, "typ": "openid4vci-proof+jwt", "kid": kid} | (header or {})
        claims = {"aud": ISSUER, "iat": int(self.world.clock().timestamp())} | changed
        if "nonce" not in claims:
            claims["nonce"] = self.nonce()
        unsigned = jose.signing_input(*({k: v for k, v in part.items() if v is not None} for part in (head, claims)))
        return jose.compact(unsigned, key.sign(unsigned))

    def ask(self, *proofs: str, access_token: str | None = None, **changed: Any) -> Response:
        """A credential request; None for a member leaves it out."""
        sent = {"credential_configuration_id": self.configuration, "proofs": {"jwt": list(proofs)}} | changed
        return self.world.client.post(
            "/oid4vci/credential",
            json={k: v for k, v in sent.items() if v is not None},
            headers={"Authorization": f"Bearer {access_token or self.access_token}"},
        )

    def fetch(self) -> Any:
        """The credential, by everything in its order."""
        assert self.token().status_code == 200
        answer = self.ask(self.proof())
        assert answer.status_code == 200, answer.text
        return answer.json()["credentials"][0]["credential"]


def awarded(world: World, achievement: str = "MC-02", learner: str = "p-ana") -> Award:
    return issue(world.services, world.principal, Order(achievement, learner, forms.DEFAULT)).award


def load(world: World) -> Award:
    """The learners and their results, and an award: the template of a world for tests that each begin with one."""
    service.load(world)
    return awarded(world)


def offer(world: World, award: Award, *, with_tx_code: bool = False) -> offers.Made:
    with world.services.database.writing(world.principal.tenant_id) as session:
        return offers.make(world.services, session, award, actor="a test", with_tx_code=with_tx_code)


def shown(world: World, made: offers.Made) -> Wallet:
    """A wallet that was shown the code of an offer's claim page."""
    code = offers.code_for(world.services, offers.look(world.services, made.token))
    return Wallet(world, code, made.tx_code)
