"""Templates and data to PDF, PNG or SVG, with Typst (https://typst.app/docs/), in this process.

A template stands beside this module and gets its data as JSON in `sys.inputs.data`: text of users is never part of
Typst's source, so it cannot be a command. Templates import and read only what stands in this folder, the fonts are
those in it, and nothing is fetched; so equal data give equal bytes on every machine.
"""

from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import typst

from app.issuer.credential.render.glyphs import displayable

if TYPE_CHECKING:
    from typst import PDFStandard

FOLDER = Path(__file__).parent
PIXELS_PER_INCH = 72.0  # one pixel a point: 600 pixels for a badge of 600 pt
KEPT = 64  # drawings held in memory; one takes about 100 KB, with a picture of the provider up to 2 MB
# PDF/A-3 (ISO 19005-3): may carry attachments, and looks the same for ever; PDF/UA-1 (ISO 14289-1): can be read aloud.
STANDARDS: "list[PDFStandard]" = ["a-3b", "ua-1"]

Kind = Literal["pdf", "png", "svg"]
Files = tuple[tuple[str, str], ...]


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[str(FOLDER / "fonts")])


@lru_cache(KEPT)
def typeset(template: str, data: str, kind: Kind, files: Files = (), created_at: int = 0) -> bytes:
    """The drawing or document.

    `template`: the name of a file in this folder; `data`: JSON text, with its characters as they are. `files`: what
    else the template reads, by name. `created_at`: what a PDF says of when it was made, in seconds since 1970. A
    character that no font has is drawn as a square.
    """
    try:
        return _compiled(template, data, kind, files, created_at)
    except typst.TypstError:
        return _compiled(template, displayable(data), kind, files, created_at)


def _compiled(template: str, data: str, kind: Kind, files: Files, created_at: int) -> bytes:
    drawn = typst.compile(
        str(FOLDER / template),
        root=str(FOLDER),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        format=kind,
        ppi=PIXELS_PER_INCH if kind == "png" else None,
        sys_inputs={"data": data, **dict(files)},
        pdf_standards=STANDARDS if kind == "pdf" else [],
        timestamp=created_at,
    )
    return bytes(drawn)
