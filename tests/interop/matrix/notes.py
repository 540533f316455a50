"""Why a verifier says otherwise. Where the cause can be mended, the run shows that it is the cause."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tests.interop.matrix.sample import Sample
from tests.interop.matrix.verdicts import Cell, baked_document


@dataclass(frozen=True, slots=True)
class Note:
    """`judge`, `reason`: whom it is about, and what stands in its own words. `text`: for the page.

    `mended`: the sample without the cause; with it the verifier must agree. None where only the issuer could mend it.
    """

    judge: str
    reason: str
    text: str
    mended: Callable[[Sample], Sample] | None = None


class UnexplainedError(AssertionError):
    """A disagreement without a note."""


def _as_object(document: Any) -> Any:
    """The same with its one proof as an object; a proof is no part of what is signed."""
    if not isinstance(document, dict) or not isinstance(document.get("proof"), list):
        return document
    twin = copy.deepcopy(document)
    (twin["proof"],) = twin["proof"]
    return twin


def without_arrays(sample: Sample) -> Sample:
    """The sample and its status list with each proof as an object; a picture as what is baked into it."""

    def one(document: Any) -> Any:
        return _as_object(baked_document(document))

    documents = {url: _as_object(document) for url, document in sample.documents.items()}
    good, twin, revoked = (one(made) for made in (sample.good, sample.twin, sample.revoked))
    return replace(sample, good=good, twin=twin, revoked=revoked, documents=documents)


def looks_at_status(judge: str, form: str) -> bool:
    """jose knows signatures alone, and @sd-jwt/core, which judges vc+sd-jwt, no status lists of the W3C."""
    return judge != "jose" and (judge, form) != ("@sd-jwt", "vc+sd-jwt")


def without_blank_names(sample: Sample) -> Sample:
    """The sample whose blank nodes have no names; named or not, they are the same RDF."""

    def one(value: Any) -> Any:
        if isinstance(value, list):
            return [one(item) for item in value]
        if not isinstance(value, dict):
            return value
        return {name: one(item) for name, item in value.items() if name != "id" or not str(item).startswith("_:")}

    made = {name: one(getattr(sample, name)) for name in ("good", "twin", "revoked", "expired")}
    return replace(sample, **made)


US = "Attesta"
STATUS_NOTE = "It looks at no status list, so it cannot tell."
NOTES = (
    Note(
        US,
        "'_:b0' is none",
        "What openvc-core derives has names of blank nodes as `id` (`_:b0`), where the W3C's data model 2.0 wants a "
        "URL (section 4.4); the issuer did not write them. Digital Bazaar's verifier does not look at them. Without "
        "these names, which change nothing in what is signed, the same credential is valid, and its changed, revoked "
        "and expired twins are refused as they should be.",
        without_blank_names,
    ),
    Note(
        "openvc-core",
        "dict has no `proof`",
        "It reads a proof only when that is an object. Data Integrity 1.0 allows an array as well, and the JSON Schema "
        "of Open Badges 3.0 asks for one, so our badges and status lists have an array of one. Taken out of the array, "
        "which is not signed, the same proofs are accepted, the twin is refused and the revocation told.",
        without_arrays,
    ),
    Note(
        "openvc-core",
        "no embedded `vc` object",
        "It reads a VC-JWT only with the claim `vc` of the W3C's data model 1.1. Open Badges 3.0 section 8.2 and "
        "vc-jose-cose have the credential as the payload itself. Wallets get the form with that claim.",
    ),
    Note("openvc-core", "'RS256' is not permitted", "It takes no RSA, which Open Badges 3.0 section 8.2 allows."),
    Note(
        "openbadgeslib",
        "inline @context",
        "It refuses every JSON-LD badge that brings terms of its own along, as Open Badges 3.0 lets an issuer do: ours "
        "say the European elements (workload, level, quality assurance) in them. It accepts the same badges as VC-JWT, "
        "and as JSON-LD where there are no such terms (`eddsa-rdfc-2022, no terms of its own`).",
    ),
    Note(
        "openvc-core",
        "inline @context",
        "It refuses every JSON-LD badge that brings terms of its own along, as openbadgeslib does.",
    ),
)


def explanation(judge_name: str, judged: Callable[[Sample], Cell], sample: Sample, cell: Cell) -> list[Note]:
    """The notes that explain a cell, each cause with the one behind it. Raises UnexplainedError."""
    found: list[Note] = []
    while not agrees(judge_name, sample.form, cell):
        note = next((one for one in NOTES if one.judge == judge_name and one.reason in cell.reason), None)
        if note is None or note in found:
            raise UnexplainedError(f"{judge_name} on {sample.form}: {cell}")
        found.append(note)
        if note.mended is None:
            break
        sample = note.mended(sample)
        cell = judged(sample)
    return found


def agrees(judge: str, form: str, cell: Cell) -> bool:
    """Whether the verifier says what is true, as far as it looks."""
    return cell.agrees if looks_at_status(judge, form) else (cell.good, cell.twin) == ("accepted", "refused")
