"""What everybody is given: the badges, as JSON text; a key; the contexts; a status list that is at hand.

Each operation gets another badge (its id and its subject differ), so that nobody can answer from a cache of results.
"""

import json
import os
import uuid
from importlib import resources
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
BADGES = ("small", "big")
SEED = bytes([9]) * 32  # of the Ed25519 key that all issue with; it protects nothing
ISSUER = "did:key:z6MkwVDfCg9LbbY6xjH3EZk8YSFQZujV5Y4y1ZWeER9tDiN3"  # the did:key of that seed
METHOD = f"{ISSUER}#{ISSUER.removeprefix('did:key:')}"
LIST_URL = "https://badges.example.org/status-lists/1"
VARIANTS = 64  # badges per case, taken in turn
MATERIAL = "BENCH_MATERIAL"  # environment variable: the file that `write` wrote
SECURINGS = ("data-integrity", "jwt")

Json = dict[str, Any]


def badge(name: str) -> Json:
    """Return one of the badges in bench/badges, unsigned."""
    document: Json = json.loads((HERE / "badges" / f"{name}.json").read_text(encoding="utf-8"))
    return document


def unsigned(name: str, *, with_status: bool = False) -> list[str]:
    """Return the variants of a badge as compact JSON texts; each has a recipient and, if asked for, a status entry."""
    return [_text(_variant(badge(name), number, with_status=with_status)) for number in range(VARIANTS)]


def _variant(document: Json, number: int, *, with_status: bool) -> Json:
    document["id"] = uuid.UUID(int=0x5B1F3A520C1E4C5E9A44000000000000 + number).urn
    document["credentialSubject"]["id"] = uuid.UUID(int=0x0D9C7F0A63F34A558A70000000000000 + number).urn
    if with_status:
        document["credentialStatus"] = {
            "id": f"{LIST_URL}#{number}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(number),
            "statusListCredential": LIST_URL,
        }
    return document


def _text(document: Json) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def contexts() -> dict[str, Json]:
    """Return the JSON-LD contexts that the badges use, by URL: for the peers that carry none of their own."""
    folder = resources.files("app.vc") / "contexts"
    wanted = {*badge("big")["@context"], *badge("small")["@context"]}
    entries = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    newest = {entry["url"]: entry["file"] for entry in entries if entry["url"] in wanted and "edition" not in entry}
    return {url: json.loads((folder / file).read_text(encoding="utf-8")) for url, file in newest.items()}


def write(path: Path, status_list: str) -> None:
    """Write what the peers' processes are told: the key, the contexts, the signed status list."""
    told = {
        "seed": SEED.hex(),
        "issuer": ISSUER,
        "method": METHOD,
        "list_url": LIST_URL,
        "status_list": status_list,
        "contexts": contexts(),
    }
    path.write_text(json.dumps(told), encoding="utf-8")


def read() -> Json:
    """Return what `write` wrote."""
    told: Json = json.loads(Path(os.environ[MATERIAL]).read_text(encoding="utf-8"))
    return told
