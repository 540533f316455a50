"""What is kept for some minutes, in the database: all processes of the service share it."""

from datetime import datetime
from hashlib import sha256

from app.ports import Clock
from app.store import brief
from app.store.session import Database
from app.store.tables import BriefText

WHY = "what is kept for minutes belongs to no tenant"


class DatabaseMemory:
    """The Memory port on the database, which knows the names as hashes only."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def keep(self, name: str, text: str, until: datetime) -> None:
        """Keep a text, in the place of one that was there."""
        with self._database.everywhere(why=WHY, writes=True) as session:
            session.merge(BriefText(name_hash=_hash(name), text=text, expires_at=until))

    def read(self, name: str) -> str | None:
        """The text of that name; None when there is none, or its time is over."""
        with self._database.everywhere(why=WHY) as session:
            return brief.text(session, _hash(name), self._clock())

    def take(self, name: str) -> str | None:
        """The same, once: of several who ask for it one gets it."""
        with self._database.everywhere(why=WHY, writes=True) as session:
            return brief.take(session, _hash(name), self._clock())

    def count(self, name: str) -> int | None:
        """Add one to the number of that name; None when there is none, or its time is over."""
        with self._database.everywhere(why=WHY, writes=True) as session:
            return brief.count(session, _hash(name), self._clock())

    def forget_expired(self) -> int:
        """Forget what has expired; returns how many texts."""
        with self._database.everywhere(why=WHY, writes=True) as session:
            return brief.forget_expired(session, self._clock())


def _hash(name: str) -> str:
    return sha256(name.encode()).hexdigest()
