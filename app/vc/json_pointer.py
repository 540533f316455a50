"""JSON Pointers, RFC 6901 (https://www.rfc-editor.org/rfc/rfc6901): how a finding says where it was found."""


def child(pointer: str, *tokens: str | int) -> str:
    """Return the pointer that leads from `pointer` down `tokens` (names, array positions), escaped (section 3)."""
    for token in tokens:
        escaped = str(token).replace("~", "~0").replace("/", "~1")
        pointer = f"{pointer}/{escaped}"
    return pointer
