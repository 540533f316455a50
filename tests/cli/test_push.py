"""`attesta push`: with a token from a file, to a real socket; and where the browser comes back to."""

import threading

import httpx
import pytest
from typer.testing import CliRunner

from app.cli import app
from app.cli.pushing import LoopbackAnswer
from app.wallet import foreign
from tests.backpacks import ANA, issue, signed_in
from tests.live import serving
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
        done = CliRunner().invoke(app, ["push", str(badge), address, "--token-file", str(token)])
    assert (done.exit_code, done.output) == (0, f"{address}: added\n"), done.output
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
