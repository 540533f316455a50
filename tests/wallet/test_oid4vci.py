"""A wallet fetches a credential over OpenID4VCI 1.0, in every format and with every kind of key."""

import html
import json
import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image

from app.issuer.credential.issue import revoke
from app.issuer.tenancy import add_api_key, add_tenant
from app.store import audit
from app.vc import did, jose, sd_jwt
from app.vc.keys import PrivateKey
from app.wallet import offers
from app.wallet.oid4vci import links, tokens
from app.wallet.oid4vci.configurations import FORMATS
from tests import service
from tests.wallet.oid4vci import GRANT, ISSUER, KEY, OTHER_KEY, Wallet, load, offer, shown

EACH = pytest.mark.parametrize("name", FORMATS)
ED25519 = PrivateKey("Ed25519", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
MEDIA_TYPES = {"ldp_vc": "application/vc", "jwt_vc_json": "application/vc+jwt"}


@pytest.fixture
def loaded(backend):
    with service.lent(backend, "awarded", load) as made:
        yield made


@pytest.fixture
def award(loaded):
    return loaded.filled


@pytest.fixture
def made(loaded, award):
    return offer(loaded, award)


@pytest.fixture
def wallet(loaded, made):
    return shown(loaded, made)


def subject_of(credential):
    """(subject, key in cnf) of a credential in any format."""
    if isinstance(credential, dict):
        return credential["credentialSubject"]["id"], None
    if "~" in credential:
        read = sd_jwt.decode(credential)
        return read.claims["credentialSubject"]["id"], sd_jwt.holder_key(read)
    return jose.decode(credential).payload["sub"], None


def judged(world, credential, name):
    text = json.dumps(credential) if isinstance(credential, dict) else credential
    kind = MEDIA_TYPES.get(name, f"application/{name}")
    return world.client.post("/verify", content=text, headers={"Content-Type": kind}).json()["outcome"]


@EACH
def test_the_wallet_gets_a_credential_of_its_own_key_that_verifies(loaded, wallet, name):
    wallet.format = name
    credential = wallet.fetch()
    assert judged(loaded, credential, name) == "valid"
    subject, confirmed = subject_of(credential)
    assert subject == did.did_jwk(KEY.public)
    assert confirmed in (None, KEY.public)


@EACH
def test_it_is_revoked_with_the_award(loaded, award, wallet, name):
    wallet.format = name
    credential = wallet.fetch()
    revoke(loaded.services, loaded.principal, award.id, "a mistake")
    assert judged(loaded, credential, name) == "invalid"


@pytest.mark.parametrize(
    ("key", "header", "holder"),
    [
        (KEY, {}, did.did_jwk(KEY.public)),
        (KEY, {"kid": did.did_jwk(KEY.public)}, did.did_jwk(KEY.public)),
        (KEY, {"kid": None, "jwk": KEY.public_jwk}, did.did_jwk(KEY.public)),
        (KEY, {"kid": f"{did.did_key(KEY.public)}#{KEY.public.multikey()}"}, did.did_key(KEY.public)),
        (ED25519, {"kid": f"{did.did_key(ED25519.public)}#{ED25519.public.multikey()}"}, did.did_key(ED25519.public)),
        (ED25519, {"kid": None, "jwk": ED25519.public_jwk}, did.did_jwk(ED25519.public)),
    ],
    ids=["did:jwk", "did:jwk bare", "jwk", "did:key P-256", "did:key Ed25519", "jwk Ed25519"],
)
def test_kinds_of_keys(wallet, key, header, holder):
    wallet.token()
    answer = wallet.ask(wallet.proof(key=key, header=header))
    assert answer.json()["credentials"][0]["credential"]["credentialSubject"]["id"] == holder


def test_several_keys_get_a_credential_each(wallet):
    wallet.token()
    nonce = wallet.nonce()
    answer = wallet.ask(*(wallet.proof(key=key, nonce=nonce) for key in (KEY, OTHER_KEY))).json()
    subjects = [one["credential"]["credentialSubject"]["id"] for one in answer["credentials"]]
    assert subjects == [did.did_jwk(key.public) for key in (KEY, OTHER_KEY)]
    indexes = {one["credential"]["credentialStatus"]["statusListIndex"] for one in answer["credentials"]}
    assert len(indexes) == 2


def test_the_drafts_proof_is_taken(wallet):
    wallet.token()
    answer = wallet.ask(proofs=None, proof={"proof_type": "jwt", "jwt": wallet.proof()})
    assert answer.status_code == 200


def test_what_wallets_send_besides_is_ignored(loaded, award):
    wallet = shown(loaded, offer(loaded, award, with_tx_code=True))
    answer = wallet.token(user_pin=wallet.tx_code, client_id="did:key:z6Mk", resource=ISSUER, unheard_of="1")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json() == {"access_token": wallet.access_token, "token_type": "Bearer", "expires_in": 900}


def test_the_drafts_name_of_the_transaction_code(loaded, award):
    wallet = shown(loaded, offer(loaded, award, with_tx_code=True))
    assert wallet.token(tx_code=None, user_pin=wallet.tx_code).status_code == 200


def test_authorization_details_come_back_with_identifiers(wallet):
    asked = [{"type": "openid_credential", "credential_configuration_id": wallet.configuration}]
    details = wallet.token(authorization_details=json.dumps(asked)).json()["authorization_details"]
    (identifier,) = details[0]["credential_identifiers"]
    answer = wallet.ask(wallet.proof(), credential_configuration_id=None, credential_identifier=identifier)
    assert answer.status_code == 200


def test_the_same_wallet_may_ask_again(wallet):
    first = wallet.fetch()
    again = wallet.ask(wallet.proof())
    assert again.json()["credentials"][0]["credential"] == first


def test_the_offer_is_claimed_and_the_audit_log_tells_it(loaded, award, made, wallet):
    wallet.fetch()
    assert offers.look(loaded.services, made.token).is_claimed
    with loaded.services.database.reading(loaded.principal.tenant_id) as session:
        actions = [entry.action for entry in audit.entries(session, subject=award.id)]
    told = ["offered", "wallet code shown", "wallet code used", "will sign", "signed", "claimed", "handed to a wallet"]
    assert actions[-len(told) :] == told


def test_notifications(loaded, award, wallet):
    wallet.token()
    notification_id = wallet.ask(wallet.proof()).json()["notification_id"]
    headers = {"Authorization": f"bearer {wallet.access_token}"}
    sent = {"notification_id": notification_id, "event": "credential_accepted", "event_description": "thanks"}
    for _ in range(2):
        answer = loaded.client.post("/oid4vci/notification", json=sent, headers=headers)
        assert (answer.status_code, answer.content) == (204, b"")
    with loaded.services.database.reading(loaded.principal.tenant_id) as session:
        told = [entry for entry in audit.entries(session, subject=award.id) if entry.action == "wallet notified"]
    assert len(told) == 1


def test_both_places_of_the_issuers_metadata_say_the_same(loaded, wallet):
    paths = ("/.well-known/openid-credential-issuer/issuers/main", "/issuers/main/.well-known/openid-credential-issuer")
    first, second = (loaded.client.get(path) for path in paths)
    assert first.content == second.content
    assert first.headers["content-type"] == "application/json"
    assert first.headers["access-control-allow-origin"] == "*"
    metadata = first.json()
    assert metadata["credential_issuer"] == wallet.offer["credential_issuer"] == ISSUER
    assert set(wallet.offer["credential_configuration_ids"]) <= set(metadata["credential_configurations_supported"])
    for name in FORMATS:
        described = metadata["credential_configurations_supported"][f"smart-city-reference.MC-02.{name}"]
        assert described["format"] == name
        assert described["proof_types_supported"]["jwt"]["proof_signing_alg_values_supported"]
        names = {one["locale"]: one["name"] for one in described["credential_metadata"]["display"]}
        assert names["en"] == "Smart City Project Design and Delivery"


def test_names_in_the_wallets_language_only(loaded):
    path = "/.well-known/openid-credential-issuer/issuers/main"
    answer = loaded.client.get(path, headers={"Accept-Language": "bg-BG, en;q=0.5"})
    supported = answer.json()["credential_configurations_supported"].values()
    assert {one["locale"] for each in supported for one in each["credential_metadata"]["display"]} == {"bg"}
    assert answer.headers["vary"] == "Accept-Language"


@pytest.mark.parametrize(
    "path",
    [
        "/.well-known/oauth-authorization-server/issuers/main",
        "/issuers/main/.well-known/oauth-authorization-server",
        "/.well-known/openid-configuration/issuers/main",
        "/issuers/main/.well-known/openid-configuration",
    ],
)
def test_the_authorization_server_is_found_wherever_wallets_look(loaded, path):
    metadata = loaded.client.get(path).json()
    assert metadata["issuer"] == ISSUER
    assert metadata["token_endpoint"] == f"{service.BASE_URL}/oid4vci/token"
    assert metadata["grant_types_supported"] == [GRANT]
    assert metadata["pre-authorized_grant_anonymous_access_supported"] is True


def test_an_issuer_that_there_is_not(loaded):
    assert loaded.client.get("/.well-known/openid-credential-issuer/issuers/nobody").status_code == 404
    assert loaded.client.get("/issuers/nobody/.well-known/openid-configuration").status_code == 404


def test_the_bare_host_tells_where_issuers_are(loaded):
    answer = loaded.client.get("/.well-known/openid-credential-issuer")
    assert answer.status_code == 404
    assert "/.well-known/openid-credential-issuer/issuers/" in answer.json()["remedy"]


def test_links_by_value_and_by_reference_lead_to_the_same_offer(loaded, wallet):
    by_value = parse_qs(urlsplit(links.by_value(wallet.offer)).query)["credential_offer"][0]
    assert json.loads(by_value) == wallet.offer
    for name in FORMATS:
        link = links.by_reference(loaded.services, wallet.code, name)
        assert link.startswith("openid-credential-offer://?credential_offer_uri=")
        url = parse_qs(urlsplit(link).query)["credential_offer_uri"][0]
        found = loaded.client.get(url)
        assert found.headers["content-type"] == "application/json"
        assert found.headers["cache-control"] == "no-store"
        assert found.json() == replace(wallet, format=name).offer
        assert found.json()["credential_configuration_ids"] == [f"smart-city-reference.MC-02.{name}"]


def test_an_offer_says_that_it_needs_a_transaction_code(loaded, award):
    grant = shown(loaded, offer(loaded, award, with_tx_code=True)).offer["grants"][GRANT]
    assert (grant["tx_code"]["length"], grant["tx_code"]["input_mode"]) == (6, "numeric")


def test_looking_at_an_offer_uses_nothing_up(loaded, wallet):
    assert [wallet.offer for _ in range(3)] == [wallet.offer] * 3
    wallet.fetch()
    assert loaded.client.get(f"/offers/{wallet.code}").status_code == 404


@pytest.mark.parametrize("path", ["/offers/unheard-of", "/offers/x?format=mso_mdoc"])
def test_an_offer_that_there_is_not(loaded, path):
    assert loaded.client.get(path).status_code == 404


def test_a_format_that_there_is_not(loaded, wallet):
    assert loaded.client.get(f"/offers/{wallet.code}?format=mso_mdoc").status_code == 404


@pytest.mark.parametrize("endpoint", ["token", "nonce", "credential", "notification"])
def test_wallets_in_web_pages_may_ask(loaded, endpoint):
    asked = {"Origin": "https://wallet.example", "Access-Control-Request-Headers": "authorization,content-type"}
    answer = loaded.client.options(f"/oid4vci/{endpoint}", headers=asked)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "Authorization" in answer.headers["access-control-allow-headers"]
    assert loaded.client.post(f"/oid4vci/{endpoint}").headers["access-control-allow-origin"] == "*"


def test_a_nonce_is_asked_for_with_anything_or_nothing(loaded):
    for headers in ({}, {"Content-Type": "application/x-www-form-urlencoded"}, {"Content-Type": "application/json"}):
        answer = loaded.client.post("/oid4vci/nonce", headers=headers)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
        assert answer.headers["content-type"] == "application/json"
        assert len(answer.json()["c_nonce"]) >= 43


def test_the_sweep_forgets_what_counts_no_more(loaded, wallet):
    wallet.fetch()
    wallet.nonce()
    assert tokens.forget_expired(loaded.services) == 0
    loaded.clock.move(minutes=6)
    assert tokens.forget_expired(loaded.services) == 1
    loaded.clock.move(days=8)
    assert tokens.forget_expired(loaded.services) == 1


def test_two_tenants_are_two_issuers(loaded, wallet):
    add_tenant(loaded.services, "other", {"name": "Other", "country_code": "BG"})
    answer = loaded.client.get("/.well-known/openid-credential-issuer/issuers/other").json()
    assert answer["credential_issuer"].endswith("/issuers/other")
    assert answer["credential_configurations_supported"] == {}
    wallet.token()
    assert wallet.ask(wallet.proof(aud=answer["credential_issuer"])).json()["error"] == "invalid_proof"


def test_a_provider_shows_the_code_herself(loaded, made):
    path = f"/api/v1/offers/{made.offer.id}/credential-offer"
    told = loaded.client.post(path, params={"format": "dc+sd-jwt"}, headers=loaded.headers).json()
    url = parse_qs(urlsplit(told["link"]).query)["credential_offer_uri"][0]
    assert loaded.client.get(url).json() == told["credential_offer"]
    assert told["expires_in"] == 900
    code = told["credential_offer"]["grants"][GRANT]["pre-authorized_code"]
    assert Wallet(loaded, code, format="dc+sd-jwt").fetch()
    gone = loaded.client.post(path, headers=loaded.headers)
    assert (gone.status_code, gone.json()["reason"]) == (410, "CLAIMED")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/offers/11111111-1111-4111-8111-111111111111/credential-offer", 404),
        ("/api/v1/offers/x/credential-offer", 404),
        ("/api/v1/offers/{id}/credential-offer?format=mso_mdoc", 400),
    ],
)
def test_what_a_provider_cannot_show(loaded, made, path, status):
    answer = loaded.client.post(path.format(id=made.offer.id), headers=loaded.headers)
    assert answer.status_code == status, answer.text


def test_another_tenants_offer_is_not_found(loaded, made):
    other = add_tenant(loaded.services, "other", {"name": "Other", "country_code": "BG"})
    _, key = add_api_key(loaded.services, other.id, "key", ["credentials:issue"])
    path = f"/api/v1/offers/{made.offer.id}/credential-offer"
    assert loaded.client.post(path, headers={"Authorization": f"Bearer {key}"}).status_code == 404
    assert loaded.client.post(path).status_code == 401


def picture_of(svg, scale=4):
    """A QR code's SVG as grey picture: its path is drawn in rows of one module, by relative moves."""
    size = int(re.search(r'viewBox="0 0 (\d+) ', svg).group(1))
    picture = Image.new("L", (size * scale, size * scale), 255)
    x = y = 0.0
    for kind, numbers in re.findall(r"([Mmh])(-?[\d. -]*)", re.findall(r' d="([^"]+)"', svg)[-1]):
        first, *more = (float(number) for number in re.findall(r"-?\d*\.?\d+", numbers))
        if kind == "h":
            top = int(y) * scale
            picture.paste(0, (int(x) * scale, top, int(x + first) * scale, top + scale))
            x += first
        else:
            x, y = (first, more[0]) if kind == "M" else (x + first, y + more[0])
    return picture


@pytest.mark.parametrize("way", ["wallet", "identity-wallet", "jwt-wallet"])
def test_the_claim_pages_qr_code_leads_to_the_offer(loaded, made, way):
    page = loaded.client.post(f"/claim/{made.token}/{way}").text
    (drawn,) = re.findall(r'class="qr-code"[^>]*>\s*(<svg.+?</svg>)', page, re.DOTALL)
    (read,) = zxingcpp.read_barcodes(picture_of(drawn), formats=zxingcpp.BarcodeFormat.QRCode)
    url = parse_qs(urlsplit(read.text).query)["credential_offer_uri"][0]
    (button,) = re.findall(r'href="(openid-credential-offer://[^"]+)"', page)
    by_value = parse_qs(urlsplit(html.unescape(button)).query)["credential_offer"][0]
    assert loaded.client.get(url).json() == json.loads(by_value)
