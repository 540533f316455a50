"""Open Badges 2.0 badges that openbadgeslib signs and bakes, by our verifier: fine, revoked, tampered."""

import json
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives import serialization
from openbadgeslib import ob2

from app.vc.keys import PrivateKey
from tests.corpus.kit import CorpusWeb, rsa_key, served
from tests.corpus.openbadges2 import pem
from tests.vc.pictures import PNG, SVG
from tests.verifier.badges import NOW, P256, codes, verified

pytestmark = pytest.mark.interop

HOST = "https://library.example"
KEY_URL, ISSUER_URL, BADGE_URL, LIST_URL = (f"{HOST}/{name}.json" for name in ("key", "issuer", "badge", "revoked"))
EMAIL = "ana@example.org"


def private_pem(key: PrivateKey) -> bytes:
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.key.private_bytes(encoding, form, serialization.NoEncryption())


def signer(key: PrivateKey = rsa_key(), alg: str = "RS256") -> ob2.OB2Signer:  # noqa: B008
    return ob2.OB2Signer(private_pem(key), alg)


def assertion(**members):
    return ob2.Assertion(
        **{
            "recipient": ob2.IdentityObject.create(EMAIL, "salt"),
            "badge": BADGE_URL,
            "verification": ob2.Verification("signed", KEY_URL),
            "issued_on": datetime(2026, 1, 1, tzinfo=UTC),
        }
        | members
    )


def web(*revoked, key: PrivateKey = rsa_key()):  # noqa: B008
    documents = {
        KEY_URL: ob2.CryptographicKey(KEY_URL, ISSUER_URL, pem(key)),
        ISSUER_URL: ob2.Profile(ISSUER_URL, "Library", HOST, "a@b.example", None, [KEY_URL], LIST_URL),
        BADGE_URL: ob2.BadgeClass(BADGE_URL, "Reader", "Reads.", f"{HOST}/i.png", f"{HOST}/criteria", ISSUER_URL),
        LIST_URL: ob2.RevocationList(LIST_URL, ISSUER_URL, list(revoked)),
    }
    return CorpusWeb({url: served(document.to_dict()) for url, document in documents.items()})


@pytest.mark.parametrize(("key", "alg"), [(rsa_key(), "RS256"), (P256, "ES256")], ids=["RS256", "ES256"])
def test_signed(key, alg):
    token = signer(key, alg).sign(assertion())
    report = verified(token.encode(), web(key=key))
    assert report.outcome == "valid", report.summary
    told = report.to_json()
    assert (told["issuer"]["name"], told["achievement"]["name"]) == ("Library", "Reader")


def test_baked():
    assert verified(signer().sign_into_png(assertion(), PNG), web()).outcome == "valid"
    assert verified(signer().sign_into_svg(assertion(), SVG), web()).outcome == "valid"


def test_revoked_expired_and_tampered():
    one = assertion()
    token = signer().sign(one)
    report = verified(token.encode(), web(one.id))
    assert (report.outcome, codes(report, "status")) == ("invalid", ["revoked"])
    late = verified(signer().sign(assertion(expires=datetime(2026, 2, 1, tzinfo=UTC))).encode(), web())
    assert (late.outcome, codes(late, "validity_period")) == ("invalid", ["expired"])
    other = signer().sign(assertion())
    mixed = ".".join([*token.split(".")[:2], other.split(".")[2]])
    assert codes(verified(mixed.encode(), web()), "proof") == ["bad_signature"]
    stranger = signer(rsa_key(2)).sign(assertion())
    assert codes(verified(stranger.encode(), web()), "proof") == ["bad_signature"]


def test_hosted():
    url = f"{HOST}/assertion.json"
    one = assertion(id=url, verification=ob2.Verification("HostedBadge"))
    answers = web()
    answers.answers[url] = served(one.to_dict())
    assert verified(json.dumps(one.to_dict()).encode(), answers).outcome == "valid"
    assert verified(url.encode(), answers).outcome == "valid"
    assert one.issued_on < NOW
    changed = one.to_dict() | {"badge": f"{HOST}/other.json"}
    assert codes(verified(json.dumps(changed).encode(), answers), "proof") == ["hosted_assertion_differs"]
