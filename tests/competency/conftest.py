"""The reference framework and the golden learners, read once."""

import csv
from copy import deepcopy
from pathlib import Path

import pytest
import yaml

from app.competency.framework import Framework, read_yaml

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
