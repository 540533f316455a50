import copy

import pytest

from app.vc import bounds, jsonld, pinned_contexts, walk, walk_parts
from app.vc.walk_parts import Kept, Key, Part
from app.vc.walk_states import States
from tests.vc.test_safe_expansion import BADGE

ACHIEVEMENT = {
    "id": "https://issuer.example/a/1",
    "type": ["Achievement"],
    "name": "Site measurement",
    "description": "Measures",
    "criteria": {"narrative": "As written"},
    "alignment": [{"type": ["Alignment"], "targetName": name, "targetUrl": "https://f.example/1"} for name in "ab"],
}


def fresh():
    return pinned_contexts.verifying().with_documents({})


def awarding(achievement, **members):
    subject = {"id": "urn:x:learner", "type": ["AchievementSubject"], "achievement": achievement}
    return copy.deepcopy({**BADGE, "credentialSubject": subject, **members})


def kept_of(contexts):
    return contexts.once(States).kept


def test_an_achievement_is_walked_once():
    contexts = fresh()
    for number in range(5):
        document = awarding(ACHIEVEMENT, id=f"urn:x:{number}", evidence=[{"type": ["Evidence"], "name": f"{number}"}])
        text = walk.canonicalize(document, contexts)
        assert text == jsonld.canonicalize_generally(document, contexts=contexts)
    assert sorted(name for name, _ in kept_of(contexts).parts.values()) == sorted(
        [f"<{ACHIEVEMENT['id']}>", f"<{BADGE['issuer']['id']}>"]
    )


@pytest.mark.parametrize(
    "achievement",
    [
        {**ACHIEVEMENT, "creditsAvailable": 1},
        {**ACHIEVEMENT, "creditsAvailable": 1.0},
        {**ACHIEVEMENT, "creditsAvailable": 1.5},
        {**ACHIEVEMENT, "creditsAvailable": True},
        {**ACHIEVEMENT, "creditsAvailable": "1"},
        {**ACHIEVEMENT, "creditsAvailable": 0.0},
        {**ACHIEVEMENT, "creditsAvailable": -0.0},
        {**ACHIEVEMENT, "type": "Achievement"},
        {**ACHIEVEMENT, "tag": ["a", "b"]},
        {**ACHIEVEMENT, "tag": ["b", "a"]},
        {**ACHIEVEMENT, "tag": ["a", "a"]},
        {**ACHIEVEMENT, "tag": [None]},
        {**ACHIEVEMENT, "name": "Site measurement "},
        [ACHIEVEMENT, ACHIEVEMENT],
        [ACHIEVEMENT, {**ACHIEVEMENT, "name": "Another"}],
        [{**ACHIEVEMENT, "tag": "a"}, {**ACHIEVEMENT, "criteria": {"narrative": "Otherwise"}}],
        {"id": ACHIEVEMENT["id"]},
        {**ACHIEVEMENT, "creator": {**BADGE["issuer"], "url": "https://issuer.example/"}},
    ],
)
@pytest.mark.parametrize("hash_name", ["sha256", "sha384"])
def test_what_differs_a_little_is_another_part(achievement, hash_name):
    contexts = fresh()
    walk.canonicalize(awarding(ACHIEVEMENT), contexts, "sha256")
    walk.canonicalize(awarding({**ACHIEVEMENT, "creditsAvailable": 1}), contexts, hash_name)
    document = awarding(achievement)
    expected = jsonld.canonicalize_generally(document, contexts=contexts, hash_name=hash_name)
    assert [walk.canonicalize(document, contexts, hash_name) for _ in range(2)] == [expected] * 2


def test_blank_nodes_that_are_alike_inside_and_outside_of_a_part():
    contexts = fresh()
    walk.canonicalize(awarding(ACHIEVEMENT), contexts)
    same = {name: ACHIEVEMENT[name] for name in ("id", "type", "criteria", "alignment")}
    document = awarding(ACHIEVEMENT, evidence=[same])
    text = walk.canonicalize(document, contexts)
    assert text == jsonld.canonicalize_generally(document, contexts=contexts)
    assert text.count('"As written"') == 2


@pytest.mark.parametrize("is_warm", [False, True])
def test_a_part_that_speaks_of_the_document_itself_is_left_to_the_general_path(is_warm):
    contexts = fresh()
    if is_warm:
        assert walk.canonicalize(awarding(ACHIEVEMENT), contexts) is not None
    assert walk.canonicalize(awarding(ACHIEVEMENT, id=ACHIEVEMENT["id"]), contexts) is None


@pytest.mark.parametrize("more", [0, 1])
def test_a_part_counts_like_any_other_objects(more):
    def document(length):
        return awarding(ACHIEVEMENT, evidence=[{"id": f"urn:x:{n}", "type": ["Evidence"]} for n in range(length)])

    own = walk_objects(document(0))
    for contexts in (fresh(), fresh()):
        text = walk.canonicalize(document(bounds.MAX_OBJECTS - own + more), contexts)
        assert (text is None) is bool(more)
        walk.canonicalize(awarding(ACHIEVEMENT), contexts)  # from now on it is kept
        assert walk.canonicalize(document(bounds.MAX_OBJECTS - own + more), contexts) == text


def walk_objects(document):
    counted = bounds.Bounds()
    counted.check(document, "", 1)
    return counted.objects


def part_of(texts, names=frozenset()):
    return Part(texts, [], [], names)


def test_the_oldest_parts_go_before_they_fill_the_memory():
    kept = Kept()
    keys = [Key(None, None, 1, "sha256", number.to_bytes(4, "big")) for number in range(300)]
    for key in keys:
        kept.keep(key, "<urn:x>", part_of(["x" * 50_000]))
        kept.keep(key, "<urn:x>", part_of(["x" * 50_000]))
        assert kept.size <= walk_parts.MAX_KEPT_BYTES
    assert 100 < len(kept.parts) < 200
    assert list(kept.parts) == keys[-len(kept.parts) :]
    kept.keep(Key(None, None, 1, "sha256", b""), "<urn:x>", part_of(["x" * walk_parts.MAX_KEPT_BYTES]))
    assert (len(kept.parts), kept.size) == (0, 0)


def test_names_take_memory_too():
    bare, named = part_of([]), part_of([], names=frozenset(f"<urn:x:{number}>" for number in range(1_000)))
    assert named.size() - bare.size() > 50_000


def test_what_is_verified_does_not_evict_what_is_issued():
    assert kept_of(pinned_contexts.issuing()) is not kept_of(pinned_contexts.verifying())


def test_a_document_may_be_changed_after_its_part_was_kept():
    contexts = fresh()
    document = awarding(ACHIEVEMENT)
    before = walk.canonicalize(document, contexts)
    document["credentialSubject"]["achievement"]["alignment"][0]["targetName"] = "other"
    changed = walk.canonicalize(document, contexts)
    assert changed == jsonld.canonicalize_generally(document, contexts=contexts) != before
