"""The Learner Credential Wallet's way, with the library that the wallet is made of, over https."""

import html
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests import npm
from tests.interop import judges
from tests.interop.attesta_service import Service, running

pytestmark = pytest.mark.interop


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with running(tmp_path_factory.mktemp("attesta"), https=True) as made:
        yield made


def offered(service: Service) -> dict[str, Any]:
    credential = service.issue("MC-02", "p-ana").json()
    offer = service.post(f"/api/v1/credentials/{credential['id']}/offers", json={"mail": False}).json()
    shown = service.post(f"/api/v1/offers/{offer['id']}/credential-offer").json()
    grant = next(iter(shown["credential_offer"]["grants"].values()))
    return {"code": grant["pre-authorized_code"], "credential": credential["credential"], "page": offer["link"]}


def run(service: Service, **request: Any) -> Any:
    return npm.run_node(judges.HERE, "did_auth.mjs", request, authority=service.authority)


def test_a_wallet_shows_its_did_and_keeps_a_badge_that_its_library_verifies(service: Service, node_modules: None):
    made = offered(service)
    answer = run(
        service,
        url=f"{service.public_url}/exchanges/{made['code']}",
        documents=service.documents(made["credential"]),
    )
    assert "refused" not in answer, answer
    assert answer["verified"], answer["errors"]
    assert answer["credential"]["credentialSubject"]["id"] == answer["holder"]
    assert answer["again"] == 404, "an exchange is good once"
    assert service.post("/verify", json=answer["credential"]).json()["outcome"] == "valid"


def test_the_claim_page_leads_the_wallet_to_the_exchange(service: Service, node_modules: None):
    made = offered(service)
    path = made["page"].removeprefix(service.public_url)
    page = html.unescape(service.post(f"{path}/learner-credential-wallet").text)
    link = page.split('href="https://lcw.app/request', 1)[1].split('"', 1)[0]
    request = parse_qs(urlsplit(link).query)["request"][0]
    url = request.split('"vcapi":"', 1)[1].split('"', 1)[0]
    answer = run(service, url=url, documents=service.documents(made["credential"]))
    assert answer["verified"], answer


def test_an_older_wallet_takes_the_bare_badge(service: Service, node_modules: None):
    made = offered(service)
    path = made["page"].removeprefix(service.public_url)
    page = html.unescape(service.post(f"{path}/learner-credential-wallet").text)
    link = page.split('href="dccrequest://request?', 1)[1].split('"', 1)[0]
    asked = {name: value[0] for name, value in parse_qs(link).items()}
    answer = run(
        service,
        url=asked["vc_request_url"],
        older={"challenge": asked["challenge"]},
        documents=service.documents(made["credential"]),
    )
    assert answer["verified"], answer
