"""The status lists of the harness: an index for each credential, bounded memory."""

import pytest

from app.conformance import profiles, status_lists
from app.conformance.status_lists import StatusLists
from app.errors import NotFound, Unavailable
from app.vc import status
from app.vc.vc_api import StatusRequest
from tests.service import build

HERE = "http://127.0.0.1:8000/"


@pytest.fixture(scope="module")
def services(sqlite_house):
    made = build(sqlite_house.fresh("empty", lambda _: None), conformance=True)
    yield made.services
    made.services.database.close()


@pytest.fixture
def lists(services):
    return StatusLists(services, profiles.make(services.conformance_keys)["bitstring"])


def bits(lists, url):
    assert lists.document(url) is not None
    return lists._lists[url].bits


def test_an_id_has_one_index_for_each_purpose(lists):
    first = lists.entry(HERE, "revocation", "urn:x:1")
    assert lists.entry(HERE, "revocation", "urn:x:1") == first
    assert lists.entry(HERE, "revocation", "urn:x:2")["statusListIndex"] != first["statusListIndex"]
    assert lists.entry(HERE, "suspension", "urn:x:1")["statusListCredential"] != first["statusListCredential"]


def test_what_is_set_can_be_cleared_and_only_under_its_purpose_and_list(lists):
    entry = lists.entry(HERE, "revocation", "urn:x:1")
    url, index = entry["statusListCredential"], int(entry["statusListIndex"])
    lists.set(StatusRequest("urn:x:1", "revocation", True, url, None))
    assert status.get_bit(bits(lists, url), index)
    lists.set(StatusRequest("urn:x:1", "revocation", False, None, None))
    assert not status.get_bit(bits(lists, url), index)
    for other in (("urn:x:1", "suspension", None), ("urn:x:2", "revocation", None), ("urn:x:1", "revocation", "x")):
        with pytest.raises(NotFound):
            lists.set(StatusRequest(other[0], other[1], True, other[2], None))


def test_there_is_an_end_to_what_is_remembered(lists, monkeypatch):
    monkeypatch.setattr(status_lists, "MAX_ISSUED", 2)
    for number in range(2):
        lists.entry(HERE, "revocation", f"urn:x:{number}")
    with pytest.raises(Unavailable):
        lists.entry(HERE, "revocation", "urn:x:3")
    assert lists.entry(HERE, "revocation", "urn:x:1")["statusListIndex"] == "1"
