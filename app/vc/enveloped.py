"""Credentials and presentations secured as a whole, and the envelopes that they travel in.

- VCDM 2.0 sections 4.13 Verifiable Presentations, 4.13.1 Enveloped Verifiable Credentials and 4.13.2 Enveloped
  Verifiable Presentations (https://www.w3.org/TR/vc-data-model-2.0/#enveloped-verifiable-credentials): an object whose
  `id` is a `data:` URL that holds the secured document
- vc-jose-cose (https://www.w3.org/TR/vc-jose-cose/#with-jose): `typ` is vc+jwt or vp+jwt, the payload the document
- VCDM 1.1 section 6.3.1: a presentation as claim `vp`, its credentials perhaps as plain JWTs; read only

Reading a presentation goes three steps down and never further, whatever a document says: its own envelope, the
presentation, the envelopes of its credentials. An envelope in an envelope is refused.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.ports import Signer
from app.vc import jose, sd_jwt, shape_vcdm
from app.vc.jose import ALGORITHMS, Jws
from app.vc.json_pointer import child
from app.vc.jwt_claims import check_receiver, check_times
from app.vc.keys import PublicKey
from app.vc.outcome import Finding, Unsound, unknown, unsound
from app.vc.problem_types import MALFORMED_VALUE_ERROR, PARSING_ERROR
from app.vc.sd_jwt import SdJwt
from app.vc.shape_kinds import found, iri, items, missing, texts, wrong_kind

CREDENTIAL, PRESENTATION = "VerifiableCredential", "VerifiablePresentation"
ENVELOPED_CREDENTIAL, ENVELOPED_PRESENTATION = "EnvelopedVerifiableCredential", "EnvelopedVerifiablePresentation"
MAX_CREDENTIALS = 64  # ours: more badges than anyone shows at once; each costs the verifier a signature and a status

# A data: URL (RFC 2397). What it holds needs no percent-encoding, so it may have none: one document, one text.
_DATA_URL = re.compile(r"data:application/(?P<subtype>[a-z0-9+.\-]{1,40})(?P<more>(?:;[^,;%]{0,80}){0,4}),", re.ASCII)
_JWT = ("+jwt", "+ld+jwt", "+ld+json+jwt")  # the later two are from drafts and still in use
_SD_JWT = ("+sd-jwt", "+ld+json+sd-jwt")
_VP_TYPES = tuple(f"vp{form}" for form in _JWT)
_BESIDE = frozenset({"@context", "type", "vc", "credentialSubject"})  # what no JWT has beside its claim `vp`


@dataclass(frozen=True, slots=True)
class Opened:
    """A credential or presentation out of its envelope; no signature is verified.

    `document`: {} when it could not be read. `pointer`: where it stands in the presentation. `jws`, `sd_jwt`: what
    secures it; both None for a document with embedded proofs. `findings`: what is wrong with its form.
    """

    document: dict[str, Any]
    pointer: str = ""
    jws: Jws | None = None
    sd_jwt: SdJwt | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Presentation:
    """A presentation and all that is in it. `findings` of `opened` tell what is wrong with its own form.

    `holder`: who says to present it, None when nobody does. `credentials`: each with its own findings.
    """

    opened: Opened
    holder: str | None
    credentials: tuple[Opened, ...]


def secure(document: dict[str, Any], signer: Signer, *, kid: str, claims: Mapping[str, Any] | None = None) -> str:
    """Return the credential or presentation as JWT, typ vc+jwt or vp+jwt.

    `kid`: URL of the verification method. `claims`: what the JWT says of itself, such as iat, aud and nonce. Raises
    Unsound `reserved_claim` when the document has a member that is one of its claims.
    """
    alg = next(alg for alg, key_type in ALGORITHMS.items() if key_type == signer.key_type)
    kind = "vp" if PRESENTATION in texts(document.get("type")) else "vc"
    refuse_claims(document, claims or {})
    header = {"alg": alg, "typ": f"{kind}+jwt", "cty": kind, "kid": kid}
    unsigned = jose.signing_input(header, {**document, **(claims or {})})
    return jose.compact(unsigned, signer.sign(unsigned))


def refuse_claims(document: Mapping[str, Any], claims: Mapping[str, Any]) -> None:
    """Refuse a document with a member that would be read as a claim of the JWT: Unsound `reserved_claim`."""
    for name in (*jose.CLAIMS, "vc", "vp", *claims):
        if name in document:
            message = f"The member `{name[:80]}` would be read as a claim of the JWT."
            raise unsound("reserved_claim", message, child("", name), problem_type=MALFORMED_VALUE_ERROR)


def envelope(token: str, *, presentation: bool = False) -> dict[str, Any]:
    """Return the object that carries a secured credential, or presentation, where one is expected."""
    kind, type_name = ("vp", ENVELOPED_PRESENTATION) if presentation else ("vc", ENVELOPED_CREDENTIAL)
    form = "sd-jwt" if "~" in token else "jwt"
    return {
        "@context": [shape_vcdm.CONTEXT_V2],
        "id": f"data:application/{kind}+{form},{token}",
        "type": type_name,
    }


def open_credential(value: dict[str, Any] | str, pointer: str = "") -> Opened:
    """Take a credential out: of its envelope, or of a JWT or SD-JWT that stands alone as text.

    A credential with embedded proofs is returned as it is. Never raises: what cannot be read has findings.
    """
    try:
        if isinstance(value, dict) and not is_envelope(value):
            return Opened(value, pointer)
        text = value if isinstance(value, str) else contents(value, ENVELOPED_CREDENTIAL, "vc", pointer)
        return _read(text, pointer, CREDENTIAL)
    except Unsound as problem:
        return Opened({}, pointer, findings=(problem.finding,))


def open_presentation(value: dict[str, Any] | str) -> Presentation:
    """Take a presentation and its credentials out of their envelopes. Never raises: see `findings`."""
    try:
        opened = _opened_presentation(value)
    except Unsound as problem:
        return Presentation(Opened({}, findings=(problem.finding,)), None, ())
    findings = (*opened.findings, *check_presentation(opened.document))
    opened = replace(opened, findings=findings)
    return Presentation(opened, holder_of(opened.document), tuple(_credentials(opened.document)))


def _opened_presentation(value: dict[str, Any] | str) -> Opened:
    if isinstance(value, dict) and not is_envelope(value):
        return Opened(value)
    text = value if isinstance(value, str) else contents(value, ENVELOPED_PRESENTATION, "vp", "")
    return _read(text, "", PRESENTATION)


def _credentials(presentation: dict[str, Any]) -> Iterator[Opened]:
    entries = items(presentation.get("verifiableCredential", []), "/verifiableCredential")
    for (entry, pointer), _ in zip(entries, range(MAX_CREDENTIALS), strict=False):
        if isinstance(entry, dict) or (isinstance(entry, str) and shape_vcdm.is_v1(presentation)):
            yield open_credential(entry, pointer)


def is_envelope(document: dict[str, Any]) -> bool:
    """Tell whether a credential or presentation is only the envelope of one."""
    return not {ENVELOPED_CREDENTIAL, ENVELOPED_PRESENTATION}.isdisjoint(texts(document.get("type")))


def contents(document: dict[str, Any], type_name: str, kind: str, pointer: str) -> str:
    """Return the JWT or SD-JWT, unread, in an envelope that must be of this type.

    Raises Unsound `malformed_envelope`, or with outcome unknown `unsupported_envelope`.
    """
    if document.get("type") not in (type_name, [type_name]):
        raise _malformed(f"An envelope here has the type {type_name} and no other.", child(pointer, "type"))
    if shape_vcdm.CONTEXT_V2 not in texts(document.get("@context")):
        raise _malformed(f"An envelope has the context {shape_vcdm.CONTEXT_V2}.", child(pointer, "@context"))
    url, place = document.get("id"), child(pointer, "id")
    match = _DATA_URL.match(url) if isinstance(url, str) else None
    if not isinstance(url, str) or match is None:
        raise _malformed("An envelope's id is a `data:` URL with the secured document.", place)
    if match["subtype"] not in ("jwt", *(kind + form for form in (*_JWT, *_SD_JWT))):
        message = f"The envelope holds application/{match['subtype']}; application/{kind}+jwt and +sd-jwt are read."
        raise unknown("unsupported_envelope", message, place)
    return _text(url[match.end() :], match["more"], place)


def _text(data: str, parameters: str, pointer: str) -> str:
    if not parameters.endswith(";base64"):
        return data
    try:
        return base64.b64decode(data, validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        raise _malformed("The envelope's `data:` URL holds no base64 of a text.", pointer) from None


def _read(text: str, pointer: str, type_name: str) -> Opened:
    """Read a JWT or SD-JWT into the document in it, which must be of this type and no envelope itself."""
    whole = sd_jwt.decode(text) if "~" in text else None
    jws = jose.decode(text) if whole is None else _as_jws(whole)
    document, findings = (jose.credential_of if type_name == CREDENTIAL else presentation_of)(jws)
    if is_envelope(document):
        raise unsound("nested_envelope", "An envelope holds another envelope.", pointer, problem_type=PARSING_ERROR)
    if type_name not in texts(document.get("type")):
        message = f"What was signed has not the type {type_name}."
        findings = (*findings, found("missing_type", message, "/type"))
    return Opened(document, pointer, jws if whole is None else None, whole, findings)


def _as_jws(whole: SdJwt) -> Jws:
    """Return what an SD-JWT discloses as if it had been signed as JWT: vc+sd-jwt reads as vc+jwt."""
    typ = whole.jws.header.get("typ")
    typ = typ.replace("+sd-jwt", "+jwt") if isinstance(typ, str) else typ
    return replace(whole.jws, header={**whole.jws.header, "typ": typ}, payload=whole.claims)


def presentation_of(jws: Jws) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """Return the presentation in a JWT and what is wrong with the claims around it, with pointers into the payload.

    What iss and jti tell and the presentation leaves out is filled in.
    """
    inner = jws.payload.get("vp")
    if isinstance(inner, dict):
        document = dict(inner)
    else:
        document = {name: value for name, value in jws.payload.items() if name not in (*jose.CLAIMS, "nonce")}
    findings = [*_odd_profile(jws)]
    for claim, member, stated in (("iss", "holder", holder_of(document)), ("jti", "id", document.get("id"))):
        told = jws.payload.get(claim)
        if told is None:
            continue
        if member not in document and isinstance(told, str):
            document[member] = told
        elif told != stated:
            message = f"The claim `{claim}` is {str(told)[:120]!r}, but the presentation's {member} is not."
            findings.append(Finding("contradicting_claim", message, f"/{claim}", problem_type=MALFORMED_VALUE_ERROR))
    return document, tuple(findings)


def _odd_profile(jws: Jws) -> Iterator[Finding]:
    typ = jws.header.get("typ", "")
    kind = typ.lower().removeprefix("application/") if isinstance(typ, str) else "?"
    if kind not in ("", "jwt", *_VP_TYPES):
        message = f"The JWT's typ is {str(typ)[:40]!r}, so it is not meant as a presentation."
        yield Finding("unexpected_typ", message, problem_type=PARSING_ERROR)
    if kind in _VP_TYPES:
        yield from jose.check_jose_cose(jws, "vp")
    elif "vp" in jws.payload and (_BESIDE & jws.payload.keys() or not isinstance(jws.payload["vp"], dict)):
        message = "The JWT holds a claim `vp` and another document beside it, or one that is no object."
        yield Finding("ambiguous_presentation", message, "/vp", problem_type=PARSING_ERROR)


def holder_of(presentation: Mapping[str, Any]) -> str | None:
    """Return the id of the holder, None when there is none (VCDM 2.0 section 4.13)."""
    holder = presentation.get("holder")
    name = holder.get("id") if isinstance(holder, dict) else holder
    return name if isinstance(name, str) else None


def check_presentation(document: dict[str, Any]) -> tuple[Finding, ...]:
    """Return what is wrong with the structure of a presentation; its credentials are for check_shape."""
    return tuple(finding for rule in _RULES for finding in rule(document))


def _type(document: dict[str, Any]) -> Iterator[Finding]:
    if PRESENTATION not in texts(document.get("type")):
        yield found("missing_type", f"The document must have the type {PRESENTATION}.", "/type")
    elif CREDENTIAL in texts(document.get("type")) or "credentialSubject" in document:
        message = "It calls itself a presentation and says what a credential says, whose issuer nobody would check."
        yield found("ambiguous_presentation", message, "/type", PARSING_ERROR)


def _holder(document: dict[str, Any]) -> Iterator[Finding]:
    if "holder" not in document:
        return
    holder = document["holder"]
    if isinstance(holder, dict):
        yield from missing(holder, ("id",), "/holder")
        if "id" in holder:
            yield from iri(holder["id"], "/holder/id")
    else:
        yield from iri(holder, "/holder")


def _entries(document: dict[str, Any]) -> Iterator[Finding]:
    entries = list(items(document.get("verifiableCredential", []), "/verifiableCredential"))
    if len(entries) > MAX_CREDENTIALS:
        message = f"There are {len(entries)} credentials; {MAX_CREDENTIALS} are looked at."
        yield unknown("too_many_credentials", message, "/verifiableCredential").finding
    for entry, pointer in entries[:MAX_CREDENTIALS]:
        if isinstance(entry, str) and shape_vcdm.is_v1(document):
            continue
        if not isinstance(entry, dict):
            yield wrong_kind(entry, pointer, "a credential, enveloped or with its proofs")
        elif {CREDENTIAL, ENVELOPED_CREDENTIAL}.isdisjoint(texts(entry.get("type"))):
            message = f"What is presented must have the type {CREDENTIAL} or {ENVELOPED_CREDENTIAL}."
            yield found("missing_type", message, child(pointer, "type"))


def _typed_members(document: dict[str, Any]) -> Iterator[Finding]:
    """Of a presentation's own members these hold objects with a `type`: sections 4.12 and 5.5."""
    for name in ("proof", "termsOfUse"):
        if name in document:
            yield from shape_vcdm.TYPED_MEMBERS[name](document[name], f"/{name}")


_RULES = (shape_vcdm.context, shape_vcdm.identifier, _type, _holder, _entries, _typed_members)


def verify(
    opened: Opened, key: PublicKey, *, now: datetime, audience: str | None = None, nonce: str | None = None
) -> tuple[Finding, ...]:
    """Verify the signature of a JWT or SD-JWT, its times, and with `audience` or `nonce` what it was made for.

    An SD-JWT then needs its Key Binding JWT. No findings mean that all of it holds; those of `opened` come on top.
    Raises ValueError for a document with embedded proofs, which are checked otherwise.
    """
    if opened.sd_jwt is not None:
        findings = sd_jwt.verify(opened.sd_jwt, key, now=now)
        if audience is not None or nonce is not None:
            findings += sd_jwt.verify_binding(opened.sd_jwt, audience=audience, nonce=nonce, now=now)
        return findings
    if opened.jws is None:
        raise ValueError("a document with embedded proofs is for proof.verify_proof")
    claims = opened.jws.payload
    return (
        *jose.verify(opened.jws, key),
        *check_times(claims, now),
        *check_receiver(claims, audience, nonce),
    )


def _malformed(message: str, pointer: str) -> Unsound:
    return unsound("malformed_envelope", message, pointer, problem_type=PARSING_ERROR)
