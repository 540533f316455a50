from app.vc import jsonld, pinned_contexts, walk, walk_states
from app.vc.walk_states import States
from tests.vc.test_safe_expansion import BADGE, OB, V2


def with_inline(number):
    return {**BADGE, "@context": [V2, OB, {f"term{number}": f"https://x.example/{number}"}], f"term{number}": "x"}


def test_foreign_inline_contexts_are_forgotten_before_they_fill_the_memory():
    contexts = pinned_contexts.verifying().with_documents({})
    states = contexts.once(States)
    for number in range(walk_states.MAX_DOCUMENT_CONTEXTS + 5):
        assert walk.canonicalize(with_inline(number), contexts) is not None
        assert len(states.roots) <= walk_states.MAX_DOCUMENT_CONTEXTS
        assert states.entries <= walk_states.MAX_ENTRIES + 5_000
    assert walk.canonicalize(BADGE, contexts) == jsonld.canonicalize_generally(BADGE)


def test_what_is_verified_cannot_evict_what_is_issued():
    assert pinned_contexts.issuing().once(States) is not pinned_contexts.verifying().once(States)
    assert pinned_contexts.issuing().once(States) is pinned_contexts.issuing().once(States)


def test_terms_that_are_not_defined_are_not_remembered():
    contexts = pinned_contexts.verifying().with_documents({})
    states = contexts.once(States)
    walk.canonicalize(BADGE, contexts)
    entries = states.entries
    for number in range(50):
        assert walk.canonicalize({**BADGE, f"undefined{number}": 1}, contexts) is None
        assert walk.canonicalize({**BADGE, "type": ["VerifiableCredential", f"Undefined{number}"]}, contexts) is None
    assert states.entries == entries


def test_a_context_is_known_by_its_content():
    contexts = pinned_contexts.verifying().with_documents({})
    states = contexts.once(States)
    assert states.root([V2, OB]) is states.root([V2, OB])
    assert states.root([V2, {"x": "urn:x"}]) is states.root([V2, {"x": "urn:x"}])
    assert states.root([V2, {"x": "urn:x"}]) is not states.root([V2, {"x": "urn:y"}])
