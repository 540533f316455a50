"""Credentials as files from the command line."""

import io
import json

import pikepdf
import pytest
from PIL import Image

from app.vc import png
from tests.cli.test_cli import _run, home

__all__ = ["home"]


@pytest.fixture
def credential(home):
    return json.loads(_run(home, "issue", "MC-02", "p-ana").stdout)


def test_a_credential_is_written_as_its_file_is_called(home, credential, tmp_path):
    for name in ("badge.json", "badge.jwt", "badge.png", "badge.svg", "badge.PDF"):
        done = _run(home, "download", credential["id"], str(tmp_path / name), "--lang", "de")
        assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "badge.json").read_bytes()) == credential["credential"]
    assert json.loads(png.unbake((tmp_path / "badge.png").read_bytes()).text) == credential["credential"]
    assert (tmp_path / "badge.jwt").read_bytes().count(b".") == 2
    with pikepdf.open(io.BytesIO((tmp_path / "badge.PDF").read_bytes())) as pdf:
        assert str(pdf.Root.Lang) == "de"
    for name in ("badge.json", "badge.jwt", "badge.png", "badge.svg", "badge.PDF"):
        verified = _run(home, "verify", str(tmp_path / name))
        assert b"valid" in verified.stdout, (name, verified)


def test_a_file_for_europass_is_told_by_its_two_endings(home, credential, tmp_path):
    done = _run(home, "download", credential["id"], str(tmp_path / "badge.elm.json"))
    assert done.returncode == 0, done.stderr
    made = json.loads((tmp_path / "badge.elm.json").read_bytes())["credential"]
    assert made["id"] == f"urn:credential:{credential['id']}"
    assert "EuropeanDigitalCredential" in made["type"]


def test_an_ending_that_says_nothing_is_refused(home, credential, tmp_path):
    done = _run(home, "download", credential["id"], str(tmp_path / "badge.doc"))
    assert done.returncode != 0
    assert b"badge.pdf" in done.stderr


def test_an_achievement_gets_a_picture_and_gives_it_back(home, tmp_path):
    Image.new("RGB", (200, 200), "teal").save(tmp_path / "own.png")
    done = _run(home, "framework", "picture", "MC-02", str(tmp_path / "own.png"))
    assert json.loads(done.stdout)["achievement"] == "MC-02"
    assert _run(home, "framework", "picture", "MC-02").returncode == 0
    again = _run(home, "framework", "picture", "MC-02")
    assert again.returncode != 0
    assert b"no picture of yours" in again.stderr
