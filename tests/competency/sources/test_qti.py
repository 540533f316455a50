"""QTI results reports: attempts, scales, sessions, and XML that means harm."""

import time

import pytest

from app.competency.result_record import Accepted
from app.competency.sources import qti
from app.errors import BadInput, TooLarge

NAMESPACE = 'xmlns="http://www.imsglobal.org/xsd/imsqti_result_v3p0"'


def item(score="24", most="30", attempt=1, status="final", stamp="2026-05-10T10:00:00", identifier="C02-T/PRJ.3"):
    outcomes = "".join(
        f'<outcomeVariable identifier="{name}" baseType="float"><value>{value}</value></outcomeVariable>'
        for name, value in (("SCORE", score), ("MAXSCORE", most))
        if value is not None
    )
    return (
        f'<itemResult identifier="{identifier}" datestamp="{stamp}" sessionStatus="{status}">'
        f'<responseVariable identifier="numAttempts"><candidateResponse><value>{attempt}</value></candidateResponse>'
        f"</responseVariable>{outcomes}</itemResult>"
    )


def report(*items, person="p-ana", session='<sessionIdentifier sourceID="https://x.example" identifier="s-1"/>'):
    body = f'<context sourcedId="{person}">{session}</context>{"".join(items)}'
    return f"<?xml version='1.0' encoding='UTF-8'?><assessmentResult {NAMESPACE}>{body}</assessmentResult>".encode()


def test_each_attempt_is_a_result(rows):
    found = rows(qti.read(report(item("12"), item("24.0", attempt=2, stamp="2026-05-11T10:00:00.123"))))
    assert [(row.record.score, row.record.attempt) for row in found] == [("12", 1), ("24", 2)]
    assert [row.record.source_record_id for row in found] == [f"s-1:p-ana:C02-T/PRJ.3:{n}" for n in (1, 2)]
    assert {row.record.section for row in found} == {"PRJ.3"}


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (item(status="pendingSubmission"), ("24", "provisional")),
        (item(score=None), (None, "provisional")),
        (item(score=" "), (None, "provisional")),
        (item(score="24,0"), "BAD_SCORE"),
        (item(score="INF"), "BAD_SCORE"),
        (item(most=None), "SCALE_UNKNOWN"),
        (item(attempt="x"), "BAD_ATTEMPT"),
        (item(stamp="today"), "MISSING_VALUE"),
        (item(most=None, identifier="Q01"), "UNKNOWN_SECTION"),
    ],
)
def test_values(rows, sent, expected):
    (row,) = rows(qti.read(report(sent)))
    assert ((row.record.score, row.record.status) if isinstance(row, Accepted) else row.reason_code) == expected


def test_the_scale_may_stand_at_the_score(rows):
    sent = item(most=None).replace('identifier="SCORE"', 'identifier="SCORE" normalMaximum="30"')
    (row,) = rows(qti.read(report(sent)))
    assert row.record.max == "30"


def test_the_test_as_a_whole_is_a_result_only_with_a_score(rows):
    whole = item().replace("itemResult", "testResult")
    without = '<testResult identifier="T" datestamp="2026-05-10T10:00:00"/>'
    assert len(rows(qti.read(report(whole, without)))) == 1


def test_without_a_session_the_time_tells_sittings_apart(rows):
    stamps = ("2026-05-10T10:00:00", "2026-05-11T10:00:00")
    found = [rows(qti.read(report(item(stamp=stamp), session="")))[0].record.key for stamp in stamps]
    assert found[0] != found[1]


ENTITY = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
LAUGHS = b"<!DOCTYPE a [<!ENTITY a '" + b"ha" * 50 + b"'>" + b"".join(
    b"<!ENTITY %c '%s'>" % (97 + n, b"&%c;" % (96 + n) * 10) for n in range(1, 12)
) + b"]>"  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        report(item()).replace(b"<assess", ENTITY + b"<assess", 1).replace(b"24", b"&x;"),
        report(item()).replace(b"<assess", LAUGHS + b"<assess", 1).replace(b"24", b"&l;"),
        report(item()).replace(b"<assess", b'<!doctype a PUBLIC "x" "http://127.0.0.1/x.dtd"><assess', 1),
        report(item()).replace(b"24", b"&x;"),
        report(item()).decode().encode("utf-16"),
        report(item()).replace(b"UTF-8", b"UTF-7"),
        report(item()).replace(b"p-ana", b"p-\xff"),
        report(item())[:-5],
        b"<a/>",
        b"",
        b"{}",
        b"<a>" * 100_000,
        b"<assessmentResult " + b" ".join(b'a%d="1"' % n for n in range(100_000)) + b"x",
    ],
    ids=range(13),
)
def test_harmful_and_broken_documents_are_refused_soon(content):
    begun = time.process_time()
    with pytest.raises(BadInput):
        list(qti.read(content))
    assert time.process_time() - begun < 5


def test_large_documents_are_refused():
    with pytest.raises(TooLarge):
        list(qti.read(b" " * (qti.MAX_BYTES + 1)))
    with pytest.raises(TooLarge):
        list(qti.read(report("<itemResult/>" * 50_001)))


def test_comments_are_no_content(rows):
    (row,) = rows(qti.read(report("<!-- a comment -->", item("2<!-- and -->4"))))
    assert row.record.score == "24"
