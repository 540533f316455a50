"""What can be asked for beside a document: POST /verify in JSON, in a form, and in the query."""

import json
from dataclasses import replace

import pytest

from app.adapters.trust_files import TrustFiles
from tests.verifier.badges import KEY, badge, method_of, signed

ISSUER = method_of(KEY).partition("#")[0]
EMAIL = {"type": "IdentityObject", "hashed": False, "identityHash": "ana@city.example", "identityType": "emailAddress"}


def document():
    subject = badge()["credentialSubject"] | {"identifier": [EMAIL]}
    return signed(badge(ISSUER, credentialSubject=subject), method=method_of(KEY), suite="eddsa-jcs-2022")


def told(answer):
    assert answer.status_code == 200, answer.text
    report = answer.json()
    recipient = next((one["outcome"] for one in report["checks"] if one["id"] == "recipient"), None)
    return report["outcome"], recipient, report["trust"]["outcome"]


def test_nothing_asked(world):
    assert told(world.client.post("/verify", json=document())) == ("valid", None, "not_asked")


@pytest.mark.parametrize(
    ("recipient", "issuers", "expected"),
    [
        ("ana@city.example", [ISSUER], ("valid", "valid", "trusted")),
        ("eve@city.example", [ISSUER], ("invalid", "invalid", "trusted")),
        ("did:example:ana", ["did:web:other.example"], ("unknown", "unknown", "not_trusted")),
    ],
)
def test_in_json_in_forms_and_in_the_query(world, recipient, issuers, expected):
    sent, trust = document(), {"issuers": issuers}
    wrapped = {"credential": sent, "recipient": recipient, "trust": trust}
    assert told(world.client.post("/verify", json=wrapped)) == expected
    fields = {"recipient": recipient, "trust": json.dumps(trust)}
    files = {"file": ("badge.json", json.dumps(sent), "application/json")}
    assert told(world.client.post("/verify", data=fields, files=files)) == expected
    assert told(world.client.post("/verify", data={"text": json.dumps(sent)} | fields)) == expected
    query = {"recipient": recipient, "trust": ",".join(issuers)}
    assert told(world.client.post("/verify", json=sent, params=query)) == expected


def test_body_goes_before_the_query(world):
    wrapped = {"credential": document(), "recipient": "ana@city.example"}
    answer = world.client.post("/verify", json=wrapped, params={"recipient": "eve@city.example"})
    assert told(answer)[1] == "valid"


@pytest.mark.parametrize(
    "wrong", [{"recipient": 5}, {"trust": []}, {"trust": {"issuers": 5}}, {"trust": {"registries": [5]}}]
)
def test_wrong_options_are_told_with_their_place(world, wrong):
    answer = world.client.post("/verify", json={"credential": document()} | wrong)
    assert answer.status_code == 400
    assert answer.json()["detail"]


def test_operators_files(world, tmp_path):
    file = tmp_path / "issuers.json"
    file.write_text(json.dumps({"issuers": [ISSUER], "name": "Accepted here"}))
    clock = [0.0]
    services = replace(world.services, trust_choice=TrustFiles((str(file),), lambda: services, lambda: clock[0]))
    world.client.app.state.services = services
    report = world.client.post("/verify", json=document()).json()
    assert report["trust"]["by"] == {"name": "Accepted here", "id": None, "source": str(file)}
    file.write_text(json.dumps({"issuers": []}))
    assert told(world.client.post("/verify", json=document()))[2] == "trusted"  # what was read is kept for a while
    clock[0] = 301.0
    assert told(world.client.post("/verify", json=document()))[2] == "not_trusted"
    file.unlink()
    clock[0] = 602.0
    assert told(world.client.post("/verify", json=document()))[2] == "unknown"


def test_list_of_checks_and_page_of_each(world):
    listed = world.client.get("/verify/checks").json()["checks"]
    report = world.client.post("/verify", json=document()).json()
    by_id = {one["id"]: one for one in listed}
    for check in report["checks"]:
        assert by_id[check["id"]]["url"] == check["url"]
        assert world.client.get(check["url"]).json()["does"] == by_id[check["id"]]["does"]
        page = world.client.get(check["url"], headers={"Accept": "text/html", "Accept-Language": "bg"})
        assert (page.status_code, by_id[check["id"]]["source"] in page.text) == (200, True)
    assert world.client.get("/checks/nothing").status_code == 404
