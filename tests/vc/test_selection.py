import pytest

from app.vc.outcome import Unsound
from app.vc.selection import MAX_POINTERS, select

DOCUMENT = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "id": "urn:a",
    "type": ["A"],
    "issuer": {"id": "urn:i", "type": "Profile", "name": "I", "url": "urn:u"},
    "subject": {
        "id": "_:b0",
        "results": [{"id": "urn:0", "v": 0}, {"type": "R", "v": 1, "w": 1}, {"v": 2, "w": None}],
        "a/b": {"c~d": 1, "": 2},
    },
    "inside": {"@context": "urn:c", "id": "urn:in", "x": 1, "y": 2},
    "0": "zero",
}
HEAD = {name: DOCUMENT[name] for name in ("@context", "id", "type")}


@pytest.mark.parametrize(
    ("pointers", "part"),
    [
        (["/issuer"], {"issuer": DOCUMENT["issuer"]}),
        (["/issuer/name"], {"issuer": {"id": "urn:i", "type": "Profile", "name": "I"}}),
        (["/issuer/id"], {"issuer": {"id": "urn:i", "type": "Profile"}}),
        (["/issuer/name", "/issuer"], {"issuer": DOCUMENT["issuer"]}),
        (["/issuer", "/issuer/name"], {"issuer": DOCUMENT["issuer"]}),
        (["/subject/results/2/v"], {"subject": {"results": [{"v": 2}]}}),
        (["/subject/results/2/w"], {"subject": {"results": [{"w": None}]}}),
        (
            ["/subject/results/2", "/subject/results/0/v", "/subject/results/1/w"],
            {"subject": {"results": [{"id": "urn:0", "v": 0}, {"type": "R", "w": 1}, {"v": 2, "w": None}]}},
        ),
        (["/subject/a~1b/c~0d"], {"subject": {"a/b": {"c~d": 1}}}),
        (["/subject/a~1b/"], {"subject": {"a/b": {"": 2}}}),
        (["/inside/x"], {"inside": {"@context": "urn:c", "id": "urn:in", "x": 1}}),
        (["/0"], {"0": "zero"}),
        (["/type", "/@context/0", "/id"], {}),
        (["/0"] * MAX_POINTERS, {"0": "zero"}),
    ],
)
def test_selected_parts(pointers, part):
    assert select(DOCUMENT, pointers) == {**HEAD, **part}


def test_all_and_nothing():
    assert select(DOCUMENT, [""]) == DOCUMENT
    assert select(DOCUMENT, []) is None


@pytest.mark.parametrize(
    ("pointer", "code"),
    [
        ("issuer", "malformed_pointer"),
        ("#/issuer", "malformed_pointer"),
        ("/a~2", "malformed_pointer"),
        ("/a~", "malformed_pointer"),
        ("/none", "pointer_leads_nowhere"),
        ("/issuer/", "pointer_leads_nowhere"),
        ("/issuer/name/0", "pointer_leads_nowhere"),
        ("/subject/results/3", "pointer_leads_nowhere"),
        ("/subject/results/-", "pointer_leads_nowhere"),
        ("/subject/results/-1", "pointer_leads_nowhere"),
        ("/subject/results/01", "pointer_leads_nowhere"),
        ("/subject/results/\u0661", "pointer_leads_nowhere"),
        ("/subject/results/" + "9" * 10_000, "pointer_leads_nowhere"),
        ("/subject/results/v", "pointer_leads_nowhere"),
        ("/" * 100_000, "pointer_leads_nowhere"),
    ],
)
def test_pointers_that_select_nothing_are_refused(pointer, code):
    with pytest.raises(Unsound) as caught:
        select(DOCUMENT, ["/issuer", pointer])
    assert caught.value.finding.code == code


def test_pointers_are_bounded():
    with pytest.raises(Unsound) as caught:
        select(DOCUMENT, ["/0"] * (MAX_POINTERS + 1))
    assert caught.value.finding.code == "too_many_pointers"
