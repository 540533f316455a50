"""The forms in which an award can be sealed, and how a caller names one."""

from dataclasses import dataclass

from app.errors import BadInput, NotAcceptable
from app.web import negotiation


@dataclass(frozen=True, slots=True)
class Form:
    """One way to secure: `name` is the cryptosuite, the JWS algorithm of a VC-JWT, or the `typ` of an SD-JWT."""

    name: str
    key_type: str
    media_type: str


JSON = "application/json"
JSON_LD = "application/vc"
JSON_LD_KINDS = (JSON_LD, "application/vc+ld+json", "application/ld+json")
JWT = "application/vc+jwt"
PNG, SVG, PDF = "image/png", "image/svg+xml", "application/pdf"
DRAWN = (PNG, SVG, PDF)  # the default form, baked into a picture or attached to a certificate
FORMATS = {"json": JSON_LD, "jwt": JWT, "png": PNG, "svg": SVG, "pdf": PDF}  # `?format=`, for links
DEFAULT = Form("eddsa-rdfc-2022", "Ed25519", JSON_LD)
# What the 1EdTech validator takes is RS256 and ES256; wallets' libraries also read EdDSA.
JWT_FORMS = {
    "ES256": Form("ES256", "P-256", JWT),
    "RS256": Form("RS256", "RSA", JWT),
    "EdDSA": Form("EdDSA", "Ed25519", JWT),
}
FORMS = {form.name: form for form in (DEFAULT, *JWT_FORMS.values())}
# For the learner alone: what she shows is derived from it (app/vc/showing.py).
SELECTIVE = Form("ecdsa-sd-2023", "P-256", JSON_LD)
UNBOUND = FORMS | {SELECTIVE.name: SELECTIVE}  # bound to no wallet's key, so that they can be issued anew
# Signed with ES256, which the wallets of the High Assurance Interoperability Profile all read.
SD_JWT_VC = Form("dc+sd-jwt", "P-256", "application/dc+sd-jwt")
W3C_SD_JWT = Form("vc+sd-jwt", "P-256", "application/vc+sd-jwt")
# The credential as claim `vc`, which is what wallets look for; others have it as payload (JWT_FORMS).
WRAPPED_JWT = Form("vc-claim ES256", "P-256", JWT)
SD_JWT_FORMS = (SD_JWT_VC, W3C_SD_JWT)  # always bound to the key that a wallet proved


def asked_for(accept: str | None) -> tuple[Form, str]:
    """(form, media type of the answer) for an Accept header; raises NotAcceptable when we have none of it.

    `application/json` answers with an envelope around the default form; `application/vc+jwt; alg=RS256` names the
    algorithm of the JWT (default ES256). Pictures and PDF hold the default form.
    """
    kind = negotiation.choose(accept, (JSON, *JSON_LD_KINDS, JWT, *DRAWN))
    if kind is None:
        raise NotAcceptable(
            "None of the media types in Accept can be given.",
            remedy=f"Ask for {JSON}, {JSON_LD}, {JWT}, {PNG}, {SVG} or {PDF}.",
        )
    if kind != JWT:
        return DEFAULT, kind
    algorithm = negotiation.parameter(accept, JWT, "alg") or "ES256"
    form = JWT_FORMS.get(algorithm)
    if form is None:
        raise BadInput(
            f"{algorithm[:20]!r} is not an algorithm for a VC-JWT here.", remedy=f"One of {', '.join(JWT_FORMS)}."
        )
    return form, JWT
