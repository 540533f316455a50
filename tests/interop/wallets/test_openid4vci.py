"""OpenID4VCI 1.0: real wallets' libraries complete the flow in every format, and what they get is judged valid.

Judges: @digitalbazaar/vc (ldp_vc), jose (jwt_vc_json), @sd-jwt/sd-jwt-vc, which Credo's wallets use, and @sd-jwt/core
(the SD-JWT formats). Each is shown a broken twin as well.
"""

import base64
import json
from typing import Any

import pytest

from tests.interop.attesta_service import Service
from tests.interop.judges import DigitalBazaar
from tests.interop.wallets.conftest import Offer, Wallets, make_offer

pytestmark = pytest.mark.interop

FORMATS = ("ldp_vc", "jwt_vc_json", "dc+sd-jwt", "vc+sd-jwt")
EACH = pytest.mark.parametrize("format_name", FORMATS)
KEYS = pytest.mark.parametrize(("method", "alg"), [("did:jwk", "ES256"), ("did:key", "EdDSA"), ("jwk", "ES256")])


def _json_part(token: str, number: int) -> dict[str, Any]:
    part = token.split(".")[number].split("~", maxsplit=1)[0]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def _subject(credential: Any) -> str:
    if isinstance(credential, dict):
        return credential["credentialSubject"]["id"]
    claims = _json_part(credential, 1)
    return claims["sub"] if "sub" in claims else claims["credentialSubject"]["id"]


@EACH
@KEYS
def test_the_openwallet_foundations_wallet_gets_what_is_offered(
    wallets: Wallets, service: Service, offer: Offer, format_name: str, method: str, alg: str
):
    got = wallets.run("openwallet.mjs", link=offer.link(format_name), alg=alg, method=method, keys=1)
    assert got["offer"]["credential_issuer"] == f"{service.public_url}/issuers/main"
    assert (got["version"], got["isKnown"]) == ("V1", True)
    assert got["configuration"]["format"] == format_name
    assert [_subject(one) for one in got["credentials"]] == got["holders"]
    asked = [line.partition(" ")[2] for line in got["log"]]
    assert asked[1:] == [
        "/.well-known/openid-credential-issuer/issuers/main 200",
        "/.well-known/oauth-authorization-server/issuers/main 200",
        "/oid4vci/token 200",
        "/oid4vci/nonce 200",
        "/oid4vci/credential 200",
        "/oid4vci/notification 204",
    ]


@EACH
@pytest.mark.parametrize("method", ["did:jwk", "did:key"])
def test_sphereons_wallet_gets_what_is_offered(wallets: Wallets, offer: Offer, format_name: str, method: str):
    got = wallets.run("sphereon.mjs", link=offer.link(format_name), alg="ES256", method=method)
    assert got["configuration"]["format"] == format_name
    assert [_subject(one) for one in got["credentials"]] == got["holders"]


def test_credos_wallet_gets_and_verifies_an_sd_jwt_vc(credo: Wallets, service: Service):
    offer = make_offer(service, tx_code=True)
    (text,) = credo.run("credo.mjs", link=offer.link("dc+sd-jwt"), txCode=offer.tx_code)["credentials"]
    assert _json_part(text, 1)["vct"] == f"{service.public_url}/credential-types/open-badge"


def test_credos_wallet_from_the_claim_page(credo: Wallets, offer: Offer):
    assert len(credo.run("credo.mjs", link=offer.button("identity-wallet"))["credentials"]) == 1


@pytest.mark.parametrize("script", ["openwallet.mjs", "sphereon.mjs"])
def test_with_a_transaction_code(wallets: Wallets, service: Service, script: str):
    offer = make_offer(service, tx_code=True)
    got = wallets.run(script, link=offer.link(), txCode=offer.tx_code, alg="ES256", method="did:jwk", keys=1)
    assert len(got["credentials"]) == 1


def test_with_a_wrong_transaction_code(wallets: Wallets, service: Service):
    offer = make_offer(service, tx_code=True)
    assert offer.tx_code is not None
    wrong = f"{(int(offer.tx_code) + 1) % 1_000_000:06}"
    with pytest.raises(AssertionError, match="invalid_grant"):
        wallets.run("openwallet.mjs", link=offer.link(), txCode=wrong, alg="ES256", method="did:jwk", keys=1)


def test_several_keys_in_one_request(wallets: Wallets, offer: Offer):
    got = wallets.run("openwallet.mjs", link=offer.link(), alg="ES256", method="did:jwk", keys=3)
    assert [_subject(one) for one in got["credentials"]] == got["holders"]
    assert len(set(got["holders"])) == 3


@pytest.mark.parametrize(
    ("way", "format_name"), [("wallet", "ldp_vc"), ("identity-wallet", "dc+sd-jwt"), ("jwt-wallet", "jwt_vc_json")]
)
@pytest.mark.parametrize("script", ["openwallet.mjs", "sphereon.mjs"])
def test_from_the_claim_page(wallets: Wallets, offer: Offer, script: str, way: str, format_name: str):
    got = wallets.run(script, link=offer.button(way), alg="ES256", method="did:jwk", keys=1)
    assert got["configuration"]["format"] == format_name
    assert [_subject(one) for one in got["credentials"]] == got["holders"]


def test_a_link_that_was_used_gives_nothing_more(wallets: Wallets, offer: Offer):
    link = offer.button("wallet")
    wallets.run("openwallet.mjs", link=link, alg="ES256", method="did:jwk", keys=1)
    with pytest.raises(AssertionError, match="invalid_grant"):
        wallets.run("openwallet.mjs", link=link, alg="ES256", method="did:jwk", keys=1)


def _fetched(wallets: Wallets, offer: Offer, format_name: str) -> Any:
    got = wallets.run("openwallet.mjs", link=offer.link(format_name), alg="ES256", method="did:jwk", keys=1)
    return got["credentials"][0]


def test_digital_bazaar_accepts_it_until_it_is_revoked(
    digital_bazaar: DigitalBazaar, wallets: Wallets, service: Service
):
    offer = make_offer(service, learner="p-boris")
    badge = _fetched(wallets, offer, "ldp_vc")
    verdict = digital_bazaar.judge(badge, service.documents(badge))
    assert (verdict.accepted, verdict.revoked) == (True, False), verdict.reason
    other = badge | {"credentialSubject": badge["credentialSubject"] | {"id": "did:key:z6MkAnother"}}
    assert not digital_bazaar.judge(other, service.documents(badge)).accepted
    service.revoke(offer.credential)
    assert digital_bazaar.judge(badge, service.documents(badge)).revoked is True


def test_jose_accepts_it(wallets: Wallets, service: Service, offer: Offer):
    token = _fetched(wallets, offer, "jwt_vc_json")
    jwks = service.get("/issuers/main/jwks.json").json()
    verdict = wallets.run("judge_jwt.mjs", token=token, jwks=jwks)
    assert verdict["accepted"], verdict["error"]
    assert verdict["credential"]["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    header, payload, signature = token.split(".")
    twin = f"{header}.{payload[:-8]}{payload[-8:].swapcase()}.{signature}"
    assert not wallets.run("judge_jwt.mjs", token=twin, jwks=jwks)["accepted"]


SHOWN = {
    "everything": (None, {"achievement", "id", "identifier", "result", "type"}),
    "results": ({"credentialSubject": {"result": True}}, {"achievement", "id", "result", "type"}),
    "as little as can be": ({}, {"achievement", "id", "type"}),
}


@pytest.mark.parametrize("format_name", ["dc+sd-jwt", "vc+sd-jwt"])
@pytest.mark.parametrize(("show", "members"), SHOWN.values(), ids=SHOWN)
def test_the_judges_of_sd_jwt_accept_what_the_holder_shows(
    wallets: Wallets, service: Service, offer: Offer, format_name: str, show: Any, members: set[str]
):
    """Signature, type metadata and status list, each fetched by the judge from where the credential says."""
    text = _fetched(wallets, offer, format_name)
    request = {"text": text, "jwks": service.get("/issuers/main/jwks.json").json(), "isVc": format_name == "dc+sd-jwt"}
    verdict = wallets.run("judge_sd_jwt.mjs", **request, **({} if show is None else {"show": show}))
    assert verdict["accepted"], verdict["error"]
    assert set(verdict["payload"]["credentialSubject"]) == members
    assert verdict["name"] == ("Open Badge" if format_name == "dc+sd-jwt" else None)


def test_the_judge_of_sd_jwt_refuses_a_changed_one_and_a_revoked_one(wallets: Wallets, service: Service):
    offer = make_offer(service, learner="p-carmen")
    text = _fetched(wallets, offer, "dc+sd-jwt")
    request = {"jwks": service.get("/issuers/main/jwks.json").json(), "isVc": True}
    token, *disclosed = text.split("~")
    header, payload, signature = token.split(".")
    twin = "~".join([f"{header}.{payload[:-8]}{payload[-8:].swapcase()}.{signature}", *disclosed])
    assert not wallets.run("judge_sd_jwt.mjs", text=twin, **request)["accepted"]
    assert wallets.run("judge_sd_jwt.mjs", text=text, **request)["accepted"]
    service.revoke(offer.credential)
    assert "Status is not valid" in wallets.run("judge_sd_jwt.mjs", text=text, **request)["error"]
