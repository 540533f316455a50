"""The verdict on a badge in plain words: what came out, why, and what a reader can do. Pure.

A report has three outcomes; people ask for more. "Expired" is another answer than "changed", and a server that does not
answer is another one than a kind of signature that is not read. The finding that weighs most decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from app.texts import N_


@dataclass(frozen=True, slots=True)
class Verdict:
    """An answer: `title` and `text` are sentences to translate; `name` is its own, for pages and tests.

    `is_all`: the findings behind it add nothing. `is_claim_only`: nothing shows that the issuer says what it says.
    """

    name: str
    title: str
    text: str
    is_all: bool = False
    is_claim_only: bool = False


VALID = Verdict(
    "valid",
    N_("This badge is valid"),
    N_("It is unchanged, its issuer signed it, and it is in force today."),
)
VALID_HOSTED = Verdict(
    "valid",
    VALID.title,
    N_(
        "Its issuer publishes it, word for word, and it is in force today. Nobody signed it: the issuer's server"
        " answers."
    ),
)
VALID_RECEIPT = Verdict(
    "valid",
    N_("This receipt is valid"),
    N_(
        "It is unchanged, and the verifier that it names signed it. It tells what was found then, and not whether the"
        " badge is valid today."
    ),
)
INVALID_RECEIPT = N_("This receipt is not valid")
UNKNOWN_RECEIPT = N_("This receipt could not be checked completely")
VALID_PRESENTATION = Verdict(
    "valid",
    N_("This presentation is valid"),
    N_("It is unchanged, and so is each credential in it. All are in force today."),
)
INVALID = Verdict(
    "invalid",
    N_("This badge is not valid"),
    N_("Something in it is wrong, so it proves nothing. The checks below say what. Its holder can ask the issuer."),
)
MALFORMED = Verdict(
    "malformed",
    N_("This badge is not made as the standard asks"),
    N_("Its signature fits, but something in it is missing or wrong, so it is not valid. Its issuer can correct it."),
)
UNKNOWN = Verdict(
    "unknown",
    N_("This badge could not be checked completely"),
    N_("Nothing is known to be wrong with it, but something could not be found out. Do not take it for checked."),
)

# In this order: what makes everything else worthless comes first. Codes of findings that are not in order.
_INVALID: tuple[tuple[tuple[str, ...], Verdict], ...] = (
    (
        ("bad_signature", "hosted_assertion_differs", "unreferenced_disclosure"),
        Verdict(
            "changed",
            N_("This badge was changed"),
            N_(
                "Its signature does not fit what it says: somebody changed it, or somebody else signed it. Do not rely"
                " on anything it says."
            ),
            is_claim_only=True,
        ),
    ),
    (
        ("not_signed", "unsecured_credential"),
        Verdict(
            "not_signed",
            N_("This badge is not signed"),
            N_("Nothing proves who made it, so anybody could have. Ask for the original file."),
            is_all=True,
            is_claim_only=True,
        ),
    ),
    (
        ("key_revoked",),
        Verdict(
            "key_revoked",
            N_("The key of this badge was revoked"),
            N_("Its issuer says that the key it was signed with must not be trusted. Ask the issuer for a new badge."),
            is_claim_only=True,
        ),
    ),
    (
        ("issuer_mismatch", "no_issuer", "wrong_issuer_metadata", "wrong_controlled_identifier_document"),
        Verdict(
            "other_signer",
            N_("This badge was not signed by its issuer"),
            N_("Somebody signed it, but not the issuer that it names. Do not rely on it."),
            is_claim_only=True,
        ),
    ),
    (
        ("holder_mismatch",),
        Verdict(
            "other_holder",
            N_("This was not presented by its holder"),
            N_("Somebody else than the holder presents it. What it says may be true, but not of who gave it."),
        ),
    ),
    (
        ("revoked",),
        Verdict(
            "revoked",
            N_("This badge was revoked"),
            N_("Its issuer has withdrawn it, so it does not count any more. The issuer can tell why."),
            is_all=True,
        ),
    ),
    (
        ("suspended",),
        Verdict(
            "suspended",
            N_("This badge is suspended"),
            N_("Its issuer has stopped it for the time being. It does not count today; it may count again."),
            is_all=True,
        ),
    ),
    (
        ("expired",),
        Verdict(
            "expired",
            N_("This badge has expired"),
            N_("Its time is over, so it does not count any more. Its holder may have a newer one."),
        ),
    ),
    (
        ("not_yet_valid",),
        Verdict(
            "not_yet_valid",
            N_("This badge is not valid yet"),
            N_("Its time begins later. Check it again then."),
        ),
    ),
    (
        ("wrong_recipient",),
        Verdict(
            "wrong_recipient",
            N_("This badge is about somebody else"),
            N_("It is not about the person you named."),
            is_all=True,
        ),
    ),
    (
        ("invalid_credential",),
        Verdict(
            "credential",
            N_("Not everything in it is valid"),
            N_("At least one of the credentials is not valid; each has its own answer below."),
            is_all=True,
        ),
    ),
    (
        ("invalid_endorsement",),
        Verdict(
            "endorsement",
            N_("An endorsement of this badge is not valid"),
            N_("What somebody is said to vouch for does not hold. The checks below tell about the badge itself."),
            is_all=True,
        ),
    ),
)
_UNREACHABLE = ("key_unavailable", "status_list_unavailable", "hosted_assertion_unavailable", "badge_class_unavailable")
_UNKNOWN: tuple[tuple[tuple[str, ...], Verdict], ...] = (
    (
        _UNREACHABLE,
        Verdict(
            "unreachable",
            UNKNOWN.title,
            N_(
                "A server that has to be asked did not answer. That does not mean that the badge is wrong: try again"
                " later. Until then, do not take it for checked."
            ),
        ),
    ),
    (
        ("presentation_not_signed",),
        Verdict(
            "presentation_not_signed",
            N_("It is not known who presents this"),
            N_("The presentation is not signed. Each credential in it has its own answer below."),
            is_all=True,
        ),
    ),
    (
        ("unconfirmed_credential",),
        Verdict(
            "credential_unknown",
            N_("Not everything in it could be checked"),
            N_("At least one of the credentials could not be checked completely; each has its own answer below."),
            is_all=True,
        ),
    ),
    (
        ("issuer_unconfirmed", "holder_unconfirmed"),
        Verdict(
            "unconfirmed",
            UNKNOWN.title,
            N_(
                "It was signed, but nothing confirms that the key belongs to whom it names. Do not take it for checked."
            ),
            is_claim_only=True,
        ),
    ),
    (
        ("recipient_unknown",),
        Verdict(
            "recipient",
            UNKNOWN.title,
            N_("It does not say in a comparable way whether it is about the person you named."),
            is_all=True,
        ),
    ),
    (
        ("unsupported",),
        Verdict(
            "unsupported",
            UNKNOWN.title,
            N_("It uses a technique that this service does not read. Do not take it for checked; ask the issuer."),
        ),
    ),
)


# Of badges that nobody signed (Open Badges 2.0, hosted): what is said of a signature and a key of others.
_HOSTED: dict[str, Verdict] = {
    "changed": Verdict(
        "changed",
        N_("This badge was changed"),
        N_("Its issuer's server publishes something else than this. Do not rely on anything it says."),
        is_claim_only=True,
    ),
    "other_signer": Verdict(
        "other_signer",
        N_("This badge is not published by its issuer"),
        N_("It is published, but not by the issuer that it names. Do not rely on it."),
        is_claim_only=True,
    ),
    "unconfirmed": Verdict(
        "unconfirmed",
        UNKNOWN.title,
        N_("It is published, but nothing confirms that it is by the issuer that it names. Do not take it for checked."),
        is_claim_only=True,
    ),
}


def verdict(judged: dict[str, Any]) -> Verdict:
    """Return the answer on a report, or on a part of one (app.verifier.report_shape.JudgementShape)."""
    answer = _verdict(judged)
    if judged["meaning"] and judged["meaning"]["kind"] == "verification_receipt":
        return _of_a_receipt(answer, judged["outcome"])
    return _HOSTED.get(answer.name, answer) if judged.get("hosted") else answer


def _of_a_receipt(answer: Verdict, outcome: str) -> Verdict:
    """Return the answer on what is no badge: the findings say why, in words for anything that is signed."""
    if outcome == "valid":
        return VALID_RECEIPT
    title, whole = (INVALID_RECEIPT, INVALID) if outcome == "invalid" else (UNKNOWN_RECEIPT, UNKNOWN)
    return replace(answer, title=title, text=whole.text, is_all=False)


def _verdict(judged: dict[str, Any]) -> Verdict:
    if judged["outcome"] == "valid":
        is_hosted = judged.get("hosted", False)  # a report from before may not say
        return VALID_PRESENTATION if judged["kind"] == "presentation" else VALID_HOSTED if is_hosted else VALID
    if judged["outcome"] == "unknown":
        found = {*codes(judged, "unknown")}
        if any(code.startswith("unsupported") or code == "unknown_context" for code in found):
            found.add("unsupported")
        return weightiest(_UNKNOWN, found) or UNKNOWN
    return weightiest(_INVALID, {*codes(judged, "invalid")}) or (MALFORMED if is_proved(judged) else INVALID)


def is_proved(judged: dict[str, Any]) -> bool:
    """Whether it is shown that the issuer said it, whatever has become of it since."""
    outcomes = {check["id"]: check["outcome"] for check in judged["checks"]}
    return all(outcomes.get(check, "valid") == "valid" for check in ("proof", "issuer_binding"))


def codes(judged: dict[str, Any], outcome: str) -> Iterator[str]:
    """Go through the codes of the findings that made a check invalid or unknown; others are only told beside it."""
    for check in judged["checks"]:
        if check["outcome"] == outcome:
            yield from (finding["code"] for finding in check["findings"] if finding["outcome"] == outcome)


def weightiest(table: tuple[tuple[tuple[str, ...], Verdict], ...], found: set[str]) -> Verdict | None:
    """Return the first answer of a table that one of the codes asks for."""
    return next((one for wanted, one in table if found.intersection(wanted)), None)
