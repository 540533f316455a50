"""`attesta push`: with a token from a file, to a real socket; and where the browser comes back to."""

import json
import re
import socket
import threading
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
import typer
from sqlalchemy import delete, update
from typer.testing import CliRunner

from app.cli import command_line, pushing
from app.cli.pushing import LoopbackAnswer
from app.errors import Unavailable
from app.store.tables import OAuthClient, OAuthGrant, OAuthToken
from app.wallet import foreign
from tests import service
from tests.backpacks import ANA, issue, signed_in
from tests.live import serving
from tests.service import World
from tests.wallet.hosts import answers_there
from tests.wallet.oauth import Service


@pytest.fixture
def files(loaded, tmp_path):
    award = issue(loaded, "MC-01", "p-boris")
    headers = loaded.headers | {"Accept": "application/vc"}
    badge, token = tmp_path / "badge.json", tmp_path / "token"
    badge.write_bytes(loaded.client.get(f"/api/v1/credentials/{award}", headers=headers).content)
    who = signed_in(loaded, ANA)
    token.write_text(Service.register(loaded).tokens()["access_token"] + "\n")
    return who, badge, token


def test_with_a_token(loaded, files):
    who, badge, token = files
    with serving(loaded.client.app) as address:
        done = CliRunner().invoke(command_line(), ["push", str(badge), address, "--token-file", str(token)])
    assert (done.exit_code, done.stdout) == (0, f"{address}: added\n"), done.output
    assert len(foreign.kept(loaded.services, who)) == 1


def test_the_browser_comes_back(capsys):
    came = []
    with LoopbackAnswer() as answer:
        thread = threading.Thread(target=lambda: came.append(answer.ask("https://host.example/oauth/authorize?x=1")))
        thread.start()
        elsewhere = answer.url.rpartition("/")[0] + "/?code=forged"
        assert httpx.get(elsewhere, trust_env=False).status_code == 404
        page = httpx.get(f"{answer.url}?code=c&state=s", trust_env=False)
        thread.join(10)
    assert (page.status_code, came[0].partition("?")[2]) == (200, "code=c&state=s")
    told = capsys.readouterr()
    assert "https://host.example/oauth/authorize?x=1" in told.out
    assert "code=c" not in told.out + told.err


@dataclass
class Learner:
    """Follows the address that is printed, says yes at the host, and comes back."""

    world: World
    choice: str = "allow"
    asked: list[str] = field(default_factory=list)

    def __call__(self, message: str = "", **_: object) -> None:
        found = re.search(r"https?://\S+/oauth/authorize\?\S+", message)
        if found is None:
            return
        url = found[0]
        self.asked.append(dict(parse_qsl(urlsplit(url).query))["client_id"])
        address = url.partition("/oauth/")[0]
        page = self.world.client.get(url.removeprefix(address))
        if page.status_code == 200:
            back = answers_there(self.world, address, url, self.choice)
            threading.Thread(target=httpx.get, args=(back,), kwargs={"trust_env": False}).start()

    @property
    def address(self) -> str:
        return self.world.services.settings.public_url


@pytest.fixture
def host(sqlite_house, tmp_path, monkeypatch):
    """A host that is served, with Ana's browser, which follows what is printed."""
    monkeypatch.setenv("ATTESTA_DATA_DIR", str(tmp_path / "data"))
    listener = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    world = service.build(sqlite_house.fresh("loaded", service.load), base_url=address)
    signed_in(world, ANA)
    learner, echo = Learner(world), typer.echo

    def told(message="", **how):
        echo(message, **how)
        learner(str(message))

    monkeypatch.setattr(typer, "echo", told)
    with serving(world.client.app, listener=listener):
        yield learner
    world.services.database.close()


@pytest.fixture
def badge(host, tmp_path):
    path = tmp_path / "badge.json"
    award = issue(host.world, "MC-01", "p-boris")
    path.write_bytes(host.world.client.get(f"/credentials/{award}", headers={"Accept": "application/vc"}).content)
    return path


@pytest.fixture
def file(tmp_path):
    return tmp_path / "data" / "push-registrations.json"


def push(host, badge):
    done = CliRunner().invoke(command_line(), ["push", str(badge), host.address])
    return done.exception or done.output.rpartition(f"{host.address}: ")[2].strip()


def test_a_registration_is_kept_for_its_owner_and_used_again(host, badge, file):
    assert [push(host, badge) for _ in range(3)] == ["added", "replaced", "replaced"]
    assert len(set(host.asked)) == 1
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(json.loads(file.read_text())) == [f"{host.address}/oauth/register"]


def test_a_host_that_forgot_us_is_asked_anew_the_next_time(host, badge, monkeypatch):
    assert push(host, badge) == "added"
    with host.world.services.database.everywhere(why="a test", writes=True) as session:
        for table in (OAuthToken, OAuthGrant, OAuthClient):
            session.execute(delete(table))
    with monkeypatch.context() as patched:
        patched.setattr(pushing, "WAIT_S", 0)
        assert isinstance(push(host, badge), Unavailable)
    assert push(host, badge) == "replaced"
    assert [host.asked[0] == each for each in host.asked] == [True, True, False]


def test_a_host_that_refuses_our_secret_is_asked_anew_at_once(host, badge):
    assert push(host, badge) == "added"
    with host.world.services.database.everywhere(why="a test", writes=True) as session:
        session.execute(update(OAuthClient).values(secret_hash="0" * 64))
    assert push(host, badge) == "replaced"
    assert [host.asked[0] == each for each in host.asked] == [True, True, False]


def test_a_port_that_is_taken_means_another_registration(host, badge, file):
    assert push(host, badge) == "added"
    (known,) = json.loads(file.read_text()).values()
    with socket.create_server(("127.0.0.1", urlsplit(known["redirect_uri"]).port)):
        assert push(host, badge) == "replaced"
    assert len(set(host.asked)) == 2


def test_a_file_that_cannot_be_read_is_told(host, badge, file):
    file.parent.mkdir()
    file.write_text("{")
    assert str(file) in str(push(host, badge))
