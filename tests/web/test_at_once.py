"""What is answered before the framework begins, and what is left to it as if nobody had looked."""

import asyncio

import pytest
from fastapi import FastAPI, Request, Response
from fastapi.testclient import TestClient

from app.errors import BadInput
from app.web.application import application
from app.web.at_once import AtOnce
from app.web.quick_turns import QuickTurns
from tests.verifier.badges import services


@pytest.fixture
def asked():
    return []


@pytest.fixture
def app(asked):
    def answer(request, content):
        asked.append(content)
        if content == b"wrong":
            raise BadInput("It is wrong.")
        return Response(request.headers["x-name"]) if content == b"known" else None

    made = application(services(), "A", "An application", None, {"/thing": answer})

    @made.post("/thing")
    async def post_thing(request: Request):
        content = await request.body()
        if content == b"wrong":
            raise BadInput("It is wrong, says the route.")
        return Response(b"the route got " + content)

    return made


@pytest.fixture
def client(app):
    return TestClient(app, headers={"X-Name": "me"})


def test_what_is_known_is_answered_at_once_with_the_headers_of_every_answer(client, asked):
    answer = client.post("/thing", content=b"known")
    assert (answer.text, asked) == ("me", [b"known"])
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_what_is_not_known_comes_to_the_route_as_it_was_sent(client, asked):
    assert client.post("/thing", content=b"other").text == "the route got other"
    assert asked == [b"other"]


def test_a_problem_is_told_by_the_application(client, asked):
    answer = client.post("/thing", content=b"wrong")
    assert (answer.status_code, answer.json()["detail"]) == (400, "It is wrong, says the route.")
    assert asked == [b"wrong"]


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/thing", 405), ("POST", "/thing?a=b", 200), ("POST", "/other", 404)]
)
def test_nothing_else_is_asked_about(client, asked, method, path, status):
    assert client.request(method, path, content=b"known").status_code == status
    assert asked == []


def test_nothing_is_asked_in_a_pause(client, app, asked):
    worked = iter([0.0, 60.0])
    app.state.quick_turns = QuickTurns(lambda: 0.0, lambda: next(worked))
    assert client.post("/thing", content=b"known").text == "me"
    assert client.post("/thing", content=b"known").text == "the route got known"
    assert asked == [b"known"]


def test_a_body_in_pieces_is_left_to_the_application_whole(asked):
    messages = [
        {"type": "http.request", "body": b"kno", "more_body": True},
        {"type": "http.request", "body": b"wn", "more_body": False},
    ]

    async def application_itself(scope, receive, send):
        for wanted in messages:
            assert await receive() == wanted
        asked.append("all of it")

    arriving = iter(messages)

    async def receive():
        return next(arriving)

    scope = {"type": "http", "method": "POST", "path": "/thing", "query_string": b"", "app": FastAPI()}
    door = AtOnce(application_itself, {"/thing": lambda *_: pytest.fail("only a part is there")})
    asyncio.run(door(scope, receive, pytest.fail))
    assert asked == ["all of it"]
