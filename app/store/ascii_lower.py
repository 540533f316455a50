"""`app.mailbox.folded` in SQL, but for white space, which no stored address has around it."""

from typing import Any

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class ascii_lower(FunctionElement[str]):  # noqa: N801 - a function of SQL
    """A to Z as a to z, and nothing else changed. SQLite's own lower is that."""

    type = String()
    inherit_cache = True


@compiles(ascii_lower)
def _plainly(element: ascii_lower, compiler: Any, **options: Any) -> str:
    return f"lower({compiler.process(element.clauses, **options)})"


@compiles(ascii_lower, "postgresql")
def _whatever_the_locale(element: ascii_lower, compiler: Any, **options: Any) -> str:
    return f'lower({compiler.process(element.clauses, **options)} COLLATE "C")'
