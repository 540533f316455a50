import copy
import re

import pytest

from app.vc import jsonld
from app.vc.ecdsa_sd_groups import canonicalize_and_group
from app.vc.outcome import Unsound
from app.vc.pinned_contexts import verifying
from tests.vc.test_ecdsa_sd import BADGE, HMAC_KEY

ACHIEVEMENT = "/credentialSubject/achievement"


def groups_of(document, *pointers, hmac_key=HMAC_KEY):
    return canonicalize_and_group(document, hmac_key, {"shown": pointers}, verifying())


def test_every_statement_of_the_document_is_there_under_other_labels():
    groups = groups_of(BADGE, "")
    canonical = jsonld.canonicalize(BADGE)
    assert len(groups.nquads) == len(canonical.splitlines())
    assert groups.nquads == sorted(groups.nquads)
    assert groups.matching("shown") == groups.nquads
    assert groups.others("shown") == []
    assert "_:c14n" not in "".join(groups.nquads)
    assert "urn:bnid:" not in "".join(groups.nquads)
    assert len(set(groups.hmacs.values())) == len(set(re.findall("_:c14n[0-9]+", canonical)))


def test_labels_depend_on_the_key_and_on_nothing_else():
    assert groups_of(BADGE, "").nquads == groups_of(copy.deepcopy(BADGE), "").nquads
    assert groups_of(BADGE, "").nquads != groups_of(BADGE, "", hmac_key=bytes(32)).nquads


def test_the_document_is_left_as_it_was():
    before = copy.deepcopy(BADGE)
    groups_of(BADGE, "/evidence/0")
    assert before == BADGE


def test_no_pointers_select_nothing():
    groups = groups_of(BADGE)
    assert groups.groups["shown"].quads == []
    assert groups.others("shown") == groups.nquads


def test_equal_nodes_are_told_apart():
    """Two results that differ in nothing are two nodes, and each is selected by itself."""
    first, second = (groups_of(BADGE, f"/credentialSubject/result/{n}").matching("shown") for n in (0, 2))
    assert len(first) == len(second)
    assert first != second


def test_an_object_that_stands_at_two_places_in_memory_is_two_nodes():
    evidence = {"type": ["Evidence"], "narrative": "E"}
    apart = {**BADGE, "evidence": [dict(evidence), dict(evidence)]}
    assert groups_of({**BADGE, "evidence": [evidence, evidence]}, "").nquads == groups_of(apart, "").nquads


def test_an_ordered_list_is_selected_whole():
    whole = f"{ACHIEVEMENT}/resultDescription/1/allowedValue"
    lines = "".join(groups_of(BADGE, whole).matching("shown"))
    assert lines.count("rdf-syntax-ns#first>") == 3
    assert lines.count("rdf-syntax-ns#rest>") == 3


@pytest.mark.parametrize("position", [0, 1, 2])
def test_a_part_of_an_ordered_list_is_refused(position):
    with pytest.raises(Unsound) as caught:
        groups_of(BADGE, f"{ACHIEVEMENT}/resultDescription/1/allowedValue/{position}")
    assert caught.value.finding.code == "split_value"


def test_one_of_several_proofs_inside_is_refused_and_all_are_not():
    inside = copy.deepcopy(BADGE["endorsement"][0])
    inside["proof"].append({**inside["proof"][0], "created": "2026-01-02T00:00:00Z"})
    document = {**BADGE, "endorsement": [inside]}
    assert groups_of(document, "/endorsement/0/proof").matching("shown")
    with pytest.raises(Unsound) as caught:
        groups_of(document, "/endorsement/0/proof/1")
    assert caught.value.finding.code == "split_value"


@pytest.mark.parametrize(
    "change",
    [
        {"id": "_:b0"},
        {"id": "urn:bnid:7"},
        {"evidence": [{"id": "urn:bnid:", "type": ["Evidence"]}]},
        {"name": "see urn:bnid:0"},
    ],
)
def test_documents_that_name_blank_nodes_are_refused(change):
    with pytest.raises(Unsound) as caught:
        groups_of({**BADGE, **change}, "")
    assert caught.value.finding.code == "blank_node_identifier"


def test_a_long_list_takes_no_recursion():
    values = [str(number) for number in range(5_000)]
    description = {**BADGE["credentialSubject"]["achievement"]["resultDescription"][0], "allowedValue": values}
    document = copy.deepcopy(BADGE)
    document["credentialSubject"]["achievement"]["resultDescription"] = [description]
    assert len(groups_of(document, "/name").nquads) > 10_000
