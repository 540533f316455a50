"""`attesta offer ...` and `attesta mail ...`, and the link that the demonstration prints."""

import json
import re

import pytest

from tests.cli.test_cli import _run


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder in which the demonstration was run, and what it told."""
    folder = tmp_path_factory.mktemp("home")
    done = _run(folder, "demo", "--issue-only")
    assert done.returncode == 0
    return folder, done.stdout.decode()


def shown(folder, *arguments, code=0):
    done = _run(folder, *arguments)
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout) if code == 0 else done.stderr.decode()


def test_the_demonstration_prints_a_link_that_is_open(home):
    folder, told = home
    assert re.search(r"^Claim it +http://127\.0\.0\.1:8000/claim/[\w-]{43}$", told, re.MULTILINE)
    offers = shown(folder, "offer", "list")["offers"]
    assert [(offer["learner"], offer["state"]) for offer in offers] == [("p-ana", "open")]


def test_an_offer_is_made_listed_and_withdrawn(home):
    folder, told = home
    credential = re.search(r"/credentials/(\S+)", told)[1]
    made = shown(folder, "offer", "make", credential, "--tx-code", "--mail")
    assert re.fullmatch(r"\d{6}", made["tx_code"])
    assert shown(folder, "offer", "withdraw", made["id"])["state"] == "withdrawn"
    states = {offer["state"] for offer in shown(folder, "offer", "list", "--credential", credential)["offers"]}
    assert states == {"withdrawn"}
    mails = [(mail["kind"], mail["state"]) for mail in shown(folder, "mail", "list", "--learner", "p-ana")["mails"]]
    assert sorted(mails) == [("link", "dropped"), ("link", "waiting"), ("offer", "dropped")]


def test_a_tenant_s_offers_are_switched(home):
    folder, _ = home
    for name, on in (("--off", False), ("--off", False), ("--on", True)):
        assert shown(folder, "tenant", "offers", name) == {"tenant": "main", "offers": on}
    assert "--on" in shown(folder, "tenant", "offers", code=2)


def test_a_mail_is_put_back(home):
    folder, _ = home
    dropped = next(mail for mail in shown(folder, "mail", "list", "--state", "dropped")["mails"])
    assert "dropped" in shown(folder, "mail", "send", dropped["id"], code=1)
    assert shown(folder, "mail", "list", "--state", "failed") == {"mails": []}


def test_what_there_is_not(home):
    folder, _ = home
    unknown = "00000000-0000-4000-8000-000000000000"
    assert "There is no credential" in shown(folder, "offer", "make", unknown, code=1)
    assert "There is no offer" in shown(folder, "offer", "withdraw", unknown, code=1)
    assert "There is no mail" in shown(folder, "mail", "send", unknown, code=1)
