"""Sending to foreign servers is guarded as fetching is, and no redirect is followed."""

import pytest
from fastapi import FastAPI, Request, Response

from app.adapters.fetch import MAX_BYTES, GuardedFetcher
from app.ports import FetchFailed
from tests.live import serving

HEADERS = {"authorization": "Bearer secret", "content-type": "text/plain"}


@pytest.fixture(scope="module")
def address():
    app = FastAPI()
    asked = []

    @app.post("/echo")
    async def echo(request: Request) -> Response:
        asked.append(request.url.path)
        told = b"|".join([await request.body(), request.headers["authorization"].encode()])
        return Response(told, 201, media_type="text/plain")

    @app.post("/moved")
    def moved() -> Response:
        return Response(status_code=307, headers={"Location": "/echo"})

    @app.post("/large")
    def large() -> Response:
        return Response(b"x" * (MAX_BYTES + 1))

    with serving(app) as url:
        yield url


@pytest.fixture
def sender():
    return GuardedFetcher(allow_http_loopback=True)


def test_what_is_sent_arrives_and_the_answer_is_read(sender, address):
    answer = sender.send("POST", f"{address}/echo", headers=HEADERS, content=b"badge")
    assert (answer.status, answer.media_type, answer.content) == (201, "text/plain", b"badge|Bearer secret")


def test_a_redirect_is_an_answer(sender, address):
    assert sender.send("POST", f"{address}/moved", headers=HEADERS, content=b"badge").status == 307


def test_a_failure_is_an_answer(sender, address):
    assert sender.send("POST", f"{address}/nothing", headers=HEADERS).status == 404


def test_a_large_answer_is_not_read_to_its_end(sender, address):
    with pytest.raises(FetchFailed) as failed:
        sender.send("POST", f"{address}/large", headers=HEADERS)
    assert failed.value.code == "too_large"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "http://host.example/", "https://127.0.0.1/", "https://a:b@host.example/", "x"]
)
def test_nothing_is_sent_to_where_nothing_is_fetched(url):
    with pytest.raises(FetchFailed) as failed:
        GuardedFetcher().send("POST", url, headers=HEADERS)
    assert failed.value.code == "refused"


def test_nothing_is_sent_into_our_own_network(address):
    guarded = GuardedFetcher(resolve=lambda _host, _port: ["10.0.0.1"])
    with pytest.raises(FetchFailed) as failed:
        guarded.send("POST", "https://host.example/", headers=HEADERS)
    assert failed.value.code == "refused"
