"""The reference framework and the golden learners, read once."""

import csv
from copy import deepcopy
from datetime import date
from itertools import count
from pathlib import Path

import pytest
import yaml

from app.competency.evaluate import evaluate
from app.competency.evidence import Attestation, Decision, Evidence, Experience, HeldCredential, RplDecision
from app.competency.evidence_csv import FILES, read_rows
from app.competency.framework import Framework, read_yaml
from app.competency.result_record import ResultRecord
from app.competency.results import read_csv

ROOT = Path(__file__).parents[2]
FRAMEWORK_FILE = ROOT / "app" / "demo" / "data" / "smart-city-framework.yaml"
GOLDEN = ROOT / "tests" / "fixtures" / "golden"


@pytest.fixture(scope="session")
def framework_file():
    return FRAMEWORK_FILE


@pytest.fixture(scope="session")
def reference():
    """The document; do not change it: see `document`."""
    return read_yaml(FRAMEWORK_FILE.read_bytes())


@pytest.fixture
def document(reference):
    """A copy to break."""
    return deepcopy(reference)


@pytest.fixture(scope="session")
def framework(reference):
    return Framework.of(reference)


@pytest.fixture(scope="session")
def golden_csv():
    return (GOLDEN / "results.csv").read_bytes()


@pytest.fixture(scope="session")
def expected():
    return yaml.safe_load((GOLDEN / "expected.yaml").read_text())


@pytest.fixture(scope="session")
def golden_rows(golden_csv):
    return list(csv.DictReader(golden_csv.decode().splitlines()))


@pytest.fixture(scope="session")
def golden_results(golden_csv):
    """The last version of every golden result, by learner."""
    stored = {}
    for row in read_csv(golden_csv, today=date(2026, 9, 1)):
        stored[row.record.key] = row.record
    by_learner = {}
    for record in stored.values():
        by_learner.setdefault(record.learner, []).append(record)
    return {learner: tuple(records) for learner, records in by_learner.items()}


@pytest.fixture(scope="session")
def result():
    """Make a result: result("C02-T", "PRJ.1", "20", attempt=2, on="2026-03-10", ...)."""
    numbers = count(1)

    def make(assessment, section, score, *, of="30", on="2026-03-10", **changes):
        fields = {
            "source_system": "test", "source_record_id": f"r{next(numbers)}", "learner": "p-test", "attempt": 1,
            "assessor": "as-1",
        }  # fmt: skip
        return ResultRecord(
            assessment=assessment, section=section, score=score, max=of, performed_on=date.fromisoformat(on),
            **fields | changes,
        )  # fmt: skip

    return make


@pytest.fixture(scope="session")
def signed():
    return {"signed_off_by": "as-1", "signed_off_on": date(2026, 3, 12)}


@pytest.fixture(scope="session")
def golden_people(framework, golden_results):
    """All that the golden files tell of each person."""
    items = {}
    for name in FILES:
        for row in read_rows(name, (GOLDEN / name).read_bytes(), framework):
            items.setdefault(row.learner, []).append(row.item)
    return {
        learner: evidence_of(learner, items.get(learner, ()), golden_results.get(learner, ()))
        for learner in {*items, *golden_results}
    }


def evidence_of(learner, items, results=()):
    """Sort items into an Evidence."""
    kinds = {
        "credentials": HeldCredential, "experience": Experience, "attestations": Attestation,
        "prior_learning": RplDecision, "decisions": Decision,
    }  # fmt: skip
    sorted_out = {name: tuple(item for item in items if isinstance(item, kind)) for name, kind in kinds.items()}
    return Evidence(results=tuple(results), learner=learner, **sorted_out)


@pytest.fixture
def judged(document):
    """Judge a rule of one node: judged({"credential": {...}}, *evidence, as_of="2026-09-01") -> its answer node."""

    def judge(rule, *items, as_of="2026-09-01", results=()):
        document["micro_credentials"][1]["requirements"] = {"id": "r", "label": {"en": "R"}, **rule}
        evidence = evidence_of("p-test", items, results)
        return evaluate(Framework.of(document), "MC-02", evidence, as_of=date.fromisoformat(as_of)).root

    return judge
