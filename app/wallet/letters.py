"""What a mail says, as a value, and as the message (RFC 5322) that is sent: plain text and simple HTML, no tracking."""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from html import escape
from urllib.parse import urlsplit

from app.settings import Settings
from app.store.tables import Tenant
from app.texts import translations
from app.wallet.mail_headers import MAIL

_STYLE = "font: 16px/1.5 system-ui, sans-serif; max-width: 36em; margin: 0 auto; padding: 16px"


@dataclass(frozen=True, slots=True)
class Letter:
    """What a learner is told, in her language. `link`: its text and address; `after`: what stands below the link."""

    language: str
    to: str
    subject: str
    paragraphs: tuple[str, ...]
    link: tuple[str, str] | None = None
    after: tuple[str, ...] = ()


def message(settings: Settings, tenant: Tenant, mail_id: str, letter: Letter, now: datetime) -> EmailMessage:
    """The mail as it is sent; its Message-ID follows from `mail_id`, so that a second copy is known as one.

    Raises ValueError for an address that no mail can have.
    """
    host = urlsplit(settings.public_url).hostname or "localhost"
    made = EmailMessage(MAIL)
    made["From"] = Address(tenant.profile["name"], addr_spec=settings.sender)
    made["To"] = address(letter.to)
    if "email" in tenant.profile:
        made["Reply-To"] = address(tenant.profile["email"])
    made["Subject"] = " ".join(letter.subject.split())
    made["Date"] = now
    made["Message-ID"] = f"<{mail_id}@{host}>"
    made["List-Id"] = f"<badges.{tenant.slug}.{host}>"  # RFC 2919: lets people sort these mails
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers, please
    made["X-Auto-Response-Suppress"] = "All"
    footer = _footer(tenant, letter.language)
    made.set_content(_plain(letter, footer))
    made.add_alternative(_html(letter, footer), subtype="html")
    made["Content-Language"] = letter.language
    return made


def address(mailbox: str) -> Address:
    """An e-mail address whose domain is in ASCII (RFC 5890), as most mail servers want it; raises ValueError."""
    local, _, domain = mailbox.rpartition("@")
    return Address(username=local, domain=domain.encode("idna").decode())


def _footer(tenant: Tenant, language: str) -> str:
    _ = translations(language).gettext
    return _(
        "You get this mail because {issuer} has your address as that of a learner. It was written by a program; to "
        "stop these mails or to have your data corrected, write to {issuer}."
    ).format(issuer=tenant.profile["name"])


def _plain(letter: Letter, footer: str) -> str:
    link = f"{letter.link[0]}:\n{letter.link[1]}" if letter.link else ""
    parts = [*letter.paragraphs, link, *letter.after, f"-- \n{footer}"]
    return "\n\n".join(part for part in parts if part) + "\n"


def _html(letter: Letter, footer: str) -> str:
    link = ""
    if letter.link:
        text, url = map(escape, letter.link)
        link = f'<p><a href="{url}" style="font-weight: bold">{text}</a></p>\n<p><small>{url}</small></p>\n'
    return (
        f'<!doctype html>\n<html lang="{escape(letter.language)}"><head><meta charset="utf-8">'
        f'<meta name="color-scheme" content="light dark"><title>{escape(letter.subject)}</title></head>\n'
        f'<body style="{_STYLE}">\n{_paragraphs(letter.paragraphs)}{link}{_paragraphs(letter.after)}'
        f"<hr>\n<p><small>{escape(footer)}</small></p>\n</body></html>\n"
    )


def _paragraphs(texts: tuple[str, ...]) -> str:
    return "".join(f"<p>{escape(text)}</p>\n" for text in texts)
