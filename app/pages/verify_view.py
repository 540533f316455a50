"""A report as the page shows it: the verdict first, then what the badge means, then every check. Pure.

Texts of ours come out translated; what a document says of itself comes out as it stands, for the template to escape.
"""

from collections.abc import Iterator
from typing import Any

from app.pages.check_words import (
    CHECKS,
    FETCHED,
    FINDINGS,
    HOSTED_CHECKS,
    KEY_ONLY,
    NO_STATUS,
    NOTES,
    OTHER_FETCHED,
    SKIPPED,
    SKIPPED_BECAUSE,
    TRUST,
    WORDS,
)
from app.pages.detail_words import in_her_words
from app.pages.meaning_view import meaning_view, web_address
from app.pages.meaning_words import BINDINGS
from app.pages.verdict import is_proved, verdict
from app.pages.wording import Wording
from app.texts import SOURCE

Thing = dict[str, Any]
SIGNS = {"valid": "✓", "invalid": "✗", "unknown": "?", None: "-"}
MAX_REASONS = 3  # told with the verdict; all stand with the checks
NO_STATUS_DECLARED = "No status is declared"  # how the message of app.verifier.checks begins


def report_view(report: Thing, language: str) -> Thing:
    """Return the values of report.html. `report`: app.verifier.report_shape.ReportShape as JSON value."""
    words = Wording(language)
    return judgement_view(report, words) | {
        "fetched": [fetched_view(each, words) for each in report["fetched"]],
        "sha256": report["sha256"],
        "verified_at": words.minute(report["verified_at"]),
        "notes": [told(NOTES.get(each["code"], ""), each["message"], words) for each in report["intake"]],
        "receipt": report.get("receipt"),
    }


def judgement_view(judged: Thing, words: Wording) -> Thing:
    """Return what is shown of a report, or of a part of one."""
    answer = verdict(judged)
    asked = CHECKS | (HOSTED_CHECKS if judged.get("hosted") else {})  # a report from before may not say
    checks = [check_view(each, words, asked) for each in judged["checks"]]
    credential, issuer = judged["credential"] or {}, judged["issuer"] or {}
    return {
        "verdict": {
            "name": answer.name,
            "tone": judged["outcome"],
            "sign": SIGNS[judged["outcome"]],
            "title": words.say(answer.title),
            "text": words.say(answer.text),
            "warning": words.say(BINDINGS["differs"]) if is_of_another(judged) else None,
            "reasons": [] if answer.is_all else list(reasons(checks, judged["outcome"])),
        },
        "is_claim_only": answer.is_claim_only or not is_proved(judged),
        "is_presentation": judged["kind"] == "presentation",
        "presented_by": judged["holder"],
        "issuer": issuer | {"host": host(issuer.get("id")), "link": web_address(issuer.get("url"))},
        "valid_from": words.day(credential.get("validFrom")),
        "valid_until": words.day(credential.get("validUntil")),
        "trust": trust_view(judged["trust"], words, has_address=host(issuer.get("id")) is not None),
        "meaning": meaning_view(judged, words) if judged["meaning"] else None,
        "checks": checks,
        "credentials": [judgement_view(each, words) for each in judged["credentials"]],
        "endorsements": [judgement_view(each, words) for each in judged["endorsements"]],
        "pointer": judged.get("pointer", ""),
    }


def is_of_another(judged: Thing) -> bool:
    """Whether it, or a credential in it, was presented by somebody else than the one it is about."""
    meaning = judged["meaning"]
    differs = bool(meaning) and meaning["holder"]["binding"] == "differs"
    return differs or any(is_of_another(each) for each in judged["credentials"])


def trust_view(trust: Thing, words: Wording, *, has_address: bool) -> Thing:
    """Return what is known of the issuer, beside the verdict: not to know somebody says nothing against a badge.

    `has_address`: whether its id is one that others cannot have; the name of a bare key is only its own word.
    """
    sign = {"trusted": "✓", "unknown": "?"}.get(trust["outcome"], "i")
    name = trust["by"]["name"] if trust["by"] else None
    title, text = TRUST["limited" if trust["outcome"] == "not_trusted" and name else trust["outcome"]]
    has_more = trust["outcome"] in ("trusted", "unknown") or name
    return {
        "outcome": trust["outcome"],
        "sign": sign,
        "title": words.say(title),
        "text": words.say(text) % {"name": name or ""},
        "caution": None if has_address or trust["outcome"] == "trusted" else words.say(KEY_ONLY),
        "detail": trust["why"] if has_more else None,
    }


def check_view(check: Thing, words: Wording, asked: dict[str, tuple[str, str]]) -> Thing:
    """Return one check: what is asked (`asked`, as check_words.CHECKS), what came out, and what was found."""
    outcome = check["outcome"]
    title, fine = asked.get(check["id"], (check["id"].replace("_", " "), ""))
    return {
        "id": check["id"],
        "tone": outcome or "skipped",
        "sign": SIGNS[outcome],
        "title": words.say(title),
        "word": words.say(WORDS.get(outcome, SKIPPED)),
        "url": check["url"],
        "message": message(check, fine, words),
        "findings": [finding_view(each, words) for each in check["findings"]],
    }


def message(check: Thing, fine: str, words: Wording) -> Thing | None:
    """Return the check's own sentence, unless its findings say it."""
    outcome, english = check["outcome"], check["message"]
    if outcome in ("invalid", "unknown") and check["findings"]:
        return None
    text = fine if outcome == "valid" else SKIPPED_BECAUSE if outcome is None else ""
    if english.startswith(NO_STATUS_DECLARED):
        text = NO_STATUS
    return told(text, english, words)


def finding_view(finding: Thing, words: Wording) -> Thing:
    """Return what was found and where."""
    said = told(FINDINGS.get(finding["code"], ""), finding["message"], words)
    return said | {"outcome": finding["outcome"], "pointer": finding["pointer"], "code": finding["code"]}


def told(text: str, english: str, words: Wording) -> Thing:
    """Return a sentence in the reader's language, `text`, and the verifier's own English one where it is another.

    In English the verifier's own sentence says all. Elsewhere it is said whole where that can be (detail_words.py);
    else it is a `detail`, and the text alone where no translation exists.
    """
    whole = None if words.language == SOURCE else in_her_words(english, words)
    if whole is not None:
        return {"text": whole, "lang": words.language, "detail": None}
    if words.language == SOURCE or not text or not words.has(text):
        return {"text": english, "lang": SOURCE, "detail": None}
    return {"text": words.say(text), "lang": words.language, "detail": english}


def reasons(checks: list[Thing], outcome: str) -> Iterator[Thing]:
    """Go through the first findings that made the outcome what it is, each sentence once."""
    seen: set[str] = set()
    for check in checks:
        for finding in check["findings"] if check["tone"] == outcome != "valid" else ():
            if finding["outcome"] == outcome and finding["text"] not in seen and len(seen) < MAX_REASONS:
                seen.add(finding["text"])
                yield finding


def fetched_view(fetched: Thing, words: Wording) -> Thing:
    """Return who was asked for what, and whether he answered."""
    asked_for = words.say(FETCHED.get(fetched["kind"], OTHER_FETCHED))
    return fetched | {"host": host(fetched["url"]), "asked_for": asked_for}


def host(name: str | None) -> str | None:
    """Return whose name an id is: the host of a URL or a did:web; None for others, which are keys only."""
    if not name:
        return None
    if name.startswith("did:web:"):
        return name.removeprefix("did:web:").split(":")[0].replace("%3A", ":").replace("%3a", ":")
    address = web_address(name)
    return address.split("/")[2] if address else None
