"""What hostile clients send to a real server on a real socket."""

import asyncio
import contextlib
import socket
import threading

import pytest
import uvicorn

from app.web.bounded_http import MOST_BYTES, MOST_WAITING, BoundedHttp

GET = b"GET / HTTP/1.1\r\nHost: attesta.test\r\n"
POST = b"POST / HTTP/1.1\r\nHost: attesta.test\r\nContent-Length: 100000\r\n\r\n"
LARGE = b"x" * 50_000_000  # more than the system's buffers hold
CHUNKED = b"POST / HTTP/1.1\r\nHost: attesta.test\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n"


async def echo(_scope, receive, send):
    size, more = 0, True
    while more:
        message = await receive()
        size, more = size + len(message.get("body", b"")), message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(str(size)))]})
    await send({"type": "http.response.body", "body": str(size).encode()})


@contextlib.contextmanager
def serving(protocol):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(answered, http=protocol, lifespan="off", log_level="critical"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def port():
    with serving(BoundedHttp) as there:
        yield there


class Impatient(BoundedHttp):
    look_every_s = 0.1


@pytest.fixture(scope="module")
def impatient():
    with serving(Impatient) as there:
        yield there


async def answered(scope, receive, send):
    if scope["path"] == "/large":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": LARGE})
    elif scope["path"] == "/slow":
        await asyncio.sleep(Impatient.look_every_s * 4)
        await echo(scope, receive, send)
    else:
        await echo(scope, receive, send)


def answer(port, pieces):
    """What comes back of sending these until the server has enough of it, as status and body."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        with contextlib.suppress(ConnectionError):
            for piece in pieces:
                client.sendall(piece)
        with contextlib.suppress(ConnectionError):
            while not received.partition(b"\r\n\r\n")[2]:
                data = client.recv(65_536)
                if not data:
                    break
                received += data
    head, _, body = received.partition(b"\r\n\r\n")
    return head.split(b" ")[1:2], body


def counted(pieces, sent):
    for piece in pieces:
        sent.append(len(piece))
        yield piece


def test_plain_requests_are_answered(port):
    assert answer(port, [GET, b"\r\n"]) == ([b"200"], b"0")
    assert answer(port, [GET + b"X-Long: " + b"x" * (MOST_BYTES // 2), b"\r\n\r\n"]) == ([b"200"], b"0")
    assert answer(port, [CHUNKED + b"X-Trailer: 1\r\n\r\n"]) == ([b"200"], b"1")
    head = b"POST / HTTP/1.1\r\nHost: attesta.test\r\nContent-Length: 3000000\r\n\r\n"
    assert answer(port, [head, *[b"x" * 100_000] * 30]) == ([b"200"], b"3000000")


@pytest.mark.parametrize(
    "endless",
    [
        (GET + b"X-Endless: ", b"x" * 50_000),
        (GET, b"X-Many: 1\r\n" * 5_000),
        (GET + b"X", b"x" * 50_000),
        (b"GET /", b"x" * 50_000),
        (b"", b"GET"),
        (CHUNKED + b"X-Endless: ", b"x" * 50_000),
        (CHUNKED, b"X-Many: 1\r\n" * 5_000),
        (CHUNKED.removesuffix(b"0\r\n") + b"1;endless=", b"x" * 50_000),
    ],
    ids=["value", "headers", "name", "target", "method", "trailer", "trailers", "extension"],
)
def test_what_does_not_end_is_refused(port, endless):
    begin, piece = endless
    sent: list[int] = []
    status, _ = answer(port, counted([begin, *[piece] * 2_000], sent))  # 100 MB, if it were taken
    assert sum(sent) < 20_000_000  # what the system's own buffers hold
    assert status in ([b"400"], [])  # [] when the answer was lost with the connection
    assert answer(port, [GET, b"\r\n"]) == ([b"200"], b"0")


@pytest.mark.parametrize(
    "odd",
    [
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: attesta.test\r\n\r\n",
        b"GET http://[:: HTTP/1.1\r\nHost: attesta.test\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"GET / HTTP/1.1\r\nHost : attesta.test\r\n\r\n",
        b"GET / HTTP/1.1\r\n\x00: 1\r\n\r\n",
    ],
)
def test_what_is_no_http_is_refused(port, odd):
    assert answer(port, [odd])[0] == [b"400"]


def test_requests_that_come_at_once_are_answered_one_after_the_other(port):
    last = GET + b"Connection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        client.sendall((GET + b"\r\n") * MOST_WAITING + last)
        received = b"".join(iter(lambda: client.recv(65_536), b""))
    assert received.count(b"HTTP/1.1 200 OK") == MOST_WAITING + 1


def test_a_row_of_requests_without_end_is_refused(port):
    sent: list[int] = []
    answer(port, counted([(GET + b"\r\n") * 5_000] * 500, sent))
    assert sum(sent) < 20_000_000  # of 100 MB
    assert answer(port, [GET, b"\r\n"]) == ([b"200"], b"0")


@pytest.mark.parametrize("begun", [b"", b"GE", GET, POST, POST + b"{", CHUNKED.removesuffix(b"0\r\n"), CHUNKED])
def test_what_does_not_go_on_is_ended(impatient, begun):
    with socket.create_connection(("127.0.0.1", impatient), timeout=30) as client:
        client.sendall(begun)
        with contextlib.suppress(ConnectionError):
            while client.recv(65_536):
                pass


def test_nor_does_a_second_request_without_end(impatient):
    with socket.create_connection(("127.0.0.1", impatient), timeout=30) as client:
        client.sendall(GET + b"\r\n")
        assert client.recv(65_536).startswith(b"HTTP/1.1 200")
        client.sendall(GET)
        with contextlib.suppress(ConnectionError):
            while client.recv(65_536):
                pass


def is_over(client):
    """Send one more byte, and see whether that was too many."""
    try:
        client.sendall(b"x")
        return client.recv(65_536) == b""
    except TimeoutError:
        return False
    except ConnectionError:
        return True


@pytest.mark.parametrize("begun", [GET, POST])
def test_what_comes_byte_by_byte_is_ended(impatient, begun):
    with socket.create_connection(("127.0.0.1", impatient), timeout=0.02) as client:
        client.sendall(begun)
        assert any(is_over(client) for _ in range(1_500))


def test_who_does_not_read_his_answer_gets_no_more_of_it():
    ended = threading.Event()

    class Watched(Impatient):
        def connection_lost(self, exc):
            super().connection_lost(exc)
            ended.set()

    with serving(Watched) as port, socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        client.sendall(GET.replace(b"/ ", b"/large ") + b"\r\n")
        assert ended.wait(30)


def test_who_waits_for_us_is_not_ended(impatient):
    with socket.create_connection(("127.0.0.1", impatient), timeout=30) as client:
        for path in (b"/slow", b"/", b"/slow"):
            client.sendall(GET.replace(b"/ ", path + b" ") + b"\r\n")
            received = b""
            while not received.endswith(b"\r\n\r\n0"):
                received += client.recv(65_536)
            assert received.startswith(b"HTTP/1.1 200")
