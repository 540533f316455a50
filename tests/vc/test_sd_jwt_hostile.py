"""SD-JWTs that try to deceive; what each tries stands in the name of its file."""

from pathlib import Path

import pytest

from app.vc import sd_jwt
from app.vc.outcome import Unsound
from tests.vc.test_enveloped import AUDIENCE, HOLDER, NONCE, NOW

HOSTILE = Path(__file__).parents[1] / "fixtures" / "hostile"
TRICKS = {
    "sd_jwt_alg_hmac.txt": "forbidden_alg",
    "sd_jwt_alg_none.txt": "forbidden_alg",
    "sd_jwt_claim_disclosed_twice.txt": "duplicate_claim",
    "sd_jwt_claim_overwritten_by_disclosure.txt": "duplicate_claim",
    "sd_jwt_critical_header.txt": "critical_header",
    "sd_jwt_digest_twice.txt": "duplicate_digest",
    "sd_jwt_digests_smuggled_in_disclosure.txt": "reserved_claim",
    "sd_jwt_disclosure_duplicate_keys.txt": "malformed_disclosure",
    "sd_jwt_disclosure_nobody_signed.txt": "unreferenced_disclosure",
    "sd_jwt_disclosure_twice.txt": "duplicate_digest",
    "sd_jwt_disclosures_nested_deep.txt": "sd_jwt_budget",
    "sd_jwt_element_digest_with_a_companion.txt": "malformed_digests",
    "sd_jwt_element_disclosed_as_member.txt": "malformed_disclosure",
    "sd_jwt_hash_name_disclosed.txt": "reserved_claim",
    "sd_jwt_holder_key_disclosed.txt": "undisclosable_claim",
    "sd_jwt_key_binding_by_stranger.txt": "key_type_does_not_fit",
    "sd_jwt_key_binding_is_a_plain_jwt.txt": "malformed_key_binding",
    "sd_jwt_key_binding_missing.txt": "no_key_binding",
    "sd_jwt_key_binding_of_another_presentation.txt": "wrong_sd_hash",
    "sd_jwt_md5_digests.txt": "unsupported_sd_alg",
    "sd_jwt_member_disclosed_as_element.txt": "malformed_disclosure",
    "sd_jwt_thousands_of_disclosures.txt": "sd_jwt_budget",
}


def findings_of(text):
    try:
        whole = sd_jwt.decode(text)
    except Unsound as problem:
        return [problem.finding]
    return [
        *sd_jwt.verify(whole, HOLDER.public, now=NOW),
        *sd_jwt.verify_binding(whole, audience=AUDIENCE, nonce=NONCE, now=NOW),
    ]


@pytest.mark.parametrize("name", TRICKS)
def test_hostile_sd_jwts_are_refused(name):
    text = (HOSTILE / name).read_text(encoding="utf-8").strip()
    assert findings_of(text)[0].code == TRICKS[name]
