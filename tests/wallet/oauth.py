"""A service that wants at a learner's badges, for tests: registered, with PKCE, and a browser that says yes."""

import base64
import hashlib
import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import parse_qsl, urlencode, urlsplit

from app.wallet.oauth import scopes
from tests.service import World

ALL = " ".join(scopes.WORDS)
VERIFIER = "v" * 50
HOST = "https://host.example.com"
METADATA = {
    "client_name": "Badge Host",
    "client_uri": HOST,
    "logo_uri": f"{HOST}/logo.png",
    "tos_uri": f"{HOST}/terms",
    "policy_uri": f"{HOST}/privacy",
    "software_id": "c88b6ed8-e8d2-4a18-b6c2-1a4a4a4a4a4a",
    "software_version": "1.0",
    "redirect_uris": [f"{HOST}/back"],
    "scope": ALL,
}


def challenge_of(verifier):
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def basic(client_id, secret):
    return {"Authorization": "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()}


@dataclass
class Service:
    """A registered client of a world."""

    world: World
    id: str
    secret: str
    redirect_uri: str

    @classmethod
    def register(cls, world, **changed):
        answer = world.client.post("/oauth/register", json=METADATA | changed)
        assert answer.status_code == 201, answer.text
        told = answer.json()
        return cls(world, told["client_id"], told["client_secret"], told["redirect_uris"][0])

    @property
    def auth(self):
        return basic(self.id, self.secret)

    def asks(self, **changed):
        parameters = {
            "response_type": "code",
            "client_id": self.id,
            "redirect_uri": self.redirect_uri,
            "scope": ALL,
            "state": "s-1",
            "code_challenge": challenge_of(VERIFIER),
            "code_challenge_method": "S256",
        } | changed
        path = "/oauth/authorize?" + urlencode({name: text for name, text in parameters.items() if text is not None})
        return self.world.client.get(path, follow_redirects=False)

    def decided(self, choice="allow", **changed):
        """Where her browser was sent to, after she decided on the consent page."""
        page = self.asks(**changed)
        assert page.status_code == 200, page.text
        fields = {
            name: unescape(value)
            for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text)
        }
        answer = self.world.client.post("/oauth/authorize", data=fields | {"choice": choice}, follow_redirects=False)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def code(self, **changed):
        return sent_back(self.decided(**changed))["code"]

    def token(self, code, verifier=VERIFIER, **changed):
        sent = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": verifier,
        } | changed
        return self.world.client.post("/oauth/token", data=sent, headers=self.auth)

    def refresh(self, token, **changed):
        sent = {"grant_type": "refresh_token", "refresh_token": token} | changed
        return self.world.client.post("/oauth/token", data=sent, headers=self.auth)

    def revoke(self, token):
        return self.world.client.post("/oauth/revoke", data={"token": token}, headers=self.auth)

    def tokens(self, scope=ALL):
        answer = self.token(self.code(scope=scope))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def bearer(self, scope=ALL):
        return {"Authorization": f"Bearer {self.tokens(scope)['access_token']}"}


def sent_back(url):
    return dict(parse_qsl(urlsplit(url).query))
