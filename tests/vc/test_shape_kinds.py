"""The quick looks of the shape check against what they stand for: a yes has to mean that nothing would be found."""

import json
import random

import pytest

from app.vc import shape, shape_plain, shape_vcdm
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
    for kind in (*CLASSES.values(), Shape(None, (), shape_vcdm.TYPED_MEMBERS)):
        seen[id(kind)] = kind
        kinds_in(kind, seen)
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
    for document in (json.loads(material.unsigned(name, with_status=True)[0]), badge()):
        assert CLASSES["OpenBadgeCredential"].fits(document)
        assert shape_plain.is_sound(document | {"proof": [{"type": "DataIntegrityProof"}]})


WHOLE = {  # has all that the rules speak of
    **badge(),
    "description": "A badge",
    "proof": [{"type": "DataIntegrityProof", "id": "urn:x"}],
    "refreshService": {"type": "1EdTechCredentialRefresh", "id": "https://a.example/"},
    "termsOfUse": [{"type": "Terms"}],
    "validUntil": "2099-01-31T12:00:00Z",
}
ODD_MEMBERS = {
    "relatedResource": [{"id": "https://a.example/"}],
    "validUntil": "2000-01-31T12:00:00Z",
    "expirationDate": "x",
    "endorsement": [{}],
    "image": "https://a.example/",
    "type": ["VerifiableCredential", "OpenBadgeCredential", "ClrCredential"],
    "credentialSubject": [],
    "issuer": "no url",
    "@context": [
        "https://www.w3.org/2018/credentials/v1",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ],
}


def places_in(value):
    """Every (holder, key) of a JSON value."""
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield value, key
            yield from places_in(inner)


def changed_once(document):
    """The document with each of its values taken away, or replaced by an odd one, in turn."""
    for holder, key in list(places_in(document)):
        kept = holder[key]
        for value in (*ODD, *([kept, kept], [kept])):
            holder[key] = value
            yield document
        holder[key] = kept
        if isinstance(holder, dict):
            del holder[key]
            yield document
            holder[key] = kept
    for name, value in ODD_MEMBERS.items():
        yield document | {name: value}


def test_a_quick_yes_to_a_whole_badge_means_that_no_rule_would_find_anything():
    assert shape_plain.is_sound(WHOLE)
    yes = 0
    for document in changed_once(WHOLE):
        is_sound = shape_plain.is_sound(document)
        yes += is_sound
        assert not is_sound or not list(shape.by_rules(document))
    assert yes > 100  # many of the changes are none to the rules


@pytest.mark.parametrize("seed", range(300))
def test_a_quick_yes_to_an_odd_badge_means_the_same(seed):
    document = odd_documents.mutated(WHOLE, seed)
    assert not shape_plain.is_sound(document) or not list(shape.by_rules(document))
