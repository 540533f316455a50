"""How values of JSON columns are written."""

import json
from typing import Any

from app.vc import strict_json


def json_text(value: Any) -> str:
    """JSON of a value: quickly, but for large integers and names that are no texts."""
    try:
        return strict_json.dumps(value).decode()
    except TypeError:
        return json.dumps(value)
