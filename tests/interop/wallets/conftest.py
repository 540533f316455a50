"""The foreign wallets, installed once, and the service that they ask, over https."""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests import npm
from tests.interop.attesta_service import Service, running

HERE = Path(__file__).parent
LINK = re.compile(r'href="(openid-credential-offer://[^"]+)"')


@dataclass(frozen=True, slots=True)
class Wallets:
    """Runs a script of this folder, which trusts the service's certificate."""

    service: Service
    folder: Path = HERE

    def run(self, script: str, **request: Any) -> Any:
        return npm.run_node(self.folder, script, request, authority=self.service.authority)


@dataclass(frozen=True, slots=True)
class Offer:
    """A fresh offer of a credential. `page`: the claim page; `id`: for the provider's API."""

    service: Service
    credential: str
    id: str
    page: str
    tx_code: str | None

    def link(self, format_name: str = "ldp_vc") -> str:
        """What the provider's own page would show as QR code: an offer by reference."""
        path = f"/api/v1/offers/{self.id}/credential-offer"
        return self.service.post(path, params={"format": format_name}).json()["link"]

    def button(self, way: str) -> str:
        """What stands behind the button of the claim page: an offer by value."""
        answer = self.service.post(f"{self.page.removeprefix(self.service.public_url)}/{way}")
        found = LINK.search(answer.text)
        assert found is not None, answer.text
        return html.unescape(found.group(1))

    @property
    def exchange(self) -> dict[str, str]:
        """What a wallet of VC-API may be given for one fresh code: `link`, `older link`, `message`, `interaction`."""
        answer = self.service.post(f"{self.page.removeprefix(self.service.public_url)}/learner-credential-wallet")
        page = html.unescape(answer.text)
        link, older = (re.findall(f'href="({start}[^"]+)"', page)[0] for start in ("https://lcw.app/", "dccrequest:"))
        message = parse_qs(urlsplit(link).query)["request"][0]
        code = json.loads(message)["protocols"]["vcapi"].rpartition("/")[2]
        interaction = f"interaction:{self.service.public_url}/interactions/{code}?iuv=1"
        return {"link": link, "older link": older, "message": message, "interaction": interaction}


@pytest.fixture(scope="package")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(tmp_path_factory.mktemp("attesta"), https=True) as made:
        yield made


@pytest.fixture(scope="package")
def wallets(service: Service) -> Wallets:
    npm.install(HERE)
    return Wallets(service)


@pytest.fixture(scope="package")
def credo(service: Service) -> Wallets:
    npm.install(HERE / "credo")
    return Wallets(service, HERE / "credo")


@pytest.fixture
def offer(service: Service) -> Offer:
    return make_offer(service)


def make_offer(service: Service, *, tx_code: bool = False, learner: str = "p-ana") -> Offer:
    """Offer an award of an invented learner anew."""
    credential = service.issue("MC-02", learner).json()["id"]
    made = service.post(f"/api/v1/credentials/{credential}/offers", json={"mail": False, "tx_code": tx_code}).json()
    return Offer(service, credential, made["id"], made["link"], made.get("tx_code"))
