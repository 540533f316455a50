"""Why a DID was not resolved, or a DID URL not dereferenced: the error codes of DID Resolution and of did:key.

https://www.w3.org/TR/did-resolution/#errors, and the `raised` errors of https://w3c-ccg.github.io/did-key-spec/ .
"""

TITLES = {
    "INVALID_DID": "The DID is not valid",
    "INVALID_DID_URL": "The DID URL is not valid",
    "INVALID_DID_DOCUMENT": "The DID document is not valid",
    "INVALID_OPTIONS": "The options are not valid",
    "INVALID_PUBLIC_KEY": "The public key is not valid",
    "INVALID_PUBLIC_KEY_LENGTH": "The public key has the wrong length",
    "INVALID_PUBLIC_KEY_TYPE": "The public key format is not allowed here",
    "UNSUPPORTED_PUBLIC_KEY_TYPE": "The public key type is not supported",
    "METHOD_NOT_SUPPORTED": "The DID method is not supported",
    "FEATURE_NOT_SUPPORTED": "This feature is not supported",
    "REPRESENTATION_NOT_SUPPORTED": "The representation is not supported",
    "NOT_FOUND": "It was not found",
}
NAMESPACE = "https://www.w3.org/ns/did#"


class Unresolved(Exception):  # noqa: N818 - an answer about a DID, not a failure of ours
    """`code`: one of TITLES. `detail`: a sentence about this occurrence."""

    def __init__(self, code: str, detail: str) -> None:
        """Keep both."""
        super().__init__(detail)
        self.code = code
        self.detail = detail

    @property
    def error(self) -> dict[str, str]:
        """The error as an RFC 9457 problem, as DID Resolution has it since 2025."""
        return {"type": NAMESPACE + self.code, "title": TITLES[self.code], "detail": self.detail}

    @property
    def older_name(self) -> str:
        """The error as did:key and DID Core 1.0 write it: `invalidDid` for INVALID_DID."""
        first, *rest = self.code.lower().split("_")
        return first + "".join(word.capitalize() for word in rest)
