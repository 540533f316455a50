"""A first mapping for a table: which columns are probably what. A person looks at it, completes it and saves it.

Only names that are known are suggested: Moodle's column names in some languages (an incomplete list, which is harmless:
what is not known is chosen by hand), and columns whose item has exactly the name of a section.
"""

import re
from collections.abc import Iterable
from itertools import islice
from typing import Any

from app.competency.exact import number_text
from app.competency.sources.places import Place, Places
from app.competency.sources.table import implied_max, item_of, open_table

LOOKED_AT = 50  # rows that are read for a suggestion
ID_COLUMNS = frozenset(
    {
        "id number", "idnumber", "id-nummer", "numéro d'identification", "número de id", "número id",
        "codice identificativo",
        "număr de identificare", "αριθμός id", "αριθμός ταυτότητας",
        "идентификационен номер", "nr identyfikacyjny",
    }
)  # fmt: skip
EMAIL_COLUMNS = frozenset(
    {
        "email address", "email", "e-mail", "e-mail-adresse", "adresse de courriel", "dirección de correo",
        "dirección email", "indirizzo email", "adresă email", "adresă de email", "ηλεκτρονικό ταχυδρομείο",
        "διεύθυνση ηλεκτρονικού ταχυδρομείου", "имейл адрес", "имейл", "adres e-mail",
    }
)  # fmt: skip
NAME_COLUMNS = frozenset(
    {
        "first name", "last name", "surname", "vorname", "nachname", "prénom", "nom de famille", "nom", "nombre",
        "apellido(s)", "apellidos", "nome", "cognome", "prenume", "nume", "nume de familie", "όνομα", "επώνυμο",
        "собствено име", "име", "фамилно име", "фамилия", "imię", "nazwisko",
    }
)  # fmt: skip
_SEPARATOR = re.compile(r"[\s/_:-]+")
_KIND_OF_ITEM = re.compile(r"[^:]{1,60}:\s*(?P<name>.+)")


def suggest(lines: Iterable[str], places: Places) -> dict[str, Any]:
    """Return {"columns": [...], "mapping": {...}}; raises BadInput when there is no header.

    `max` is what points and per cent of the first rows imply; without both it is left out, and must be told.
    """
    table = open_table(lines)
    rows = [cells for _, cells in islice(table.rows, LOOKED_AT) if len(cells) == len(table.header)]
    lower = [name.lower() for name in table.header]
    mapping: dict[str, Any] = {}
    for member, known in (("id_column", ID_COLUMNS), ("email_column", EMAIL_COLUMNS)):
        found = [table.header[at] for at, name in enumerate(lower) if name in known]
        if len(found) == 1:
            mapping[member] = found[0]
    names = [table.header[at] for at, name in enumerate(lower) if name in NAME_COLUMNS]
    if names:
        mapping["name_columns"] = names
    mapping["items"] = _items(table.header, rows, places)
    return {"columns": list(table.header), "mapping": mapping}


def _items(header: tuple[str, ...], rows: list[list[str]], places: Places) -> dict[str, Any]:
    """The first column of points of each item that has a section's name."""
    found: dict[str, set[Place]] = {}
    for name, named in places.named().items():
        found.setdefault(_alike(name), set()).add(named)
    by_name = {name: next(iter(same)) for name, same in found.items() if len(same) == 1}
    items: dict[str, Any] = {}
    taken: set[Place] = set()
    for at, column in enumerate(header):
        place = _place(column, by_name)
        is_percent = any("%" in cells[at] for cells in rows)
        if place is None or place in taken or is_percent or header.count(column) > 1:
            continue
        taken.add(place)
        items[column] = {"assessment": place.assessment, "section": place.section} | _max(header, at, rows)
    return items


def _place(column: str, by_name: dict[str, Place]) -> Place | None:
    name = item_of(column)
    bare = _KIND_OF_ITEM.fullmatch(name)
    return by_name.get(_alike(name)) or (by_name.get(_alike(bare["name"])) if bare else None)


def _alike(name: str) -> str:
    return _SEPARATOR.sub(" ", name).strip().casefold()


def _max(header: tuple[str, ...], at: int, rows: list[list[str]]) -> dict[str, str]:
    beside = [other for other, name in enumerate(header) if other != at and item_of(name) == item_of(header[at])]
    found = [implied_max(cells[at].strip(), cells[other].strip()) for cells in rows for other in beside]
    told = {number_text(each.nearest) for each in found if each is not None}
    return {"max": told.pop()} if len(told) == 1 else {}
