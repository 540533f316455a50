"""Reading as the service does: a reader, the places of the reference framework, rows."""

import json
from datetime import date
from pathlib import Path

import pytest

from app.competency.sources.places import Places
from app.competency.sources.reading import SourceMapping
from app.competency.sources.rows import to_rows

FIXTURES = Path(__file__).parents[2] / "fixtures" / "sources"
TODAY = date(2026, 9, 1)


@pytest.fixture
def rows(framework):
    """rows(readings, assessment=None, **members of the mapping) -> list of rows"""

    def read(readings, assessment=None, **members):
        mapping = SourceMapping(**({"source_system": "there"} | members))
        return list(to_rows(readings, Places([framework], mapping, assessment), mapping, today=TODAY))

    return read


@pytest.fixture
def fixture():
    """fixture(name) -> the JSON value of a file with invented results"""
    return lambda name: json.loads((FIXTURES / name).read_bytes())
