import gzip
import ipaddress
import ssl
import threading
from datetime import UTC, datetime, timedelta

import httpcore
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from app.adapters.fetch import MAX_BYTES, GuardedFetcher, is_public
from app.ports import FetchFailed
from tests.adapters.loopback import loopback, send

JSON = "application/json"


@pytest.fixture
def site():
    with loopback() as site:
        yield site


@pytest.fixture
def fetcher():
    return GuardedFetcher(allow_http_loopback=True)


def no_resolver(host, port):
    raise AssertionError(f"asked for {host}")


def refused(url, fetcher=None):
    fetcher = fetcher or GuardedFetcher(resolve=no_resolver)
    with pytest.raises(FetchFailed) as caught:
        fetcher.get(url, accept=JSON)
    return caught.value


def test_get_returns_url_media_type_and_content(site, fetcher):
    site.answers["/a.json"] = lambda h: send(h, b'{"a":1}', content_type="Application/LD+JSON; charset=utf-8")
    fetched = fetcher.get(site.url("/a.json#frag"), accept="application/ld+json")
    assert (fetched.url, fetched.media_type, fetched.content) == (
        site.url("/a.json"),
        "application/ld+json",
        b'{"a":1}',
    )
    (_, headers), *_ = site.seen
    assert headers["accept"] == "application/ld+json"
    assert headers["accept-encoding"] == "identity"


def test_localhost_by_name_is_allowed_in_development(site):
    site.answers["/"] = send
    fetcher = GuardedFetcher(allow_http_loopback=True, resolve=lambda host, port: ["127.0.0.1"])
    assert fetcher.get(site.url("/", "localhost"), accept=JSON).content == b"{}"


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "https://user@example.org/",
        "https://user:secret@example.org/",
        "https://127.0.0.1/",
        "https://8.8.8.8/",
        "https://[::1]/",
        "https://[2001:4860:4860::8888]/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.1/",
        "https://127.0.0.1./",
        "https:///path",
        "https://",
        "https://exa mple.org/",
        "https://xn--\u2028.org/",
        "not a url",
        "",
        "//example.org/",
        "data:application/json,{}",
        "https://example.org:99999/",
        "http://127.0.0.1:9/",
        "http://localhost:9/",
        "https://example.org/\ud800",
    ],
)
def test_url_that_is_no_public_https_is_refused_without_asking_the_resolver(url):
    assert refused(url).code == "refused"


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.0.0.1"],
        ["192.168.1.1"],
        ["169.254.169.254"],
        ["100.64.0.1"],
        ["0.0.0.0"],  # noqa: S104 - an address to refuse
        ["224.0.0.1"],
        ["255.255.255.255"],
        ["::1"],
        ["fe80::1"],
        ["fc00::1"],
        ["ff02::1"],
        ["::ffff:127.0.0.1"],
        ["::ffff:10.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["64:ff9b:1::7f00:1"],
        ["2002:7f00:1::"],
        ["::127.0.0.1"],
        ["::ffff:0:127.0.0.1"],
        ["fec0::1"],
        ["192.0.0.192"],
        ["8.8.8.8", "127.0.0.1"],
    ],
)
def test_name_of_an_internal_address_is_refused(addresses):
    fetcher = GuardedFetcher(resolve=lambda host, port: addresses)
    failure = refused("https://did.example.org/.well-known/did.json", fetcher)
    assert failure.code == "refused"
    assert "public internet" in failure.message


def test_public_addresses():
    for address in ("8.8.8.8", "2001:4860:4860::8888", "64:ff9b::808:808"):
        assert is_public(ipaddress.ip_address(address))


def test_loopback_flag_does_not_open_other_internal_hosts(fetcher):
    assert refused("http://10.0.0.1/", fetcher).code == "refused"
    assert refused("https://127.0.0.1/", fetcher).code == "refused"
    internal = GuardedFetcher(allow_http_loopback=True, resolve=lambda host, port: ["10.0.0.1"])
    assert refused("http://localhost/", internal).code == "refused"


def test_own_address_is_never_asked_also_by_redirect(site):
    own = GuardedFetcher(allow_http_loopback=True, own_url=site.url("/own").rstrip("/"))
    site.answers["/own/x"] = site.answers["/ownership"] = send
    site.answers["/away"] = lambda h: send(h, status=302, location="/own/x")
    assert refused(site.url("/own/x"), own).code == "refused"
    assert refused(site.url("/away"), own).code == "refused"
    assert own.get(site.url("/ownership"), accept=JSON).content == b"{}"


def test_redirect_to_an_internal_address_is_refused(site, fetcher):
    site.answers["/away"] = lambda h: send(h, status=302, location="http://169.254.169.254/latest/meta-data")
    assert refused(site.url("/away"), fetcher).code == "refused"


def test_two_redirects_are_followed_and_three_are_not(site, fetcher):
    site.answers["/3"] = lambda h: send(h, status=301, location="/2")
    site.answers["/2"] = lambda h: send(h, status=307, location="1")
    site.answers["/1"] = lambda h: send(h, status=308, location=site.url("/0"))
    site.answers["/0"] = send
    assert fetcher.get(site.url("/2"), accept=JSON).url == site.url("/0")
    failure = refused(site.url("/3"), fetcher)
    assert (failure.code, "redirects" in failure.message) == ("refused", True)


def test_status_other_than_200_is_told(site, fetcher):
    site.answers["/teapot"] = lambda h: send(h, status=418)
    failure = refused(site.url("/teapot"), fetcher)
    assert (failure.code, "418" in failure.message) == ("status", True)


def test_what_is_gone_is_told_apart(site, fetcher):
    site.answers["/gone"] = lambda h: send(h, b'{"revoked": true}', status=410)
    failure = refused(site.url("/gone"), fetcher)
    assert (failure.code, "410" in failure.message) == ("gone", True)


def test_a_media_type_that_was_asked_for_comes_back(site, fetcher):
    site.answers["/x.png"] = lambda h: send(h, b"PNG", content_type="Image/PNG")
    assert fetcher.get(site.url("/x.png"), accept="application/json, image/png;q=0.5").content == b"PNG"
    with pytest.raises(FetchFailed):
        fetcher.get(site.url("/x.png"), accept="application/json, image/*")


@pytest.mark.parametrize("media_type", ["text/html", "image/png", "application/octet-stream", "", "application/jsonp"])
def test_other_content_types_are_refused(site, fetcher, media_type):
    site.answers["/x"] = lambda h: send(h, content_type=media_type)
    assert refused(site.url("/x"), fetcher).code == "refused"


@pytest.mark.parametrize(
    "media_type",
    ["text/plain", "application/did+ld+json", "application/vc+jwt", "application/vc", "application/jwk-set+json"],
)
def test_json_text_and_jwt_are_read(site, fetcher, media_type):
    site.answers["/x"] = lambda h: send(h, content_type=media_type)
    assert fetcher.get(site.url("/x"), accept=JSON).media_type == media_type


def test_large_answer_is_cut_short(site, fetcher):
    site.answers["/large"] = lambda h: send(h, b" " * (MAX_BYTES + 1))
    assert refused(site.url("/large"), fetcher).code == "too_large"
    site.answers["/fits"] = lambda h: send(h, b" " * MAX_BYTES)
    assert len(fetcher.get(site.url("/fits"), accept=JSON).content) == MAX_BYTES


def test_gzip_bomb_is_not_unpacked(site, fetcher):
    bomb = gzip.compress(b"0" * 100_000_000)
    site.answers["/bomb"] = lambda h: send(h, bomb, content_encoding="gzip")
    assert refused(site.url("/bomb"), fetcher).code == "too_large"


def test_compression_that_was_not_asked_for(site, fetcher):
    site.answers["/gzip"] = lambda h: send(h, gzip.compress(b'{"a":1}'), content_encoding="gzip")
    site.answers["/broken"] = lambda h: send(h, b"no gzip", content_encoding="gzip")
    site.answers["/cut"] = lambda h: send(h, gzip.compress(b"12345678" * 99)[:-9], content_encoding="gzip")
    site.answers["/br"] = lambda h: send(h, b"??", content_encoding="br")
    assert fetcher.get(site.url("/gzip"), accept=JSON).content == b'{"a":1}'
    assert {refused(site.url(path), fetcher).code for path in ("/broken", "/cut", "/br")} == {"refused"}


@pytest.mark.parametrize("dripped", ["headers", "body"])
def test_server_that_drips_is_left_at_the_deadline(site, dripped):
    enough = threading.Event()

    def drip(handler):
        start = (
            b"HTTP/1.1 200 OK\r\n" if dripped == "headers" else b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"
        )
        handler.wfile.write(start)
        while not enough.wait(0.02):
            handler.wfile.write(b"x")

    site.answers["/drip"] = drip
    try:
        assert refused(site.url("/drip"), GuardedFetcher(timeout_s=0.2, allow_http_loopback=True)).code == "timeout"
    finally:
        enough.set()


def test_unreachable_and_unknown_names():
    with loopback() as gone:
        pass
    assert refused(gone.url("/"), GuardedFetcher(allow_http_loopback=True)).code == "unreachable"

    def unknown_name(host, port):
        raise OSError("no such name")

    assert refused("https://nowhere.example/", GuardedFetcher(resolve=unknown_name)).code == "unreachable"


def test_answer_that_is_no_http(site, fetcher):
    site.answers["/garbage"] = lambda h: h.wfile.write(b"\x00\x01 garbage\r\n\r\n")
    assert refused(site.url("/garbage"), fetcher).code == "unreachable"


def test_fresh_answer_is_used_again_and_asked_for_anew_when_stale(site):
    now = [0.0]
    fetcher = GuardedFetcher(allow_http_loopback=True, monotonic=lambda: now[0])
    site.answers["/kept"] = lambda h: send(h, cache_control="public, max-age=60")
    site.answers["/not"] = lambda h: send(h, cache_control="no-store, max-age=60")
    for path, at in (("/kept", 0), ("/kept", 59), ("/kept", 61), ("/not", 61), ("/not", 61)):
        now[0] = at
        fetcher.get(site.url(path), accept=JSON)
    assert [path for path, _ in site.seen] == ["/kept", "/kept", "/not", "/not"]


def test_proxies_of_the_environment_are_not_used(site, fetcher, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    site.answers["/"] = send
    assert fetcher.get(site.url("/"), accept=JSON).content == b"{}"


def certificate(name, folder):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "tls.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


def test_tls_is_verified_against_the_name_while_connecting_to_the_checked_address(tmp_path):
    pem = certificate("issuer.example", tmp_path)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(pem)
    trusting = ssl.create_default_context(cafile=str(pem))
    asked = []

    def resolve(host, port):
        asked.append(host)
        return ["127.0.0.1"]

    fetcher = GuardedFetcher(resolve=resolve, is_allowed=lambda address: True, ssl_context=trusting)
    with loopback(serving) as site:
        site.answers["/did.json"] = send
        fetched = fetcher.get(f"https://issuer.example:{site.port}/did.json", accept=JSON)
        assert fetched.content == b"{}"
        assert refused(f"https://other.example:{site.port}/did.json", fetcher).code == "unreachable"
        untrusting = GuardedFetcher(resolve=resolve, is_allowed=lambda address: True)
        assert refused(f"https://issuer.example:{site.port}/did.json", untrusting).code == "unreachable"
    assert asked == ["issuer.example", "other.example", "issuer.example"]


def test_name_whose_address_changes_between_looking_and_connecting():
    """DNS rebinding: what was looked at is what is connected to, at every step anew."""
    answers = iter([["93.184.216.34"], ["127.0.0.1"], ["127.0.0.1"], ["93.184.216.34"]])
    connected = []

    class Recording(httpcore.SyncBackend):
        def connect_tcp(self, host, port, *rest):
            connected.append(host)
            raise httpcore.ConnectError("nobody is there")

    fetcher = GuardedFetcher(resolve=lambda host, port: next(answers))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpcore, "SyncBackend", Recording)
        assert refused("https://rebinding.example/", fetcher).code == "unreachable"
        assert refused("https://rebinding.example/", fetcher).code == "refused"
    assert connected == ["93.184.216.34"]  # asked once each time; the second answer was internal, and nothing was tried


def test_at_most_two_requests_at_once_go_to_one_host(site):
    lock, inside, most, go_on = threading.Lock(), [0], [0], threading.Event()

    def slow(handler):
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            if inside[0] == 2:
                go_on.set()
        go_on.wait(60)
        with lock:
            inside[0] -= 1
        send(handler)

    fetcher = GuardedFetcher(allow_http_loopback=True)
    paths = [f"/{number}" for number in range(6)]
    site.answers |= dict.fromkeys(paths, slow)
    threads = [threading.Thread(target=fetcher.get, args=(site.url(path),), kwargs={"accept": JSON}) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] == 2
    assert len(site.seen) == 6


def unresolved(host, port):
    raise OSError("no such name")


NO_NETWORK = GuardedFetcher(resolve=unresolved)


@given(
    url=st.text(max_size=40)
    | st.text(max_size=40).map("https://".__add__)
    | st.from_regex(r"https?://[^/]{0,30}(/.*)?")
)
def test_any_text_as_url_is_a_failed_fetch_and_nothing_worse(url):
    assert refused(url, NO_NETWORK).code in ("refused", "unreachable")


@pytest.mark.parametrize(
    "location", ["//[", "https://[::1", "http://\ud800", "https://exa mple.org", "\x00", "https:", "ftp://x"]
)
def test_any_location_of_a_redirect_is_a_failed_fetch_and_nothing_worse(site, fetcher, location):
    site.answers["/"] = lambda h: send(h, status=302, location=location.encode("utf-8", "replace").decode("latin-1"))
    assert refused(site.url("/"), fetcher).code in ("refused", "unreachable", "status")
