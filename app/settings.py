"""Every setting, its default and what it is for. Read once at start; nothing else reads the environment."""

import ipaddress
import re
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DEFAULT_DATA_DIR = Path("data")
BADGE_TYPE_PATH = "/credential-types/open-badge"  # where the type of our SD-JWT VCs is told
MOST_NOTICES = 10  # ours: who is told more often of one thing stops reading
FILE_TIMES = 16  # ours: of a picture only a part is the document; a photograph of a telephone has some MB


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what listens there."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Settings(BaseSettings):
    """Read from environment variables named ATTESTA_ and the field in capitals; docs/settings.md lists them."""

    model_config = SettingsConfigDict(env_prefix="ATTESTA_", frozen=True, extra="ignore")

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=1, le=65535, description="Port to listen on.")
    base_url: str = Field(
        "",
        description="Public address of this service, without a slash at the end; default http://127.0.0.1:PORT. "
        "A public https address makes the issuer a did:web.",
    )
    terms_url: str = Field(
        "", description="Address of your terms of service, for other hosts of badges; default the start page."
    )
    privacy_url: str = Field(
        "", description="Address of your privacy policy, for other hosts of badges; default the start page."
    )
    data_dir: Path = Field(DEFAULT_DATA_DIR, description="Folder of the embedded database and of generated secrets.")
    keys_dir: Path | None = Field(
        None,
        description="Folder of the encrypted signing keys; default keys/ beside the default data folder, "
        "else DATA_DIR/keys.",
    )
    key_passphrase_file: Path | None = Field(
        None, description="File with the passphrase of the signing keys; default: one is made in the data folder."
    )
    database_url: SecretStr | None = Field(
        None,
        description="SQLAlchemy URL, e.g. postgresql+psycopg://user:password@host/name; default SQLite in DATA_DIR.",
    )
    admin_key: SecretStr | None = Field(
        None, description="Fixes the first tenant's API key (all scopes); default: a random one is printed once."
    )
    threads: Annotated[int, Field(ge=1, le=64)] = Field(
        10, description="Threads that answer requests in one process; they share one core, so more do not help."
    )
    max_body_bytes: int = Field(
        4_194_304, ge=1024, description="Largest request body, in bytes; CSV of results four times that."
    )
    verify_max_bytes: int = Field(
        1_048_576,
        ge=1024,
        description="Largest document to verify, in bytes; a PDF or SVG that holds it may be twice as large, other "
        "pictures 16 times.",
    )
    open_requests_per_minute: int = Field(
        300,
        ge=1,
        description="Requests per minute and client address on endpoints open to anyone that cost work; "
        "the machine itself is not limited.",
    )
    fetch_timeout_s: float = Field(5.0, gt=0, le=60, description="Seconds for one fetch from a foreign server.")
    verify_timeout_s: float = Field(15.0, gt=0, le=120, description="Seconds for all fetches of one verification.")
    trust_files: str = Field(
        "",
        description="Lists of issuers and registries of recognised issuers, files or https addresses with commas "
        "between; reports tell whether an issuer is in one (docs/trust.md).",
    )
    forwarded_allow_ips: str = Field(
        "127.0.0.1", description="Proxies whose X-Forwarded-For is believed, comma separated."
    )

    offers: bool = Field(
        True, description="Offer every award to its learner by mail as soon as it is sealed; off: only when asked."
    )
    offer_days: int = Field(30, ge=1, le=365, description="Days in which a learner can take what she is offered.")
    remind_after_days: int = Field(
        7, ge=0, le=365, description="Days after which she is reminded, once, of what she has not taken; 0 for never."
    )
    chapi_mediator: str = Field(
        "https://authn.io",
        description="Mediator by which the claim page asks for wallets in the learner's browser (CHAPI); it is "
        "contacted only when she presses its button. Empty: the claim page does not offer that way.",
    )
    expiry_notice_days: str = Field(
        "90,30",
        description="Days before the last day of an award on which its learner is told that it ends, commas between; "
        "empty for never.",
    )
    smtp_url: str = Field(
        "",
        description="Mail server: smtp://USER@HOST:587 (STARTTLS, which must work unless it is this machine) or "
        "smtps://USER@HOST:465; default: mails become files in DATA_DIR/mail.",
    )
    smtp_password_file: Path | None = Field(None, description="File with the password of the mail server's user.")
    mail_from: str = Field("", description="Sender address of mails; default no-reply@ the host of BASE_URL.")

    framework_files: str = Field(
        "",
        description="Framework files (YAML or JSON), commas between, that a verifier alone matches badges against.",
    )

    ask_for_types: str = Field(
        "",
        description="Types (vct) of SD-JWT VCs that wallets are asked for beside those of this service, with commas "
        "between (docs/ask-the-holder.md).",
    )

    walk_check_one_in: int = Field(
        1000,
        ge=0,
        description="One of so many documents to sign is canonicalized by the general path too, and signing stops when "
        "the two differ; 1 for every document, 0 for none.",
    )
    conformance: bool = Field(
        False,
        description="on: serve the W3C test suites' harness under /conformance, which signs whatever it is sent with "
        "keys made for it alone; refused unless HOST is a loopback address.",
    )

    @field_validator("conformance")
    @classmethod
    def _only_on_this_machine(cls, value: bool, others: ValidationInfo) -> bool:  # noqa: FBT001 - pydantic's protocol
        if value and not is_loopback(others.data.get("host", "")):
            raise ValueError("the conformance harness is for this machine alone: leave ATTESTA_HOST at 127.0.0.1")
        return value

    @field_validator("admin_key")
    @classmethod
    def _empty_is_none(cls, value: SecretStr | None) -> SecretStr | None:
        return value if value is not None and value.get_secret_value() else None

    @field_validator("base_url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[A-Za-z0-9.\[\]:-]+(/[A-Za-z0-9._~/-]*)?", value):
            raise ValueError("it must be an address like https://badges.example.org")
        return value.rstrip("/")

    @field_validator("chapi_mediator")
    @classmethod
    def _is_an_origin(cls, value: str) -> str:
        if value and not re.fullmatch(r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?/?", value):
            raise ValueError("it must be an address like https://authn.io, without a path")
        return value.rstrip("/").removesuffix(":443").lower()  # as browsers write the origin of its messages

    @field_validator("expiry_notice_days")
    @classmethod
    def _are_days(cls, value: str) -> str:
        days = [one.strip() for one in value.split(",")] if value.strip() else []
        if len(days) > MOST_NOTICES or not all(re.fullmatch(r"[1-9][0-9]{0,3}", one, re.ASCII) for one in days):
            raise ValueError(f"it must be at most {MOST_NOTICES} whole numbers of days like 90,30")
        return ",".join(days)

    @field_validator("smtp_url")
    @classmethod
    def _is_a_mail_server(cls, value: str) -> str:
        if value and not re.fullmatch(r"smtps?://([A-Za-z0-9._@%+=~-]{1,200}@)?[A-Za-z0-9.\[\]:-]+", value):
            raise ValueError("it must be an address like smtp://user@mail.example.org:587, without a password")
        return value

    @field_validator("mail_from")
    @classmethod
    def _is_a_sender(cls, value: str) -> str:
        if value and not re.fullmatch(r"[A-Za-z0-9._+=~-]{1,64}@[A-Za-z0-9.-]{1,253}", value):
            raise ValueError("it must be an address like badges@example.org, without a name")
        return value

    @field_validator("keys_dir", "key_passphrase_file", "database_url", "smtp_password_file", mode="before")
    @classmethod
    def _empty_is_not_set(cls, value: object) -> object:
        return value or None

    @property
    def trust_sources(self) -> tuple[str, ...]:
        """The files and addresses of `trust_files`."""
        return tuple(source for part in self.trust_files.split(",") if (source := part.strip()))

    @property
    def notice_days(self) -> tuple[int, ...]:
        """The days of `expiry_notice_days`, the fewest first."""
        return tuple(sorted({int(one) for one in self.expiry_notice_days.split(",") if one}))

    @property
    def public_url(self) -> str:
        """`base_url`, or the loopback address when none is set."""
        return self.base_url or f"http://127.0.0.1:{self.port}"

    @property
    def sender(self) -> str:
        """The address that mails come from."""
        host = urlsplit(self.public_url).hostname or ""
        return self.mail_from or f"no-reply@{'localhost' if is_loopback(host) else host}"

    @property
    def verify_max_file_bytes(self) -> int:
        """Largest file to verify, in bytes: a picture."""
        return self.verify_max_bytes * FILE_TIMES

    @property
    def keys_path(self) -> Path:
        """Where the encrypted key files are (design: keys/ beside the default data folder)."""
        if self.keys_dir is not None:
            return self.keys_dir
        return Path("keys") if self.data_dir == DEFAULT_DATA_DIR else self.data_dir / "keys"

    @property
    def framework_paths(self) -> tuple[Path, ...]:
        """The files of `framework_files`."""
        return tuple(Path(name.strip()) for name in self.framework_files.split(",") if name.strip())

    @property
    def asked_types(self) -> tuple[str, ...]:
        """Types (vct) of SD-JWT VCs that wallets are asked for: ours, and those of `ask_for_types`."""
        others = (name.strip() for name in self.ask_for_types.split(","))
        return (self.public_url + BADGE_TYPE_PATH, *(name for name in others if name))

    @property
    def sqlalchemy_url(self) -> str:
        """The database in use; contains the password, so never log it."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data_dir / 'attesta.sqlite3'}"
