"""The real service for tests: real databases, real routes, a clock that can be set, a web that is made up."""

import secrets
import shutil
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import anyio
import sqlalchemy
from anyio.from_thread import BlockingPortal
from fastapi.testclient import TestClient

from app.adapters.judge import OwnVerifier
from app.adapters.keys_file import generate
from app.adapters.keys_memory import KeysInMemory
from app.adapters.local_documents import OwnDocuments
from app.adapters.memory_database import DatabaseMemory
from app.adapters.principals import ApiKeys
from app.adapters.published_frameworks import PublishedFrameworks
from app.adapters.walk_check import OneIn
from app.asgi import create_app
from app.competency import framework as frameworks
from app.competency import results
from app.errors import Unavailable
from app.issuer import tenancy
from app.issuer.assessment import learners as people
from app.issuer.assessment.results import take
from app.issuer.catalogue.imports import import_framework
from app.ports import Fetched, FetchFailed, MailFailed, Principal, Services
from app.services import new_id, new_secret
from app.settings import Settings
from app.store import migrate
from app.store.session import Database
from app.store.shelf import ACHIEVEMENTS, FrameworkShelf, Shelf
from app.vc.keys import PrivateKey
from tests.postgres import cluster

BASE_URL = "http://127.0.0.1:8000"
TODAY = datetime(2026, 9, 1, 9, 30, tzinfo=UTC)  # golden learners: outcomes are as of this day
ADMIN_KEY = "att_tests-admin-key"
DATA = files("app.demo") / "data"


class MemoryKeys:
    """The Keys port in memory."""

    def __init__(self) -> None:
        self.held: dict[str, PrivateKey] = {}

    def create(self, key_type: str) -> tuple[str, dict[str, str]]:
        private = PrivateKey(key_type, generate(key_type))
        name = f"{key_type.lower().replace('-', '')}-{secrets.token_hex(8)}"
        self.held[name] = private
        return name, private.public_jwk

    def signer(self, name: str) -> PrivateKey:
        if name not in self.held:
            raise Unavailable(f"The signing key {name} cannot be opened.")
        return self.held[name]


@dataclass
class OwnKey:
    """The ReceiptKey port in memory."""

    key: PrivateKey

    def signer(self) -> PrivateKey:
        return self.key


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: int) -> None:
        self.now += timedelta(**by)


@dataclass
class FakeWeb:
    """The Fetcher port: pages by URL, nothing else exists."""

    pages: dict[str, Fetched] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def get(self, url: str, *, accept: str) -> Fetched:
        del accept
        self.asked.append(url)
        if url not in self.pages:
            raise FetchFailed("unreachable", f"{url} cannot be reached.")
        return self.pages[url]


@dataclass
class Mailbox:
    """The Mailer port: every mail that was sent. `fails` holds what comes of the next ones."""

    sent: list[EmailMessage] = field(default_factory=list)
    fails: list[MailFailed] = field(default_factory=list)

    def send(self, messages: Sequence[EmailMessage]) -> Iterator[MailFailed | None]:
        for message in messages:
            if self.fails:
                yield self.fails.pop(0)
            else:
                self.sent.append(message)
                yield None

    def forget(self, mail_ids: Iterable[str]) -> None:
        gone = set(mail_ids)
        self.sent = [each for each in self.sent if each["Message-ID"].split("@")[0].strip("<") not in gone]


@dataclass
class World:
    """One running service and the one who calls it."""

    services: Services
    client: TestClient
    clock: Clock
    web: FakeWeb
    headers: dict[str, str]
    mailbox: Mailbox = field(default_factory=Mailbox)
    filled: Any = None  # what filling its template returned

    @property
    def principal(self) -> Principal:
        found = self.services.principals.find(self.headers["Authorization"].removeprefix("Bearer "))
        assert found is not None
        return found


KEYS = MemoryKeys()  # one for the whole run, since databases are copied from templates that name its keys
FRAMEWORKS = FrameworkShelf()  # likewise: the copies have the template's frameworks, under random ids
WALK_CHECK = OneIn(10)  # likewise: of what all tests sign, every tenth document is computed both ways
LENT: dict[str, Database] = {}  # by address: what a house has ready for who builds a world there


@cache
def event_loop() -> BlockingPortal:
    """The loop that answers all requests, as a server has one; a client would begin one for each, with new threads."""
    started: Future[BlockingPortal] = Future()

    async def run() -> None:
        async with BlockingPortal() as portal:
            started.set_result(portal)
            await portal.sleep_until_stopped()

    # A daemon, and so are the threads that it starts: nothing waits for them at the end.
    threading.Thread(target=anyio.run, args=(run,), name="requests", daemon=True).start()
    return started.result()


@cache
def settings_of(**chosen: Any) -> Settings:
    """Settings, which are frozen: reading them takes as long as a request."""
    return Settings(**{"admin_key": ADMIN_KEY, "open_requests_per_minute": 100_000} | chosen)


def build(
    url: str, *, base_url: str = BASE_URL, now: datetime = TODAY, is_copy: bool = False, **changed: object
) -> World:
    """A world on that database, which is migrated and has its first tenant; a copy of a template has both already."""
    settings = settings_of(base_url=base_url, **changed)
    clock, web, database, mailbox = Clock(now), FakeWeb(), LENT.pop(url, None) or Database(url), Mailbox()
    services: Services
    services = Services(
        settings=settings,
        clock=clock,
        new_id=new_id,
        new_secret=new_secret,
        random_below=secrets.randbelow,
        keys=KEYS,
        fetcher=web,
        local_documents=OwnDocuments(lambda: services),
        principals=ApiKeys(database, clock),
        judge=OwnVerifier(lambda: services),
        walk_check=OneIn(settings.walk_check_one_in) if "walk_check_one_in" in changed else WALK_CHECK,
        mailer=mailbox,
        database=database,
        conformance_keys=KeysInMemory() if settings.conformance else None,
        receipt_key=OwnKey(PrivateKey("Ed25519", generate("Ed25519"))),
        frameworks=PublishedFrameworks(database, settings.public_url),
        memory=DatabaseMemory(database, clock),
    )
    database.frameworks = FRAMEWORKS
    if not is_copy:
        migrate.upgrade(database)
        tenancy.ensure_first_key(services)
    client = TestClient(create_app(services), base_url=base_url, raise_server_exceptions=False)
    client.portal = event_loop()
    return World(services, client, clock, web, {"Authorization": f"Bearer {ADMIN_KEY}"}, mailbox)


def load(world: World) -> None:
    """The reference framework, the invented learners and their results."""
    document = frameworks.read_yaml((DATA / "smart-city-framework.yaml").read_bytes())
    import_framework(world.services, world.principal, document)
    people.put_roster(world.services, world.principal, people.read_roster((DATA / "learners.csv").read_bytes()))
    rows = results.read_csv((DATA / "results.csv").read_bytes(), today=world.clock().date())
    take(world.services, world.principal, rows)


class Lent:
    """Databases that are lent one after another, a second one only while the first is lent.

    A test gets the `Database` of an earlier one, with other content: each compiles its statements anew, which for every
    test would be a third of the tests' work.
    """

    def __init__(self) -> None:
        self._made: dict[str, Database] = {}
        self._free: list[str] = []

    @contextmanager
    def name(self) -> Iterator[str]:
        """A name that nobody has."""
        name = self._free.pop() if self._free else f"lent-{len(self._made) + 1}"
        yield name
        self._free.append(name)

    @contextmanager
    def database(self, url: str) -> Iterator[None]:
        """The database there is ready, as if it were new, and closed afterwards."""
        if url not in self._made:
            self._made[url] = Database(url)
        LENT[url] = database = self._made[url]
        database.achievements = Shelf(ACHIEVEMENTS)
        yield
        LENT.pop(url, None)
        database.close()


class SqliteHouse:
    """Databases as files, copied from templates."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._templates: dict[str, Path] = {}
        self._lent = Lent()
        self.filled: dict[str, Any] = {}  # by kind: what filling the template returned

    def fresh(self, kind: str, fill: Callable[[World], Any], name: str | None = None) -> str:
        if kind not in self._templates:
            path = self._folder / f"{kind}.sqlite3"
            world = build(f"sqlite:///{path}")
            self.filled[kind] = fill(world)
            world.services.database.close()
            self._templates[kind] = path
        copy = self._folder / f"{name or uuid.uuid4()}.sqlite3"
        shutil.copyfile(self._templates[kind], copy)
        return f"sqlite:///{copy}"

    @contextmanager
    def lent(self, kind: str, fill: Callable[[World], Any]) -> Iterator[str]:
        """A fresh one that is gone afterwards."""
        with self._lent.name() as name:
            url = self.fresh(kind, fill, name)
            with self._lent.database(url):
                yield url
            for file in self._folder.glob(f"{Path(url).name}*"):  # with what SQLite has beside it
                file.unlink()


class PostgresHouse:
    """Databases in a throw-away cluster, made from template databases."""

    def __init__(self, url: str) -> None:
        self._url = sqlalchemy.make_url(url)
        self._templates: set[str] = set()
        self._lent = Lent()
        self.filled: dict[str, Any] = {}  # by kind: what filling the template returned

    def _execute(self, statement: str) -> None:
        engine = sqlalchemy.create_engine(self._url, isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.NullPool)
        with engine.connect() as connection:
            connection.execute(sqlalchemy.text(statement))

    def _create(self, name: str, template: str) -> str:
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self._url.set(database=name).render_as_string(hide_password=False)

    def fresh(self, kind: str, fill: Callable[[World], Any], name: str | None = None) -> str:
        if kind not in self._templates:
            world = build(self._create(kind, "template0"))
            self.filled[kind] = fill(world)
            world.services.database.close()
            self._templates.add(kind)
        return self._create(name or f"test-{uuid.uuid4()}", kind)

    @contextmanager
    def lent(self, kind: str, fill: Callable[[World], Any]) -> Iterator[str]:
        """A fresh one that is gone afterwards."""
        with self._lent.name() as name:
            url = self.fresh(kind, fill, name)
            with self._lent.database(url):
                yield url
            self._execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def postgres_house() -> Iterator[PostgresHouse]:
    """A cluster that is gone afterwards."""
    with cluster() as url:
        yield PostgresHouse(url)


@contextmanager
def lent(house: SqliteHouse | PostgresHouse, kind: str, fill: Callable[[World], Any], **chosen: Any) -> Iterator[World]:
    """A world on a database that is gone afterwards. `chosen`: as for `build`."""
    with house.lent(kind, fill) as url:
        made = build(url, is_copy=True, **chosen)
        made.filled = house.filled[kind]
        yield made
        made.services.database.close()
