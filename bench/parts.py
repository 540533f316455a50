"""Where the time of issuing the big badge in process goes: `python -m bench.parts`. CPU time, parts in turn."""

import hashlib
import time
from collections.abc import Callable
from datetime import UTC, datetime

import orjson

from app.vc import issuance, pinned_contexts, shape, strict_json, walk
from bench import material
from bench.peers import attesta

TURNS = 40
BADGES = 32  # a turn: each another one


def main() -> None:
    """Measure, tell."""
    tell(_parts())


def tell(parts: dict[str, Callable[[int], object]]) -> None:
    """Do the parts by turns and print the least of all turns, which other programs disturbed least.

    `parts`: what to do with a badge of that number, from 0 to BADGES - 1, by name; the first is "everything".
    """
    least = dict.fromkeys(parts, float("inf"))
    for _ in range(TURNS):
        for name, do in parts.items():
            began = time.process_time()
            for number in range(BADGES):
                do(number)
            least[name] = min(least[name], (time.process_time() - began) / BADGES)
    for name, took_s in least.items():
        print(f"{1_000_000 * took_s:7.0f} µs {100 * took_s / least['everything']:4.0f} %  {name}")


def _parts() -> dict[str, Callable[[int], object]]:
    texts = material.unsigned("big")[:BADGES]
    documents = [strict_json.loads(text) for text in texts]
    now = datetime.now(UTC)
    how = issuance.DataIntegrity("eddsa-rdfc-2022", material.METHOD, now)
    sealed = [issuance.seal(issuance.prepare(each, how, "Ed25519"), attesta.KEY) for each in documents]
    contexts = pinned_contexts.issuing()
    canonical = [str(walk.canonicalize(each, contexts)).encode() for each in documents]
    hashes = bytes(64)
    signature = attesta.KEY.sign(hashes)
    return {
        "everything": lambda number: attesta.issue(texts[number], "data-integrity"),
        "strict reading": lambda number: strict_json.loads(texts[number]),
        "prepare": lambda number: issuance.prepare(documents[number], how, "Ed25519"),
        "  its shape check": lambda number: shape.check_shape(documents[number]),
        "  its walk": lambda number: walk.canonicalize(documents[number], contexts),
        "self-check": lambda number: issuance.self_check(sealed[number], attesta.PUBLIC, now),
        "  its writing": lambda number: strict_json.dumps(sealed[number].document),
        "  its Ed25519": lambda _: attesta.PUBLIC.verify(signature, hashes),
        "Ed25519 to sign": lambda _: attesta.KEY.sign(hashes),
        "a plain JSON parse": lambda number: orjson.loads(texts[number]),
        "SHA-256": lambda number: hashlib.sha256(canonical[number]).digest(),
    }


if __name__ == "__main__":
    main()
