"""Resources that a credential names together with their digests: VCDM 2.0 section 5.3 Integrity of Related Resources.

https://www.w3.org/TR/vc-data-model-2.0/#integrity-of-related-resources ; digestSRI is a hash-expression of Subresource
Integrity (https://www.w3.org/TR/SRI/#the-integrity-attribute), digestMultibase is defined in Data Integrity 1.0
section 2.6 (https://www.w3.org/TR/vc-data-integrity/#resource-integrity): a Multihash in multibase.

1. every resource is an object with a URL as `id`, named once, and a digest of well-known form
2. the digest of a resource that is at hand fits its bytes; at hand are the pinned contexts, since nothing is fetched

The W3C's own test suite has a bare SHA-256 in digestMultibase, without the prefix of a Multihash; that is read too.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from app.vc import pinned_contexts
from app.vc.json_pointer import child
from app.vc.multiformats import multibase_decode, varint_decode
from app.vc.outcome import Finding, Unsound
from app.vc.problem_types import CRYPTOGRAPHIC_SECURITY_ERROR
from app.vc.shape_kinds import Shape, found, iri, items, objects, one_or_more, text

# https://www.w3.org/TR/SRI/#grammardef-hash-expression ; options after "?" are for browsers.
_EXPRESSION = re.compile(r"(sha256|sha384|sha512)-([A-Za-z0-9+/]+={0,2})(?:\?[\x21-\x7e]*)?")
# https://github.com/multiformats/multicodec/blob/master/table.csv
_MULTIHASHES = {0x12: "sha256", 0x13: "sha512", 0x14: "sha3_512", 0x15: "sha3_384", 0x16: "sha3_256", 0x20: "sha384"}
_SHA256_LENGTH = 32
MAX_EXPRESSIONS = 8  # ours: SRI names three algorithms; several digests of one are for several editions


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest as a document states it. `algorithm`: a name of hashlib."""

    algorithm: str
    value: bytes


def check(document: dict[str, Any]) -> Iterator[Finding]:
    """Yield what is wrong with the related resources of a document."""
    if "relatedResource" not in document:
        return
    value = document["relatedResource"]
    yield from one_or_more(_resource)(value, "/relatedResource")
    urls = [item["id"] for item in objects(value) if isinstance(item.get("id"), str)]
    if len(set(urls)) < len(urls):
        yield found("duplicate_id", "A relatedResource is named more than once.", "/relatedResource")


def _resource(value: Any, pointer: str) -> Iterator[Finding]:
    yield from _MEMBERS(value, pointer)
    if not isinstance(value, dict):
        return
    stated = [name for name in _READERS if name in value]
    if not stated:
        yield found("missing_member", "A relatedResource has no digest, which it must have.", pointer)
    for name in stated:
        yield from _digest_findings(value, name, child(pointer, name))


def _digest_findings(resource: dict[str, Any], name: str, pointer: str) -> Iterator[Finding]:
    try:
        digests = _READERS[name](resource[name])
    except (Unsound, ValueError):
        yield found("malformed_value", f"{name} is not a digest of a form and algorithm that are read.", pointer)
        return
    url = resource.get("id")
    if not isinstance(url, str) or url not in pinned_contexts.contents():
        return
    if not any(digest.value in _true_digests(url, digest.algorithm) for digest in digests):
        message = f"This is not the digest of {url}: the issuer has seen something else there."
        yield found("digest_differs", message, pointer, CRYPTOGRAPHIC_SECURITY_ERROR)


@cache  # of few contexts and algorithms: however often a document names one, it is hashed once
def _true_digests(url: str, algorithm: str) -> frozenset[bytes]:
    """Return the digests of a pinned context, one for each edition."""
    return frozenset(hashlib.new(algorithm, content).digest() for content in pinned_contexts.contents()[url])


def read_sri(value: Any) -> tuple[Digest, ...]:
    """Read digestSRI: one or more hash-expressions; of the strongest algorithm among them (SRI section 3.3.4).

    Raises ValueError for anything else.
    """
    expressions = [one for item, _ in items(value, "") for one in _split(item)]
    if not 1 <= len(expressions) <= MAX_EXPRESSIONS:
        raise ValueError("no hash-expression, or too many")
    digests = [_sri_digest(one) for one in expressions]
    strongest = max(digest.algorithm for digest in digests)  # by name: sha256 < sha384 < sha512
    return tuple(digest for digest in digests if digest.algorithm == strongest)


def _split(value: Any) -> list[str]:
    if not isinstance(value, str):
        raise ValueError("no text")  # noqa: TRY004 - the document is wrong, not the program
    return value.split()


def _sri_digest(expression: str) -> Digest:
    match = _EXPRESSION.fullmatch(expression)
    if match is None:
        raise ValueError("no hash-expression")
    try:
        return _sized(match[1], base64.b64decode(match[2], validate=True))
    except binascii.Error:
        raise ValueError("no base64") from None


def read_multibase(value: Any) -> tuple[Digest, ...]:
    """Read digestMultibase: one or more Multihashes in multibase. Raises ValueError or Unsound for anything else."""
    values = [item for item, _ in items(value, "")]
    if not 1 <= len(values) <= MAX_EXPRESSIONS or not all(isinstance(one, str) for one in values):
        raise ValueError("no text, or too many")
    return tuple(_multihash(multibase_decode(one)) for one in values)


def _multihash(data: bytes) -> Digest:
    if len(data) == _SHA256_LENGTH:
        return Digest("sha256", data)
    code, rest = varint_decode(data)
    length, digest = varint_decode(rest)
    if code not in _MULTIHASHES or length != len(digest):
        raise ValueError("no multihash that is read")
    return _sized(_MULTIHASHES[code], digest)


def _sized(algorithm: str, value: bytes) -> Digest:
    if len(value) != hashlib.new(algorithm).digest_size:
        raise ValueError("a digest of another length than its algorithm makes")
    return Digest(algorithm, value)


_READERS = {"digestSRI": read_sri, "digestMultibase": read_multibase}
_MEMBERS = Shape(None, ("id",), {"id": iri, "mediaType": text})
