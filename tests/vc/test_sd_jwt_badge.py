"""A badge as SD-JWT in both forms: what is said, what may be kept back, and what is refused."""

import secrets
from datetime import UTC, datetime

import pytest

from app.errors import BadInput
from app.vc import sd_jwt, sd_jwt_badge
from app.vc.issuance import SdJwt, prepare, seal, self_check
from app.vc.keys import private_p256
from app.vc.sd_jwt_badge import Binding
from tests.vc.badge_examples import badge

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
ISSUER, HOLDER = private_p256(4711), private_p256(815)
KID = "did:example:issuer#key"
LIST = "https://badges.example.org/status-lists/1/token"
VC = Binding(HOLDER.public, vct="https://badges.example.org/type", status_list=LIST, index=7)
W3C = Binding(HOLDER.public)
BOTH = pytest.mark.parametrize("binding", [VC, W3C], ids=["dc+sd-jwt", "vc+sd-jwt"])


def securing(binding, alg="ES256"):
    return SdJwt(alg, KID, binding, lambda: secrets.token_urlsafe(16))


def sealed(binding, document=None):
    return seal(prepare(document or badge(), securing(binding), "P-256"), ISSUER)


@BOTH
def test_it_is_sealed_with_the_holders_key_in_it(binding):
    made = sealed(binding)
    read = sd_jwt.decode(made.content.decode())
    assert made.media_type == f"application/{binding.typ}"
    assert read.jws.header == {"alg": "ES256", "typ": binding.typ, "kid": KID}
    assert sd_jwt.holder_key(read) == HOLDER.public
    assert self_check(made, ISSUER.public, NOW) == ()


@BOTH
def test_the_members_have_their_own_names_in_both(binding):
    claims = sd_jwt.decode(sealed(binding).content.decode()).claims
    assert claims["credentialSubject"] == badge()["credentialSubject"]
    assert (claims["issuer"], claims["name"]) == (badge()["issuer"], badge()["name"])


def test_registered_claims_replace_members_in_an_sd_jwt_vc():
    document = badge()
    claims = sd_jwt.decode(sealed(VC).content.decode()).claims
    assert not claims.keys() & set(sd_jwt_badge.REPLACED)
    assert (claims["iss"], claims["jti"]) == (document["issuer"]["id"], document["id"])
    assert claims["sub"] == document["credentialSubject"]["id"]
    assert claims["vct"] == VC.vct
    assert claims["status"] == {"status_list": {"idx": 7, "uri": LIST}}
    assert claims["iat"] == claims["nbf"]


def test_the_holder_shows_the_achievement_and_keeps_back_the_rest():
    text = sealed(VC).content.decode()
    shown = sd_jwt.decode(sd_jwt.present(text, ()))
    assert set(shown.claims["credentialSubject"]) == {"id", "type", "achievement"}
    everything = sd_jwt.decode(text)
    assert {place.rpartition("/")[2] for place in everything.places} <= {name for _, name in sd_jwt_badge.WITHHOLDABLE}
    assert everything.places


@BOTH
def test_another_issuers_key_is_noticed(binding):
    (finding,) = self_check(sealed(binding), HOLDER.public, NOW)
    assert finding.code == "bad_signature"


@BOTH
def test_other_claims_than_prepared_are_noticed(binding):
    made = sealed(binding)
    codes = [one.code for one in sd_jwt_badge.check(made.content.decode(), {"vct": "x"}, ISSUER.public, NOW)]
    assert codes == ["changed_document"]


def test_an_algorithm_that_does_not_go_with_the_key_is_refused():
    with pytest.raises(BadInput, match="cannot be used with a key of P-256"):
        prepare(badge(), securing(VC, "EdDSA"), "P-256")


@BOTH
def test_an_undefined_term_is_refused_as_in_every_other_form(binding):
    with pytest.raises(BadInput):
        prepare(badge() | {"unheardOf": "x"}, securing(binding), "P-256")


def test_a_draft_is_signed_once():
    draft = prepare(badge(), securing(VC), "P-256")
    seal(draft, ISSUER)
    with pytest.raises(ValueError, match="sealed already"):
        seal(draft, ISSUER)
