"""How values of JSON columns are written."""

import json
from typing import Any

import orjson

# What the standard library refuses is refused, and not written in some way that nobody reads back.
_PLAIN_ONLY = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME


def json_text(value: Any) -> str:
    """JSON of a value: by orjson where it can, which refuses large integers and names that are no texts."""
    try:
        return orjson.dumps(value, option=_PLAIN_ONLY).decode()
    except TypeError:
        return json.dumps(value)
