"""The compiled walk against the general path, which is the judge: same text, or no text; and the same refusals."""

import copy
import json
import secrets
from pathlib import Path

import pytest

from app.vc import jsonld, pinned_contexts, walk
from app.vc.outcome import Unsound
from app.vc.strict_json import loads
from tests.vc import badge_examples, odd_documents
from tests.vc.test_jsonld import vector_contexts

TESTS = Path(__file__).parents[1]
SOME, MANY = 750, 10_000  # seeds; each gives a document and a mutated one
COSTLY, LARGE = 4_000, 20_000  # bytes
CONTEXTS = vector_contexts()


def judged(canonicalize, document, contexts):
    """What becomes of a document: its canonical text, or all that is told of why not."""
    try:
        return canonicalize(document, contexts=contexts)
    except Unsound as problem:
        return problem.finding


def walked(document, contexts_for_each=lambda: CONTEXTS):
    """The text of the walk, which has to be that of the general path; None when it stepped aside."""
    before = copy.deepcopy(document)
    text = walk.canonicalize(document, contexts_for_each())
    assert document == before
    expected = judged(jsonld.canonicalize_generally, document, contexts_for_each())
    assert text in (None, expected)
    assert judged(jsonld.canonicalize, document, contexts_for_each()) == expected
    if walk.is_plain(document, contexts_for_each()):
        assert isinstance(expected, str) or expected.code == "canonicalization_budget"
    else:
        assert text is None
    return text


def fresh_contexts():
    """Contexts that remember nothing: what a huge document may cost depends on what was met before."""
    return CONTEXTS.with_documents({})


def compare_seeds(seeds):
    sound = [odd_documents.generated(seed) for seed in seeds]
    texts = [walked(document) for document in sound]
    for seed, document in zip(seeds, sound, strict=True):
        walked(odd_documents.mutated(document, seed))
    return sum(text is not None for text in texts) / len(seeds)


def test_generated_documents():
    assert compare_seeds(range(SOME)) > 0.4


@pytest.mark.long
def test_many_generated_documents():
    assert compare_seeds(range(1_000_000, 1_000_000 + MANY)) > 0.4


@pytest.mark.long
def test_documents_that_were_never_seen():
    first = secrets.randbelow(2**40)
    print("first seed:", first)  # noqa: T201 - pytest shows it when this fails
    assert compare_seeds(range(first, first + 2_000)) > 0.3  # about a half; which ones, chance decides


def every_document():
    for path in sorted((*TESTS.glob("vectors/**/*.json"), *TESTS.glob("fixtures/**/*.json"))):
        try:
            document = loads(path.read_bytes())
        except Exception:  # noqa: BLE001, S112 - hostile fixtures need not be JSON
            continue
        if isinstance(document, dict) and "@context" in document:
            hostile_bytes = path.stat().st_size if path.parent.name == "hostile" else 0
            contexts = fresh_contexts if hostile_bytes > COSTLY else (lambda: CONTEXTS)
            marks = [pytest.mark.long] if hostile_bytes > LARGE else []
            yield pytest.param(document, contexts, id=str(path.relative_to(TESTS)), marks=marks)


@pytest.mark.parametrize(("document", "contexts"), list(every_document()))
def test_vectors_and_fixtures(document, contexts):
    walked(document, contexts)
    if "proof" in document:
        walked({name: value for name, value in document.items() if name != "proof"}, contexts)
    proof = document.get("proof")
    if isinstance(proof, dict):
        options = {name: value for name, value in proof.items() if name != "proofValue"}
        walked({**options, "@context": document["@context"]}, contexts)


@pytest.mark.parametrize("hash_name", ["sha256", "sha384"])
def test_our_own_badge_with_its_inline_context(hash_name):
    document = badge_examples.badge()
    assert isinstance(document["@context"][-1], dict)
    text = walk.canonicalize(document, pinned_contexts.issuing(), hash_name)
    assert text == jsonld.canonicalize_generally(document, hash_name=hash_name)


def test_mutations_of_our_own_badge():
    document = json.loads(json.dumps(badge_examples.badge()))
    assert walked(document) is not None
    for seed in range(200):
        walked(odd_documents.mutated(document, seed))
