"""The Learner Credential Wallet: its steps, with the libraries of the Digital Credentials Consortium that it runs.

Over https: its exchange by every link that it understands, its import of files and addresses, and its verifier.
"""

import base64
import json

import pytest

from tests import npm
from tests.interop.attesta_service import Service
from tests.interop.judges import BADGE_WALLETS
from tests.interop.wallets.conftest import Offer, Wallets, make_offer
from tests.interop.wallets.employer import Employer

pytestmark = pytest.mark.interop

HOLDS = {"valid_signature": True, "revocation_status": True, "expiration": True, "registered_issuer": False}


@pytest.fixture(scope="module")
def lcw(service: Service) -> Wallets:
    npm.install(BADGE_WALLETS)
    return Wallets(service, BADGE_WALLETS)


@pytest.mark.parametrize("way", ["link", "older link", "message"])
def test_it_takes_a_badge_by_every_link_that_it_understands(lcw: Wallets, service: Service, offer: Offer, way: str):
    given = offer.exchange
    got = lcw.run("lcw.mjs", text=given[way])
    assert got["way"] == way
    (kept,) = got["kept"]
    assert kept["credential"]["credentialSubject"]["id"] == got["did"]
    assert kept["verdict"] == {"errors": [], "log": HOLDS}
    assert kept["twin"]["errors"] == ["invalid_signature"]
    assert service.post("/verify", json=kept["credential"]).json()["outcome"] == "valid"
    service.post(json.loads(given["message"])["protocols"]["vcapi"], json={}, expect=(404,))  # an exchange is good once


def test_it_shows_an_employer_the_badge_that_it_took(lcw: Wallets, service: Service, offer: Offer):
    employer = Employer(service)
    got = lcw.run("lcw.mjs", text=offer.exchange["interaction"], request=employer.invitation)
    assert (got["way"], got["shown"], employer.verdict) == ("interaction", 1, "valid")


@pytest.mark.parametrize("kind", ["json", "png"])
def test_it_reads_our_files(lcw: Wallets, service: Service, kind: str):
    offer = make_offer(service, learner="p-boris")
    issuer = service.issue("MC-02", "p-boris").json()["credential"]["issuer"]["id"]
    path = offer.page.removeprefix(service.public_url)
    file = service.post(f"{path}/file", data={"kind": kind}).content
    (kept,) = lcw.run("lcw.mjs", file=base64.b64encode(file).decode(), registered=[issuer])["kept"]
    assert kept["verdict"]["log"] == HOLDS | {"registered_issuer": True}
    achievement = kept["credential"]["credentialSubject"]["achievement"]
    assert kept["card"]["title"] == achievement["name"]
    assert kept["card"]["criteria"] == achievement["criteria"]["narrative"]
    assert kept["card"]["alignments"] == [one["targetName"] for one in achievement["alignment"]]


def test_it_tells_that_a_badge_was_revoked_by_its_address(lcw: Wallets, service: Service):
    """An address is asked without saying what is wanted; the badge itself answers. So VerifierPlus does."""
    credential = service.issue("MC-02", "p-carmen").json()["id"]
    url = f"{service.public_url}/credentials/{credential}"
    (kept,) = lcw.run("lcw.mjs", text=url)["kept"]
    assert kept["verdict"]["log"] == HOLDS
    service.revoke(credential)
    document = json.dumps(kept["credential"], indent=2)
    (revoked,) = lcw.run("lcw.mjs", text=document)["kept"]
    assert revoked["verdict"]["log"] == HOLDS | {"revocation_status": False}
