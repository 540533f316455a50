import pytest

from app.errors import BadInput, TooLarge
from app.issuer.assessment import learners


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"email": "a@example.org"}, "/name"),
        ({"name": "A"}, "/email"),
        ({"name": "A", "email": "nobody"}, "/email"),
        ({"name": "A", "email": "a@b"}, "/email"),
        ({"name": "A", "email": "a@b\u2028c.example"}, "/email"),
        ({"name": "A", "email": 'a@b.example"><b>'}, "/email"),
        ({"name": "A\x00", "email": "a@example.org"}, "/name"),
        ({"name": "A", "email": "a@example.org", "did": "did"}, "/did"),
        ({"name": "A", "email": "a@example.org", "language": "english!"}, "/language"),
        ({"name": "A", "email": "a@example.org", "language": "xx"}, "/language"),
        ({"name": "A", "email": "a@example.org", "language": "english-GB"}, "/language"),
        ({"name": "A", "email": "a@example.org", "phone": "1"}, "/phone"),
        ({"name": ["A"], "email": "a@example.org"}, "/name"),
        ({"name": "x" * 301, "email": "a@example.org"}, "/name"),
    ],
)
def test_each_wrong_member_is_named(values, pointer):
    with pytest.raises(BadInput) as caught:
        learners.check("p-1", values)
    assert pointer in [fault.pointer for fault in caught.value.faults]


@pytest.mark.parametrize("code", ["", "-x", "a b", "a/b", "ä", "a\x00", "x" * 101])
def test_ids_are_safe_in_paths(code):
    with pytest.raises(BadInput):
        learners.check(code, {"name": "A", "email": "a@example.org"})


def test_a_whole_learner():
    found = learners.check("p-1", {"name": " Ána ", "email": "a@example.org", "did": "did:key:z6Mk", "language": "el"})
    assert (found.name, found.did, found.language) == ("Ána", "did:key:z6Mk", "el")


@pytest.mark.parametrize("language", ["en", "bg", "de-AT", "sr-Latn", "gsw", "iw"])
def test_languages_that_there_are(language):
    sent = {"name": "A", "email": "a@example.org", "language": language}
    assert learners.check("p-1", sent).language == language


def test_rosters_in_the_ways_spreadsheets_write_them():
    rows = [{"id": "p-1", "name": "Ana, B.", "email": "a@example.org"}]
    assert learners.read_roster(b'id,name,email\np-1,"Ana, B.",a@example.org\n\n') == rows
    assert learners.read_roster(b"\xef\xbb\xbfID;Name;Email\r\np-1;Ana, B.;a@example.org\r\n") == rows


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"id,name\np-1,A",
        b"id,name,email,phone\n",
        b"id,name,email,email\n",
        b"\xff\xfe",
        b"id,name,email\n\x00",
        b'id,name,email\n"' + b"x" * 200_000,
    ],
)
def test_a_file_that_is_no_roster_is_refused_whole(data):
    with pytest.raises(BadInput):
        learners.read_roster(data)


def test_too_many_rows(monkeypatch):
    monkeypatch.setattr(learners, "MAX_ROWS", 2)
    with pytest.raises(TooLarge):
        learners.read_roster(b"id,name,email\na,b,c\na,b,c\n")


@pytest.mark.parametrize(
    "email", ["=?utf-8?q?a?=@example.org", "a\x00b@example.org", "a\x7f@example.org", "a b@example.org"]
)
def test_an_address_that_mail_programs_read_otherwise_is_none(email):
    assert not learners.EMAIL.fullmatch(email)
    assert learners.EMAIL.fullmatch("ana.o'neil+badges@example.org")
