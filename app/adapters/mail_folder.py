"""Mails as files, where there is no mail server: one `.eml` (RFC 5322) each, for the owner of the folder alone."""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from email.message import EmailMessage
from pathlib import Path

from app.ports import MailFailed


class MailFolder:
    """The Mailer port on a folder. The same mail sent twice is one file."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made when the first mail comes."""
        self._folder = folder

    def send(self, messages: Sequence[EmailMessage]) -> Iterator[MailFailed | None]:
        """Write them; a full disk is no reason to give up."""
        for message in messages:
            try:
                self._write(message)
            except OSError as error:
                yield MailFailed(f"It could not be written: {error.strerror}.", for_good=False)
            else:
                yield None

    def forget(self, mail_ids: Iterable[str]) -> None:
        """Delete the files of these mails."""
        for mail_id in mail_ids:
            (self._folder / f"{mail_id}.eml").unlink(missing_ok=True)

    def _write(self, message: EmailMessage) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = re.sub(r"[^A-Za-z0-9-]", "", message["Message-ID"].split("@")[0])
        part = self._folder / f"{name}.part"
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(message.as_bytes())
        part.rename(self._folder / f"{name}.eml")
