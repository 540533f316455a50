"""PostgreSQL restarts, dies or falls silent while sixteen clients ask: who is refused is told so, nobody's is lost."""

import json
import re
import signal
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import psycopg
import pytest

from app.store import audit, tenancy
from app.store import credential as store
from app.store.postgresql import SILENCE_S
from app.store.session import BUSY_TIMEOUT_MS, Database
from bench.service import ACHIEVEMENT, FRAMEWORK, results, roster
from tests import postgres
from tests.api.test_crash import KEY, Server
from tests.api.test_issue_route import MC02
from tests.service import build, load

pytestmark = [
    pytest.mark.long,
    pytest.mark.postgres,
    pytest.mark.skipif(postgres.find_binaries() is None, reason="PostgreSQL server binaries are missing"),
]
CLIENTS = 16
LEARNERS = 2000
BODIES = ({}, {"json": MC02}, {"data": {"email": "ana.petrova@example.org"}})
FROZEN_S = 1.5 * SILENCE_S


class Clients:
    """They ask for one badge after another, look at each, and ask again for what was refused."""

    def __init__(self, service):
        self.service = service
        self.learners = iter(range(LEARNERS))
        self.guard = threading.Lock()
        self.badges = {}  # what was answered, by learner
        self.refused = []
        self.broken = []
        self.slowest_s = 0.0
        self.enough = threading.Event()
        self.threads = [threading.Thread(target=self._ask_on) for _ in range(CLIENTS)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.enough.set()
        for thread in self.threads:
            thread.join()

    def wait_for(self, number):
        """Until that many more badges were answered."""
        wanted = len(self.badges) + number
        deadline = time.monotonic() + 120
        while len(self.badges) < wanted:
            assert time.monotonic() < deadline, (self.broken, self.refused[-3:])
            self.enough.wait(0.05)

    def _ask_on(self):
        while not self.enough.is_set():
            with self.guard:
                learner = f"b-{next(self.learners)}"
            badge = self._until_answered("POST", "/api/v1/credentials", asked(learner))
            if badge is not None:
                self.badges[learner] = badge
                self._until_answered("GET", "/credentials/" + json.loads(badge)["id"], None)

    def _until_answered(self, method, path, body):
        while True:
            begun = time.monotonic()
            status, headers, content = send(self.service, method, path, body)
            self.slowest_s = max(self.slowest_s, time.monotonic() - begun)
            if status in (200, 201):
                return content
            if status != 503:
                self.broken.append((method, path, status, content))
                return None
            self.refused.append((headers, json.loads(content)))
            if self.enough.wait(float(headers["Retry-After"]) / 4):
                return None


def asked(learner):
    return json.dumps({"achievement": ACHIEVEMENT, "learner": learner}).encode()


def send(service, method, path, body=None):
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{service.url}{path}", body, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


@pytest.fixture
def database():
    with postgres.server(postgres.KEEPS_COMMITS) as made:
        yield made


@pytest.fixture
def service(database, tmp_path, port):
    made = Server(tmp_path, port, database.url)
    made.command("migrate")
    made.start()
    assert made.send("/api/v1/frameworks", FRAMEWORK.read_bytes(), "application/yaml")[0] == 201
    for path, rows in (("learners", roster(range(LEARNERS))), ("results", results(range(LEARNERS)))):
        assert made.send(f"/api/v1/{path}", rows, "text/csv")[0] == 200
    yield made
    made.kill()


def restart(database, _service):
    database.stop("fast")
    database.start()


def kill(database, service):
    database.kill()
    assert send(service, "GET", "/health/ready")[0] == 503
    database.start()


def connected(database):
    return psycopg.connect(database.url.replace("+psycopg", ""))


def close_connections(database, _service):
    with connected(database) as other:
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")


def lock_the_tenant(database, service):
    """For longer than a writer waits; who only looks is answered."""
    with connected(database) as other:
        other.execute("SELECT id FROM tenant FOR UPDATE")
        threading.Event().wait(1.4 * BUSY_TIMEOUT_MS / 1000)
        for path in ("/api/v1/credentials", "/health/ready"):
            assert send(service, "GET", path)[0] == 200


def freeze(database, service):
    """Meanwhile more people look at something than there are threads."""
    database.signal(signal.SIGSTOP)
    ends = time.monotonic() + FROZEN_S
    with ThreadPoolExecutor(CLIENTS) as people:
        looks = [people.submit(send, service, "GET", "/api/v1/credentials") for _ in range(CLIENTS)]
        threading.Event().wait(1)
        assert send(service, "GET", "/health/live")[0] == 200
        assert not any(look.done() for look in looks)
        assert send(service, "GET", "/health/ready")[0] == 503
        threading.Event().wait(ends - time.monotonic())
        database.signal(signal.SIGCONT)
    assert {look.result()[0] for look in looks} <= {200, 503}


TROUBLES = {close_connections: 3, lock_the_tenant: 1, restart: 3, kill: 3, freeze: 1}  # how often


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.__name__)
def test_every_badge_is_made_once_and_every_refusal_is_told(database, service, trouble):
    with Clients(service) as clients:
        clients.wait_for(50)
        for _ in range(TROUBLES[trouble]):
            trouble(database, service)
            clients.wait_for(50)
    assert send(service, "GET", "/health/ready")[0] == 200
    assert clients.broken == []
    assert clients.refused or trouble is close_connections
    for headers, problem in clients.refused:
        assert headers["Retry-After"] == "2"
        assert problem["type"] == "/problems/unavailable"
    for learner, badge in clients.badges.items():
        assert service.send("/api/v1/credentials", asked(learner)) == (200, badge)
    assert clients.slowest_s < 2 * SILENCE_S
    assert "Traceback" not in (service.folder / "log").read_text()
    check(database.url, clients.badges)


def check(url, badges):
    """Each learner has one badge, and the audit log is whole."""
    database = Database(url)
    with database.everywhere(why="the test looks at what is left") as session:
        tenant = tenancy.tenants(session)[0].id
    with database.reading(tenant) as session:
        assert audit.first_broken(session) is None
        awards = store.awards(session, limit=2 * LEARNERS)
        assert len({award.learner_id for award in awards}) == len(awards) >= len(badges)
        for award in awards:
            states = [row.state for row in store.renditions(session, award.id)]
            assert states.count("issued") <= 1
    database.close()


def addresses(routes, prefix=""):
    """(method, path) of every route, also of applications that are mounted and routers that are included."""
    for route in routes:
        inner = getattr(route, "original_router", route)
        if hasattr(inner, "routes"):
            yield from addresses(inner.routes, prefix + getattr(route, "path", ""))
        else:
            yield from ((method, prefix + route.path) for method in route.methods)


def test_no_address_calls_a_database_that_is_gone_a_mistake_of_ours(database):
    world = build(database.url)
    load(world)
    badge = world.client.post("/api/v1/credentials", json=MC02, headers=world.headers).json()["id"]
    database.kill()
    told = Counter()
    for method, path in addresses(world.client.app.routes):
        url = re.sub(r"\{.*?\}", badge, path)
        for accept, sent in product(("application/json", "text/html"), BODIES):
            headers = world.headers | {"Accept": accept}
            answer = world.client.request(method, url, headers=headers, follow_redirects=False, **sent)
            told[answer.status_code] += 1
            assert answer.status_code < 500 or answer.headers.get("Retry-After") == "2", (method, path, answer.text)
    assert told[503] > 400
    assert set(told) <= {200, 204, 303, 400, 401, 404, 415, 503}, told
    database.start()
    assert world.client.get("/health/ready").status_code == 200
    world.services.database.close()
