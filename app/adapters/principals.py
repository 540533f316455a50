"""Finds out whose an API key is."""

from app.ports import Clock, Principal
from app.store import tenancy
from app.store.session import Database


class ApiKeys:
    """The Principals port on the database. Nothing is cached: a withdrawn key is dead at once."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def find(self, api_key: str) -> Principal | None:
        """The principal of this key in clear, or None when it is unknown, expired or withdrawn."""
        with self._database.everywhere(why="the key tells which tenant it is") as session:
            found = tenancy.usable_api_key(session, api_key, self._clock())
        if found is None:
            return None
        return Principal(found.id, found.slug, found.key_id, frozenset(found.scopes))
