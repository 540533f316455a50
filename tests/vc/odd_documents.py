"""Random documents like Open Badges, most of them sound, with whatever may trouble a canonicalization.

Terms are drawn from the pinned contexts themselves, so that every class and every type-scoped context is met.
"""

import copy
import random
from typing import Any

from app.vc import pinned_contexts
from app.vc.european import EUROPEAN_CONTEXT

V1 = "https://www.w3.org/2018/credentials/v1"
V2 = "https://www.w3.org/ns/credentials/v2"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OB_3_0_0 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.0.json"
OB_3_0_2 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json"
INLINE = {
    "Odd": {
        "@id": "https://odd.example/Odd",
        "@context": {
            "@protected": True,
            "id": "@id",
            "type": "@type",
            "weight": {"@id": "https://odd.example/weight", "@type": "http://www.w3.org/2001/XMLSchema#decimal"},
        },
    },
    "motto": {"@id": "https://odd.example/motto", "@language": "en"},
    "arrow": {"@id": "https://odd.example/arrow", "@direction": "rtl"},
    "steps": {"@id": "https://odd.example/steps", "@container": "@list"},
    "kin": {"@id": "https://odd.example/kin", "@type": "@id", "@context": {"kith": "https://odd.example/kith"}},
    "any": {"@id": "https://odd.example/any", "@type": "@none", "@container": ["@set"]},
    "word": {"@id": "https://odd.example/word", "@type": "@vocab"},
    "odd": {"@id": "https://odd.example/", "@prefix": True},
}
CONTEXTS: tuple[list[Any], ...] = (
    [V2, OB],
    [V2, OB],
    [V2, OB, EUROPEAN_CONTEXT],
    [V2, OB_3_0_2],
    [V2],
    [V1, OB],
    [V1, OB_3_0_0],
    [V2, OB, INLINE],
    [V2, OB, {"@vocab": "https://odd.example/vocab#"}],
    [V2, OB, {"@language": "bg", "motto": "https://odd.example/motto"}],
)
TEXTS = (
    "", "a", "A longer text with spaces", 'quotes " and \\ back', "\b\t\n\f\r", "\x00\x01\x1f\x7f", "\x80\x85\u2028",
    "Стадион", "\U0001d4b3 astral", "\ufffe\uffff", "<tag> _:a _:z .", "2026-01-01T00:00:00Z", "true", "1", "5.0",
    "_:b0", "https://u.example/a", "a:b", "@id", "a b", " \n _:a",
)  # fmt: skip
NUMBERS = (0, 1, -1, 5.0, 2.5, 1e-7, 1e21, 1e22, 2**53 - 1, -0.0, 0.1, 100, 123456.789, 1.5e300, True, False)
IRIS = (
    "urn:x:1",
    "urn:x:2",
    "https://u.example/a",
    "https://u.example/b?c=d#e",
    "did:key:z6Mk",
    "mailto:a@b.c",
    "tag:é,2",
)
FAULTS = (
    "relative", "//host/x", "_:b0", "_:b1", "urn:a b", "a<b:c", "@type", "", 2**53, 0.1 + 0.2, {"@value": "x"},
    {"@value": "x", "@language": "en"}, {"@id": "urn:x:1"}, {"@list": ["a"]}, [["a"]], [[]], {"@set": []}, "odd:x",
    "schema:x", "x\ud800",
)  # fmt: skip


def generated(seed: int) -> dict[str, Any]:
    """Return the document of a seed."""
    chance = random.Random(seed)
    return _Generator(chance, chance.choice(CONTEXTS)).document()


def mutated(document: dict[str, Any], seed: int) -> dict[str, Any]:
    """Return a copy with a few members or items changed in a way that often makes it unsound."""
    chance = random.Random(seed)
    changed = copy.deepcopy(document)
    for _ in range(chance.randint(1, 2)):
        places = [place for place in _places(changed) if place]
        if not places:
            break
        holder = chance.choice(places)
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        _mutate(holder, chance.choice(keys), chance, places)
    return changed


def sharing(seed: int) -> dict[str, Any]:
    """Return a badge whose issuer and achievements are those of the seeds around it, or nearly."""
    common = random.Random(seed // 50)
    context = common.choice([each for each in CONTEXTS if each[:2] == [V2, OB]])
    pool = [_Generator(common, context).part() for _ in range(3)]
    own = _Generator(random.Random(seed), context)
    parts = [_perhaps_mutated(one, own.chance) for one in own.chance.choices(pool, k=4)]
    inner = own.chance.choice([place for one in pool for place in _places(one) if isinstance(place, dict)])
    subjects = [
        {"id": own.chance.choice(IRIS), "type": ["AchievementSubject"], "achievement": achievement}
        for achievement in (parts[0], parts[1:3], parts[0])
    ]
    return {
        "@context": context,
        "id": own.chance.choice((*IRIS, "urn:root", "urn:root", "urn:root")),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": parts[3],
        "credentialSubject": own.chance.sample(subjects, own.chance.randint(1, 3)),
        "evidence": [own.node(2), inner],  # what stands in a part, once more outside of it
    }


def _perhaps_mutated(value: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    return mutated(value, chance.randrange(10**6)) if chance.random() < 0.2 else value


def _places(value: Any) -> list[Any]:
    found = [value]
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, dict | list):
            found += _places(inner)
    return found


def _mutate(holder: Any, key: Any, chance: random.Random, places: list[Any]) -> None:
    match chance.randrange(7):
        case 0:
            del holder[key]
        case 1:
            holder[key] = copy.deepcopy(chance.choice(FAULTS))
        case 2:
            holder[key] = copy.deepcopy(chance.choice(places))
        case 3:
            holder[key] = chance.choice((None, [], {}, [None], *TEXTS, *NUMBERS))
        case 4 if isinstance(holder, dict):
            name = ("foo", "@type", "@id", "kind", "ID", "name", "schema:name", "https://x.example/y", "validUntil")
            holder[chance.choice(name)] = holder.pop(key)
        case 5 if isinstance(holder, dict):
            holder["@context"] = copy.deepcopy(
                chance.choice((V2, [V2, OB], [], None, {"x": "urn:x"}, "urn:other", [INLINE]))
            )
        case _:
            holder[key] = [copy.deepcopy(holder[key]), copy.deepcopy(holder[key])]


class _Generator:
    def __init__(self, chance: random.Random, context: list[Any]) -> None:
        self.chance = chance
        self.context = copy.deepcopy(context)
        self.classes, self.terms = _vocabulary(context)
        self.left = chance.choice((3, 8, 15, 30))  # objects

    def document(self) -> dict[str, Any]:
        context = self.context
        kinds = ["VerifiableCredential", "OpenBadgeCredential"] if OB in context else ["VerifiableCredential"]
        document = {**self.node(1), "@context": context, "type": kinds}
        if self.chance.random() < 0.8:
            document["id"] = self.chance.choice(("urn:root", *IRIS))
        if V2 in context and self.chance.random() < 0.3:
            document["credentialSubject"] = self.node(2)
        return self.shuffled(document)

    def part(self) -> dict[str, Any]:
        """Return an object with a name."""
        return {**self.node(2), "id": self.chance.choice(IRIS)}

    def shuffled(self, node: dict[str, Any]) -> dict[str, Any]:
        members = list(node.items())
        self.chance.shuffle(members)
        return dict(members)

    def node(self, depth: int) -> dict[str, Any]:
        self.left -= 1
        node: dict[str, Any] = {}
        kinds = self.chance.choices(list(self.classes), k=self.chance.choice((0, 1, 1, 1, 2)))
        if kinds:
            node["type"] = kinds[0] if len(kinds) == 1 and self.chance.random() < 0.5 else kinds
        if self.chance.random() < 0.4:
            node["id"] = self.chance.choice(IRIS)
        terms = {**self.terms, **{term: value for kind in kinds for term, value in self.classes[kind].items()}}
        likely = [term for kind in kinds for term in self.classes[kind]] or list(terms)
        for term in self.chance.choices(likely, k=self.chance.randint(0, 5)):
            if not term.startswith("@") and term not in ("id", "type"):
                node[term] = self.value(terms[term], depth)
        if self.chance.random() < 0.01:
            node["@context"] = self.chance.choice(([V2, OB], V2, [V2]))
        return self.shuffled(node)

    def value(self, definition: Any, depth: int) -> Any:
        luck = self.chance.random()
        if luck < 0.2:
            return [self.one(definition, depth) for _ in range(self.chance.randint(0, 4))]
        if luck < 0.26:
            one = self.one(definition, depth)
            return [one, copy.deepcopy(one), None]
        if luck < 0.28:
            return self.chance.choice((None, [], [None, None], {}))
        return self.one(definition, depth)

    def one(self, definition: Any, depth: int) -> Any:
        luck = self.chance.random()
        is_reference = isinstance(definition, dict) and definition.get("@type") in ("@id", "@vocab")
        if luck < 0.004:
            return copy.deepcopy(self.chance.choice(FAULTS))
        if self.left > 0 and depth < 8 and luck < (0.7 if is_reference else 0.15):
            return self.node(depth + 1)
        if is_reference:
            return self.chance.choice(IRIS) if luck < 0.95 else {"id": self.chance.choice(("urn:root", *IRIS))}
        return self.chance.choice(NUMBERS if luck > 0.85 else TEXTS)


def _vocabulary(context: list[Any]) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """Return the classes with their own terms, and the terms at the root, of a document's contexts."""
    classes: dict[str, dict[str, Any]] = {}
    terms: dict[str, Any] = {}
    for part in context:
        known = pinned_contexts.issuing().root_terms(part) if isinstance(part, str) else part
        for term, value in known.items():
            is_class = term[:1].isupper()
            (classes if is_class else terms)[term] = _scoped(value) if is_class else value
    return classes, terms


def _scoped(definition: Any) -> dict[str, Any]:
    inner = definition.get("@context") if isinstance(definition, dict) else None
    parts = inner if isinstance(inner, list) else [inner]
    return {term: value for part in parts if isinstance(part, dict) for term, value in part.items()}
