"""What an employer may be handed, one document for each answer of the page, and the web it is checked in."""

import io
import json
import threading
from pathlib import Path
from typing import Any

import segno
from PIL import Image

from app.ports import Fetched
from app.vc import did, status
from tests.service import SqliteHouse, World, build, load
from tests.verifier.badges import (
    DID_DOCUMENT,
    INDEX,
    KEY,
    MALLORY,
    NOW,
    P256,
    RSA,
    badge,
    did_document,
    method_of,
    signed,
    status_list,
)
from tests.verifier.test_presented import HOLDER, presentation, presented

SITE = "https://university.example"
STRANGER = "did:web:nowhere.example"
LEVELS = ("Aware", "Practising", "Proficient", "Expert")


def with_entry(path: str, purpose: str = "revocation") -> dict[str, Any]:
    return signed(badge(credentialStatus=status.entry(f"{SITE}/{path}", INDEX, purpose)))


def of_kind(kind: str, **members: Any) -> dict[str, Any]:
    document = badge()
    document["credentialSubject"]["achievement"] |= {"achievementType": kind} | members
    return document


def levelled() -> dict[str, Any]:
    """A badge with a level of four, what it is aligned to, a hashed e-mail address and European elements."""
    document = of_kind("MicroCredential", inLanguage="en", creditsAvailable=2)
    subject = document["credentialSubject"]
    description = subject["achievement"]["resultDescription"][0]
    description["rubricCriterionLevel"] = [
        {
            "id": f"urn:uuid:22222222-2222-4222-8222-22222222222{number}",
            "type": ["RubricCriterionLevel"],
            "name": name,
            "description": f"{name}: what somebody at this level does with the data of a city, told at some length.",
            "points": str(number),
        }
        for number, name in enumerate(LEVELS, 1)
    ]
    description["requiredLevel"] = description["rubricCriterionLevel"][1]["id"]
    subject["result"][0]["achievedLevel"] = description["rubricCriterionLevel"][2]["id"]
    subject["achievement"]["alignment"] = [
        {"type": ["Alignment"], "targetName": "analyse big data", "targetFramework": "ESCO", "targetCode": "S2.1",
         "targetUrl": "http://data.europa.eu/esco/skill/1"}
    ]  # fmt: skip
    salt = "saltsalt"
    hashed = {"type": "IdentityObject", "hashed": True, "identityType": "emailAddress", "salt": salt}
    subject["identifier"] = [hashed | {"identityHash": "sha256$" + "0" * 64}]
    return document


VALID = signed(levelled())
TOLD_ABOUT_ALICE = signed(badge(credentialSubject=badge()["credentialSubject"] | {"id": HOLDER}))
TOLD_ABOUT_BOB = signed(badge(credentialSubject=badge()["credentialSubject"] | {"id": did.did_key(P256.public)}))
# Name -> (document, the answer that the page must give: data-verdict).
STATES: dict[str, tuple[Any, str]] = {
    "valid": (VALID, "valid"),
    "role-certificate": (signed(of_kind("Certification")), "valid"),
    "attendance": (signed(of_kind("ext:Attendance")), "valid"),
    "changed": ({**VALID, "name": "Chief data analyst"}, "changed"),
    "not-signed": (badge(), "not_signed"),
    "malformed": (signed(badge(validUntil="soon")), "malformed"),
    "other-signer": (signed(badge(), MALLORY, method_of(MALLORY)), "other_signer"),
    "expired": (signed(badge(validUntil="2026-02-01T00:00:00Z")), "expired"),
    "not-yet-valid": (signed(badge(validFrom="2027-02-01T00:00:00Z")), "not_yet_valid"),
    "revoked": (with_entry("revoked"), "revoked"),
    "suspended": (with_entry("suspended", "suspension"), "suspended"),
    "list-unreachable": (with_entry("gone"), "unreachable"),
    "issuer-unreachable": (signed(badge(STRANGER), method=method_of(KEY, STRANGER)), "unreachable"),
    "not-read": ({**badge(), "proof": [{"type": "BbsBlsSignature2020", "proofValue": "z1"}]}, "unsupported"),
    "presentation": (presented(presentation(TOLD_ABOUT_ALICE, VALID)), "valid"),
    "other-holder": (presented(presentation(TOLD_ABOUT_ALICE), MALLORY), "other_holder"),
    "of-somebody-else": (presented(presentation(TOLD_ABOUT_BOB)), "valid"),
    "one-of-two": (presented(presentation(VALID, with_entry("revoked"))), "credential"),
    "presentation-not-signed": (presentation(VALID), "presentation_not_signed"),
    "not-a-badge": ({"hello": "world"}, "unread"),
    "no-json": ('{"a": ', "unread"),
}


SLOW, RELEASE, LINKED = f"{SITE}/slow", f"{SITE}/release", f"{SITE}/badge"


class HeldPages(dict[str, Fetched]):
    """Pages of which SLOW comes only when RELEASE was asked for."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._released = threading.Event()

    def __getitem__(self, url: str) -> Fetched:
        if url == RELEASE:
            self._released.set()
        elif url == SLOW:
            self._released.wait(10)
        return super().__getitem__(url)


def employers_world(house: SqliteHouse, **changed: Any) -> World:
    """A service at the time of these badges, whose web has the university, its lists, and nobody else."""
    world = build(house.fresh("loaded", load), now=NOW, **changed)
    served = {
        DID_DOCUMENT: did_document(KEY, P256, RSA),
        f"{SITE}/revoked": signed(status_list(INDEX) | {"id": f"{SITE}/revoked"}),
        f"{SITE}/suspended": signed(status_list(INDEX, purpose="suspension") | {"id": f"{SITE}/suspended"}),
        SLOW: signed(status_list(INDEX) | {"id": SLOW}),
        RELEASE: {},
        LINKED: VALID,
    }
    world.web.pages = HeldPages(
        {url: Fetched(url, "application/json", json.dumps(document).encode()) for url, document in served.items()}
    )
    return world


def film_of_code(text: str, path: Path) -> Path:
    """A film for chromium's camera (YUV4MPEG2): a QR code on a sheet of paper, held still."""
    width, height = 640, 480
    drawn = io.BytesIO()
    segno.make(text, error="m").save(drawn, kind="png", scale=8, border=4)
    sheet = Image.new("L", (width, height), 200)
    sheet.paste(Image.open(drawn).convert("L").resize((300, 300)), (170, 90))
    grey = bytes([128]) * (width * height // 2)
    path.write_bytes(f"YUV4MPEG2 W{width} H{height} F5:1 Ip A1:1 C420jpeg\nFRAME\n".encode() + sheet.tobytes() + grey)
    return path


def text_of(document: Any) -> str:
    return document if isinstance(document, str) else json.dumps(document)
