"""The composition root: builds the Services record from the settings. It and app.whole alone import app/adapters."""

import secrets
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.adapters.absent import Absent, NoDatabase, NoDocuments
from app.adapters.aside import StepAside
from app.adapters.fetch import GuardedFetcher
from app.adapters.framework_files import FrameworkFiles
from app.adapters.memory_process import ProcessMemory
from app.adapters.receipt_key import ReceiptKeyFile
from app.adapters.trust_files import TrustFiles
from app.adapters.walk_check import OneIn
from app.ports import Services
from app.settings import Settings


def now() -> datetime:
    """The clock of the real service."""
    return datetime.now(UTC)


def new_id() -> str:
    """A fresh random id."""
    return str(uuid.uuid4())


def new_secret() -> str:
    """A fresh secret: 256 random bits, as text for addresses."""
    return secrets.token_urlsafe(32)


def build(settings: Settings) -> Services:
    """The real services: key files, guarded fetching, the database of the settings."""
    from app import whole  # noqa: PLC0415 - a second of imports, which a verifier alone does without

    return whole.build(settings)


def build_verifier(settings: Settings) -> Services:
    """Services for verifying alone: with our own documents where there is a database, and no trace left where not."""
    if settings.database_url is not None or Path(f"{settings.data_dir}/attesta.sqlite3").exists():
        return build(settings)
    return build_alone(settings)


def build_alone(settings: Settings) -> Services:
    """Services for a verifier without database: it reads the keys folder for receipts, and writes nothing."""
    absent: Any = Absent()
    no_database: Any = NoDatabase()
    web = GuardedFetcher(timeout_s=settings.fetch_timeout_s)
    services: Services
    services = Services(
        settings=settings,
        clock=now,
        new_id=new_id,
        new_secret=new_secret,
        random_below=secrets.randbelow,
        keys=absent,
        fetcher=web,
        kept=web.kept,
        local_documents=NoDocuments(),
        principals=absent,
        judge=absent,
        walk_check=OneIn(settings.walk_check_one_in),
        trust_choice=TrustFiles(settings.trust_sources, lambda: services),
        aside=StepAside(settings.threads),
        mailer=absent,
        database=no_database,
        receipt_key=receipt_key(settings),
        frameworks=FrameworkFiles(settings.framework_paths),
        memory=ProcessMemory(now),
    )
    return services


def receipt_key(settings: Settings) -> ReceiptKeyFile:
    """The key of receipts, in its file."""
    default = settings.data_dir / "key-passphrase"
    return ReceiptKeyFile(settings.keys_path, (settings.key_passphrase_file or default,))


def fetcher_for_operator(settings: Settings) -> GuardedFetcher:
    """For an address that the operator typed herself, which may be her own machine; never for what a document names."""
    return GuardedFetcher(timeout_s=settings.fetch_timeout_s, allow_http_loopback=True)
