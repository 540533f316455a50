"""The foreign judges, installed once, and the badge of a reference issuer that each of them is shown first."""

import fcntl
import shutil
import subprocess
from typing import Any

import pytest

from tests.interop import judges

INSTALL_TIMEOUT_S = 300


@pytest.fixture(scope="session")
def node_modules() -> None:
    """Installs the npm packages of the lock file where they are missing; of several test processes one does it."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("node 20 and npm are needed for the foreign judges of the npm registry")
    with (judges.HERE / ".install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_installed():
            subprocess.run(["npm", "ci", "--ignore-scripts"], cwd=judges.HERE, check=True, timeout=INSTALL_TIMEOUT_S)


def _is_installed() -> bool:
    """npm writes node_modules/.package-lock.json last, so an interrupted or outdated install is noticed."""
    done = judges.HERE / "node_modules" / ".package-lock.json"
    return done.is_file() and done.stat().st_mtime >= (judges.HERE / "package-lock.json").stat().st_mtime


@pytest.fixture(scope="session")
def digital_bazaar(node_modules: None) -> judges.DigitalBazaar:
    return judges.DigitalBazaar()


@pytest.fixture(scope="session")
def learn_card(node_modules: None) -> judges.LearnCardTypes:
    return judges.LearnCardTypes()


@pytest.fixture(scope="session")
def openbadgeslib() -> judges.OpenBadgesLib:
    return judges.OpenBadgesLib()


@pytest.fixture(scope="session")
def official_schema() -> judges.OfficialSchema:
    path = judges.OfficialSchema.path()
    if path is None:
        pytest.skip(
            "no package registry carries 1EdTech's JSON Schema: download "
            "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json "
            "into a folder and name it in ATTESTA_OFFICIAL_SCHEMAS"
        )
    return judges.OfficialSchema(path)


@pytest.fixture(scope="session")
def reference(node_modules: None) -> dict[str, Any]:
    """{"credential", "revoked", "documents"} as Digital Bazaar's own issuer makes them."""
    return judges.run_node("issue.mjs")
