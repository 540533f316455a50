"""The real service as a subprocess, asked over HTTP: what the foreign judges are shown comes from it."""

import os
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.interop import certificate
from tests.ports import held_port

VC_JWT = "application/vc+jwt"
ADMIN_KEY = "a-key-for-the-interop-tests-only-0123456789"
DEMO = Path(__file__).parents[2] / "app" / "demo" / "data"
START_TIMEOUT_S = 60
POLL_S = 0.1
STATUS_LISTS_EVERY_S = 1.1  # a list is signed for others at most once a second, whatever became of its badges


@dataclass(frozen=True, slots=True)
class Service:
    """`client` is bound to the loopback address; `public_url` is what stands in the documents.

    `authority`: a certificate (PEM) that clients must trust, None where it is served over http.
    """

    client: httpx.Client
    public_url: str
    authority: Path | None = None

    def get(self, url: str, accept: str = "application/json") -> httpx.Response:
        """A document of the service by its public URL or its path."""
        answer = self.client.get(url.removeprefix(self.public_url), headers={"Accept": accept})
        assert answer.status_code == 200, answer.text
        return answer

    def post(self, path: str, *, expect: tuple[int, ...] = (200, 201), **request: Any) -> httpx.Response:
        """POST, and what the service answered when its status is an expected one."""
        answer = self.client.post(path, **request)
        assert answer.status_code in expect, answer.text
        return answer

    def issue(self, achievement: str, learner: str, *, expect: tuple[int, ...] = (200, 201)) -> httpx.Response:
        return self.post("/api/v1/credentials", json={"achievement": achievement, "learner": learner}, expect=expect)

    def revoke(self, award: str) -> None:
        """Revoke an award; the status list that is fetched from now on says so."""
        self.post(f"/api/v1/credentials/{award}/revoke", json={"reason": "issued by mistake"}, expect=(200,))
        time.sleep(STATUS_LISTS_EVERY_S)

    def documents(self, credential: dict[str, Any], *, accept: str = "application/vc") -> dict[str, Any]:
        """What a verifier has to fetch for a badge of ours: its status list and, for did:web, the issuer's document.

        `accept`: how the list is asked for; as JWT it is a string.
        """
        list_url = credential["credentialStatus"]["statusListCredential"]
        status_list = self.get(list_url, accept)
        assert status_list.headers["content-type"] == accept
        documents = {list_url: status_list.text if accept == VC_JWT else status_list.json()}
        issuer = credential["issuer"]["id"]
        if issuer.startswith("did:web:"):
            url = "https://" + issuer.removeprefix("did:web:").replace(":", "/") + "/did.json"
            documents[issuer] = documents[url] = self.get(url).json()
        return documents


@contextmanager
def running(folder: Path, public_url: str | None = None, *, https: bool = False) -> Iterator[Service]:
    """A service with its own data folder, the reference framework, the invented learners and their results.

    `https`: served with a certificate for 127.0.0.1 that was made for this run.
    """
    with held_port() as port:
        authority = certificate.write(folder) if https else None
        local = f"{'https' if https else 'http'}://127.0.0.1:{port}"
        bearer = {"Authorization": f"Bearer {ADMIN_KEY}"}
        trusted = True if authority is None else ssl.create_default_context(cafile=str(authority))
        with (
            _process(folder, port, public_url or local, https=https) as process,
            httpx.Client(base_url=local, headers=bearer, timeout=60, verify=trusted) as client,
        ):
            _await_ready(process, client, folder / "log")
            service = Service(client, public_url or local, authority)
            _load(service)
            yield service


@contextmanager
def _process(folder: Path, port: int, public_url: str, *, https: bool) -> Iterator[subprocess.Popen[bytes]]:
    # Only what a process needs, and our settings: no ATTESTA_ variable of the developer's leaks in.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ATTESTA_")} | {
        "ATTESTA_PORT": str(port),
        "ATTESTA_DATA_DIR": str(folder / "data"),
        "ATTESTA_BASE_URL": public_url,
        "ATTESTA_ADMIN_KEY": ADMIN_KEY,
    }
    command = [str(Path(sys.executable).parent / "attesta"), "serve"]
    if https:
        command += ["--tls-cert", str(folder / certificate.CERTIFICATE), "--tls-key", str(folder / certificate.KEY)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=START_TIMEOUT_S)


def _await_ready(process: subprocess.Popen[bytes], client: httpx.Client, log: Path) -> None:
    for _ in range(int(START_TIMEOUT_S / POLL_S)):
        try:
            process.wait(timeout=POLL_S)
        except subprocess.TimeoutExpired:
            if _is_ready(client):
                return
        else:
            break
    raise AssertionError(f"the service did not start:\n{log.read_text(errors='replace')}")


def _is_ready(client: httpx.Client) -> bool:
    try:
        return client.get("/health/ready").status_code == 200
    except httpx.TransportError:
        return False


def _load(service: Service) -> None:
    for path, name, media_type in (
        ("/api/v1/frameworks", "smart-city-framework.yaml", "application/yaml"),
        ("/api/v1/learners", "learners.csv", "text/csv"),
        ("/api/v1/results", "results.csv", "text/csv"),
    ):
        service.post(path, content=(DEMO / name).read_bytes(), headers={"Content-Type": media_type})
