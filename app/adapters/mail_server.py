"""Mails over SMTP (RFC 5321), with TLS: from the first byte (smtps) or by STARTTLS (RFC 3207), never without.

Only a mail server on this very machine may be spoken to in clear. Nothing that a server answers is passed on but its
code: its text may name people.
"""

import smtplib
import ssl
from collections.abc import Iterable, Iterator, Sequence
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from app.ports import MailFailed
from app.settings import Settings, is_loopback

TIMEOUT_S = 20.0  # of one step; RFC 5321, section 4.5.3.2 allows minutes, and we come back later anyway
PERMANENT = range(500, 600)  # RFC 5321, section 4.2.1: "the SMTP client SHOULD NOT repeat the exact request"
SUBMISSION, SUBMISSIONS = 587, 465  # RFC 8314


class MailServer:
    """The Mailer port on a mail server."""

    def __init__(self, settings: Settings) -> None:
        """Reads `smtp_url` and `smtp_password_file`; connects only when there is something to send."""
        parts = urlsplit(settings.smtp_url)
        self._is_smtps = parts.scheme == "smtps"
        self._host = parts.hostname or ""
        self._port = parts.port or (SUBMISSIONS if self._is_smtps else SUBMISSION)
        self._user = unquote(parts.username) if parts.username else None
        self._password_file = settings.smtp_password_file

    def forget(self, mail_ids: Iterable[str]) -> None:
        """No copies are kept here."""

    def send(self, messages: Sequence[EmailMessage]) -> Iterator[MailFailed | None]:
        """One connection for all; when that breaks, the rest of them fails for now."""
        left = list(messages)
        try:
            with self._connect() as server:
                while left:
                    yield _send(server, left[0])
                    left.pop(0)
        except (OSError, smtplib.SMTPException) as error:
            failed = MailFailed(f"The mail server was not reached: {_told(error)}.", for_good=False)
            yield from (failed for _ in left)

    def _connect(self) -> smtplib.SMTP:
        tls = ssl.create_default_context()
        if self._is_smtps:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, timeout=TIMEOUT_S, context=tls)
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=TIMEOUT_S)
        try:
            self._greet(server, tls)
        except Exception:
            server.close()
            raise
        return server

    def _greet(self, server: smtplib.SMTP, tls: ssl.SSLContext) -> None:
        server.ehlo_or_helo_if_needed()
        if not self._is_smtps and (server.has_extn("starttls") or not is_loopback(self._host)):
            server.starttls(context=tls)
        if self._user is not None:
            server.login(self._user, self._password())

    def _password(self) -> str:
        return self._password_file.read_text(encoding="utf-8").strip() if self._password_file else ""


def _send(server: smtplib.SMTP, message: EmailMessage) -> MailFailed | None:
    """One mail; raises what ends the connection."""
    try:
        server.send_message(message)
    except (smtplib.SMTPServerDisconnected, smtplib.SMTPSenderRefused):  # the same for every other mail
        raise
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()))[0]
        return MailFailed(f"The mail server does not take this address ({code}).", for_good=code in PERMANENT)
    except smtplib.SMTPResponseException as error:
        return MailFailed(
            f"The mail server does not take this mail ({error.smtp_code}).", for_good=error.smtp_code in PERMANENT
        )
    except (smtplib.SMTPNotSupportedError, UnicodeError, ValueError):
        return MailFailed("The mail server does not take addresses in this script.", for_good=True)
    return None


def _told(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"it answered {error.smtp_code}"
    return type(error).__name__
