"""kill -9 at any point, restart: every accepted request is done or resumed, nothing is half-done, nothing is lost."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from http.client import HTTPException

import pytest

from app.settings import Settings
from app.store import audit, tenancy
from app.store import credential as store
from app.store.session import Database
from tests import postgres
from tests.service import DATA

pytestmark = pytest.mark.long
KEY = "crash-test-key"
ROUNDS = 6
WORK = [
    (f"MC-{number:02}", learner) for number in range(1, 11) for learner in ("p-ana", "p-boris", "p-carmen", "p-iosif")
]


class Server:
    """The service as a process that can be killed."""

    def __init__(self, folder, port, database_url=None):
        self.folder, self.port, self.database_url = folder, port, database_url
        self.url = f"http://127.0.0.1:{self.port}"

    def _variables(self):
        variables = {name: value for name, value in os.environ.items() if not name.startswith("ATTESTA_")}
        variables |= {
            "ATTESTA_DATA_DIR": str(self.folder),
            "ATTESTA_PORT": str(self.port),
            "ATTESTA_ADMIN_KEY": KEY,
            "ATTESTA_OPEN_REQUESTS_PER_MINUTE": "100000",
        }
        if self.database_url is not None:
            variables["ATTESTA_DATABASE_URL"] = self.database_url
        return variables

    def command(self, *words):
        subprocess.run([sys.executable, "-m", "app", *words], env=self._variables(), check=True, cwd=self.folder)

    def start(self):
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app", "serve"], env=self._variables(), stdout=log, stderr=log, cwd=self.folder
            )
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.url}/health/ready", timeout=30):
                    return
            except OSError:
                threading.Event().wait(0.1)
        raise AssertionError((self.folder / "log").read_text())

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def send(self, path, content, media_type="application/json", method="POST"):
        headers = {"Authorization": f"Bearer {KEY}", "Content-Type": media_type}
        request = urllib.request.Request(f"{self.url}{path}", content, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()


def _hammer(server, answers, stop):
    """Ask for awards until the server dies."""
    picks = random.Random(len(answers))
    while not stop.is_set():
        achievement, learner = picks.choice(WORK)
        body = json.dumps({"achievement": achievement, "learner": learner}).encode()
        try:
            status, content = server.send("/api/v1/credentials", body)
        except (OSError, HTTPException):  # killed before the answer, or in the middle of it
            return
        if status in (200, 201):
            answers.append((achievement, learner, content))
        else:
            assert status == 409, content


def test_kill_minus_nine_at_any_point(tmp_path, port):
    _kill_again_and_again(Server(tmp_path, port))
    _check_database(Settings(data_dir=tmp_path).sqlalchemy_url)


@pytest.mark.postgres
def test_kill_minus_nine_at_any_point_on_postgresql(tmp_path, port):
    with postgres.cluster() as url:
        server = Server(tmp_path, port, url)
        server.command("migrate")
        _kill_again_and_again(server)
        _check_database(url)


def _kill_again_and_again(server):
    server.start()
    loads = (("frameworks", "smart-city-framework.yaml", "application/yaml"), ("learners", "learners.csv", "text/csv"))
    for path, name, kind in (*loads, ("results", "results.csv", "text/csv")):
        assert server.send(f"/api/v1/{path}", (DATA / name).read_bytes(), kind)[0] in (200, 201)
    answers = []
    for seed in range(ROUNDS):
        stop = threading.Event()
        threads = [threading.Thread(target=_hammer, args=(server, answers, stop)) for _ in range(4)]
        for thread in threads:
            thread.start()
        threading.Event().wait(random.Random(seed).uniform(0.05, 0.8))
        server.kill()
        stop.set()
        for thread in threads:
            thread.join()
        server.start()
    assert answers
    for achievement, learner, content in answers:  # whatever was answered before a crash is what is answered after it
        body = json.dumps({"achievement": achievement, "learner": learner}).encode()
        assert server.send("/api/v1/credentials", body) == (200, content)
    documents = {content for _, _, content in answers}
    for content in documents:
        report = json.loads(server.send("/verify", json.dumps(json.loads(content)["credential"]).encode())[1])
        assert report["outcome"] == "valid", report
    server.kill()


def _check_database(url):
    database = Database(url)
    with database.everywhere(why="the test looks at what is left") as session:
        tenant = tenancy.tenants(session)[0].id
    with database.reading(tenant) as session:
        assert audit.first_broken(session) is None
        awards = store.awards(session, limit=1000)
        keys = [(award.learner_id, award.achievement_code, award.rule_version) for award in awards]
        assert len(set(keys)) == len(keys)
        for award in awards:
            states = sorted(row.state for row in store.renditions(session, award.id))
            assert states.count("issued") <= 1
            assert set(states) <= {"issued", "reserved", "abandoned"}
    database.close()
