"""The composition root's other half: the services with a database, imported by app.services when they are wanted."""

import secrets

from app.adapters.aside import StepAside
from app.adapters.fetch import GuardedFetcher
from app.adapters.judge import OwnVerifier
from app.adapters.keys_file import KeyFiles, passphrase
from app.adapters.keys_memory import KeysInMemory
from app.adapters.local_documents import OwnDocuments
from app.adapters.mail_folder import MailFolder
from app.adapters.mail_server import MailServer
from app.adapters.memory_database import DatabaseMemory
from app.adapters.principals import ApiKeys
from app.adapters.published_frameworks import PublishedFrameworks
from app.adapters.trust_files import TrustFiles
from app.adapters.walk_check import OneIn
from app.ports import Services
from app.services import new_id, new_secret, now, receipt_key
from app.settings import Settings
from app.store.session import Database


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
        new_id=new_id,
        new_secret=new_secret,
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
