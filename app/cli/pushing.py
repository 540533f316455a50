"""`attesta push FILE HOST`: a badge to another host, over the Open Badges 3.0 API."""

import secrets
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Self

import typer

from app.cli.common import read_file, settings
from app.cli.registrations import Registrations
from app.errors import BadInput, Unavailable
from app.ports import Sender
from app.services import fetcher_for_operator
from app.settings import Settings
from app.wallet.ob_api import push as pushing
from app.wallet.ob_api.host import Host, discover
from app.wallet.ob_api.push import Access, Registration

WAIT_S = 300  # for the learner to say yes
REQUEST_S = 10  # for one request to come in
OUTCOMES = {pushing.ADDED: "added", pushing.REPLACED: "replaced", pushing.KEPT: "kept a newer one"}
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
    found = discover(sender, host)
    if token_file is not None:
        token = read_file(token_file, 10_000).decode("ascii", "replace").strip()
        outcome = pushing.push(sender, found, token, content, "")
    else:
        registration, access = _ask_her(sender, chosen, found)
        try:
            outcome = pushing.push(sender, found, access.token, content, "")
        finally:
            pushing.give_back(sender, found, registration, access)
    typer.echo(f"{host}: {OUTCOMES[outcome]}")


def _ask_her(sender: Sender, chosen: Settings, host: Host) -> tuple[Registration, Access]:
    """Access by the learner's word, under the registration of the last time if the host still knows it."""
    kept = Registrations(chosen.data_dir)
    known = kept.take(host)
    with LoopbackAnswer(known.redirect_uri if known else "") as answer:
        if known is not None and known.redirect_uri != answer.url:  # its port is somebody else's now
            known = None
        registration = known or pushing.register(sender, chosen, host, answer.url)
        try:
            access = pushing.connect(sender, host, registration, answer.ask, _new_secret)
        except BadInput as problem:
            if known is None or problem.members.get("error") != "invalid_client":
                raise
            registration = pushing.register(sender, chosen, host, answer.url)
            access = pushing.connect(sender, host, registration, answer.ask, _new_secret)
    kept.keep(host, registration)
    return registration, access


def _new_secret() -> str:
    return secrets.token_urlsafe(32)


class LoopbackAnswer:
    """The address on this machine where the browser comes back to (RFC 8252 section 7.3). A context manager."""

    def __init__(self, url: str = "") -> None:
        """Listen on 127.0.0.1; `url`: the address of the last time, which is taken again when its port is free."""
        last = urllib.parse.urlsplit(url)
        self._path = last.path or f"/{secrets.token_urlsafe(16)}"
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

        try:
            self._server = HTTPServer(("127.0.0.1", last.port or 0), Handler)
        except OSError:
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
        end, self._came = time.monotonic() + WAIT_S, ""
        while not self._came and (left := end - time.monotonic()) > 0:  # other programs may knock
            self._server.timeout = left
            self._server.handle_request()
        if self._came:
            return self._came
        raise Unavailable("Nobody answered.", remedy="Begin again.")
