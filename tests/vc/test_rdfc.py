import json
import time
from itertools import permutations
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.vc import rdfc
from app.vc.outcome import Outcome, Unsound
from app.vc.rdf import Quad
from tests.examples import examples
from tests.vc import nquads

SUITE = Path(__file__).parents[1] / "vectors" / "w3c-rdf-canon"
ENTRIES = json.loads((SUITE / "manifest.jsonld").read_text())["entries"]
HASHES = {"SHA384": "sha384"}


def of_type(name):
    chosen = [entry for entry in ENTRIES if entry["type"] == f"rdfc:RDFC10{name}"]
    return pytest.mark.parametrize("entry", chosen, ids=[entry["id"].strip("#") for entry in chosen])


def quads_of(entry):
    return nquads.read((SUITE / entry["action"]).read_text())


def hash_name(entry):
    return HASHES.get(entry.get("hashAlgorithm"), "sha256")


def test_the_suite_is_whole():
    types = [entry["type"] for entry in ENTRIES]
    assert [types.count(f"rdfc:RDFC10{name}") for name in ("EvalTest", "MapTest", "NegativeEvalTest")] == [64, 21, 1]


@of_type("EvalTest")
def test_w3c_evaluation(entry):
    assert rdfc.canonicalize(quads_of(entry), hash_name=hash_name(entry)) == (SUITE / entry["result"]).read_text()


@of_type("MapTest")
def test_w3c_map(entry):
    labels = rdfc.canonical_labels(quads_of(entry), hash_name=hash_name(entry))
    expected = json.loads((SUITE / entry["result"]).read_text())
    assert {blank[2:]: label[2:] for blank, label in labels.items()} == expected


@of_type("NegativeEvalTest")
def test_w3c_poison_graph_is_refused(entry):
    refuse(quads_of(entry))


def test_the_w3c_suite_needs_a_fraction_of_the_budget():
    for entry in ENTRIES:
        if entry["type"] == "rdfc:RDFC10EvalTest":
            rdfc.canonicalize(quads_of(entry), hash_name=hash_name(entry), budget=rdfc.BUDGET // 8)


def refuse(quads):
    start = time.process_time()
    with pytest.raises(Unsound) as caught:
        rdfc.canonicalize(quads)
    finding = caught.value.finding
    assert (finding.code, finding.outcome) == ("canonicalization_budget", Outcome.UNKNOWN)
    assert time.process_time() - start < 10


@pytest.mark.parametrize("size", [8, 30, 100])
def test_cliques_are_refused(size):
    blanks = [f"_:n{number}" for number in range(size)]
    refuse([Quad(one, "<urn:p>", other) for one in blanks for other in blanks if one != other])


def test_two_stars_of_like_nodes_are_refused():
    refuse([Quad(f"_:hub{number % 2}", "<urn:p>", f"_:n{number}") for number in range(5_000)])


def test_one_star_of_like_nodes_is_no_trouble():
    assert rdfc.canonicalize([Quad("_:hub", "<urn:p>", f"_:n{number}") for number in range(5_000)]).count("\n") == 5_000


def test_long_chains_of_like_nodes_are_refused_without_deep_recursion():
    refuse([Quad(f"_:n{number}", "<urn:p>", f"_:n{(number + 1) % 5_000}") for number in range(5_000)])


def test_many_like_nodes_without_relations_are_no_trouble():
    quads = [Quad("<urn:s>", "<urn:p>", f"_:n{number}") for number in range(7_000)]
    assert rdfc.canonicalize(quads).count("\n") == 7_000


def test_quads_that_occur_twice_count_once():
    quad = Quad("_:a", "<urn:p>", '"text"')
    assert rdfc.canonicalize([quad, quad]) == '_:c14n0 <urn:p> "text" .\n'


NODES = st.sampled_from(["_:a", "_:b", "_:c", "_:d", "_:e", "<urn:x>", "<urn:y>"])
# One graph a dataset: between several, the specification itself leaves ties open (see below), and so does oxigraph.
# A blank node never names it: there oxigraph goes its own way, and rdf-canonize 5 ours (in 45 of 45 datasets).
GRAPHS = st.sampled_from(["", "<urn:g>"]).map(st.just)
QUADS = GRAPHS.flatmap(
    lambda graphs: st.lists(
        st.builds(Quad, NODES, st.sampled_from(["<urn:p>", "<urn:q>"]), NODES | st.just('"text"'), graphs), max_size=12
    )
)


def oracle(quads, algorithm):
    dataset = pyoxigraph.Dataset(
        pyoxigraph.parse("".join(quad.line() for quad in quads), format=pyoxigraph.RdfFormat.N_QUADS)
    )
    dataset.canonicalize(algorithm)
    return sorted(line + "\n" for line in str(dataset).split("\n") if line)


def agree_with_oxigraph(quads):
    for name, algorithm in (
        ("sha256", pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0_SHA_256),
        ("sha384", pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0_SHA_384),
    ):
        ours = rdfc.canonicalize(quads, hash_name=name)
        assert sorted(ours.splitlines(keepends=True)) == oracle(quads, algorithm)


@examples(100)
@given(QUADS)
def test_oxigraph_agrees(quads):
    agree_with_oxigraph(quads)


@pytest.mark.long
@examples(5_000)
@given(QUADS)
def test_oxigraph_agrees_on_many(quads):
    agree_with_oxigraph(quads)


@examples(50)
@given(QUADS, st.permutations(["_:a", "_:b", "_:c", "_:d", "_:e"]), st.randoms(use_true_random=False))
def test_names_and_order_of_the_input_do_not_matter(quads, names, random):
    renaming = dict(zip(["_:a", "_:b", "_:c", "_:d", "_:e"], names, strict=True))
    renamed = [Quad(*(renaming.get(term, term) for term in quad)) for quad in quads]
    random.shuffle(renamed)
    assert rdfc.canonicalize(renamed) == rdfc.canonicalize(quads)


def test_a_tie_that_the_specification_leaves_open():
    """Hash Related Blank Node looks at a graph name without the rest of its quad (section 4.7.3).

    So _:b and _:e get one hash, though they are not alike, and their order is that of the input, here as in oxigraph.
    JSON-LD makes no such dataset unless `_:` names are written into several graphs. A proof over it may fail after the
    document was rearranged; it cannot hold for another document.
    """
    quads = nquads.read('_:a <urn:p> _:a .\n_:a <urn:p> "text" .\n_:e <urn:p> _:b _:f .\n_:b <urn:p> _:e _:a .\n')
    names = ["_:a", "_:b", "_:e", "_:f"]
    renamings = [dict(zip(names, order, strict=True)) for order in permutations(names)]
    renamed = [[Quad(*(names.get(term, term) for term in quad)) for quad in quads] for names in renamings]
    assert len({rdfc.canonicalize(one) for one in renamed}) == 2
    algorithm = pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0_SHA_256
    assert len({tuple(oracle(one, algorithm)) for one in renamed}) <= 2
