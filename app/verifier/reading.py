"""A JSON value or a token to the document in it and the form in which it is secured. Nothing is checked or fetched.

Read are credentials and presentations of both data models, each

1. as JSON object with embedded proofs (Data Integrity, https://www.w3.org/TR/vc-data-integrity/)
2. as compact JWS (VC-JWT: Open Badges 3.0 section 8.2, https://www.w3.org/TR/vc-jose-cose/, and `vp`, `vc` of VCDM 1.1)
3. as SD-JWT (https://www.w3.org/TR/vc-jose-cose/#securing-with-sd-jwt, and SD-JWT VC, which has a model of its own)
4. in an envelope (https://www.w3.org/TR/vc-data-model-2.0/#enveloped-verifiable-credentials)

and assertions of Open Badges 2.0, as JSON or JWS.

What cannot be read although it says what it is becomes a Secured with findings; app.vc.enveloped bounds how deep a
presentation is opened.
"""

import re
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from app.errors import BadInput, Unsupported
from app.vc import enveloped, jose, openbadges2, sd_jwt, timestamps
from app.vc.enveloped import (
    CREDENTIAL,
    ENVELOPED_CREDENTIAL,
    ENVELOPED_PRESENTATION,
    PRESENTATION,
    Opened,
)
from app.vc.outcome import Unsound
from app.vc.shape_kinds import texts
from app.verifier import older_badge
from app.verifier.secured import Secured

ACCEPTED = (
    "Send an Open Badges credential, or a presentation of some, as JSON, or as VC-JWT or SD-JWT (the text of it), "
    'alone, as {"credential": ...}, baked into a PNG or SVG picture, or attached to a PDF; or its address as '
    '{"url": "https://..."}, or as QR code in a picture.'
)
COMPACT_JWS = re.compile(r"[A-Za-z0-9_=-]+\.[A-Za-z0-9_=-]*\.[A-Za-z0-9_=-]*", re.ASCII)
SD_JWT = re.compile(rf"{COMPACT_JWS.pattern}(?:~[A-Za-z0-9_=-]*)*~(?:{COMPACT_JWS.pattern})?", re.ASCII)
JWE_DOTS = 4  # RFC 7516 section 7.1: five parts
PRESENTATION_TYPES = frozenset({PRESENTATION, ENVELOPED_PRESENTATION})


@dataclass(frozen=True, slots=True)
class Note:
    """Something about how a document was found, which a reader of the report should know. `code`: snake_case."""

    code: str
    message: str


class Document(NamedTuple):
    """What was read: a credential, or a presentation.

    `presented`: the credentials of a presentation, in their order. `notes`: on how it was found in what was sent.
    """

    secured: Secured
    presented: tuple[Secured, ...] = ()
    notes: tuple[Note, ...] = ()


def read_object(value: dict[str, Any]) -> Document:
    """Read any JSON object as credential, or as presentation when it calls itself one. Never raises."""
    return read_typed(value, types_of(value))


def read_typed(value: dict[str, Any], types: frozenset[str]) -> Document:
    """Do the same when the types that it names are known."""
    if types & PRESENTATION_TYPES:
        return presentation(value)
    if ENVELOPED_CREDENTIAL in types:
        return Document(secured_of(enveloped.open_credential(value)))
    return Document(Secured("data_integrity", value))


def read_any(value: dict[str, Any]) -> Document:
    """Read a JSON object as that, or as assertion of Open Badges 2.0. Raises Unsupported for one that is neither."""
    types = types_of(value)
    if CREDENTIAL not in types:  # which nothing older has, and nothing else
        refuse_other_documents(value)
        if openbadges2.is_open_badges_2(value):
            return Document(older_badge.secured(value))
    return read_typed(value, types)


def read_text(text: str) -> Document:
    """Read a JWT or SD-JWT. Raises BadInput for a text that is neither, Unsupported for one without credential."""
    token = text.strip()
    if token.count(".") == JWE_DOTS and "~" not in token:
        message = "This looks like an encrypted JWT; only signed ones are read."
        raise Unsupported(message, remedy=ACCEPTED, code="encrypted_jwt")
    if not (SD_JWT if "~" in token else COMPACT_JWS).fullmatch(token):
        message = "This text is no compact JWS, three parts of base64url with dots between, and no SD-JWT."
        raise BadInput(message, remedy=ACCEPTED, code="no_jwt")
    return read_sd_jwt(token) if "~" in token else read_jwt(token)


def read_jwt(token: str) -> Document:
    """Read a compact JWS. Raises Unsupported for one that holds neither credential nor presentation."""
    try:
        jws = jose.decode(token)
        if is_presentation(jws.payload):
            return presentation(token)
        if openbadges2.is_open_badges_2(jws.payload) and openbadges2.is_assertion(jws.payload):
            return Document(older_badge.secured(jws.payload, jws=jws))
        credential, findings = jose.credential_of(jws)
    except Unsound as problem:
        return Document(Secured("vc_jwt", {}, findings=(problem.finding,)))
    refuse_other_documents(credential)
    return Document(Secured("vc_jwt", credential, jws, findings))


def read_sd_jwt(token: str) -> Document:
    """Read an SD-JWT. Raises Unsupported for one that holds neither credential nor presentation."""
    try:
        whole = sd_jwt.decode(token)
    except Unsound as problem:
        return Document(Secured("sd_jwt_vc", {}, findings=(problem.finding,)))
    if is_presentation(whole.claims):
        return presentation(token)
    if sd_jwt.is_w3c_credential(whole):
        return Document(secured_of(enveloped.open_credential(token)))
    if "vct" not in whole.claims and str(whole.jws.header.get("typ")).lower() not in sd_jwt.VC_TYPES:
        message = "This SD-JWT is no credential: it does not say its type in `vct`."
        raise Unsupported(message, remedy=ACCEPTED, code="no_credential")
    return Document(Secured("sd_jwt_vc", credential_view(whole.claims), whole.jws, sd_jwt=whole))


def credential_view(claims: dict[str, Any]) -> dict[str, Any]:
    """Return the claims of an SD-JWT VC under the names that a credential of the W3C's data model has for them.

    For the checks and the report, which so need to know one set of names only.
    """
    view: dict[str, Any] = {"issuer": claims.get("iss"), "type": claims.get("vct"), "id": claims.get("jti")}
    for claim, member in (("nbf", "validFrom"), ("exp", "validUntil")):
        moment = jose.numeric_date(claims.get(claim))
        view[member] = timestamps.write(moment) if moment else claims.get(claim)
    view["name"] = claims.get("name")
    return {name: value for name, value in view.items() if value is not None}


def presentation(value: dict[str, Any] | str) -> Document:
    """Read a presentation, and what is in it. Never raises."""
    opened = enveloped.open_presentation(value)
    secured = replace(secured_of(opened.opened), is_presentation=True)
    return Document(secured, tuple(map(secured_of, opened.credentials)))


def secured_of(opened: Opened) -> Secured:
    """Return what was opened as the checks know it."""
    is_unreadable = bool(opened.findings) and not opened.document
    form = "vc_jwt" if opened.jws or is_unreadable else "data_integrity"
    secured = Secured(form, opened.document, opened.jws, opened.findings, opened.sd_jwt, opened.pointer)
    return replace(secured, form="sd_jwt", jws=opened.sd_jwt.jws) if opened.sd_jwt else secured


def is_presentation(claims: dict[str, Any]) -> bool:
    """Tell whether the claims of a JWT are a presentation, or hold one (VCDM 1.1 section 6.3.1)."""
    return "vp" in claims or bool(types_of(claims) & PRESENTATION_TYPES)


def refuse_other_documents(document: dict[str, Any]) -> None:
    """Raise Unsupported for an object that is neither credential nor presentation."""
    types, what, code = types_of(document), "", "no_credential"
    if openbadges2.is_open_badges_2(document):
        is_somebodys = openbadges2.is_assertion(document)
        what = "" if is_somebodys else "a part of Open Badges 2.0, which describes a badge, but is nobody's"
        code = "open_badges_2"
    elif "@context" not in document and not types & {CREDENTIAL, *PRESENTATION_TYPES, ENVELOPED_CREDENTIAL}:
        what = "JSON, but no credential: it has neither `@context` nor the type VerifiableCredential"
    if what:
        raise Unsupported(f"This is {what}.", remedy=ACCEPTED, code=code)


def types_of(document: dict[str, Any]) -> frozenset[str]:
    """Return the types that a document names."""
    return frozenset(texts(document.get("type")))
