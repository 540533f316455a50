"""A picture to the texts of the QR codes in it (ISO/IEC 18004).

Pillow and zxing-cpp decode foreign bytes in native code: only three formats, only so many pixels, and never more than
one code needs.
"""

from io import BytesIO
from itertools import islice

import zxingcpp
from PIL import Image

from app.errors import BadInput, TooLarge

JPEG = b"\xff\xd8\xff"
FORMATS = ("PNG", "JPEG", "WEBP")
MAX_PIXELS = 16_777_216  # ours: a photograph of a telephone has 12 million
SIDE = 1000  # pixels to which a picture is reduced: the code on a photographed A4 page is still read
CODES = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
MAX_CODES = 4  # ours: codes of one picture that are looked at


def looks_like_photograph(data: bytes) -> bool:
    """Tell by its beginning whether this is a JPEG or WebP picture, which can hold a credential in a QR code only."""
    return data.startswith(JPEG) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def texts(data: bytes) -> tuple[str, ...]:
    """Return what the QR codes of a picture say. Raises TooLarge and BadInput."""
    image = _opened(data)
    if image.width * image.height > MAX_PIXELS:
        message = f"This picture has {image.width} x {image.height} pixels; at most {MAX_PIXELS} are decoded."
        raise TooLarge(message, remedy="Cut out the QR code, or make the picture smaller.", code="picture_too_large")
    found = zxingcpp.read_barcodes(_grey(image), formats=CODES)
    return tuple(code.text for code in islice(found, MAX_CODES) if code.text)


def _opened(data: bytes) -> Image.Image:
    try:
        return Image.open(BytesIO(data), formats=FORMATS)
    except Exception as error:  # foreign bytes: whatever it trips over, the picture is not in order
        raise _malformed(error) from error


def _grey(image: Image.Image) -> Image.Image:
    """Decode it, no larger than needed; what is transparent becomes white, as on a page."""
    try:
        image.draft("L", (SIDE, SIDE))
        image.thumbnail((SIDE, SIDE))
        if image.mode in ("RGBA", "LA", "P", "PA"):
            opaque = image.convert("RGBA")
            return Image.alpha_composite(Image.new("RGBA", opaque.size, "white"), opaque).convert("L")
        return image.convert("L")
    except Exception as error:  # as above
        raise _malformed(error) from error


def _malformed(error: Exception) -> BadInput:
    message = f"This picture cannot be decoded: {type(error).__name__}."
    return BadInput(message, remedy="Take the picture again, or send the credential itself.", code="malformed_picture")
