"""Text and number forms of bytes: base58btc, base64url, multibase and multicodec varints.

Controlled Identifiers 1.0 section 2.4 Multibase (https://www.w3.org/TR/cid-1.0/#multibase-0) with its base-encode and
base-decode algorithms (section 3.6, 3.7); base64url without padding as RFC 7515 section 2; unsigned varints as
https://github.com/multiformats/unsigned-varint.
"""

import base64
import re

from app.vc.outcome import unsound

BASE58_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
# Decoding base58 takes time that grows with the square. The longest value that we know is a did:key of RSA 8192.
MAX_BASE58_LENGTH = 1600
MAX_VARINT_LENGTH = 9  # unsigned-varint: at most 63 bits, so nine bytes

_NO_DIGIT = 255
_DIGITS = bytes(BASE58_ALPHABET.find(chr(byte)) % 256 for byte in range(256))  # of each byte, or _NO_DIGIT
_PAIRS = [first + second for first in BASE58_ALPHABET for second in BASE58_ALPHABET]
_TWO, _FOUR, _EIGHT = 58**2, 58**4, 58**8  # digits
_MOST_BITS = 8 * 2048  # MAX_BASE58_LENGTH and to the next power of two
# Widths in bits, and each with the number that has ones in every second place of that width, from the last one on.
_LANES = [(8 << step, (2**_MOST_BITS - 1) // (2 ** (8 << step) + 1)) for step in range(11)]
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")
_SEVEN_BITS = 0x7F
_MORE = 0x80


def base58btc_encode(data: bytes) -> str:
    """Write bytes in base58btc; every leading zero byte becomes a leading `1`."""
    number = int.from_bytes(data, "big")
    chunks: list[str] = []
    while number:  # dividing a long number is slow, so take eight digits at a time, and those in pairs
        number, chunk = divmod(number, _EIGHT)
        high, low = divmod(chunk, _FOUR)
        chunks.append(f"{_PAIRS[high // _TWO]}{_PAIRS[high % _TWO]}{_PAIRS[low // _TWO]}{_PAIRS[low % _TWO]}")
    leading_zeros = len(data) - len(data.lstrip(b"\0"))
    return "1" * leading_zeros + "".join(reversed(chunks)).lstrip("1")


def base58btc_decode(text: str) -> bytes:
    """Read base58btc. Raises Unsound `malformed_base58`: a foreign character, or more than MAX_BASE58_LENGTH."""
    if len(text) > MAX_BASE58_LENGTH:
        raise unsound(
            "malformed_base58", f"A base58 value has {len(text)} characters; at most {MAX_BASE58_LENGTH} may be."
        )
    digits = text.encode("ascii", "replace").translate(_DIGITS)  # what is not ASCII becomes "?", which is no digit
    if _NO_DIGIT in digits:
        character = text[digits.index(_NO_DIGIT)]
        raise unsound("malformed_base58", f"The character {character!r} does not belong to the base58btc alphabet.")
    number, base = int.from_bytes(digits, "big"), 58  # a digit in each byte
    for width, lanes in _LANES:  # neighbours become one number of twice the width, everywhere at once
        if width >= 8 * len(digits):
            break
        number = (number & lanes) + (number >> width & lanes) * base
        base *= base
    leading_zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * leading_zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def base64url_encode(data: bytes) -> str:
    """Write bytes in base64url without padding (RFC 7515 section 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def base64url_decode(text: str) -> bytes:
    """Read base64url. Raises Unsound `malformed_base64url` for padding, white space, or stray bits.

    RFC 4648 section 3.5 lets a decoder refuse stray bits at the end; with them one value would have several texts.
    """
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        data = None
    if data is not None and base64url_encode(data) == text:
        return data
    if not _BASE64URL.fullmatch(text):
        raise unsound("malformed_base64url", "A base64url value holds padding, white space or a foreign character.")
    if data is None:
        raise unsound("malformed_base64url", f"A base64url value cannot have {len(text)} characters.")
    raise unsound("malformed_base64url", "A base64url value has stray bits at its end.")


def multibase_encode(base: str, data: bytes) -> str:
    """Write bytes in multibase: `base` is `z` (base58btc) or `u` (base64url without padding)."""
    return base + (base58btc_encode(data) if base == "z" else base64url_encode(data))


def multibase_decode(text: str, bases: str = "zu") -> bytes:
    """Read a multibase value in one of `bases`. Raises Unsound `malformed_multibase` or what the base raises."""
    base, rest = text[:1], text[1:]
    if not base or base not in bases:
        raise unsound("malformed_multibase", f"A multibase value starts with {base!r}, not with {' or '.join(bases)}.")
    return base58btc_decode(rest) if base == "z" else base64url_decode(rest)


def varint_encode(number: int) -> bytes:
    """Write a number >= 0 as unsigned varint: seven bits a byte, lowest first."""
    encoded = bytearray()
    while number > _SEVEN_BITS:
        encoded.append(number & _SEVEN_BITS | _MORE)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def varint_decode(data: bytes) -> tuple[int, bytes]:
    """Read the unsigned varint at the start; returns it and the bytes after. Raises Unsound `malformed_varint`."""
    number = 0
    for position, byte in enumerate(data[:MAX_VARINT_LENGTH]):
        number |= (byte & _SEVEN_BITS) << 7 * position
        if not byte & _MORE:
            if byte == 0 and position:
                raise unsound("malformed_varint", "A multicodec prefix is not in its shortest form.")
            return number, data[position + 1 :]
    raise unsound("malformed_varint", "A multicodec prefix does not end.")
