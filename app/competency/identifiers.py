"""Identifiers made from names: the same name has the same UUID everywhere and always."""

import hashlib
import re

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")  # as framework.schema.json has it
_NAMESPACE = "6ba7b811-9dad-11d1-80b4-00c04fd430c8"  # RFC 9562 section 6.6, for URLs


def name_based(*names: str) -> str:
    """Return the version 5 UUID (RFC 9562 section 5.5) of the names, in the namespace for URLs."""
    digest = bytearray(hashlib.sha1(bytes.fromhex(_NAMESPACE.replace("-", "")) + "/".join(names).encode()).digest())  # noqa: S324 - what version 5 is made of; nothing is secured by it
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    text = digest[:16].hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
