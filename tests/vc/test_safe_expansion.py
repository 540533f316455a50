import copy

import pytest

from app.vc import jsonld, pinned_contexts
from app.vc.outcome import Outcome, Unsound

V2 = "https://www.w3.org/ns/credentials/v2"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
CREDENTIALS = "https://www.w3.org/2018/credentials#"
DATA_LOSS = "https://w3id.org/security#DATA_LOSS_DETECTION_ERROR"

BADGE = {
    "@context": [V2, OB],
    "id": "urn:uuid:5bd1bc4d-e0b2-4a3a-9b0f-6a4f5b0c7f11",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {"id": "https://issuer.example", "type": ["Profile"], "name": "Issuer"},
    "validFrom": "2026-01-01T00:00:00Z",
    "validUntil": "2026-06-01T00:00:00Z",
    "name": "Badge",
    "credentialSubject": {
        "type": ["AchievementSubject"],
        "identifier": [
            {"type": "IdentityObject", "hashed": False, "identityHash": "a", "identityType": "emailAddress"}
        ],
        "achievement": {
            "id": "https://issuer.example/a/1",
            "type": ["Achievement"],
            "name": "A",
            "description": "B",
            "criteria": {"narrative": "C"},
            "creditsAvailable": 1.5,
        },
    },
}


def changed(**changes):
    document = copy.deepcopy(BADGE)
    for path, value in changes.items():
        *parents, last = path.split("__")
        place = document
        for parent in parents:
            place = place[parent]
        place[last] = value
    return document


def refusal(document):
    with pytest.raises(Unsound) as caught:
        jsonld.to_quads(document, contexts=pinned_contexts.verifying())
    return caught.value.finding


def test_a_badge_is_expanded():
    assert len(jsonld.to_quads(BADGE)) == 22


@pytest.mark.parametrize(
    ("document", "code", "pointer"),
    [
        (changed(foo="x"), "undefined_term", "/foo"),
        (changed(credentialSubject__achievement__foo=None), "undefined_term", "/credentialSubject/achievement/foo"),
        (changed(issuer__foo=[]), "undefined_term", "/issuer/foo"),
        (changed(achievement={}), "undefined_term", "/achievement"),
        ({**changed(), "@foo": 1}, "undefined_term", "/@foo"),
        ({**changed(), "": 1}, "undefined_term", "/"),
        ({**changed(), "_:b": "x"}, "undefined_term", "/_:b"),
        ({**changed(), "a b:c": "x"}, "undefined_term", "/a b:c"),
        (changed(type=["VerifiableCredential", "Foo"]), "undefined_term", "/type/1"),
        (changed(credentialSubject__type="Foo"), "undefined_term", "/credentialSubject/type"),
        (changed(credentialSubject__type=["@foo"]), "undefined_term", "/credentialSubject/type/0"),
        (changed(id="badge"), "relative_iri", "/id"),
        (changed(id="urn:a b"), "relative_iri", "/id"),
        (changed(id="urn:a<b"), "relative_iri", "/id"),
        (changed(id="urn:a\u00a0b"), "relative_iri", "/id"),
        (changed(id="@foo"), "relative_iri", "/id"),
        (changed(id=""), "relative_iri", "/id"),
        (changed(issuer="issuer"), "relative_iri", "/issuer"),
        (changed(issuer__id="//issuer.example"), "relative_iri", "/issuer/id"),
        (changed(termsOfUse=["urn:ok", {"id": "#x", "type": "urn:T"}]), "relative_iri", "/termsOfUse/1/id"),
        (changed(termsOfUse=["urn:ok", "bad"]), "relative_iri", "/termsOfUse/1"),
        (changed(name={"@value": "x", "@language": "e n"}), "malformed_language", "/name/@language"),
        (changed(name={"@value": "x", "@language": "en_GB"}), "malformed_language", "/name/@language"),
        (changed(name={"@value": None}), "dropped_value", "/name"),
        (changed(credentialSubject=[["free"], {"@set": []}]), "relative_iri", "/credentialSubject"),
        ({"@context": [V2], "id": "urn:x"}, "dropped_value", ""),
        ({"@context": [V2]}, "dropped_value", ""),
        ({"@context": [V2, {"@language": "e n"}], "id": "urn:x", "name": "x"}, "malformed_language", "/name"),
    ],
)
def test_data_that_would_be_dropped_is_refused_where_it_stands(document, code, pointer):
    finding = refusal(document)
    assert (finding.code, finding.pointer, finding.problem_type) == (code, pointer, DATA_LOSS)


@pytest.mark.parametrize(
    ("document", "code", "pointer"),
    [
        # Somebody's expired badge, told so that readers of the JSON do not see the end
        (
            {**changed(), CREDENTIALS + "validUntil": "2026-06-01T00:00:00Z"},
            "aliased_term",
            "/" + (CREDENTIALS + "validUntil").replace("/", "~1"),
        ),
        (
            {**changed(), "@context": [V2, OB, {"until": {"@id": CREDENTIALS + "validUntil"}}], "until": "x"},
            "aliased_term",
            "/until",
        ),
        ({**changed(), "@context": [V2, OB, {"c": CREDENTIALS}], "c:validUntil": "x"}, "aliased_term", "/c:validUntil"),
        (
            {**changed(), "@context": [V2, OB, {"@vocab": CREDENTIALS + "valid"}], "Until": "x"},
            "aliased_term",
            "/Until",
        ),
        (
            changed(
                type=["VerifiableCredential", "https://purl.imsglobal.org/spec/vc/ob/vocab.html#OpenBadgeCredential"]
            ),
            "aliased_term",
            "/type/1",
        ),
        (
            changed(issuer__type="https://purl.imsglobal.org/spec/vc/ob/vocab.html#Profile"),
            "aliased_term",
            "/issuer/type",
        ),
        # Open Badges gives `criteria` and its type `Criteria` one IRI; so it does with `image`
        ({**changed(), "Image": "https://issuer.example/i"}, "aliased_term", "/Image"),
        (
            changed(credentialSubject__achievement__Criteria={"narrative": "C"}),
            "aliased_term",
            "/credentialSubject/achievement/Criteria",
        ),
        ({**changed(), "@id": "urn:x"}, "unsupported_keyword", "/@id"),
        ({**changed(), "@type": "urn:x"}, "unsupported_keyword", "/@type"),
        ({**changed(), "@graph": [{"id": "urn:x"}]}, "unsupported_keyword", "/@graph"),
        ({**changed(), "@included": [{"id": "urn:x"}]}, "unsupported_keyword", "/@included"),
        ({**changed(), "@reverse": {}}, "unsupported_keyword", "/@reverse"),
        ({**changed(), "@nest": {}}, "unsupported_keyword", "/@nest"),
        ({**changed(), "@index": "x"}, "unsupported_keyword", "/@index"),
        (changed(name={"@value": "x", "@index": "y"}), "unsupported_keyword", "/name/@index"),
        (changed(name={"@language": "en"}), "unsupported_keyword", "/name/@language"),
        (
            changed(
                credentialSubject__achievement={"id": BADGE["id"], "type": "Achievement", "evidence": {"id": "urn:x"}}
            ),
            "undefined_term",
            "/credentialSubject/achievement/evidence",
        ),
        (
            changed(
                credentialSubject__source={
                    "id": BADGE["id"],
                    "type": ["Profile", "VerifiableCredential"],
                    "validUntil": "2099-01-01T00:00:00Z",
                }
            ),
            "repeated_id",
            "/credentialSubject/source",
        ),
        (
            {**changed(), "@context": [V2, V2[:-1] + "2", OB, {"name": "urn:other"}]},
            "redefined_term",
            "/@context/3/name",
        ),
        ({**changed(), "@context": [V2, "https://www.w3.org/2018/credentials/v1", OB]}, "redefined_term", "/@context"),
        (changed(type={"a": 1}), "malformed_jsonld", "/type"),
        (changed(issuer__type=[None]), "malformed_jsonld", "/issuer/type"),
        (changed(issuer__id=5), "malformed_jsonld", "/issuer"),
        ({**changed(), "@context": [V2, OB, {"@version": 2}]}, "malformed_jsonld", ""),
        ({**changed(), "@context": [V2, OB, {"@language": None}]}, "malformed_jsonld", ""),
        (changed(name={"@value": "x", "@type": "urn:t", "@language": "en"}), "malformed_jsonld", "/name"),
    ],
)
def test_data_that_would_be_hidden_is_refused_where_it_stands(document, code, pointer):
    finding = refusal(document)
    assert (finding.code, finding.pointer) == (code, pointer)
    assert finding.outcome is Outcome.INVALID


def test_an_object_may_speak_about_the_credential_itself():
    """An endorsement of this very badge repeats its id, and says nothing that belongs to the badge."""
    subject = {"id": BADGE["id"], "type": ["EndorsementSubject"], "endorsementComment": "Good"}
    endorsement = {
        "id": "urn:uuid:e",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "issuer": "https://other.example",
        "credentialSubject": subject,
    }
    assert jsonld.to_quads(changed(endorsement=[endorsement]))


def test_nothing_is_said_by_null_and_empty_lists():
    assert jsonld.canonicalize(changed(name=None)) == jsonld.canonicalize(changed(name=[]))


def test_languages_and_directions_are_kept():
    text = jsonld.canonicalize(changed(name={"@value": "x", "@language": "de-AT", "@direction": "ltr"}))
    assert '"x"^^<https://www.w3.org/ns/i18n#de-at_ltr>' in text


def test_new_terms_of_an_inline_context_are_signed():
    context = {
        "own": "urn:own",
        "Own": {"@id": "urn:Own", "@context": {"inner": {"@id": "urn:inner", "@container": "@list"}}},
    }
    document = {**changed(), "@context": [V2, OB, context], "own": [{"type": "Own", "inner": ["b", "a"]}]}
    text = jsonld.canonicalize(document)
    assert "<urn:own> _:c14n" in text
    assert text.count("#first>") == 2


def test_remembered_contexts_change_nothing():
    contexts = pinned_contexts.verifying().with_documents({})
    first = jsonld.canonicalize_generally(BADGE, contexts=contexts)
    assert contexts.caches.processed
    assert jsonld.canonicalize_generally(BADGE, contexts=contexts) == first
    assert jsonld.canonicalize_generally(BADGE, contexts=pinned_contexts.verifying().with_documents({})) == first


def test_pyld_is_still_called_as_we_expect():
    """The three overridden methods are private: a pyld that calls them otherwise would make the checks silent."""
    from app.vc.safe_expansion import _SafeProcessor

    calls = []

    class Watched(_SafeProcessor):
        def check_key(self, key, expanded, element):
            calls.append(key)
            super().check_key(key, expanded, element)

        def check_object(self, element, expanded):
            calls.append("object")
            super().check_object(element, expanded)

        def check_scalar(self, expanded, active_property, element):
            calls.append(element)
            super().check_scalar(expanded, active_property, element)

        def spend(self):
            calls.append("context")
            super().spend()

    Watched(BADGE, pinned_contexts.verifying().with_documents({})).run()
    assert calls.count("object") == 6
    assert calls.count("id") == 3
    assert calls.count("type") == 5
    assert calls.count("context") >= 6
    assert {"Issuer", 1.5, False, "emailAddress", "narrative", "criteria"} <= set(calls)


def test_combinations_of_types_are_bounded():
    names = [
        term
        for term, value in pinned_contexts.issuing()
        .root_terms("https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json")
        .items()
        if isinstance(value, dict) and "@context" in value
    ]
    pairs = [[one, other] for one in names for other in names if one != other]
    document = {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
        ],
        "id": "urn:x",
        "evidence": [{"type": [*pair, third]} for pair in pairs for third in names],
    }
    finding = refusal(document)
    assert (finding.code, finding.outcome) in {("jsonld_budget", Outcome.UNKNOWN), ("redefined_term", Outcome.INVALID)}
