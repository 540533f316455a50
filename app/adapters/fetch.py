"""The one way to foreign servers: a GET that cannot be turned against the network it runs in (OWASP SSRF prevention).

https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html

1. The URL is checked: https, no user name, a name and not an address.
2. The name is resolved once; every address must be public, and that very address is connected to (no DNS rebinding).
   TLS still verifies the name.
3. Everything is bounded: seconds in total, bytes after decompression, redirects (each checked like the first), requests
   at once in all and per host.
4. Only JSON, text and JWT come back, and what was asked for by its media type.

No proxy and no other setting is taken from the environment.
"""

import ipaddress
import re
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

import httpcore
import httpx

from app.adapters.response_cache import ResponseCache
from app.adapters.turnstile import Turnstile
from app.ports import Answered, Fetched, FetchFailed

MAX_BYTES = 1_048_576  # design: 1 MiB; the largest honest answer, a status list of 2^20 entries, has at most 175 kB
MAX_REDIRECTS = 2  # design: enough for "http host moved" and "www added"
MAX_ADDRESSES = 4  # tried in turn; more would only stretch a failure
PER_HOST = 2  # requests at once to one host, so that we are nobody's denial of service
AT_ONCE = 32  # requests at once in all; also bounds threads that hang in the system's resolver
REDIRECTS = frozenset({301, 302, 303, 307, 308})
MEDIA_TYPES = re.compile(
    r"text/plain|application/(json|vc|vp|did|cid|jwt|jwk|[a-z0-9.-]+(\+[a-z0-9.-]+)*\+(json|jwt))", re.ASCII
)
HOST = re.compile(r"[A-Za-z0-9_.-]{1,253}", re.ASCII)  # a DNS name (RFC 1035 2.3.4), after IDNA; no [::1]
MAX_PORT = 65535
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost"})
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address stands in the last 32 bits
UNICAST = ipaddress.IPv6Network("2000::/3")  # RFC 4291 section 4: all that IANA gives out; the rest is local or old
PROTOCOLS = ipaddress.IPv4Network("192.0.0.0/24")  # RFC 6890 section 2.2.2; some clouds answer there with secrets
OURS = {"accept-encoding": "identity", "connection": "close", "user-agent": "Attesta"}  # headers of every request
SHOWN_URL = 200  # characters of a foreign URL that we repeat in a message

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Iterable[str]]
"""Host name and port to addresses as text; raises OSError."""


def system_addresses(host: str, port: int) -> list[str]:
    """Addresses of a host name by the system's resolver, without scope ids; raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]).partition("%")[0] for *_, sockaddr in found))


@cache
def _usual_trust() -> ssl.SSLContext:
    """Whom TLS trusts where nothing else is said; read when it is needed, since most commands fetch nothing."""
    return httpx.create_ssl_context(trust_env=False)


def is_public(address: IPAddress) -> bool:
    """Whether an address belongs to the public internet, also the IPv4 address that an IPv6 one carries inside."""
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast and address not in PROTOCOLS
    if address in NAT64:
        return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    inner = address.sixtofour or (address.teredo or (None, None))[1]
    return address in UNICAST and address.is_global and (inner is None or is_public(inner))


class _TimedStream(httpcore.NetworkStream):
    """A connection on which no operation outlives the deadline, however slowly the other side drips."""

    def __init__(self, stream: httpcore.NetworkStream, remaining: Callable[[float | None], float]) -> None:
        self._stream = stream
        self._remaining = remaining

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._remaining(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._remaining(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._remaining(timeout))
        return _TimedStream(secured, self._remaining)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _GuardedBackend(httpcore.NetworkBackend):
    """Connects to the very addresses that were checked. One per request: it carries the request's deadline."""

    def __init__(
        self, resolve: Resolve, is_allowed: Callable[[IPAddress], bool], remaining: Callable[[float | None], float]
    ) -> None:
        self._resolve = resolve
        self._is_allowed = is_allowed
        self._remaining = remaining
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectError("no address")
        for address in self._checked_addresses(host, port)[:MAX_ADDRESSES]:
            try:
                stream = self._sockets.connect_tcp(
                    address, port, self._remaining(timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self._remaining)
        raise failure

    def _checked_addresses(self, host: str, port: int) -> list[str]:
        try:
            addresses = list(self._resolve(host, port))
        except (OSError, UnicodeError) as error:
            raise FetchFailed("unreachable", f"The name {host} is not known.") from error
        for address in addresses:
            if not self._is_allowed(ipaddress.ip_address(address)):
                raise FetchFailed("refused", f"{host} is not on the public internet; we do not fetch from there.")
        return addresses


class _Stream(httpx.SyncByteStream):
    """A body on its way in."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


class _GuardedTransport(httpx.BaseTransport):
    """httpx over a connection pool with our own network backend."""

    def __init__(self, backend: httpcore.NetworkBackend, ssl_context: ssl.SSLContext) -> None:
        self._pool = httpcore.ConnectionPool(ssl_context=ssl_context, max_connections=1, network_backend=backend)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Stream(answer), extensions=answer.extensions
        )

    def close(self) -> None:
        self._pool.close()


class GuardedFetcher:
    """`ports.Fetcher` over the public internet. Safe to share between threads; build one per process."""

    def __init__(
        self,
        *,
        timeout_s: float = 5.0,
        allow_http_loopback: bool = False,
        own_url: str = "",
        resolve: Resolve = system_addresses,
        is_allowed: Callable[[IPAddress], bool] = is_public,
        ssl_context: ssl.SSLContext | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Name what may differ.

        `timeout_s`: seconds for one get in all. `allow_http_loopback`: also http://127.0.0.1 and http://localhost,
        for development. `own_url`: where this process itself serves, without a slash at the end: nothing is fetched
        from there, so that it never waits for itself. `resolve`, `is_allowed`, `ssl_context`, `monotonic`: the world,
        exchanged in tests.
        """
        self._timeout_s = timeout_s
        self._allow_http_loopback = allow_http_loopback
        self._own_url = own_url and f"{own_url}/"
        self._resolve = resolve
        self._is_allowed = is_allowed
        self._ssl_context = ssl_context
        self._monotonic = monotonic
        self._cache = ResponseCache(monotonic)
        self._turnstile = Turnstile(per_key=PER_HOST, in_all=AT_ONCE)

    def kept(self, url: str, *, accept: str) -> Fetched | None:
        """What an earlier GET brought, as long as its server allows that."""
        return self._cache.find(url, accept)

    def get(self, url: str, *, accept: str) -> Fetched:
        """GET a public https URL. Raises FetchFailed: refused, unreachable, timeout, status, gone, too_large."""
        cached = self.kept(url, accept=accept)
        if cached is not None:
            return cached
        deadline = self._monotonic() + self._timeout_s
        target = self._checked(url)
        for hop in range(MAX_REDIRECTS + 1):
            try:
                location, fetched, headers = self._hop(target, accept, deadline)
            except (httpx.TimeoutException, httpcore.TimeoutException) as error:
                raise FetchFailed("timeout", f"{shown(url)} did not answer within {self._timeout_s:g} s.") from error
            except (httpx.HTTPError, httpx.InvalidURL, httpcore.NetworkError, httpcore.ProtocolError) as error:
                raise FetchFailed("unreachable", f"{shown(url)} could not be reached: {error}.") from error
            if fetched is not None:
                if hop == 0:  # what a redirect led to has several lifetimes; we do not keep it
                    self._cache.keep(url, accept, fetched, headers)
                return fetched
            target = self._checked(location, target)
        raise FetchFailed("refused", f"{shown(url)} redirects more than {MAX_REDIRECTS} times.")

    def _checked(self, url: str, base: httpx.URL | None = None) -> httpx.URL:
        """Return the URL when it is one we go to; `base` is where a redirect came from."""
        try:
            target = (base.join(url) if base else httpx.URL(url)).copy_with(fragment=None)
            host = target.raw_host.decode("ascii")
        except (httpx.InvalidURL, UnicodeError, ValueError, TypeError) as error:
            raise FetchFailed("refused", f"{shown(url)} is not a URL.") from error
        if target.userinfo:
            raise FetchFailed("refused", f"{shown(url)} carries a user name or password; we do not send those.")
        if self._own_url and str(target).startswith(self._own_url):
            raise FetchFailed("refused", f"{shown(url)} is an address of our own, and there is nothing to verify with.")
        # A foreign server never sends us there.
        if self._is_dev_loopback(target) and (base is None or self._is_dev_loopback(base)):
            return target
        if target.scheme != "https":
            raise FetchFailed("refused", f"{shown(url)} is not an https URL; we fetch nothing else.")
        if not HOST.fullmatch(host) or not 0 < (target.port or 443) <= MAX_PORT:
            raise FetchFailed("refused", f"{shown(url)} does not name a host and a port that exist.")
        if is_address_like(host):
            raise FetchFailed("refused", f"{shown(url)} names an address, not a host; we do not fetch from there.")
        return target

    def _is_dev_loopback(self, target: httpx.URL) -> bool:
        return self._allow_http_loopback and target.scheme == "http" and target.host in LOOPBACK_HOSTS

    def send(self, method: str, url: str, *, headers: Mapping[str, str], content: bytes = b"") -> Answered:
        """Send something to a public https URL, and read whatever it answers, for `ports.Sender`.

        Redirects are not followed, lest secrets go elsewhere. Raises FetchFailed: refused, unreachable, timeout,
        too_large.
        """
        target, deadline = self._checked(url), self._monotonic() + self._timeout_s
        try:
            with self._opened(target, deadline) as (client, remaining):
                sent = client.stream(method, target, headers=OURS | dict(headers), content=content)
                with sent as answer:
                    return Answered(answer.status_code, media_type_of(answer), read_body(answer, remaining))
        except (httpx.TimeoutException, httpcore.TimeoutException) as error:
            raise FetchFailed("timeout", f"{shown(url)} did not answer within {self._timeout_s:g} s.") from error
        except (httpx.HTTPError, httpx.InvalidURL, httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise FetchFailed("unreachable", f"{shown(url)} could not be reached: {error}.") from error

    @contextmanager
    def _opened(self, target: httpx.URL, deadline: float) -> Iterator[tuple[httpx.Client, Callable[..., float]]]:
        """A client for one request to that host, and how many seconds it has left."""

        def remaining(timeout: float | None = None) -> float:
            left = deadline - self._monotonic()
            if left <= 0:
                raise httpcore.ReadTimeout("out of time")
            return left if timeout is None else min(left, timeout)

        is_allowed = (lambda address: address.is_loopback) if self._is_dev_loopback(target) else self._is_allowed
        backend = _GuardedBackend(self._resolve, is_allowed, remaining)
        transport = _GuardedTransport(backend, self._ssl_context or _usual_trust())
        with (
            self._turnstile.passage(target.host, remaining()),
            httpx.Client(transport=transport, trust_env=False, timeout=self._timeout_s) as client,
        ):
            yield client, remaining

    def _hop(self, target: httpx.URL, accept: str, deadline: float) -> tuple[str, Fetched | None, httpx.Headers]:
        """One request: where to go next, or what was fetched, with the answer's headers."""
        headers = OURS | {"accept": accept}
        with (
            self._opened(target, deadline) as (client, remaining),
            client.stream("GET", target, headers=headers, follow_redirects=False) as answer,
        ):
            if answer.status_code in REDIRECTS and "location" in answer.headers:
                return answer.headers["location"], None, answer.headers
            return "", read_answer(answer, remaining), answer.headers


def read_answer(answer: httpx.Response, remaining: Callable[[], float]) -> Fetched:
    """Read the body of a good answer, bounded; raises FetchFailed, or httpcore's timeout when `remaining` says so."""
    url = str(answer.request.url)
    if answer.status_code == httpx.codes.GONE:
        raise FetchFailed("gone", f"{shown(url)} answered that it is gone (410).")
    if answer.status_code != httpx.codes.OK:
        raise FetchFailed("status", f"{shown(url)} answered with status {answer.status_code}.")
    media_type = media_type_of(answer)
    if not MEDIA_TYPES.fullmatch(media_type) and media_type not in listed(answer.request.headers["accept"]):
        what = f"as {media_type[:80]}" if media_type else "without a content type"
        raise FetchFailed("refused", f"{shown(url)} is served {what}, which is not what was asked for.")
    return Fetched(url, media_type, read_body(answer, remaining))


def media_type_of(answer: httpx.Response) -> str:
    """Without parameters, in lower case."""
    told: str = answer.headers.get("content-type", "")
    return told.partition(";")[0].strip().lower()


def read_body(answer: httpx.Response, remaining: Callable[[], float]) -> bytes:
    """Read a body, bounded; raises FetchFailed, or httpcore's timeout when `remaining` says so."""
    url, content = str(answer.request.url), bytearray()
    for chunk in answer.iter_raw():
        content += chunk
        remaining()
        if len(content) > MAX_BYTES:
            raise too_large(url)
    return decoded(bytes(content), answer.headers.get("content-encoding", ""), url)


def listed(accept: str) -> frozenset[str]:
    """Media types that an Accept header lists, without their parameters."""
    return frozenset(one.partition(";")[0].strip() for one in accept.split(","))


def decoded(content: bytes, encoding: str, url: str) -> bytes:
    """Undo a compression that we did not ask for, without ever holding more than MAX_BYTES."""
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return content
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise FetchFailed("refused", f"{shown(url)} is compressed by a method that we did not ask for.")
    inflater = zlib.decompressobj(wbits=47)  # 32 + 15: zlib or gzip, told from the header
    try:
        inflated = inflater.decompress(content, MAX_BYTES + 1)
    except zlib.error as error:
        raise FetchFailed("refused", f"{shown(url)} says that it is compressed but cannot be unpacked.") from error
    if len(inflated) > MAX_BYTES:
        raise too_large(url)
    if not inflater.eof:
        raise FetchFailed("refused", f"{shown(url)} was cut off on its way.")
    return inflated


def too_large(url: str) -> FetchFailed:
    """More than we take."""
    return FetchFailed("too_large", f"{shown(url)} is larger than {MAX_BYTES} bytes.")


def is_address_like(host: str) -> bool:
    """Whether a host would be read as an IP address by some parser: 127.1, 0x7f000001.

    WHATWG URL Standard, "ends in a number checker": https://url.spec.whatwg.org/#ends-in-a-number-checker
    """
    last = host.rstrip(".").rpartition(".")[2]
    return re.fullmatch(r"[0-9]+|0[xX][0-9a-fA-F]*", last) is not None


def shown(url: str) -> str:
    """Show a foreign URL as we repeat it: cut, and without control characters."""
    printable = "".join(character if character.isprintable() else "?" for character in url[: SHOWN_URL + 1])
    return printable if len(printable) <= SHOWN_URL else printable[:SHOWN_URL] + "…"
