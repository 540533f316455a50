"""kill -9 while mails are written and sent: every learner is told of every award, in one mail whose link works."""

import dataclasses
import random
import re
import threading
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from app import services as composition
from app.issuer.credential import issue
from app.settings import Settings
from app.store import credential, tenancy
from app.store import mail as outbox
from app.wallet import offers, post
from tests.api.test_crash import Server, _hammer
from tests.service import DATA

pytestmark = pytest.mark.long
ROUNDS = 5


def test_kill_minus_nine_while_mails_go_out(tmp_path, port):
    server = Server(tmp_path, port)
    server.start()
    loads = (("frameworks", "smart-city-framework.yaml", "application/yaml"), ("learners", "learners.csv", "text/csv"))
    for path, name, kind in (*loads, ("results", "results.csv", "text/csv")):
        assert server.send(f"/api/v1/{path}", (DATA / name).read_bytes(), kind)[0] in (200, 201)
    answers = []
    for seed in range(ROUNDS):
        stop = threading.Event()
        thread = threading.Thread(target=_hammer, args=(server, answers, stop))
        thread.start()
        threading.Event().wait(random.Random(seed).uniform(0.3, 6.5))  # the post goes round every five seconds
        server.kill()
        stop.set()
        thread.join()
        server.start()
    server.kill()
    assert answers
    _check_mails(tmp_path)


def _check_mails(folder):
    """An hour later nothing waits, and each award has its mail."""
    built = composition.build(Settings(data_dir=folder))
    services = dataclasses.replace(built, clock=lambda: datetime.now(UTC) + timedelta(hours=1))
    issue.resume(services)
    post.deliver(services)
    with services.database.everywhere(why="the test looks at what is left") as session:
        tenant = tenancy.tenants(session)[0].id
    with services.database.reading(tenant) as session:
        awards = {award.id for award in credential.awards(session, limit=1000) if award.revoked_at is None}
        told = {row.award_id: row for row in outbox.mails(session, limit=1000) if row.kind == "offer"}
    assert awards
    assert {told[award].state for award in awards} == {"sent"}
    for award in awards:
        read = message_from_bytes((folder / "mail" / f"{told[award].id}.eml").read_bytes(), policy=default)
        token = re.search(r"/claim/([\w-]+)", read.get_body(("plain",)).get_content())[1]
        assert offers.look(services, token).award.id == award
    services.database.close()
