"""Subjects and senders in any language arrive as they were written, however long."""

import email
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.wallet.mail_headers import MAIL

ROLE = "Ръководител на проекти за интелигентни градове: временно спряно"
WORDS = [*ROLE.split(), "Σχεδιασμός", "και", "für", "Größe", "în", "românește", "“Badges”", "MC-02", "a"]


def arrived(subject, sender, linesep):
    made = EmailMessage(MAIL)
    made["Subject"] = subject
    made["From"] = Address(sender, addr_spec="no-reply@badges.example")
    made.set_content("x")
    sent = made.as_bytes(policy=MAIL.clone(linesep=linesep))
    head = sent.partition(linesep.encode() * 2)[0]
    assert head.isascii()
    assert all(len(line) <= 78 for line in head.split(linesep.encode()))
    got = email.message_from_bytes(sent)  # by the parser that follows RFC 2047 section 6.2
    return tuple(str(make_header(decode_header(got[name]))) for name in ("Subject", "From"))


@pytest.mark.parametrize("linesep", ["\n", "\r\n"])
def test_no_space_is_lost_where_a_line_ends(linesep):
    subject, sender = arrived(ROLE, ROLE, linesep)
    assert (subject, sender) == (ROLE, f"{ROLE} <no-reply@badges.example>")


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=25).map(" ".join))
def test_any_words_arrive(text):
    subject, sender = arrived(text, text, "\r\n")
    assert (subject, sender) == (text, f"{text} <no-reply@badges.example>")
