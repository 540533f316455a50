"""Badges of ours in every form that the running service gives out, as good, tampered and revoked ones."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from app import services as real
from app.issuer.credential.forms import SELECTIVE
from app.issuer.credential.issue import rendition_of
from app.ports import Principal, Services
from app.settings import Settings
from app.vc import did, ecdsa_sd, showing, status, strict_json
from tests import npm
from tests.interop.attesta_service import ADMIN_KEY, VC_JWT, Service, running
from tests.interop.judges import HERE
from tests.interop.matrix.foreign import FAR, LIST_URL, badge, in_png, in_svg
from tests.interop.matrix.foreign import GOOD as GOOD_INDEX
from tests.interop.matrix.foreign import REVOKED as BAD_INDEX
from tests.interop.matrix.sample import Sample, part, tampered
from tests.interop.wallets.conftest import make_offer
from tests.verifier.badges import ed25519_key, method_of, signed

WEB = "https://badges.example.org"
GOOD, REVOKED = "p-ana", "p-boris"
SINCE = "2026-09-01T00:00:00Z"
PICTURES = {"PNG": "image/png", "SVG": "image/svg+xml"}


def _both(make: Any, by_learner: dict[str, Any]) -> tuple[Any, Any]:
    return make(by_learner[GOOD]), make(by_learner[REVOKED])


def public_forms(service: Service, folder: Path) -> list[Sample]:
    """What anybody may fetch under a badge's address, and what a learner shows of it."""
    answers = {learner: service.issue("MC-02", learner).json() for learner in (GOOD, REVOKED)}
    with _opened(service, folder) as services:
        made = {"ecdsa-sd-2023, shown in part": _both(lambda one: _shown(services, one["id"]), answers)}
    made["eddsa-rdfc-2022"] = _both(lambda one: one["credential"], answers)
    for alg in ("ES256", "RS256", "EdDSA"):
        kind = f"{VC_JWT};alg={alg}"
        made[f"VC-JWT {alg}"] = _both(lambda one, kind=kind: _text(service, one, kind), answers)
    pictures = {
        name: _both(lambda one, kind=kind: _content(service, one, kind), answers) for name, kind in PICTURES.items()
    }
    service.revoke(answers[REVOKED]["id"])
    samples = [_sample(service, form, good, revoked) for form, (good, revoked) in made.items()]
    json_ld = next(one for one in samples if one.form == "eddsa-rdfc-2022")
    for name, (good, revoked) in pictures.items():
        twin = {"PNG": in_png, "SVG": in_svg}[name](json_ld.twin)
        samples.append(replace(json_ld, form=f"{name}, baked", good=good, revoked=revoked, twin=twin))
    return samples


def _sample(service: Service, form: str, good: Any, revoked: Any) -> Sample:
    documents: dict[str, Any] = {}
    for one in (good, revoked):
        is_text = isinstance(one, str)
        documents |= service.documents(part(one, 1) if is_text else one, accept=VC_JWT if is_text else "application/vc")
    return Sample("Attesta", form, good, tampered(good), revoked, None, documents, _jwks(service))


def _jwks(service: Service) -> dict[str, Any]:
    key_set: dict[str, Any] = service.get("/issuers/main/jwks.json").json()
    return key_set


def _text(service: Service, answer: dict[str, Any], accept: str) -> str:
    return service.get(f"/api/v1/credentials/{answer['id']}", accept=accept).text


def _content(service: Service, answer: dict[str, Any], accept: str) -> bytes:
    return service.get(f"/api/v1/credentials/{answer['id']}", accept=accept).content


@contextmanager
def _opened(service: Service, folder: Path) -> Iterator[Services]:
    """The service's own use cases, for what a learner does in her backpack."""
    services = real.build(Settings(base_url=service.public_url, data_dir=folder / "data"))
    try:
        yield services
    finally:
        services.database.close()


def _shown(services: Services, award: str) -> dict[str, Any]:
    """What a learner shows of her badge: everything but who she is."""
    found = services.principals.find(ADMIN_KEY)
    assert isinstance(found, Principal)
    base = strict_json.loads(rendition_of(services, found, award, SELECTIVE).rendition.content or b"")
    pointers = [pointer for one in showing.parts(base) if one.id != "identity" for pointer in one.pointers]
    return ecdsa_sd.derive(base, base["proof"][0], pointers)


def plain_form() -> Sample:
    """A badge and its status list that our core signs, with no terms beside those of Open Badges."""
    key = ed25519_key(21)
    issuer, method = did.did_key(key.public), method_of(key)

    def made(index: int, until: str = FAR) -> dict[str, Any]:
        unsigned = badge(index, until)
        return signed(unsigned | {"issuer": unsigned["issuer"] | {"id": issuer}}, key, method)

    bits = status.set_bit(status.new_bits(status.MIN_ENTRIES), BAD_INDEX, True)
    listed = status.list_credential(LIST_URL, issuer, "revocation", status.encode(bits), SINCE, FAR, 300_000)
    good = made(GOOD_INDEX)
    documents = {LIST_URL: signed(listed, key, method)}
    return Sample(
        "Attesta", "eddsa-rdfc-2022, no terms of its own", good, tampered(good), made(BAD_INDEX), None, documents
    )


def wallet_forms(service: Service) -> list[Sample]:
    """What wallets get over OpenID4VCI, fetched by the OpenWallet Foundation's wallet."""
    made = []
    for form in ("dc+sd-jwt", "vc+sd-jwt", "jwt_vc_json"):
        got = {}
        for learner in (GOOD, REVOKED):
            offer = make_offer(service, learner=learner)
            request = {"link": offer.link(form), "alg": "ES256", "method": "did:jwk", "keys": 1}
            answer = npm.run_node(HERE / "wallets", "openwallet.mjs", request, authority=service.authority)
            got[learner] = (answer["credentials"][0], offer.credential)
        made.append((form, got))
    for award in {got[REVOKED][1] for _, got in made}:
        service.revoke(award)
    return [_wallet_sample(service, form, got[GOOD][0], got[REVOKED][0]) for form, got in made]


def _wallet_sample(service: Service, form: str, good: str, revoked: str) -> Sample:
    name = {"jwt_vc_json": "VC-JWT ES256 with the claim vc"}.get(form, form)
    documents: dict[str, Any] = {}
    for claims in (part(good, 1), part(revoked, 1)):
        documents |= _fetched(service, claims)
    jwks, authority = _jwks(service), service.authority
    return Sample("Attesta", name, good, tampered(good), revoked, None, documents, jwks, authority)


def _fetched(service: Service, claims: dict[str, Any]) -> dict[str, Any]:
    """The status list and the issuer's metadata of what a wallet holds."""
    entry = claims.get("vc", claims).get("credentialStatus")
    documents: dict[str, Any] = {}
    if entry is not None:
        url = entry["statusListCredential"]
        documents[url] = service.get(url, "application/vc").json()
    else:
        url = claims["status"]["status_list"]["uri"]
        documents[url] = service.get(url, "application/statuslist+jwt").text
    issuer = claims.get("iss", "")
    if issuer.startswith("https://"):
        origin, _, path = issuer.removeprefix("https://").partition("/")
        metadata = f"https://{origin}/.well-known/jwt-vc-issuer/{path}"
        documents[metadata] = service.get(metadata).json()
    return documents


@contextmanager
def samples(folder: Path) -> Iterator[list[Sample]]:
    """All of them; the services run as long as they are judged, since some judges fetch themselves."""
    for name in ("web", "wallets"):
        (folder / name).mkdir()
    with running(folder / "web", WEB) as web, running(folder / "wallets", https=True) as wallets:
        yield [*public_forms(web, folder / "web"), plain_form(), *wallet_forms(wallets)]
