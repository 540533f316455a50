"""GET /verify/checks: what every check does, for programs and for whoever reads a report."""

from typing import Any

from fastapi import APIRouter, Response

from app.errors import NotFound
from app.verifier.check_list import CHECK_LIST, Explained

router = APIRouter(tags=["verifier"])
CACHED = {"Cache-Control": "public, max-age=3600", "Access-Control-Allow-Origin": "*"}


@router.get("/verify/checks")
def get_checks(response: Response) -> dict[str, Any]:
    """Every check that a report may have, in the order in which they are made: id, title, what it does, its source."""
    response.headers.update(CACHED)
    return {"checks": [one.to_json() for one in CHECK_LIST]}


def explained(check_id: str) -> Explained:
    """The check of that id; raises NotFound."""
    found = next((one for one in CHECK_LIST if one.id == check_id), None)
    if found is None:
        raise NotFound("There is no such check.", remedy="GET /verify/checks lists all.")
    return found
