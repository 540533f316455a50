"""What a credential points to beside its status: a service that has a newer one, and the schemas it says to keep. Pure.

Neither is fetched (a document must not make us fetch what it likes), and neither decides: both inform.

- refreshService: VCDM 2.0 section 5.4 (https://www.w3.org/TR/vc-data-model-2.0/#refreshing), Open Badges 3.0
  `1EdTechCredentialRefresh` (https://www.imsglobal.org/spec/ob/v3p0/#verification, step 3)
- credentialSchema: VCDM 2.0 section 4.11 (https://www.w3.org/TR/vc-data-model-2.0/#data-schemas), Open Badges 3.0
  `1EdTechJsonSchemaValidator2019` (step 1)
"""

import re
from typing import Any

from app.vc.json_pointer import child
from app.vc.outcome import Finding, Outcome
from app.vc.shape import check_shape
from app.vc.shape_kinds import items
from app.vc.shape_openbadges import is_badge, is_endorsement
from app.verifier.case import Case
from app.verifier.form import UNREADABLE
from app.verifier.judgement import Check, informing, skipped

# The official schemas, whose rules are built in (app.vc.shape): json/ and json-ld/, of badges and of endorsements.
OPEN_BADGES_SCHEMA = re.compile(
    r"https://purl\.imsglobal\.org/spec/ob/v3p0/schema/json(?:-ld)?/"
    r"ob_v3p0_(?:any)?(?P<of>achievement|endorsement)credential_schema\.json"
)
BEYOND_SCHEMA = ("no_subject_identity",)  # told by app.vc.shape; the schema lets a subject be without both
MAX_SHOWN = 200  # characters of a foreign URL in a message
NO_REFRESH = informing("refresh", (), "It names no place where a newer one might be.")
NO_SCHEMA = informing("schema", (), "It names no schema.")


def refresh(case: Case) -> Check:
    """Tell whether the issuer offers a newer one. It is not asked for: an older one that is in force stays so."""
    if not case.secured.is_readable:
        return skipped("refresh", UNREADABLE, is_required=False)
    offered = entries(case, "refreshService")
    if not offered:
        return NO_REFRESH
    findings = tuple(
        Finding(
            "newer_may_exist", f"A newer one may be had from {place}; it was not asked for.", pointer, Outcome.VALID
        )
        for place, pointer in offered
    )
    return informing("refresh", findings, findings[0].message)


def schema(case: Case) -> Check:
    """Tell whether the schemas that it names are kept, where their rules are built in."""
    if not case.secured.is_readable:
        return skipped("schema", UNREADABLE, is_required=False)
    named = entries(case, "credentialSchema")
    if not named:
        return NO_SCHEMA
    foreign = next((url for url, _ in named if not OPEN_BADGES_SCHEMA.fullmatch(url)), None)
    if foreign is not None:
        why = f"the schema {foreign} is not built in, and schemas are never fetched"
        return skipped("schema", why, is_required=False)
    findings = tuple(one for url, pointer in named for one in schema_findings(case.credential, url, pointer))
    return informing("schema", findings, "It has the form that the schema of Open Badges 3.0 asks for.")


def schema_findings(document: dict[str, Any], url: str, pointer: str) -> tuple[Finding, ...]:
    """Tell what a badge or an endorsement lacks of the official schema that it names; one finding at most."""
    named = OPEN_BADGES_SCHEMA.fullmatch(url)
    is_kind = is_endorsement if named is not None and named["of"] == "endorsement" else is_badge
    if not is_kind(document):
        return (Finding("schema_of_another_type", "The schema is one for another type of credential.", pointer),)
    faults = [fault for fault in check_shape(document) if fault.code not in BEYOND_SCHEMA]
    if not faults:
        return ()
    message = f"It does not have the form that its schema asks for: {faults[0].message}"
    return (Finding("schema_not_kept", message, faults[0].pointer),)


def entries(case: Case, name: str) -> list[tuple[str, str]]:
    """List (id, pointer) of the objects of a member; `structure` says what is wrong with others."""
    if name not in case.credential:
        return []
    found = items(case.credential[name], child("", name))
    return [(str(one["id"])[:MAX_SHOWN], pointer) for one, pointer in found if isinstance(one, dict) and "id" in one]
