"""The throw-away server that the PostgreSQL tests stand on: it answers, is empty, and leaves nothing behind."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import create_engine, text

from tests.postgres import cluster, find_binaries

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(find_binaries() is None, reason="PostgreSQL server binaries (initdb, pg_ctl) are missing"),
]


def test_a_cluster_answers_and_leaves_nothing_behind():
    with cluster() as url:
        engine = create_engine(url)
        with engine.connect() as connection:
            assert connection.execute(text("show server_encoding")).scalar_one() == "UTF8"
            assert connection.execute(text("select count(*) from pg_stat_user_tables")).scalar_one() == 0
        engine.dispose()
        folder = Path(parse_qs(urlsplit(url).query)["host"][0])
        assert folder.is_dir()
    assert not folder.exists()


def test_a_failing_test_stops_its_cluster():
    folders: list[Path] = []
    with pytest.raises(ZeroDivisionError):
        _fail_inside(folders)
    assert folders
    assert not folders[0].exists()


def _fail_inside(folders: list[Path]) -> None:
    with cluster() as url:
        folders.append(Path(parse_qs(urlsplit(url).query)["host"][0]))
        _ = 1 / 0
