import pytest

from app.vc import european, pinned_contexts
from app.vc.inline_contexts import check_contexts
from app.vc.outcome import Outcome, Unsound

V2 = "https://www.w3.org/ns/credentials/v2"
OB_3_0_1 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json"


def check(*contexts, **members):
    check_contexts({"@context": [V2, *contexts], **members}, pinned_contexts.verifying())


def refusal(*contexts, **members):
    with pytest.raises(Unsound) as caught:
        check(*contexts, **members)
    return caught.value.finding


@pytest.mark.parametrize(
    "context",
    [
        european.EUROPEAN_CONTEXT,
        {},
        {
            "@version": 1.1,
            "@protected": True,
            "@vocab": "https://example.org/#",
            "@language": "en",
            "@direction": "ltr",
        },
        {"own": "https://example.org/own", "prefix": {"@id": "https://example.org/", "@prefix": True}},
        {"own": {"@id": "urn:own", "@type": "@id", "@container": ["@set"], "@language": None}},
        {"Own": {"@id": "urn:Own", "@context": [V2, {"id": "@id", "type": "@type", "name": "urn:own#name"}]}},
        {"credentialSubject": {"@id": "https://www.w3.org/2018/credentials#credentialSubject", "@type": "@id"}},
    ],
)
def test_inline_contexts_may_add_terms(context):
    check(context)
    check({"@context": context})  # wrapped, as in the published vectors of proof chains
    check(credentialSubject={"@context": context})


@pytest.mark.parametrize(
    ("context", "pointer"),
    [
        (5, "/@context/1"),
        (None, "/@context/1"),
        ({"@import": V2}, "/@context/1/@import"),
        ({"@base": "https://example.org/"}, "/@context/1/@base"),
        ({"@propagate": False}, "/@context/1/@propagate"),
        ({"@nonsense": 1}, "/@context/1/@nonsense"),
        ({"@vocab": "relative"}, "/@context/1/@vocab"),
        ({"@vocab": None}, "/@context/1/@vocab"),
        ({"a/b": 5}, "/@context/1/a~1b"),
        ({"own": None}, "/@context/1/own"),
        ({"own": "@id"}, "/@context/1/own"),
        ({"own": {"@id": "@type"}}, "/@context/1/own"),
        ({"own": {"@id": None}}, "/@context/1/own"),
        ({"own": {"@id": "urn:own", "@reverse": "urn:back"}}, "/@context/1/own/@reverse"),
        ({"own": {"@id": "urn:own", "@nest": "urn:nest"}}, "/@context/1/own/@nest"),
        ({"own": {"@id": "urn:own", "@container": "@index"}}, "/@context/1/own/@container"),
        ({"own": {"@id": "urn:own", "@container": ["@graph", "@set"]}}, "/@context/1/own/@container"),
        ({"own": {"@id": "urn:own", "@container": {"x": 1}}}, "/@context/1/own/@container"),
        ({"own": {"@id": "urn:own", "@type": "@nonsense"}}, "/@context/1/own/@type"),
        ({"own": {"@id": "urn:own", "@type": ["@id"]}}, "/@context/1/own/@type"),
        ({"own": {"@id": "urn:own", "@context": {"@base": "urn:"}}}, "/@context/1/own/@context/@base"),
        ({"own": {"@id": "urn:own", "@context": [{}, None]}}, "/@context/1/own/@context/1"),
    ],
)
def test_what_could_move_or_hide_data_is_refused(context, pointer):
    finding = refusal(context)
    assert (finding.code, finding.outcome, finding.pointer) == ("unsupported_context", Outcome.INVALID, pointer)


@pytest.mark.parametrize("place", ["root", "nested", "scoped"])
def test_unknown_urls_leave_it_unknown(place):
    url = "https://evil.example/context.json"
    finding = {
        "root": lambda: refusal(url),
        "nested": lambda: refusal(evidence=[{}, {"@context": url}]),
        "scoped": lambda: refusal({"own": {"@id": "urn:own", "@context": url}}),
    }[place]()
    assert (finding.code, finding.outcome) == ("unknown_context", Outcome.UNKNOWN)
    assert (
        finding.pointer
        == {"root": "/@context/1", "nested": "/evidence/1/@context", "scoped": "/@context/1/own/@context"}[place]
    )


@pytest.mark.parametrize("term", ["Achievement", "Profile", "name", "id", "VerifiableCredential"])
def test_known_terms_keep_their_meaning(term):
    """OB 3.0.1 does not protect its terms, so pyld alone would let them be redefined."""
    for context in ({term: "urn:other"}, {term: {"@id": "urn:other", "@context": {}}}):
        finding = refusal(OB_3_0_1, context)
        assert (finding.code, finding.pointer) == ("redefined_term", f"/@context/2/{term}")
        assert refusal(context, OB_3_0_1).code == "redefined_term"
        assert (
            refusal(OB_3_0_1, credentialSubject={"@context": context}).pointer == f"/credentialSubject/@context/{term}"
        )


@pytest.mark.parametrize(
    ("context", "code", "pointer"),
    [
        ({"@context": {"name": "urn:other"}}, "redefined_term", "/@context/1/@context/name"),
        ({"@context": {"@base": "https://example.org/"}}, "unsupported_context", "/@context/1/@context/@base"),
        ({"@context": {"@context": {"own": "urn:own"}}}, "unsupported_context", "/@context/1/@context/@context"),
        ({"@context": {"own": "urn:own"}, "more": "urn:more"}, "unsupported_context", "/@context/1/@context"),
        ({"@context": [{"own": "urn:own"}]}, "unsupported_context", "/@context/1/@context"),
        ({"@context": "https://evil.example/"}, "unsupported_context", "/@context/1/@context"),
    ],
)
def test_a_wrapped_context_is_held_to_the_same_rules(context, code, pointer):
    finding = refusal(context)
    assert (finding.code, finding.pointer) == (code, pointer)


def test_inline_contexts_are_bounded():
    assert refusal({f"t{number}": "urn:t" for number in range(501)}).code == "unsupported_context"
    nested = {"own": {"@id": "urn:own", "@context": {f"t{number}": "urn:t" for number in range(300)}}}
    assert refusal(nested, nested).pointer == "/@context/2"
