"""Published frameworks out of the database, for matching badges against them."""

from app.adapters.framework_files import REMEDY
from app.competency.framework import Framework
from app.errors import Conflict, NotFound
from app.store import catalogue
from app.store.session import Database


class PublishedFrameworks:
    """The Frameworks port on the database: the newest published version of a code, or any version by its id."""

    def __init__(self, database: Database, public_url: str) -> None:
        self._database = database
        self._prefix = f"{public_url}/frameworks/"

    def find(self, name: str) -> Framework:
        """The framework of this code, id or address; raises NotFound, or Conflict when several tenants have it."""
        wanted = name.removeprefix(self._prefix)
        with self._database.everywhere(why="published frameworks are public by code and id") as session:
            by_id = catalogue.framework_version(session, wanted)
            rows = [by_id] if by_id else [row for row in catalogue.framework_versions(session, wanted) if row.is_newest]
            if len(rows) > 1:
                remedy = f"Name one by its id: {', '.join(row.id for row in rows)}."
                raise Conflict(f"Several organisations have a framework {name[:200]}.", remedy=remedy)
            if not rows:
                raise NotFound(f"There is no published framework {name[:200]}.", remedy=REMEDY)
            return self._database.frameworks.of(rows[0])
