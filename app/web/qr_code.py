"""Links as QR codes, for wallets on another device."""

import io

import segno

QR_BORDER = 4  # ISO/IEC 18004 section 5.3.8: modules of quiet zone


def qr_svg(link: str, *, error: str = "m") -> str:
    """A link as QR code: an SVG picture, dark on light in dark pages too, as readers need it.

    `error`: the level of correction, "l" for links so long that the modules would become too small.
    """
    drawn = io.BytesIO()
    segno.make_qr(link, error=error).save(
        drawn,
        kind="svg",
        xmldecl=False,
        border=QR_BORDER,
        light="#fff",
        dark="#000",
        omitsize=True,
        svgclass=None,
        lineclass=None,
    )
    return drawn.getvalue().decode()
