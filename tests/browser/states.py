"""What an employer may be handed, one document for each answer of the page, and the web it is checked in."""

import json
from typing import Any

from app.ports import Fetched
from app.vc import status
from tests.service import SqliteHouse, World, build, load
from tests.verifier.badges import (
    DID_DOCUMENT,
    INDEX,
    KEY,
    MALLORY,
    NOW,
    P256,
    RSA,
    UNIVERSITY,
    badge,
    did_document,
    method_of,
    revocable,
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
# Name -> (document, the answer that the page must give: data-verdict).
STATES: dict[str, tuple[Any, str]] = {
    "valid": (VALID, "valid"),
    "role-certificate": (signed(of_kind("Certification")), "valid"),
    "attendance": (signed(of_kind("ext:Attendance")), "valid"),
    "changed": ({**VALID, "name": "Chief data analyst"}, "changed"),
    "not-signed": (badge(), "not_signed"),
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
    "one-of-two": (presented(presentation(VALID, with_entry("revoked"))), "credential"),
    "presentation-not-signed": (presentation(VALID), "presentation_not_signed"),
    "not-a-badge": ({"hello": "world"}, "unread"),
    "no-json": ('{"a": ', "unread"),
}


def employers_world(house: SqliteHouse) -> World:
    """A service at the time of these badges, whose web has the university, its lists, and nobody else."""
    world = build(house.fresh("loaded", load), now=NOW)
    served = {
        DID_DOCUMENT: did_document(KEY, P256, RSA),
        f"{SITE}/revoked": signed(status_list(INDEX) | {"id": f"{SITE}/revoked"}),
        f"{SITE}/suspended": signed(status_list(INDEX, purpose="suspension") | {"id": f"{SITE}/suspended"}),
        f"{SITE}/badge": VALID,
    }
    world.web.pages |= {
        url: Fetched(url, "application/json", json.dumps(document).encode()) for url, document in served.items()
    }
    return world


def text_of(document: Any) -> str:
    return document if isinstance(document, str) else json.dumps(document)


__all__ = ["STATES", "UNIVERSITY", "employers_world", "revocable", "text_of"]
