"""Stands where a verifier alone has nothing: no database, no keys, no documents of its own."""

from typing import Any

from app.errors import Unavailable
from app.ports import Fetched


class NoDocuments:
    """The LocalDocuments port of a verifier that serves nothing."""

    def get(self, url: str) -> Fetched | None:
        """No URL is ours."""
        del url
        return None


class Absent:
    """Any use of it says that this service runs without a database."""

    def __getattr__(self, name: str) -> Any:
        """Refuse plainly instead of failing with an AttributeError deep inside."""
        raise Unavailable(f"This verifier runs without a database ({name} was asked for).")


class NoDatabase(Absent):
    """The database of a verifier alone: it can be closed, and nothing else."""

    def close(self) -> None:
        """There is nothing to close."""
