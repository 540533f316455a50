"""The forms in which frameworks come in and go out: media types, `?format=`, and what each needs to be read."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from app.competency import case_reader, framework_csv, moodle_competencies, skos
from app.competency import framework as frameworks
from app.competency.case_package import looks_like
from app.competency.case_writer import Publication
from app.competency.identified import identified, lacks_identifiers
from app.competency.notices import Imported
from app.competency.yaml_text import write_yaml
from app.errors import BadInput
from app.issuer.idempotency import Answer
from app.ports import Services
from app.store.tables import FrameworkVersion
from app.web.context import is_json, not_taken, parse_json

YAML = ("application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml")
CSV = "text/csv"
JSON_LD = "application/ld+json"
IN = ("yaml", "json", "case", "csv", "moodle")
OUT = ("json", "yaml", "case", "csv", "moodle", "skos")
CASE_PATH = "/ims/case/v1p1"
NOT_SKOS = "Send it as CSV: a row a concept, with id, parent, name and statement. Or as CASE package."

Known = Callable[[str, str], dict[str, Any] | None]
"""(uuid, id) -> the newest document of that framework"""


@dataclass(frozen=True, slots=True)
class Sent:
    """A framework as it was sent: its format, one of IN, and the value or bytes to read.

    `language`: of the texts, where the format does not tell (moodle).
    """

    format: str
    content: Any
    language: str | None = None


def recognise(body: bytes, media_type: str, asked: str | None, language: str | None = None) -> Sent:
    """Find out what was sent. `asked`: the format that the caller names, else the media type and the content tell.

    What is neither called JSON nor anything else is read as YAML, of which JSON is a part. Raises Unsupported, or
    BadInput with the place in the JSON or the line.
    """
    if asked is not None and asked not in IN:
        wrong = f"{asked[:40]!r} is {'written, but not read' if asked in OUT else 'no format'}."
        raise BadInput(wrong, pointer="format", remedy=f"Use one of {', '.join(IN)}.")
    if asked in ("csv", "moodle") or (asked is None and media_type == CSV):
        return Sent(asked or _kind_of_table(body), body, language)
    if asked == "yaml" or (asked is None and media_type in (*YAML, "text/plain", "application/octet-stream")):
        own, value = "yaml", frameworks.read_yaml(body)
    elif asked is None and not is_json(media_type):
        raise not_taken(media_type, "application/yaml, application/json (ours or CASE) or text/csv")
    else:
        own, value = "json", parse_json(body, "application/json")
    if isinstance(value, dict) and "@graph" in value:
        raise BadInput("This is JSON-LD, perhaps SKOS, which is written here but not read.", remedy=NOT_SKOS)
    return Sent("case" if asked == "case" or looks_like(value) else own, value)


def _kind_of_table(body: bytes) -> str:
    header = body[:2000].decode("utf-8-sig", "replace").split("\n", 1)[0].lower()
    cells = {cell.strip(' "\r') for separator in ",;\t" for cell in header.split(separator)}
    return "csv" if {"id", "name"} <= cells else "moodle"


def read(sent: Sent, known: Known, today: str) -> Imported:
    """Read what was sent over what is known of the same framework; the document is not validated yet.

    Our own format says everything but UUIDs, so there nothing else is carried over. Raises BadInput.
    """
    if sent.format in ("yaml", "json"):
        return Imported(_identified(sent.content, known))
    readers: dict[str, Callable[[dict[str, Any] | None], Imported]] = {
        "case": lambda before: case_reader.read(sent.content, before),
        "csv": lambda before: framework_csv.read(sent.content, before, today=today),
        "moodle": lambda before: moodle_competencies.read(sent.content, before, today=today, language=sent.language),
    }
    first = readers[sent.format](None)
    about = first.document["framework"]
    before = known(str(about["uuid"]), str(about["id"]))
    return first if before is None else readers[sent.format](before)


def _identified(content: Any, known: Known) -> Any:
    if not lacks_identifiers(content):
        return content
    about = content["framework"]
    return identified(content, known(str(about.get("uuid", "")), about["id"]))


def publication(services: Services, row: FrameworkVersion, creator: str) -> Publication:
    """Where and when a version is published, for CASE."""
    moment = row.published_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Publication(f"{services.settings.public_url}{CASE_PATH}", moment, creator)


def write(form: str, document: dict[str, Any], published: Publication, address: str, language: str | None) -> Answer:
    """Return a framework in one of OUT. `address`: its public URL; `language`: for Moodle, which knows one only."""
    main = document["framework"].get("language", "en")
    match form:
        case "yaml":
            return Answer(200, write_yaml(document), YAML[0])
        case "csv":
            return Answer(200, framework_csv.write(document), CSV)
        case "moodle":
            return Answer(200, moodle_competencies.write(document, language or main), CSV)
        case "skos":
            return Answer(200, _json(skos.write(document, address)), JSON_LD)
        case "case":
            return Answer(200, _json(case_reader.export(document, published)))
        case "json":
            return Answer(200, _json(document))
    raise BadInput(f"{form[:40]!r} is no format.", pointer="format", remedy=f"Use one of {', '.join(OUT)}.")


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
