"""Mails over SMTP: with TLS, in order, and what went wrong is told without naming anybody."""

import ssl
from email.message import EmailMessage

import pytest
from cryptography import x509

from app.adapters.mail_server import MailServer
from app.settings import Settings
from tests.adapters.mail_host import MailHost, serving
from tests.certificates import THIS_MACHINE, private_pem, self_signed

NOBODY = "ana"


def mail(to="ana@example.org"):
    made = EmailMessage()
    made["From"], made["To"], made["Subject"], made["Message-ID"] = "no-reply@badges.example", to, "x", "<1@x>"
    made.set_content("Здравейте")
    return made


def server(url, password_file=None):
    return MailServer(Settings(smtp_url=url, smtp_password_file=password_file))


@pytest.fixture
def tls(tmp_path, monkeypatch):
    """A server's TLS whose certificate this process trusts."""
    made, key = self_signed("localhost", [x509.DNSName("localhost"), THIS_MACHINE])
    certificate, secret = tmp_path / "certificate.pem", tmp_path / "key.pem"
    certificate.write_bytes(made)
    secret.write_bytes(private_pem(key))
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, secret)
    return context


def test_starttls_and_a_password(tls, tmp_path):
    (tmp_path / "password").write_text("s3cret\n")
    with serving(MailHost(tls=tls, password="s3cret")) as host:
        url = f"smtp://badges%40example.org@127.0.0.1:{host.port}"
        assert list(server(url, tmp_path / "password").send([mail(), mail("boris@example.org")])) == [None, None]
    assert [(sender, to, secure) for sender, to, _, secure in host.got] == [
        ("no-reply@badges.example", "ana@example.org", True),
        ("no-reply@badges.example", "boris@example.org", True),
    ]


def test_tls_from_the_first_byte(tls):
    with serving(MailHost(tls=tls), tls_at_once=True) as host:
        assert list(server(f"smtps://localhost:{host.port}").send([mail()])) == [None]
    assert len(host.got) == 1


def test_this_machine_may_do_without_tls():
    with serving(MailHost()) as host:
        assert list(server(f"smtp://127.0.0.1:{host.port}").send([mail()])) == [None]
    assert host.got[0][3] is False


def test_another_machine_may_not():
    with serving(MailHost()) as host:  # `localhost.` is this machine too, but does not look like it
        [failed] = server(f"smtp://localhost.:{host.port}").send([mail()])
    assert not failed.for_good
    assert host.got == []


def test_a_certificate_of_somebody_else_is_not_taken(tls, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    with serving(MailHost(tls=tls)) as host:
        [failed] = server(f"smtp://127.0.0.1:{host.port}").send([mail()])
    assert (failed.for_good, host.got) == (False, [])


@pytest.mark.parametrize(
    ("answers", "for_good"),
    [
        ({"RCPT": "550 no ana here"}, True),
        ({"RCPT": "451 ana later"}, False),
        ({"DATA": "554 ana is spam"}, True),
        ({"DATA": "452 full"}, False),
        ({"MAIL": "550 ana, who are you"}, False),
        ({"RCPT": "hang up"}, False),
        ({"EHLO": "421 not now ana", "HELO": "421 not now"}, False),
    ],
)
def test_what_went_wrong_is_told_without_naming_anybody(answers, for_good):
    with serving(MailHost(answers=answers)) as host:
        outcomes = list(server(f"smtp://127.0.0.1:{host.port}").send([mail(), mail()]))
    assert [failed.for_good for failed in outcomes] == [for_good, for_good]
    assert not any(NOBODY in failed.message for failed in outcomes)


def test_a_wrong_password_is_no_reason_to_give_up(tls, tmp_path):
    (tmp_path / "password").write_text("old")
    with serving(MailHost(tls=tls, password="new")) as host:
        [failed] = server(f"smtp://b@127.0.0.1:{host.port}", tmp_path / "password").send([mail()])
    assert (failed.for_good, failed.message) == (False, "The mail server was not reached: it answered 535.")


def test_an_address_in_a_script_that_the_server_does_not_take():
    with serving(MailHost()) as host:
        [failed, taken] = server(f"smtp://127.0.0.1:{host.port}").send([mail("ана@example.org"), mail()])
    assert failed.for_good
    assert taken is None


def test_a_server_that_is_not_there():
    with serving(MailHost()) as host:
        pass
    outcomes = list(server(f"smtp://127.0.0.1:{host.port}").send([mail(), mail()]))
    assert [failed.for_good for failed in outcomes] == [False, False]


@pytest.mark.parametrize(
    "url", ["mail.example.org", "http://mail.example.org", "smtp://user:password@mail.example.org", "smtp://a b"]
)
def test_an_address_that_is_none_is_told_at_start(url):
    with pytest.raises(ValueError, match="smtp://"):
        Settings(smtp_url=url)
