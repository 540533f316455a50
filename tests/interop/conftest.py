"""The foreign judges, installed once, and the badge of a reference issuer that each of them is shown first."""

from typing import Any

import pytest

from tests import npm
from tests.interop import judges


@pytest.fixture(scope="session")
def node_modules() -> None:
    """Installs the npm packages of the lock file where they are missing."""
    npm.install(judges.HERE)


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
