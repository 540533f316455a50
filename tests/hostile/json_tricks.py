"""JSON that is none, or that two readers would read differently; and documents that are large for no reason."""

from tests.hostile.trick import REFUSED, SIGNED, Trick, as_file, document, with_member
from tests.verifier.badges import badge

TEXT = as_file(SIGNED)
FROM = b'"validFrom"'


def text(name: str, data: bytes, code: str) -> Trick:
    assert data != TEXT, name
    return Trick(f"json_{name}.json", data, code, REFUSED, REFUSED)


def with_number(number: bytes) -> bytes:
    return TEXT.replace(FROM, b'"creditsAvailable": ' + number + b", " + FROM, 1)


def clique(size):
    """Blank nodes that all point at each other: factorial work for RDFC-1.0."""
    names = [f"_:n{number}" for number in range(size)]
    return [
        {"id": name, "type": ["Achievement"], "related": [{"id": other, "type": ["Related"]} for other in names]}
        for name in names
    ]


def results(count):
    return [{"type": ["Result"], "value": str(number)} for number in range(count)]


def graded(count):
    """Results that each name one of as many levels: their product must not be what it costs."""
    made = badge()
    levels = [{"id": f"urn:{number}", "type": ["RubricCriterionLevel"], "name": "n"} for number in range(count)]
    description = {"id": "urn:d", "type": ["ResultDescription"], "name": "n", "resultType": "RubricCriterionLevel"}
    made["credentialSubject"]["achievement"]["resultDescription"] = [description | {"rubricCriterionLevel": levels}]
    result = {"type": ["Result"], "resultDescription": "urn:d", "achievedLevel": f"urn:{count - 1}"}
    made["credentialSubject"]["result"] = [result] * count
    return made


def evidence(count):
    """Objects with as much in each as a document of this size has room for."""
    more = {"type": ["Evidence"], "name": "a", "description": "b", "genre": "c"}
    return [{"id": f"urn:{number}", **more} for number in range(count)]


def parents(levels):
    """Organisations that belong to organisations: each level takes a context of its own."""
    inner = {"id": "did:web:university.example", "type": ["Profile"], "name": "University of Example"}
    for level in range(levels):
        inner = {"id": f"urn:parent:{level}", "type": ["Profile"], "parentOrg": inner}
    return inner


def own_contexts(count):
    """Objects with a context of their own each, so that nothing that was worked out can be used again."""
    return [{"@context": {f"t{number}": f"urn:t:{number}"}, "type": ["Result"]} for number in range(count)]


TRICKS = (
    text("member_twice", TEXT.replace(b'"name"', b'"name": "Doctor", "name"', 1), "duplicate_member"),
    text("member_twice_by_escape", TEXT.replace(b'"name"', b'"n\\u0061me": "Doctor", "name"', 1), "duplicate_member"),
    text("nan", with_number(b"NaN"), "not_a_number"),
    text("infinity", with_number(b"-Infinity"), "not_a_number"),
    text("big_exponent", with_number(b"1e999"), "number_too_large"),
    text("huge_exponent", with_number(b"1e" + b"9" * 10_000), "number_too_large"),
    text("hundred_thousand_digits", with_number(b"9" * 100_000), "number_too_large"),
    text("lone_surrogate", TEXT.replace(b"Urban", b"\\ud800", 1), "lone_surrogate"),
    text("lone_surrogate_in_a_name", TEXT.replace(FROM, b'"\\udc00": 1, ' + FROM, 1), "lone_surrogate"),
    text("surrogate_as_bytes", TEXT.replace(b"Urban", b"\xed\xa0\x80", 1), "not_utf_8"),
    text("overlong_utf_8", TEXT.replace(b"Urban", b"\xc1\x81", 1), "not_utf_8"),
    text(
        "nested_arrays",
        TEXT.replace(FROM, b'"x": ' + b"[" * 100_000 + b"]" * 100_000 + b", " + FROM),
        "nested_too_deep",
    ),
    text("nested_objects", b'{"@context":' * 20_000 + b"1" + b"}" * 20_000, "nested_too_deep"),
    text("nested_without_an_end", b"[" * 200_000, "nested_too_deep"),
    text("second_document_behind", TEXT + TEXT, "not_json"),
    text("comment", TEXT.replace(b"{", b"{/* valid */", 1), "not_json"),
    text("single_quotes", TEXT.replace(b'"name"', b"'name'", 1), "not_json"),
    text("line_break_in_a_text", TEXT.replace(b"Urban", b"Ur\nban", 1), "not_json"),
    document(
        "json_number_beyond_doubles",
        with_member("/credentialSubject/achievement/creditsAvailable", 2**53 + 1),
        "inexact_number",
    ),
    document(
        "json_name_with_zero_width_space", with_member("/valid\u200bUntil", "2099-01-01T00:00:00Z"), "undefined_term"
    ),
    document("json_name_in_cyrillic", with_member("/\u0456ssuer", {"id": "did:web:other.example"}), "undefined_term"),
    document("json_name_written_backwards", with_member("/\u202erUsi", "x"), "undefined_term"),
    document("json_text_with_other_normal_form", with_member("/name", "Urban data analyst\u0301"), "bad_signature"),
    document("poison_graph", with_member("/credentialSubject/achievement", clique(10)), "canonicalization_budget"),
    document(
        "poison_graph_with_eight_proofs",
        with_member("/credentialSubject/achievement", clique(10), SIGNED | {"proof": SIGNED["proof"] * 8}),
        "canonicalization_budget",
    ),
    document(
        "seven_thousand_typed_nodes",
        with_member("/credentialSubject/result", results(7_000)),
        "jsonld_budget",
        outcome="unknown",
    ),
    document(
        "as_many_typed_nodes_as_may_be", with_member("/credentialSubject/result", results(4_950)), "bad_signature"
    ),
    document(
        "as_many_nodes_alike_as_may_be",
        with_member("/credentialSubject/result", [{"type": ["Result"]}] * 4_950),
        "bad_signature",
    ),
    document(
        "as_many_nodes_as_may_be_read_by_two_editions",
        with_member("/evidence", evidence(4_950), SIGNED | {"endorsementJwt": []}),
        "bad_signature",
    ),
    document(
        "hundred_thousand_values",
        with_member("/credentialSubject/achievement/tag", ["x"] * 100_000),
        "jsonld_budget",
        outcome="unknown",
    ),
    document(
        "five_hundred_contexts",
        with_member("/credentialSubject/result", own_contexts(500)),
        "jsonld_budget",
        outcome="unknown",
    ),
    document("results_by_levels", graded(2_500), "not_signed"),
    document(
        "name_of_a_hundred_thousand_characters_over_as_many_lists",
        SIGNED | {"n" * 100_000: [[] for _ in range(100_000)]},
        "jsonld_budget",
        outcome="unknown",
    ),
    document("profiles_nested_deep", with_member("/issuer/parentOrg", parents(55)), "bad_signature"),
)
