import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.vc import rdf
from app.vc.rdf import Quad, literal

UNICODE = st.text(st.characters(exclude_categories=["Cs"]))
XSD = rdf.XSD


@pytest.mark.parametrize(
    ("text", "written"),
    # RDFC-1.0 section 5
    [
        ('\b\t\n\f\r"\\', r'"\b\t\n\f\r\"\\"'),
        ("\x00\x01\x07\x0b\x0e\x1f\x7f", r'"\u0000\u0001\u0007\u000B\u000E\u001F\u007F"'),
        ("\ufffe\uffff", r'"\uFFFE\uFFFF"'),
        ("\x80\x85\u2028\N{SPORTS MEDAL}é'", '"\x80\x85\u2028\N{SPORTS MEDAL}é\'"'),
    ],
)
def test_characters_are_escaped_as_in_canonical_n_quads(text, written):
    assert literal(text) == written


@given(UNICODE)
def test_any_text_can_be_read_back_by_another_implementation(text):
    line = Quad("<urn:s>", "<urn:p>", literal(text)).line()
    (quad,) = pyoxigraph.parse(line.encode(), format=pyoxigraph.RdfFormat.N_QUADS)
    assert quad.object.value == text


def test_terms_and_lines():
    assert literal("a", XSD + "date") == f'"a"^^<{XSD}date>'
    assert literal("a", language="de-at") == '"a"@de-at'
    assert Quad("<urn:s>", "<urn:p>", "_:o").line() == "<urn:s> <urn:p> _:o .\n"
    assert Quad("<urn:s>", "<urn:p>", "_:o", "<urn:g>").line() == "<urn:s> <urn:p> _:o <urn:g> .\n"


@pytest.mark.parametrize(
    ("value", "term"),
    # JSON-LD 1.1 API section 8.2.2
    [
        ({"@value": True}, f'"true"^^<{XSD}boolean>'),
        ({"@value": 5}, f'"5"^^<{XSD}integer>'),
        ({"@value": 5.0}, f'"5"^^<{XSD}integer>'),
        ({"@value": -0.0}, f'"0"^^<{XSD}integer>'),
        ({"@value": 5.5}, f'"5.5E0"^^<{XSD}double>'),
        ({"@value": 1e-7}, f'"1.0E-7"^^<{XSD}double>'),
        ({"@value": 1e21}, f'"1.0E21"^^<{XSD}double>'),
        ({"@value": 5, "@type": XSD + "double"}, f'"5.0E0"^^<{XSD}double>'),
        ({"@value": 1.5, "@type": XSD + "float"}, f'"1.5E0"^^<{XSD}float>'),
        ({"@value": "5", "@type": XSD + "double"}, f'"5"^^<{XSD}double>'),
        ({"@value": "x", "@language": "en"}, '"x"@en'),
        ({"@value": "x", "@language": "ar", "@direction": "rtl"}, '"x"^^<https://www.w3.org/ns/i18n#ar_rtl>'),
        ({"@value": "x", "@direction": "ltr"}, '"x"^^<https://www.w3.org/ns/i18n#_ltr>'),
        ({"@value": {"b": 1, "a": [None]}, "@type": "@json"}, f'"{{\\"a\\":[null],\\"b\\":1}}"^^<{rdf.RDF}JSON>'),
        ({"@id": "urn:x"}, "<urn:x>"),
        ({"@list": []}, rdf.RDF_NIL),
    ],
)
def test_values_become_terms(value, term):
    assert rdf.dataset([{"@id": "urn:s", "urn:p": [value]}]) == [Quad("<urn:s>", "<urn:p>", term)]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0.0E0"),
        (10, "1.0E1"),
        (123456.789, "1.23456789E5"),
        (-1.5e-300, "-1.5E-300"),
        (1 / 3, "3.333333333333333E-1"),
    ],
)
def test_canonical_doubles(number, text):
    assert rdf.canonical_double(number) == text


def test_doubles_with_seventeen_digits_are_not_exact():
    assert rdf.is_exact_double(0.1)
    assert not rdf.is_exact_double(0.1 + 0.2)


def test_nodes_lists_graphs_and_repeated_statements():
    expanded = [
        {
            "@id": "urn:s",
            "@type": ["urn:T"],
            "urn:list": [{"@list": [{"@value": "a"}, {"@list": [{"@value": "b"}]}]}],
            "urn:graph": [{"@graph": [{"@id": "_:x", "urn:p": [{"@id": "_:x"}]}]}],
            "urn:twice": [{"@value": True}, {"@value": "true", "@type": XSD + "boolean"}],
            "urn:none": [],
        }
    ]
    assert set(rdf.dataset(expanded)) == {
        Quad("<urn:s>", rdf.RDF_TYPE, "<urn:T>"),
        Quad("<urn:s>", "<urn:list>", "_:b0"),
        Quad("_:b0", rdf.RDF_FIRST, '"a"'),
        Quad("_:b0", rdf.RDF_REST, "_:b1"),
        Quad("_:b1", rdf.RDF_FIRST, "_:b2"),
        Quad("_:b1", rdf.RDF_REST, rdf.RDF_NIL),
        Quad("_:b2", rdf.RDF_FIRST, '"b"'),
        Quad("_:b2", rdf.RDF_REST, rdf.RDF_NIL),
        Quad("<urn:s>", "<urn:graph>", "_:b3"),
        Quad("_:b4", "<urn:p>", "_:b4", "_:b3"),
        Quad("<urn:s>", "<urn:twice>", f'"true"^^<{XSD}boolean>'),
    }
