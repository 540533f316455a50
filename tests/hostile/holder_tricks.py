"""What a holder could show: presentations, SD-JWTs and endorsements that are not theirs, not fresh, or without end."""

from datetime import timedelta
from typing import Any

from app.vc import did, enveloped, jose, proof, sd_jwt
from tests.hostile.json_tricks import clique
from tests.hostile.trick import Trick, document, token, with_member
from tests.verifier.badges import (
    CONTEXTS,
    KEY,
    MALLORY,
    NOW,
    P256,
    UNIVERSITY,
    badge,
    ed25519_key,
    method_of,
    signed,
)

ALICE, BOB = ed25519_key(7), ed25519_key(8)
HOLDER = did.did_key(ALICE.public)
AUDIENCE, NONCE = "https://attesta.example", "n1"  # what the verifier asks for in tests.hostile.test_corpus
MOMENT = int(NOW.timestamp())
BADGE = signed(badge())
CLAIMS = {
    "iss": UNIVERSITY,
    "vct": "https://university.example/types/1",
    "exp": MOMENT + 86_400,
    "cnf": {"jwk": ALICE.public_jwk},
    "name": "Urban data analyst",
    "level": "proficient",
}


def presentation(*credentials: Any, **members: Any) -> dict[str, Any]:
    made = {"@context": CONTEXTS[:1], "type": ["VerifiablePresentation"], "holder": HOLDER}
    return made | {"verifiableCredential": list(credentials)} | members


def presented(document: dict[str, Any], key: Any = ALICE, **options: Any) -> dict[str, Any]:
    asked = {"challenge": NONCE, "domain": AUDIENCE} | options
    made = proof.proof_options("eddsa-jcs-2022", method_of(key), "2026-11-20T11:59:00Z", "authentication", **asked)
    return proof.add_proof(document, key, made)


def vp_jwt(document: dict[str, Any], key: Any = ALICE, **claims: Any) -> str:
    asked = {"aud": AUDIENCE, "nonce": NONCE, "iat": MOMENT} | claims
    return enveloped.secure(document, key, kid=method_of(key), claims=asked)


def beside(**claims: Any) -> str:
    """A presentation as claim `vp`, and something else in the same JWT."""
    claims = {"iss": HOLDER, "aud": AUDIENCE, "nonce": NONCE, "vp": presentation()} | claims
    unsigned = jose.signing_input({"alg": "EdDSA", "typ": "JWT", "kid": method_of(ALICE)}, claims)
    return jose.compact(unsigned, ALICE.sign(unsigned))


def issued(**claims: Any) -> str:
    header = sd_jwt.header("EdDSA", kid=method_of(KEY, UNIVERSITY))
    return sd_jwt.issue(CLAIMS | claims, ["/level"], KEY, header, new_salt=lambda: "salt")


def bound(key: Any = ALICE, audience: str = AUDIENCE, nonce: str = NONCE, age: int = 0, text: str = "") -> str:
    made = NOW - timedelta(seconds=age)
    return sd_jwt.bind(text or issued(), key, audience=audience, nonce=nonce, now=made)


def forged_claims(claims: dict[str, Any]) -> str:
    """An SD-JWT that the university signed without care."""
    unsigned = jose.signing_input(sd_jwt.header("EdDSA", kid=method_of(KEY, UNIVERSITY)), claims)
    return jose.compact(unsigned, KEY.sign(unsigned)) + "~"


def endorsement(of: str, key: Any = BOB, **members: Any) -> dict[str, Any]:
    issuer = {"id": did.did_key(key.public), "type": ["Profile"], "name": "Accreditor"}
    subject = {"id": of, "type": ["EndorsementSubject"], "endorsementComment": "Well known."}
    made = {"@context": CONTEXTS, "id": "urn:uuid:e", "type": ["VerifiableCredential", "EndorsementCredential"]}
    more = {"name": "E", "issuer": issuer, "validFrom": "2026-01-01T00:00:00Z", "credentialSubject": subject}
    return signed(made | more | members, key, method_of(key), "eddsa-jcs-2022")


def endorsed(*endorsements: Any) -> dict[str, Any]:
    return signed(badge(endorsement=list(endorsements)), suite="eddsa-jcs-2022")


def tower(levels: int) -> dict[str, Any]:
    """An endorsement that is endorsed, and so on."""
    top = endorsement("urn:uuid:e")
    for _ in range(levels - 1):
        top = endorsement("urn:uuid:e", endorsement=[top])
    return endorsement(badge()["id"], endorsement=[top])


def tree(width: int) -> list[dict[str, Any]]:
    """Endorsements of endorsements of endorsements, `width` of them each time."""
    branch = [endorsement("urn:uuid:e", endorsement=[endorsement("urn:uuid:e")] * width)] * width
    return [endorsement(badge()["id"], endorsement=branch)] * width


def presenting(name: str, value: Any, code: str, check: str = "proof", **more: Any) -> Trick:
    make = token if isinstance(value, str) else document
    return make(f"presentation_{name}", value, code, check=check, **more)


def showing(name: str, text: str, code: str, check: str = "holder_binding", **more: Any) -> Trick:
    return token(f"sd_jwt_judged_{name}", text, code, check=check, **more)


def standing(name: str, value: Any, code: str = "invalid_endorsement", **more: Any) -> Trick:
    return document(f"endorsement_{name}", value, code, check="endorsements", **more)


STRANGERS = [
    signed(badge(f"did:web:u{number}.example"), MALLORY, f"did:web:u{number}.example#k") for number in range(64)
]
POISON = with_member("/credentialSubject/achievement", clique(10), BADGE)
LARGE = with_member("/credentialSubject/result", [{"type": ["Result"], "value": str(n)} for n in range(150)], BADGE)
LEGAL = {**presentation(BADGE), "proof": presented(presentation(BADGE))["proof"]}

ENVELOPE = enveloped.envelope(enveloped.secure(badge(), KEY, kid=method_of(KEY, UNIVERSITY)))
UNSIGNED = jose.signing_input({"alg": "none"}, endorsement(badge()["id"])).decode() + "."

PRESENTATION_TRICKS = (
    presenting("replayed", presented(presentation(BADGE), challenge="n0"), "wrong_challenge"),
    presenting("for_another_verifier", presented(presentation(BADGE), domain="https://other.example"), "wrong_domain"),
    presenting("without_challenge", presented(presentation(BADGE), challenge=""), "wrong_challenge"),
    presenting("by_a_thief", presented(presentation(BADGE), MALLORY), "holder_mismatch", "holder_binding"),
    presenting("holder_exchanged", LEGAL | {"holder": did.did_key(MALLORY.public)}, "bad_signature"),
    presenting(
        "credential_exchanged", LEGAL | {"verifiableCredential": [signed(badge(name="Another"))]}, "bad_signature"
    ),
    presenting(
        "credential_changed", presented(presentation(BADGE | {"name": "Doctor"})), "invalid_credential", "credentials"
    ),
    presenting(
        "credential_put_in_later",
        LEGAL | {"verifiableCredential": [BADGE, signed(badge(name="Another"))]},
        "bad_signature",
    ),
    presenting(
        "that_is_a_credential_of_another_issuer",
        presented(badge(type=["VerifiableCredential", "OpenBadgeCredential", "VerifiablePresentation"], holder=HOLDER)),
        "ambiguous_presentation",
        "structure",
    ),
    presenting("jwt_with_a_credential_beside", beside(vc=badge()), "ambiguous_presentation", "structure"),
    presenting(
        "jwt_with_members_of_a_credential_beside",
        beside(**{name: value for name, value in badge().items() if name != "@context"}),
        "ambiguous_presentation",
        "structure",
    ),
    presenting("jwt_replayed", vp_jwt(presentation(ENVELOPE), nonce="n0"), "wrong_nonce"),
    presenting(
        "jwt_for_another_verifier", vp_jwt(presentation(ENVELOPE), aud="https://other.example"), "wrong_audience"
    ),
    presenting(
        "jwt_for_two_verifiers",
        vp_jwt(presentation(ENVELOPE), aud=[AUDIENCE, "https://other.example"]),
        "wrong_audience",
    ),
    presenting("jwt_by_a_thief", vp_jwt(presentation(ENVELOPE), MALLORY), "holder_mismatch", "holder_binding"),
    presenting("unsigned", presentation(BADGE), "not_signed"),
    presenting(
        "of_a_thousand",
        presentation(*[{"type": ["VerifiableCredential"]}] * 1_000),
        "too_many_credentials",
        "structure",
    ),
    presenting(
        "of_sixty_four_issuers",
        presented(presentation(*STRANGERS)),
        "unconfirmed_credential",
        "credentials",
        outcome="unknown",
    ),
    presenting("of_poison_graphs", presented(presentation(*[POISON] * 64)), "invalid_credential", "credentials"),
    presenting("of_large_badges", presented(presentation(*[LARGE] * 20)), "invalid_credential", "credentials"),
    presenting("in_a_presentation", presented(presentation(LEGAL)), "invalid_credential", "credentials"),
    presenting(
        "in_envelopes",
        {
            "@context": CONTEXTS[:1],
            "type": "EnvelopedVerifiablePresentation",
            "id": "data:application/vp+jwt," + vp_jwt(presentation(enveloped.envelope(vp_jwt(presentation(BADGE))))),
        },
        "invalid_credential",
        "credentials",
    ),
)
SD_JWT_TRICKS = (
    showing(
        "two_data_models_at_once",
        bound(text=forged_claims(CLAIMS | {"validUntil": "2026-02-01T00:00:00Z"})),
        "ambiguous_credential",
        "structure",
        outcome="unknown",
    ),
    showing("without_key_binding", issued(), "no_key_binding"),
    showing("replayed", bound(nonce="n0"), "wrong_nonce"),
    showing("for_another_verifier", bound(audience="https://other.example"), "wrong_audience"),
    showing("of_last_week", bound(age=604_800), "key_binding_too_old"),
    showing("of_tomorrow", bound(age=-86_400), "not_yet_valid"),
    showing("by_a_thief", bound(MALLORY), "bad_signature"),
    showing("by_a_thief_with_another_curve", bound(P256), "key_type_does_not_fit"),
    showing("disclosure_taken_away_after_binding", "~".join(bound().split("~")[::2]), "wrong_sd_hash"),
    showing("binding_of_another", issued(name="Doctor") + bound().rpartition("~")[2], "wrong_sd_hash"),
    showing(
        "holder_key_symmetric", bound(text=issued(cnf={"jwk": {"kty": "oct", "k": "AAAA"}})), "malformed_public_key"
    ),
    showing(
        "holder_key_elsewhere",
        bound(text=issued(cnf={"jku": "https://evil.example/k", "kid": "1"})),
        "unsupported_confirmation",
        outcome="unknown",
    ),
    showing("digests_in_three_dots", forged_claims(CLAIMS | {"results": [{"...": 5}]}), "malformed_digests", "proof"),
    showing("digests_as_text", forged_claims(CLAIMS | {"_sd": "x"}), "malformed_digests", "proof"),
    showing(
        "holder_key_concealed",
        forged_claims({name: value for name, value in CLAIMS.items() if name != "cnf"}),
        "no_key_binding",
    ),
    showing("expired", issued(exp=MOMENT - 86_400), "expired", "validity_period"),
)
ENDORSEMENT_TRICKS = (
    standing("forged", endorsed(endorsement(badge()["id"]) | {"name": "Forged"})),
    standing("of_something_else", endorsed(endorsement("urn:uuid:other"))),
    standing(
        "by_a_stranger_in_anothers_name", endorsed(endorsement(badge()["id"], MALLORY, issuer=did.did_key(BOB.public)))
    ),
    standing("is_the_badge_itself", endorsed(BADGE)),
    standing("is_a_number", with_member("/endorsement", [5], BADGE)),
    standing(
        "by_the_hundred", endorsed(*[endorsement(badge()["id"])] * 100), "too_many_endorsements", outcome="unknown"
    ),
    standing("tower", endorsed(tower(8)), "unconfirmed_endorsement", outcome="unknown"),
    standing("tree", endorsed(*tree(6)), "unconfirmed_endorsement", outcome="unknown"),
    standing("of_poison", endorsed(*[endorsement(badge()["id"], evidence=clique(10))] * 16)),
    standing("jwt_without_signature", signed(badge(endorsementJwt=[UNSIGNED]), suite="eddsa-jcs-2022")),
)
TRICKS = (*PRESENTATION_TRICKS, *SD_JWT_TRICKS, *ENDORSEMENT_TRICKS)
