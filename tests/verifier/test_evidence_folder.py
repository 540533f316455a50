"""Evidence that was saved is judged again without any network, and never when it was changed."""

import json

import pytest

from app.errors import BadInput
from app.ports import Fetched
from app.verifier.evidence import EvidenceSet, NotFetched
from app.verifier.evidence_folder import holds_evidence, load, save
from app.verifier.verify import verify
from tests.verifier.badges import (
    INDEX,
    LIST_URL,
    NOW,
    Web,
    codes,
    revocable,
    services,
    signed,
    status_list,
    with_list,
)

BADGE = json.dumps(signed(revocable())).encode()
GOOD = with_list(signed(status_list()))


def saved(folder, web=GOOD):
    report = verify(BADGE, None, services(web))
    save(folder, report.evidence, NOW)
    return report


def replayed(folder, document=BADGE):
    web = Web()
    report = verify(document, None, services(web), replayed=load(folder))
    assert web.asked == []
    return report


@pytest.mark.parametrize("web", [GOOD, with_list(signed(status_list(INDEX))), Web()], ids=["good", "revoked", "down"])
def test_judged_again_it_comes_to_the_same(tmp_path, web):
    first = saved(tmp_path / "evidence", web)
    again = replayed(tmp_path / "evidence")
    assert again.checks == first.checks
    told = again.to_json()
    assert (told["is_replay"], told["evidence_of"]) == (True, "2026-11-20T12:00:00Z")
    assert told["fetched"] == first.to_json()["fetched"]


def test_what_is_not_in_it_is_unknown_and_not_fetched(tmp_path):
    save(tmp_path, EvidenceSet(), NOW)
    report = replayed(tmp_path)
    assert report.outcome == "unknown"
    assert codes(report, "status") == ["status_list_unavailable"]
    notes = {one["url"]: one["note"] for one in report.to_json()["fetched"]}
    assert "is not in the evidence, and a replay fetches nothing" in notes[LIST_URL]


def test_what_could_not_be_fetched_stays_so(tmp_path):
    save(tmp_path, EvidenceSet({"https://a.example/": NotFetched("timeout", "It did not answer.")}), NOW)
    assert load(tmp_path).items == {"https://a.example/": NotFetched("timeout", "It did not answer.")}
    assert load(tmp_path).gathered_at == NOW


def test_a_new_or_empty_folder_holds_none(tmp_path):
    assert not holds_evidence(tmp_path)
    assert not holds_evidence(tmp_path / "new")
    saved(tmp_path / "new")
    assert holds_evidence(tmp_path / "new")


def test_a_folder_of_other_things_is_left_alone(tmp_path):
    (tmp_path / "letter.txt").write_text("Dear Ana")
    with pytest.raises(BadInput, match="no evidence"):
        holds_evidence(tmp_path)
    with pytest.raises(BadInput, match="no folder"):
        holds_evidence(tmp_path / "letter.txt")


def test_changed_evidence_is_refused(tmp_path):
    saved(tmp_path)
    (tmp_path / "001.bin").write_bytes(b"{}")
    with pytest.raises(BadInput, match="another digest"):
        load(tmp_path)
    (tmp_path / "001.bin").unlink()
    with pytest.raises(BadInput, match="cannot be read"):
        load(tmp_path)


@pytest.mark.parametrize(
    "index",
    [
        "[]",
        "{}",
        "no json",
        '{"format": "attesta-evidence/1"}',
        '{"format": "attesta-evidence/1", "gathered_at": "2026-11-20T12:00:00Z"}',
        '{"format": "attesta-evidence/1", "gathered_at": "2026-11-20T12:00:00Z", "documents": [1]}',
        '{"format": "attesta-evidence/1", "gathered_at": "2026-11-20T12:00:00Z", "documents": [{"url": "https://a"}]}',
    ],
)
def test_a_wrong_index_is_told(tmp_path, index):
    (tmp_path / "index.json").write_text(index)
    with pytest.raises(BadInput):
        load(tmp_path)


@pytest.mark.parametrize("file", ["../secret", "/etc/passwd", ".hidden", "a/b"])
def test_files_outside_the_folder_are_not_read(tmp_path, file):
    save(tmp_path, EvidenceSet({"https://a.example/": Fetched("https://a.example/", "text/plain", b"x")}), NOW)
    index = json.loads((tmp_path / "index.json").read_text())
    index["documents"][0]["file"] = file
    (tmp_path / "index.json").write_text(json.dumps(index))
    with pytest.raises(BadInput, match="no name of a file"):
        load(tmp_path)
