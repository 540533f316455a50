"""The formats by their names, as `?format=` and `--format` say them."""

from collections.abc import Callable, Iterator
from typing import Any

from app.competency.sources import caliper, canvas, lti_ags, moodle_ws, oneroster, qti
from app.competency.sources.reading import Read

FROM_JSON: dict[str, Callable[[Any], Iterator[Read]]] = {
    "moodle-ws": moodle_ws.read,
    "lti-ags": lti_ags.read,
    "oneroster": oneroster.read,
    "canvas": canvas.read,
    "caliper": caliper.read,
}
FROM_XML: dict[str, Callable[[bytes], Iterator[Read]]] = {"qti": qti.read}
TABLE, XAPI, CSV, JSON = "moodle-csv", "xapi", "csv", "json"
FORMATS = (CSV, JSON, TABLE, *FROM_JSON, XAPI, *FROM_XML)
OF_MEDIA_TYPE = {
    "application/vnd.ims.lis.v1.score+json": "lti-ags",
    "application/vnd.ims.lis.v2.score+json": "lti-ags",
    "application/xml": "qti",
    "text/xml": "qti",
}
