"""Evidence in a folder: what was fetched for verifications, so that they can be judged again without any network.

    index.json   {"format", "gathered_at", "documents": [{"url", "final_url", "media_type", "file", "sha256"}
                                                         | {"url", "code", "reason"}]}
    001.bin ...  the bytes as they came, one file each

Whoever reads it back checks each file's digest: evidence that was changed is refused, not judged.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from app.errors import BadInput
from app.ports import Fetched
from app.vc import strict_json, timestamps
from app.verifier.evidence import EvidenceSet, Had, NotFetched

FORMAT = "attesta-evidence/1"
INDEX = "index.json"
MAX_DOCUMENTS = 1000  # ours: one verification has a dozen
MAX_INDEX_BYTES = 4 * 1024 * 1024
MAX_FILE_BYTES = 4 * 1024 * 1024  # far above what is ever fetched


def holds_evidence(folder: Path) -> bool:
    """Tell whether a folder holds evidence. Raises BadInput when it holds something else."""
    if not folder.exists():
        return False
    if not folder.is_dir():
        raise BadInput(f"{folder} is no folder.", remedy="Name a folder for the evidence.")
    if (folder / INDEX).is_file():
        return True
    if next(folder.iterdir(), None) is not None:
        raise BadInput(
            f"{folder} holds files, but no evidence.", remedy=f"Name a new or empty folder, or one with an {INDEX}."
        )
    return False


def save(folder: Path, evidence: EvidenceSet, gathered_at: datetime) -> int:
    """Write evidence to a new or empty folder; returns how many documents. Raises BadInput when that cannot be done.

    The index comes last: a folder without it is no evidence, so half of it is never taken for the whole.
    """
    documents = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number, (url, had) in enumerate(evidence.items.items(), 1):
            entry = described(url, had, f"{number:03}.bin")
            if isinstance(had, Fetched):
                (folder / entry["file"]).write_bytes(had.content)
            documents.append(entry)
        index = {"format": FORMAT, "gathered_at": timestamps.write(gathered_at), "documents": documents}
        (folder / INDEX).write_text(json.dumps(index, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise BadInput(f"The evidence cannot be written to {folder}: {error.strerror}.") from error
    return len(documents)


def described(url: str, had: Had, file: str) -> dict[str, str]:
    """Describe one document for the index."""
    if isinstance(had, NotFetched):
        return {"url": url, "code": had.code, "reason": had.reason}
    digest = hashlib.sha256(had.content).hexdigest()
    return {"url": url, "final_url": had.url, "media_type": had.media_type, "file": file, "sha256": digest}


def load(folder: Path) -> EvidenceSet:
    """Read evidence back. Raises BadInput for a folder that is not as `save` wrote it."""
    index = strict_json.loads(read(folder / INDEX, MAX_INDEX_BYTES))
    if not isinstance(index, dict) or index.get("format") != FORMAT:
        raise BadInput(f"{folder / INDEX} is no index of evidence ({FORMAT}).", pointer="/format")
    gathered_at = timestamps.read(index.get("gathered_at"))
    if gathered_at is None:
        raise broken(folder, "/gathered_at", "it is no date and time")
    documents = index.get("documents")
    if not isinstance(documents, list) or len(documents) > MAX_DOCUMENTS:
        raise broken(folder, "/documents", f"it is no list of at most {MAX_DOCUMENTS} documents")
    return EvidenceSet(dict(entries(folder, documents)), gathered_at)


def entries(folder: Path, documents: list[Any]) -> Iterator[tuple[str, Had]]:
    """Yield (URL, document) of each entry of the index. Raises BadInput."""
    for position, entry in enumerate(documents):
        pointer = f"/documents/{position}"
        if not isinstance(entry, dict) or not all(isinstance(value, str) for value in entry.values()):
            raise broken(folder, pointer, "it is no object of texts")
        if "url" in entry and {"code", "reason"} <= entry.keys():
            yield entry["url"], NotFetched(entry["code"], entry["reason"])
        elif {"url", "final_url", "media_type", "file", "sha256"} <= entry.keys():
            yield entry["url"], fetched(folder, pointer, entry)
        else:
            raise broken(folder, pointer, "it lacks members")


def fetched(folder: Path, pointer: str, entry: dict[str, str]) -> Fetched:
    """Read one document back and compare its digest. Raises BadInput."""
    name = entry["file"]
    if Path(name).name != name or name.startswith("."):
        raise broken(folder, f"{pointer}/file", "it is no name of a file in the folder")
    content = read(folder / name, MAX_FILE_BYTES)
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        raise broken(folder, f"{pointer}/sha256", f"{name} has another digest, so it was changed")
    return Fetched(entry["final_url"], entry["media_type"], content)


def read(path: Path, most: int) -> bytes:
    """Read a file of bounded size. Raises BadInput."""
    try:
        with path.open("rb") as file:
            content = file.read(most + 1)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from error
    if len(content) > most:
        raise BadInput(f"{path} is larger than {most} bytes.")
    return content


def broken(folder: Path, pointer: str, what: str) -> BadInput:
    """Say what is wrong with an index."""
    return BadInput(f"The evidence in {folder} cannot be used: {what}.", pointer=pointer, remedy="Fetch it again.")
