"""The benchmark is measured elsewhere; here only: it can be imported, its badges are good, it draws and tells."""

import importlib
import json
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.competency import framework as frameworks
from app.verifier.verify import verify
from bench import evaluate, material, plots, report, service
from bench.peers import attesta
from bench.summary import Case

ROOT = Path(__file__).parents[1]
NEEDS_ITS_PEER = {"bench.peers.openvc_core"}  # which is installed by `make bench` alone
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in (ROOT / "bench").rglob("*.py")
    if not {"node", ".venv-peers"} & set(path.relative_to(ROOT).parts)
)


@pytest.mark.parametrize("name", [name for name in MODULES if name not in NEEDS_ITS_PEER])
def test_every_module_can_be_imported(name: str):
    assert importlib.import_module(name).__doc__


@pytest.mark.parametrize(("name", "least", "most"), [("small", 1300, 1500), ("big", 5800, 6200)])
def test_a_badge_is_of_the_size_that_is_told(name: str, least: int, most: int):
    texts = material.unsigned(name)
    assert len(set(texts)) == material.VARIANTS
    assert least < len(attesta.issue(texts[0], "data-integrity").encode()) < most


@pytest.mark.parametrize("name", material.BADGES)
@pytest.mark.parametrize("securing", material.SECURINGS)
def test_our_verifier_takes_what_is_issued_and_nothing_else(name: str, securing: str):
    check = attesta.operation("verify", securing, [])
    made = attesta.operation("issue", securing, [])(material.unsigned(name)[0])
    assert check(made) == ""
    with pytest.raises(ValueError, match=r"\S"):
        check(made[:-20] + "AAAA" + made[-16:])


def test_the_status_is_read_from_the_list_at_hand():
    document = attesta.issue(material.unsigned("big", with_status=True)[0], "data-integrity").encode()
    outcomes = {}
    for told, pages in (("at hand", {material.LIST_URL: attesta.status_list()}), ("missing", {})):
        report = verify(document, "application/json", attesta.verifying_services(pages))
        outcomes[told] = report.outcome.value
    assert outcomes == {"at hand": "valid", "missing": "unknown"}


def test_the_framework_of_the_durable_flow_is_sound():
    document = frameworks.read_yaml(service.FRAMEWORK.read_bytes())
    frameworks.validate(document)
    assert list(frameworks.Framework.of(document).awards) == ["AIR"]


def test_everybody_who_is_judged_has_readable_results(tmp_path: Path):
    framework = evaluate.evaluating.read_framework(tmp_path, None)
    evaluate.write_results(tmp_path, framework, learners=3, results=50)
    told = evaluate.judge(tmp_path, framework)
    assert (told["refused"], told["evaluations"]) == (0, 3 * told["awards"])


def _found() -> dict:
    case = Case("http/issue/big", "issue <it>")
    for ours, theirs in ((200.0, 10.0), (100.0, 10.0), (400.0, 10.0)):
        case.add("attesta", ours, 1.5)
        case.add("dcc", theirs)
    about = {"cpu": "x", "cores": 2, "load_before": 0.5, "system": "x", "python": "3", "node": "v20"}
    about |= {"commit": "abc", "changed": False}
    at = datetime(2026, 9, 1, tzinfo=UTC).isoformat()
    return {"at": at, "rounds": 3, "machine": about, "cases": [case.to_json()]}


def test_ratios_are_taken_round_by_round():
    ratio = _found()["cases"][0]["ratio"]
    assert ratio == {"dcc": {"median": 20.0, "p10": 12.0, "p90": 36.0}}


def test_pictures_are_sound_and_say_what_they_show(tmp_path: Path):
    (path,) = plots.draw(_found(), tmp_path)
    picture = ET.fromstring(path.read_text())  # noqa: S314 - our own
    name = "{http://www.w3.org/2000/svg}"
    assert picture.findtext(f"{name}title") == "Over HTTP"
    assert "Attesta 200, DCC vc, verifier-core 10.0 a second" in (picture.findtext(f"{name}desc") or "")


def test_the_page_tells_the_figures_of_the_reference_run():
    found = json.loads((ROOT / "bench" / "results" / "reference.json").read_text())
    page = (ROOT / "docs" / "performance.md").read_text()
    assert f"{report.BEGIN}\n{report.tables(found)}{report.END}" in page
    for name in plots.PICTURES:
        assert (ROOT / "docs" / "performance" / f"{name}.svg").is_file()
