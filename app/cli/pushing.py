"""`attesta push FILE HOST`: a badge to another host, over the Open Badges 3.0 API."""

import secrets
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Self

import typer

from app.cli.common import read_file, settings
from app.errors import Unavailable
from app.services import fetcher_for_operator
from app.wallet.ob_api import push as pushing

WAIT_S = 300  # for the learner to say yes
REQUEST_S = 10  # for one request to come in
DONE = b"<!doctype html><html lang=en><title>Attesta</title><p>Done. You can close this page.</p></html>"


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("push")(push)


def push(
    file: Path = typer.Argument(help="The badge: JSON, VC-JWT, or baked into a picture."),
    host: str = typer.Argument(help="Address of the host, with or without /ims/ob/v3p0."),
    token_file: Path | None = typer.Option(
        None, help="File with an access token of the host, - for stdin; default: ask in a browser."
    ),
) -> None:
    """Push a badge to another host: prints an address where its learner says yes, and waits five minutes for her."""
    chosen = settings()
    sender = fetcher_for_operator(chosen)
    content = read_file(file, chosen.verify_max_file_bytes)
    found = pushing.discover(sender, host)
    if token_file is not None:
        token = read_file(token_file, 10_000).decode("ascii", "replace").strip()
    else:
        with LoopbackAnswer() as answer:
            browser = pushing.Browser(answer.url, answer.ask)
            token = pushing.connect(sender, chosen, found, browser, lambda: secrets.token_urlsafe(32))
    typer.echo(f"{host}: {pushing.push(sender, found, token, content, '').outcome}")


class LoopbackAnswer:
    """The address on this machine where the browser comes back to (RFC 8252 section 7.3). A context manager."""

    def __init__(self) -> None:
        """Listen on a free port of 127.0.0.1."""
        self._path = f"/{secrets.token_urlsafe(16)}"
        self._came = ""
        came_back = self._come_back

        class Handler(BaseHTTPRequestHandler):
            timeout = REQUEST_S

            def do_GET(self) -> None:
                self.send_response(200 if came_back(self.path) else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(DONE)

            def log_message(self, *_: object) -> None:
                """Nothing: the address has the code."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening."""
        self._server.server_close()

    @property
    def url(self) -> str:
        """The redirect URI: only who knows it can answer."""
        return f"http://127.0.0.1:{self._server.server_port}{self._path}"

    def _come_back(self, path: str) -> bool:
        if urllib.parse.urlsplit(path).path != self._path:
            return False
        self._came = path
        return True

    def ask(self, url: str) -> str:
        """Print where to go, and wait for the browser; raises Unavailable after five minutes."""
        typer.echo(f"Open this address in the browser of the badge's learner:\n\n{url}\n")
        end = time.monotonic() + WAIT_S
        while not self._came and (left := end - time.monotonic()) > 0:  # other programs may knock
            self._server.timeout = left
            self._server.handle_request()
        if self._came:
            return self._came
        raise Unavailable("Nobody answered.", remedy="Begin again.")
