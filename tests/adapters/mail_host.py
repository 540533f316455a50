"""A small mail server for tests (RFC 5321), with STARTTLS (RFC 3207) and AUTH PLAIN (RFC 4954) when asked for."""

import base64
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class MailHost:
    """What the server does, and what it got: (sender, recipient, content, whether over TLS)."""

    tls: ssl.SSLContext | None = None
    password: str | None = None
    answers: dict[str, str] = field(default_factory=dict)  # to a command instead of the usual, or `hang up`
    got: list[tuple[str, str, bytes, bool]] = field(default_factory=list)
    port: int = 0


class _Session(socketserver.StreamRequestHandler):
    @property
    def host(self) -> MailHost:
        return self.server.host  # type: ignore[attr-defined,no-any-return]

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        self.secure, self.allowed = False, self.host.password is None
        self.say("220 mail.example")
        while line := self.rfile.readline().decode(errors="replace").strip():
            word = line.split()[0].upper()
            answer = self.host.answers.get(word)
            if answer == "hang up":
                return
            if answer is not None:
                self.say(answer)
            elif word == "QUIT":
                self.say("221 bye")
                return
            else:
                getattr(self, f"on_{word.lower()}", self.on_other)(line)

    def finish(self) -> None:
        super().finish()
        self.connection.close()

    def on_other(self, _line: str) -> None:
        self.say("250 ok")

    def on_ehlo(self, _line: str) -> None:
        extras = ["STARTTLS"] if self.host.tls and not self.secure else []
        extras += ["AUTH PLAIN"] if self.host.password else []
        lines = ["mail.example", *extras, "8BITMIME"]
        for line in lines[:-1]:
            self.say(f"250-{line}")
        self.say(f"250 {lines[-1]}")

    def on_starttls(self, _line: str) -> None:
        assert self.host.tls is not None
        self.say("220 go on")
        self.connection = self.host.tls.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)
        self.secure = True

    def on_auth(self, line: str) -> None:
        self.allowed = base64.b64decode(line.split()[2]).split(b"\0")[2].decode() == self.host.password
        self.say("235 ok" if self.allowed else "535 no")

    def on_mail(self, line: str) -> None:
        self.sender = line.partition("<")[2].partition(">")[0]
        self.say("250 ok" if self.allowed else "530 who are you")

    def on_rcpt(self, line: str) -> None:
        self.recipient = line.partition("<")[2].partition(">")[0]
        self.say("250 ok")

    def on_data(self, _line: str) -> None:
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        self.host.got.append((self.sender, self.recipient, b"".join(lines), self.secure))
        self.say("250 ok")


@contextmanager
def serving(host: MailHost, *, tls_at_once: bool = False) -> Iterator[MailHost]:
    """The server on a port of this machine; `tls_at_once`: as smtps has it."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Session) as server:
        server.daemon_threads = True
        server.host = host  # type: ignore[attr-defined]
        if tls_at_once and host.tls is not None:
            server.socket = host.tls.wrap_socket(server.socket, server_side=True)
        host.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield host
        finally:
            server.shutdown()
            thread.join(5)
