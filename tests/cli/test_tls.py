"""`attesta serve --tls-cert --tls-key`: a real client over loopback, and files that are not right."""

import json
import os
import signal
import ssl
import subprocess
import sys
import threading
import urllib.error
import urllib.request

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from app.cli import tls
from app.errors import BadInput
from app.settings import Settings
from tests.certificates import THIS_MACHINE, private_pem, self_signed
from tests.cli.test_cli import _run


def _write(folder, name):
    """A certificate for this machine, signed by itself, and its key; and that key encrypted."""
    made, key = self_signed(name, [THIS_MACHINE])
    (folder / f"{name}.crt").write_bytes(made)
    (folder / f"{name}.key").write_bytes(private_pem(key))
    encrypted = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
    (folder / f"{name}.encrypted").write_bytes(encrypted)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("tls")
    _write(made, "one")
    _write(made, "two")
    (made / "empty").write_bytes(b"")
    (made / "der").write_bytes(os.urandom(300))
    for kind in ("CERTIFICATE", "PRIVATE KEY"):
        text = f"-----BEGIN {kind}-----\nAAAA\n-----END {kind}-----\n"
        (made / f"broken {kind}").write_text(text)
    return made


@pytest.mark.parametrize(
    ("certificate", "key", "said"),
    [
        ("one.crt", None, "--tls-key is missing"),
        (None, "one.key", "--tls-cert is missing"),
        ("nowhere", "one.key", "nowhere cannot be read: No such file"),
        ("one.crt", "nowhere", "nowhere cannot be read: No such file"),
        (".", "one.key", "cannot be read: Is a directory"),
        ("one.crt", "two.key", "two.key is not that of the certificate"),
        ("one.crt", "one.encrypted", "one.encrypted is encrypted"),
        ("empty", "one.key", "empty holds no certificate"),
        ("der", "one.key", "der holds no certificate"),
        ("one.key", "one.key", "one.key holds no certificate"),
        ("one.crt", "one.crt", "one.crt holds no private key"),
        ("broken CERTIFICATE", "one.key", "cannot be used"),
        ("one.crt", "broken PRIVATE KEY", "cannot be used"),
    ],
)
def test_files_that_are_not_right_are_told(folder, certificate, key, said):
    with pytest.raises(BadInput) as caught:
        tls.read(folder / certificate if certificate else None, folder / key if key else None)
    assert said in caught.value.detail


def test_without_files_there_is_no_https(folder):
    assert tls.read(None, None) is None
    assert tls.read(folder / "one.crt", folder / "one.key") is not None


def test_without_a_public_address_it_becomes_an_https_one_of_this_machine():
    chosen = Settings(base_url="", port=8443)
    assert (chosen.public_url, tls.with_https(chosen).public_url) == ("http://127.0.0.1:8443", "https://127.0.0.1:8443")
    public = Settings(base_url="https://badges.example.org")
    assert tls.with_https(public).public_url == "https://badges.example.org"


def _serve(home, *arguments, port):
    variables = {name: value for name, value in os.environ.items() if not name.startswith("ATTESTA_")}
    variables |= {"ATTESTA_DATA_DIR": str(home / "data"), "ATTESTA_PORT": str(port), "ATTESTA_ADMIN_KEY": "tls-test"}
    with (home / "log").open("wb") as log:
        command = [sys.executable, "-m", "app", "serve", *map(str, arguments)]
        return subprocess.Popen(command, env=variables, stdout=log, stderr=log, cwd=home)


def _get(url, context):
    request = urllib.request.Request(url, headers={"Authorization": "Bearer tls-test"})
    with urllib.request.urlopen(request, timeout=60, context=context) as answer:
        return json.load(answer)


def _when_ready(process, url, context):
    for _ in range(1200):
        try:
            return _get(f"{url}/health/ready", context)
        except ConnectionRefusedError:
            pass
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError):
                raise
        assert process.poll() is None
        threading.Event().wait(0.1)
    raise AssertionError("it did not start")


@pytest.mark.parametrize("workers", [1, 2])
def test_a_real_client_speaks_tls_with_the_service(folder, tmp_path, port, workers):
    files = ("--tls-cert", folder / "one.crt", "--tls-key", folder / "one.key")
    process = _serve(tmp_path, *files, "--workers", workers, port=port)
    try:
        url = f"https://127.0.0.1:{port}"
        context = ssl.create_default_context(cafile=folder / "one.crt")
        assert _when_ready(process, url, context)["status"] == "ready"
        assert _get(f"{url}/api/v1/profile", context)["url"] == f"{url}/issuers/main"
        with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
            _get(f"{url}/health/live", ssl.create_default_context(cafile=folder / "two.crt"))
        with pytest.raises(OSError):  # noqa: PT011 - plain http gets no answer, whatever the system calls that
            _get(f"http://127.0.0.1:{port}/health/live", None)
        old = ssl.create_default_context(cafile=folder / "one.crt")
        with pytest.warns(DeprecationWarning, match="TLSv1_1"):
            old.maximum_version = ssl.TLSVersion.TLSv1_1
        with pytest.raises(urllib.error.URLError):
            _get(f"{url}/health/live", old)
        log = (tmp_path / "log").read_bytes()
        assert f"Attesta runs at {url}".encode() in log
        assert b"Badges call their issuer 'My training organisation' until you say who you are" in log
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(120) == 0


def test_a_wrong_file_stops_the_start_with_a_sentence(folder, tmp_path):
    done = _run(tmp_path, "serve", "--tls-cert", str(folder / "one.crt"), "--tls-key", str(folder / "two.key"))
    assert done.returncode == 1
    said = done.stderr.decode()
    assert "is not that of the certificate" in said
    assert "Traceback" not in said
    assert not (tmp_path / "data").exists()
