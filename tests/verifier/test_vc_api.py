"""VC-API, verifying: a credential and a presentation are not taken for each other."""

import pytest

from app.errors import NotVerified
from app.vc.vc_api import read_verify_credential, read_verify_presentation
from app.verifier.vc_api import verified
from tests.verifier.badges import KEY, P256, badge, method_of, services, signed, token
from tests.verifier.test_presented import BADGE, presentation, presented, vp_jwt

TOKEN = token(badge(), P256, "ES256").decode()
PRESENTED = vp_jwt(presentation(BADGE))


def test_each_is_verified_at_its_own_endpoint():
    for document in (TOKEN, signed(badge(), KEY, method_of(KEY, "did:web:university.example"))):
        assert verified(services(), read_verify_credential({"verifiableCredential": document})).status_code == 200
    for document in (PRESENTED, presented(presentation(BADGE))):
        assert verified(services(), read_verify_presentation({"verifiablePresentation": document})).status_code == 200


def test_text_of_one_is_not_verified_as_the_other():
    for request in (
        read_verify_credential({"verifiableCredential": PRESENTED}),
        read_verify_presentation({"verifiablePresentation": TOKEN}),
    ):
        with pytest.raises(NotVerified, match="the other one"):
            verified(services(), request)


def test_challenge_and_domain_reach_the_proof():
    options = {"challenge": "c1", "domain": "attesta.example"}
    answer = presented(presentation(BADGE), **options)
    body = {"verifiablePresentation": answer, "options": options}
    assert verified(services(), read_verify_presentation(body)).status_code == 200
    for other in ({"challenge": "c2"}, {"domain": "evil.example"}):
        with pytest.raises(NotVerified):
            verified(services(), read_verify_presentation(body | {"options": options | other}))


def test_what_is_unknown_is_not_verified():
    with pytest.raises(NotVerified):
        verified(services(), read_verify_presentation({"verifiablePresentation": presentation(BADGE)}))
