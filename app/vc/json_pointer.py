"""JSON Pointers, RFC 6901 (https://www.rfc-editor.org/rfc/rfc6901): how a finding says where it was found."""

import re

_STRAY_TILDE = re.compile(r"~(?![01])")


def child(pointer: str, *tokens: str | int) -> str:
    """Return the pointer that leads from `pointer` down `tokens` (names, array positions), escaped (section 3)."""
    for token in tokens:
        if isinstance(token, str) and ("/" in token or "~" in token):
            token = token.replace("~", "~0").replace("/", "~1")  # noqa: PLW2901 - the same token, escaped
        pointer = f"{pointer}/{token}"
    return pointer


def tokens_of(pointer: str) -> list[str]:
    """Return the reference tokens of a pointer, unescaped (section 4). Raises ValueError when it is none."""
    if (pointer and not pointer.startswith("/")) or _STRAY_TILDE.search(pointer):
        raise ValueError(f"{pointer[:200]!r} is no JSON Pointer; one is empty, or starts with / and escapes ~ as ~0")
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
