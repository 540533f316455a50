"""Backup and restore on both databases: the same badges, the same keys."""

import tarfile

import pytest

from app.adapters import backup
from app.adapters.keys_file import write_secret
from app.errors import BadInput, Occupied
from tests import service


def _world(url, folder):
    world = service.build(url, data_dir=folder, database_url=url)
    write_secret(folder / "key-passphrase", b"secret")
    write_secret(folder / "keys" / "ed25519-0.pem", b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    return world


def test_what_was_saved_comes_back(backend, tmp_path):
    url = backend.fresh("loaded", service.load)
    world = _world(url, tmp_path / "one")
    body = {"achievement": "MC-02", "learner": "p-ana"}
    badge = world.client.post("/api/v1/credentials", json=body, headers=world.headers).json()
    told = backup.write(world.services, tmp_path / "saved.tar")
    assert "1 signing keys" in told
    assert "secret" not in told
    world.client.post(f"/api/v1/credentials/{badge['id']}/revoke", json={"reason": "later"}, headers=world.headers)
    world.services.database.close()
    with pytest.raises(Occupied):
        backup.write(world.services, tmp_path / "saved.tar")

    empty = backend.fresh("empty", lambda _: None)
    settings = service.Settings(data_dir=tmp_path / "two", database_url=empty)
    backup.restore(settings, tmp_path / "saved.tar", replace=True)
    assert (tmp_path / "two" / "key-passphrase").read_bytes() == b"secret"
    assert (tmp_path / "two" / "keys" / "ed25519-0.pem").exists()
    again = service.build(empty)
    shown = again.client.get(f"/api/v1/credentials/{badge['id']}", headers=again.headers).json()
    assert shown["credential"] == badge["credential"]
    assert shown["status"] == "valid"  # the revocation came after the backup
    assert again.client.get("/api/v1/audit?check=true", headers=again.headers).json()["intact"] is True
    again.services.database.close()


@pytest.mark.parametrize("name", ["../evil", "keys/../evil.pem", "keys/a/b.pem", "/etc/passwd", "other"])
def test_a_strange_archive_writes_nothing(tmp_path, name):
    path = tmp_path / "x.tar"
    (tmp_path / "content").write_bytes(b"x")
    with tarfile.open(path, "w") as tar:
        tar.add(tmp_path / "content", "attesta.sqlite3")
        tar.add(tmp_path / "content", name)
    settings = service.Settings(data_dir=tmp_path / "data")
    with pytest.raises(BadInput):
        backup.restore(settings, path, replace=True)
    assert not (tmp_path / "data").exists()
