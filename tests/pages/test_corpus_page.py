"""The corpus through the page: the page's answer is never another one than the report's, and nothing breaks it."""

import json
import re
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from app.asgi import create_app
from tests import service
from tests.corpus.cases import FOLDER, INDEX
from tests.corpus.kit import NOW, REFUSED, CorpusWeb

EXPECTED = json.loads((FOLDER / INDEX).read_bytes())["expected"]
TITLES = {  # code -> what a reader must be told when it is the one thing that is wrong
    "expired": "expired",
    "revoked": "revoked",
    "suspended": "suspended",
    "not_yet_valid": "not_yet_valid",
    "bad_signature": "changed",
    "not_signed": "not_signed",
    "issuer_mismatch": "other_signer",
    "holder_mismatch": "other_holder",
    "key_unavailable": "unreachable",
    "status_list_unavailable": "unreachable",
}


@pytest.fixture(scope="module")
def client(sqlite_house):
    world = service.build(sqlite_house.fresh("empty", lambda _: None), now=NOW)
    web = CorpusWeb({})
    made = TestClient(create_app(replace(world.services, fetcher=web)), base_url=service.BASE_URL)
    yield made, web
    world.services.database.close()


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_page_says_what_the_report_says(client, name):
    made, web = client
    beside = FOLDER / f"{name}.web.json"
    web.answers = json.loads(beside.read_bytes()) if beside.exists() else {}
    expected, content = EXPECTED[name], (FOLDER / name).read_bytes()
    page = made.post("/verify/report?lang=el", files={"file": (name, content)})
    tone, answer = re.findall(r'class="verdict (\w+)"[^>]* data-verdict="(\w+)"', page.text)[0]
    if expected["outcome"] == REFUSED:
        assert (tone, answer) == ("unknown", "unread")
        assert 400 <= page.status_code < 500
        return
    assert tone == expected["outcome"]
    found = TITLES.keys() & set(expected.get("codes", []))
    if len(found) == 1 and not expected.get("parts"):
        assert answer == TITLES[found.pop()]
