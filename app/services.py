"""The composition root: builds the Services record from the settings. The only importer of app/adapters."""

import secrets
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.adapters.absent import Absent, NoDatabase, NoDocuments
from app.adapters.aside import StepAside
from app.adapters.fetch import GuardedFetcher
from app.adapters.frameworks import FrameworkFiles, PublishedFrameworks
from app.adapters.judge import OwnVerifier
from app.adapters.keys_file import KeyFiles, passphrase
from app.adapters.keys_memory import KeysInMemory
from app.adapters.local_documents import OwnDocuments
from app.adapters.mail_folder import MailFolder
from app.adapters.mail_server import MailServer
from app.adapters.memory_database import DatabaseMemory
from app.adapters.memory_process import ProcessMemory
from app.adapters.principals import ApiKeys
from app.adapters.receipt_key import ReceiptKeyFile
from app.adapters.trust_files import TrustFiles
from app.adapters.walk_check import OneIn
from app.ports import Services
from app.settings import Settings
from app.store.session import Database


def now() -> datetime:
    """The clock of the real service."""
    return datetime.now(UTC)


def build(settings: Settings) -> Services:
    """The real services: key files, guarded fetching, the database of the settings."""
    database = Database(settings.sqlalchemy_url, connections=settings.threads + 10)
    default_file = settings.data_dir / "key-passphrase"
    secret = passphrase(settings.key_passphrase_file or default_file, may_create=settings.key_passphrase_file is None)
    web = GuardedFetcher(timeout_s=settings.fetch_timeout_s, own_url=settings.public_url)
    services: Services
    services = Services(
        settings=settings,
        clock=now,
        new_id=lambda: str(uuid.uuid4()),
        new_secret=lambda: secrets.token_urlsafe(32),
        random_below=secrets.randbelow,
        keys=KeyFiles(settings.keys_path, secret),
        fetcher=web,
        sender=web,
        kept=web.kept,
        local_documents=OwnDocuments(lambda: services),
        principals=ApiKeys(database, now),
        judge=OwnVerifier(lambda: services),
        walk_check=OneIn(settings.walk_check_one_in),
        trust_choice=TrustFiles(settings.trust_sources, lambda: services),
        aside=StepAside(settings.threads),
        mailer=MailServer(settings) if settings.smtp_url else MailFolder(settings.data_dir / "mail"),
        database=database,
        conformance_keys=KeysInMemory() if settings.conformance else None,
        receipt_key=receipt_key(settings),
        frameworks=PublishedFrameworks(database, settings.public_url),
        memory=DatabaseMemory(database, now),
    )
    return services


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
        new_id=lambda: str(uuid.uuid4()),
        new_secret=lambda: secrets.token_urlsafe(32),
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
