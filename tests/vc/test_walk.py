import copy
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.vc import bounds, jsonld, pinned_contexts, walk
from app.vc.walk_states import States
from tests.vc import badge_examples, odd_documents
from tests.vc.test_safe_expansion import BADGE, OB, V2

ENDORSEMENT = {
    "@context": [V2, OB],
    "id": "urn:uuid:0f9ad3b1-0a3e-4b6c-9c9a-7a3b7f5f2c11",
    "type": ["VerifiableCredential", "EndorsementCredential"],
    "issuer": {"id": "https://other.example", "type": ["Profile"]},
    "validFrom": "2026-01-01T00:00:00Z",
    "credentialSubject": {"id": "https://issuer.example/a/1", "type": ["EndorsementSubject"]},
}


def fresh():
    return pinned_contexts.verifying().with_documents({})


def changed(**members):
    return {**copy.deepcopy(BADGE), **members}


def test_our_own_badges_never_need_the_general_path():
    contexts = fresh()
    for document in (badge_examples.badge(), BADGE, changed(endorsement=[ENDORSEMENT])):
        assert walk.canonicalize(document, contexts) == jsonld.canonicalize_generally(document, contexts=contexts)
    states = contexts.once(States)
    assert (states.walked, states.fell_back) == (3, 0)


def test_an_endorsement_keeps_its_contexts_inside_a_badge_with_an_inline_one():
    document = {**badge_examples.badge(), "endorsement": [ENDORSEMENT]}
    assert walk.canonicalize(document, fresh()) == jsonld.canonicalize_generally(document)


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"@context": [V2, OB]},
        {"@context": [V2, OB], "id": "urn:x"},
        changed(tag="\ud800"),
        changed(foo=1),
        changed(issuer="relative"),
        changed(issuer={"id": BADGE["id"], "name": "second root"}),
        changed(validFrom={"@value": "x"}),
        changed(credentialSubject=[[{"id": "urn:x"}]]),
        {**changed(), "@context": [V2, "https://unknown.example/"]},
        {**changed(), "@context": [V2, OB, {"name": "https://other.example/name"}]},
        {**changed(), "@context": {"@context": [V2]}},
        {**changed(), "@context": None},
        changed(evidence=[{"id": f"urn:{n}", "type": ["Evidence"]} for n in range(bounds.MAX_OBJECTS)]),
        changed(endorsement=[{"id": "urn:x", "@context": [V2, {"x": "urn:x"}]}]),
        {**changed(), "@context": [V2, OB, {"@protected": 0.1 + 0.2}]},
        {**changed(), "@context": [V2, OB, {"x": {"@id": "urn:\ud800"}}]},
    ],
)
def test_what_is_not_plain_is_left_to_the_general_path(document):
    contexts = fresh()
    assert walk.canonicalize(document, contexts) is None
    assert contexts.once(States).fell_back == 1


def test_blank_nodes_that_are_alike_are_told_apart_by_the_general_algorithm():
    twins = [{"type": ["Evidence"], "name": "same"}, {"type": ["Evidence"], "name": "same"}]
    document = changed(evidence=twins)
    text = walk.canonicalize(document, fresh())
    assert text == jsonld.canonicalize_generally(document)
    assert text.count('"same"') == 2


def test_threads_share_the_states():
    contexts = fresh()
    documents = [make(seed) for seed in range(40) for make in (odd_documents.generated, odd_documents.sharing)] * 4
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda document: walk.canonicalize(document, contexts), documents))
    alone = fresh()
    assert together == [walk.canonicalize(document, alone) for document in documents]
    states = contexts.once(States)
    assert states.walked + states.fell_back == len(documents)
