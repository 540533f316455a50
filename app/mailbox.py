"""The one rule by which two e-mail addresses are the same."""

import string

_ASCII = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def folded(address: str) -> str:
    """An address as it is compared: without white space around it, A to Z as a to z, and nothing else changed.

    Mail systems tell ASCII letters apart by no case (RFC 5321 section 2.4 advises so), and what is beyond ASCII by its
    very characters (RFC 6532 section 3.1). To fold more would give one person the mail of another: the sign for kelvin
    (U+212A) becomes k. The database folds alike (app/store/ascii_lower.py).
    """
    return address.strip().translate(_ASCII)
