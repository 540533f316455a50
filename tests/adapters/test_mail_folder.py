"""Mails as files."""

import stat
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from app.adapters.mail_folder import MailFolder


def mail(number=1):
    made = EmailMessage()
    made["Message-ID"] = f"<0000-{number}@badges.example>"
    made["To"] = "ana@example.org"
    made.set_content("Здравейте")
    return made


def test_a_mail_is_a_file_that_only_its_owner_reads(tmp_path):
    folder = tmp_path / "data" / "mail"
    assert list(MailFolder(folder).send([mail(1), mail(2)])) == [None, None]
    assert sorted(path.name for path in folder.iterdir()) == ["0000-1.eml", "0000-2.eml"]
    read = message_from_bytes((folder / "0000-1.eml").read_bytes(), policy=default)
    assert read.get_content() == "Здравейте\n"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "0000-1.eml").stat().st_mode) == 0o600


def test_the_same_mail_twice_is_one_file(tmp_path):
    for _ in range(2):
        assert list(MailFolder(tmp_path).send([mail()])) == [None]
    assert [path.name for path in tmp_path.iterdir()] == ["0000-1.eml"]


def test_a_name_never_leads_out_of_the_folder(tmp_path):
    sent = mail()
    sent.replace_header("Message-ID", "<../../x@badges.example>")
    assert list(MailFolder(tmp_path / "mail").send([sent])) == [None]
    assert [path.name for path in (tmp_path / "mail").iterdir()] == ["x.eml"]


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path):
    (tmp_path / "mail").write_text("a file is in the way")
    [failed] = MailFolder(tmp_path / "mail").send([mail()])
    assert not failed.for_good
