"""Headers of mails in any language: folded so that no space is lost.

`EmailPolicy` folds a long header at a space between two encoded words, where RFC 2047 section 6.2 has readers drop it:
two words arrive as one. The older `Header` puts the spaces into the encoded words.
"""

from email.header import Header
from email.policy import EmailPolicy
from typing import Any


class MailPolicy(EmailPolicy):
    """The default policy, but for the texts of people in headers: the subject, and the name of who sends it."""

    def fold(self, name: str, value: Any) -> str:
        """Return the header with its line ends (RFC 5322 section 2.2.3)."""
        encoded = _encoded(name, value)
        if encoded is None:
            return str(super().fold(name, value))
        return f"{name}: {encoded.encode(linesep=self.linesep)}{self.linesep}"

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Return the same as bytes, which are ASCII."""
        return super().fold_binary(name, value) if _encoded(name, value) is None else self.fold(name, value).encode()


def _encoded(name: str, value: Any) -> Header | None:
    """The header's value as encoded words; None where it needs none."""
    if str(value).isascii() or name not in ("Subject", "From"):
        return None
    if name == "Subject":
        return Header(str(value), "utf-8", header_name=name)
    sender = value.addresses[0]
    header = Header(sender.display_name, "utf-8", header_name=name)
    header.append(f"<{sender.addr_spec}>", "us-ascii")
    return header


MAIL = MailPolicy()
