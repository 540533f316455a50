"""The quick looks of the shape check against what they stand for: a yes has to mean that nothing would be found."""

import json
import random

import pytest

from app.vc import shape_vcdm
from app.vc.openbadge_classes import CLASSES
from app.vc.shape_kinds import Shape, any_number, fits_of, iri, one_or_more, text, word
from bench import material
from tests.vc import odd_documents
from tests.vc.badge_examples import badge

ODD = (
    None, True, False, 0, 1, 1.5, "", "a", "https://a.example/", "urn:a b", "a:\u00a0", "2026-01-31T12:00:00Z",
    "2026-01-31", "en", "en-GB", "Result", "ext:Own", "a.b.c", "sha256$0a", [], [[]], {}, {"id": "urn:x"},
    {"type": "Image", "id": "urn:x"}, {"type": ["Image", 1], "id": "urn:x", "more": 1}, {"@value": "a"},
)  # fmt: skip


def kinds_in(shape, seen):
    for kind in shape.members.values():
        if id(kind) not in seen:
            seen[id(kind)] = kind
            if isinstance(kind, Shape):
                kinds_in(kind, seen)
    return seen


def every_kind():
    seen = {}
    for shape in (*CLASSES.values(), Shape(None, (), shape_vcdm.TYPED_MEMBERS)):
        seen[id(shape)] = shape
        kinds_in(shape, seen)
    return [*seen.values(), one_or_more(text), any_number(iri), word("a", "b", extensible=True)]


def values_in(value):
    yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from values_in(inner)


def every_value():
    """Values of badges that are sound, and of some that were changed; arrays of them; and odd ones."""
    chance = random.Random(5)
    sound = [badge(), *(json.loads(material.unsigned(name)[0]) for name in material.BADGES)]
    mutated = [odd_documents.mutated(document, seed) for document in sound for seed in range(30)]
    single = {repr(value): value for document in (*sound, *mutated, ODD) for value in values_in(document)}
    arrays = [[value, *chance.sample(ODD, 1), value][chance.randrange(3) :] for value in single.values()]
    return [*single.values(), *arrays]


VALUES = every_value()


@pytest.mark.parametrize("kind", every_kind(), ids=lambda kind: getattr(kind, "type_name", None) or "kind")
def test_a_quick_yes_means_that_nothing_would_be_found(kind):
    fits, find = fits_of(kind), getattr(kind, "find", kind)
    for value in VALUES:
        assert not fits(value) or not list(find(value, "/x")), value


@pytest.mark.parametrize("name", material.BADGES)
def test_our_own_badges_are_seen_to_be_right_quickly(name):
    assert CLASSES["OpenBadgeCredential"].fits(json.loads(material.unsigned(name)[0]))
    assert CLASSES["OpenBadgeCredential"].fits(badge())
