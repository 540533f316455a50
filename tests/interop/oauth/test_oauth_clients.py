"""OAuth clients of other makes get at a learner's badges over https: oauth4webapi, and Authlib's client.

The learner's side is what a browser does: she follows the client to us, signs in by the link of a mail, and says yes.
"""

import re
import ssl
import time
from email import message_from_bytes
from email.policy import default
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.httpx_client import OAuth2Client

from tests import npm
from tests.interop.attesta_service import running
from tests.wallet.oauth import HOST, METADATA

pytestmark = pytest.mark.interop

HERE = Path(__file__).parent
ANA = "ana.petrova@example.org"
MAIL_TIMEOUT_S = 30
POLL_S = 0.2


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("attesta")


@pytest.fixture(scope="module")
def service(folder):
    with running(folder, https=True) as made:
        made.issue("MC-02", "p-ana")
        yield made


@pytest.fixture
def browser(service):
    with httpx.Client(verify=ssl.create_default_context(cafile=str(service.authority)), timeout=60) as client:
        yield client


def mails(folder):
    """Where mails become files."""
    return set((folder / "data" / "mail").glob("*.eml"))


def link_in_mail(folder, before):
    """The token of the link to sign in, from a mail that came after those."""
    for _ in range(int(MAIL_TIMEOUT_S / POLL_S)):
        for path in mails(folder) - before:
            body = message_from_bytes(path.read_bytes(), policy=default).get_body(("plain",))
            link = re.search(r"/me/sign-in/link\?\S*token=([\w-]+)", body.get_content()) if body else None
            if link is not None:
                return link[1]
        time.sleep(POLL_S)
    raise AssertionError("no mail with a link to sign in came")


def fields_of(page):
    named = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in named}


def allow(browser, service, folder, url):
    """What a learner does with the address that a client sends her to; returns where she is sent back to."""
    asked = browser.get(url)
    assert asked.status_code == 303
    assert "/me/sign-in" in asked.headers["location"]
    goes_on_to = parse_qs(urlsplit(asked.headers["location"]).query)["next"][0]
    before = mails(folder)
    sent = browser.post(f"{service.public_url}/me/sign-in", data={"email": ANA, "next": goes_on_to})
    assert sent.status_code == 200, sent.text
    link = f"{service.public_url}/me/sign-in/link"
    signed_in = browser.post(link, data={"token": link_in_mail(folder, before)})
    assert signed_in.status_code == 303, signed_in.text
    page = browser.get(service.public_url + signed_in.headers["location"])
    assert METADATA["client_name"] in page.text
    answer = browser.post(f"{service.public_url}/oauth/authorize", data=fields_of(page.text) | {"choice": "allow"})
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"].startswith(f"{HOST}/back?")
    return answer.headers["location"]


def test_oauth4webapi_completes_the_flow(service, folder, browser):
    npm.install(HERE)
    begin = {"stage": "begin", "issuer": service.public_url, "metadata": METADATA}
    begun = npm.run_node(HERE, "client.mjs", begin, authority=service.authority)
    back = allow(browser, service, folder, begun["url"])
    badge = service.issue("MC-01", "p-boris").json()["credential"]
    finish = {"stage": "finish", "issuer": service.public_url, "back": back, "badge": _text(badge)} | begun
    told = npm.run_node(HERE, "client.mjs", finish, authority=service.authority)
    assert (told["token_type"], told["total"], told["sent"], told["again"]) == ("bearer", "1", 201, 2)
    assert told["held"]["credential"][0]["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert told["profile"]["email"] == ANA
    assert told["afterRevocation"] == "invalid_token"
    assert (told["codeAgain"], told["refreshAgain"]) == ("invalid_grant", "invalid_grant")


def _text(badge):
    return httpx.Request("POST", HOST, json=badge).content.decode()


def test_authlibs_client_completes_the_flow(service, folder, browser):
    trusted = ssl.create_default_context(cafile=str(service.authority))
    base = service.public_url
    registered = browser.post(f"{base}/oauth/register", json=METADATA).json()
    client = OAuth2Client(
        registered["client_id"],
        registered["client_secret"],
        scope=registered["scope"],
        redirect_uri=registered["redirect_uris"][0],
        code_challenge_method="S256",
        token_endpoint=f"{base}/oauth/token",
        revocation_endpoint_auth_method="client_secret_basic",
        verify=trusted,
        timeout=60,
    )
    with client:
        verifier = "authlib" * 8
        url, state = client.create_authorization_url(f"{base}/oauth/authorize", code_verifier=verifier)
        back = allow(browser, service, folder, url)
        token = client.fetch_token(authorization_response=back, state=state, code_verifier=verifier)
        assert client.get(f"{base}/ims/ob/v3p0/profile").json()["email"] == ANA
        client.refresh_token(refresh_token=token["refresh_token"])
        assert client.get(f"{base}/ims/ob/v3p0/credentials").status_code == 200
        with pytest.raises(OAuthError, match="invalid_grant"):
            client.refresh_token(refresh_token=token["refresh_token"])
        assert client.get(f"{base}/ims/ob/v3p0/credentials").status_code == 401
