"""Backup and restore: the database, the signing keys and their passphrase in one tar file.

The SQLite copy is made by SQLite itself (VACUUM INTO), so it is whole while the service runs; PostgreSQL is dumped and
restored by its own pg_dump and pg_restore. Whoever has the file can sign as every tenant: it is written for its owner
only, and a passphrase file that the operator chose herself is not put into it.
"""

import os
import secrets
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from sqlalchemy import URL, make_url

from app.adapters.keys_file import write_secret
from app.errors import BadInput, Occupied, Unavailable
from app.ports import Services
from app.settings import Settings
from app.store import credential as store
from app.store import tenancy
from app.store.session import Database
from app.store.tables import Tenant

SQLITE, DUMP, PASSPHRASE, KEYS = "attesta.sqlite3", "postgresql.dump", "key-passphrase", "keys/"
CONNECT_TIMEOUT_S = "5"  # ours, as elsewhere
MAX_MEMBER_BYTES = 64 * 2**30  # a bound against nonsense, far above any pilot's database


def write(services: Services, target: Path) -> str:
    """Write the backup; returns a sentence about it. Raises Occupied when the file exists."""
    if not target.parent.is_dir():
        raise BadInput(f"There is no folder {target.parent}.")
    if target.exists():
        raise Occupied(f"{target} would be overwritten.", remedy="Choose another name.")
    half = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    with tempfile.TemporaryDirectory(prefix="attesta-backup-") as folder:
        database = _dump(services, Path(folder))
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w") as tar:
            tar.add(database, database.name)
            keys = sorted(services.settings.keys_path.glob("*.pem"))
            for key in keys:
                tar.add(key, KEYS + key.name)
            own = services.settings.data_dir / PASSPHRASE
            has_passphrase = services.settings.key_passphrase_file is None and own.exists()
            if has_passphrase:
                tar.add(own, PASSPHRASE)
            file.flush()
            os.fsync(file.fileno())
    half.rename(target)
    kept = "their passphrase" if has_passphrase else "without the passphrase, which is in your own file"
    return f"{target}: the database and {len(keys)} signing keys, {kept}. Keep it as safe as the keys."


def _dump(services: Services, folder: Path) -> Path:
    if services.database.is_sqlite:
        copy = folder / SQLITE
        with services.database.engine.connect() as connection:
            raw = connection.connection.driver_connection
            if raw is None:
                raise Unavailable("The database is not open.")
            raw.execute("VACUUM INTO ?", (str(copy),))
        return copy
    copy = folder / DUMP
    _run_postgres("pg_dump", services.database.url, "--format=custom", f"--file={copy}")
    return copy


def _run_postgres(program: str, url: URL, *arguments: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise Unavailable(f"{program} is not installed.", remedy="Install PostgreSQL's client programs.")
    plain = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    # The password never stands on the command line, where others see it.
    environment = {"PGCONNECT_TIMEOUT": CONNECT_TIMEOUT_S, **os.environ, "PGPASSWORD": url.password or ""}
    done = subprocess.run(  # noqa: S603 - the program's own path, our own arguments, no shell
        [found, *arguments, f"--dbname={plain}"], env=environment, capture_output=True, check=False, text=True
    )
    if done.returncode != 0:
        raise Unavailable(f"{program} failed: {done.stderr.strip()[-500:]}")


def restore(settings: Settings, source: Path, *, replace: bool) -> str:
    """Bring a backup back; returns a sentence. Raises Occupied when something is there, BadInput for another file."""
    url = make_url(settings.sqlalchemy_url)
    if not replace and (any(settings.keys_path.glob("*.pem")) or _has_data(settings)):
        raise Occupied(
            f"There is data in {settings.keys_path} or in the database {url.render_as_string()}.",
            remedy="Restore into an empty ATTESTA_DATA_DIR and database, or add --replace. Stop the service first.",
        )
    members = _members(source)
    if (SQLITE if url.get_backend_name() == "sqlite" else DUMP) not in members:
        raise BadInput(f"{source} is a backup of another kind of database.", remedy="Check ATTESTA_DATABASE_URL.")
    with tarfile.open(source) as tar:
        for name in sorted(members, key=lambda name: name in (SQLITE, DUMP)):  # the database last
            _bring_back(settings, url, name, tar)
    _close_status_lists(settings)
    return (
        f"Restored {len(members)} files from {source}. What was revoked after that backup must be revoked again; "
        "new badges get new status lists, so that no index is given twice."
    )


def _has_data(settings: Settings) -> bool:
    """Whether the target database has a tenant."""
    url = make_url(settings.sqlalchemy_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return False
    database = Database(settings.sqlalchemy_url)
    try:
        return database.has_table("tenant") and bool(_tenants(database))
    finally:
        database.close()


def _tenants(database: Database) -> list[Tenant]:
    with database.everywhere(why="is there anything that a restore would overwrite") as session:
        return tenancy.tenants(session)


def _close_status_lists(settings: Settings) -> None:
    """Indexes that were given out after the backup are not known here, so nothing more is allotted in those lists."""
    database = Database(settings.sqlalchemy_url)
    with database.everywhere(why="a restore concerns all tenants", writes=True) as session:
        store.close_status_lists(session)
    database.close()


def _members(source: Path) -> set[str]:
    try:
        with tarfile.open(source) as tar:
            names = {member.name for member in tar if member.isfile() and member.size < MAX_MEMBER_BYTES}
    except (OSError, tarfile.TarError) as error:
        raise BadInput(f"{source} is not a backup that can be read.") from error
    known = {name for name in names if name in (SQLITE, DUMP, PASSPHRASE) or _is_key(name)}
    if known != names or not known:
        raise BadInput(f"{source} is not a backup of Attesta.")
    return known


def _is_key(name: str) -> bool:
    return name.startswith(KEYS) and name.endswith(".pem") and "/" not in name.removeprefix(KEYS)


def _bring_back(settings: Settings, url: URL, name: str, tar: tarfile.TarFile) -> None:
    file = tar.extractfile(name)
    if file is None:
        raise BadInput(f"{name} in the backup cannot be read.")
    if name == SQLITE:
        database = Path(url.database or settings.data_dir / SQLITE)
        for leftover in ("-wal", "-shm"):
            database.with_name(database.name + leftover).unlink(missing_ok=True)
        write_secret(database, file)
    elif name == DUMP:
        with tempfile.NamedTemporaryFile(prefix="attesta-restore-") as copy:
            shutil.copyfileobj(file, copy)
            copy.flush()
            _run_postgres("pg_restore", url, "--clean", "--if-exists", "--no-owner", "--exit-on-error", copy.name)
    elif name == PASSPHRASE:
        write_secret(settings.data_dir / PASSPHRASE, file)
    else:
        write_secret(settings.keys_path / name.removeprefix(KEYS), file)
