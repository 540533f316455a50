"""PDFs and pictures for tests, made here."""

import zlib
from io import BytesIO

import pikepdf
import segno
from pikepdf import Array, Dictionary, Name, String
from PIL import Image


def pdf_with(*contents, place="both", **save):
    """A PDF with attachments. `contents`: bytes, or (name, bytes); `place`: AF, names or both."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    specifications = []
    for number, each in enumerate(contents):
        name, content = each if isinstance(each, tuple) else (f"file-{number}", each)
        stream = pdf.make_stream(content)
        specifications.append(
            pdf.make_indirect(Dictionary(Type=Name.Filespec, UF=String(name), EF=Dictionary(F=stream)))
        )
    if specifications and place in ("AF", "both"):
        pdf.Root.AF = Array(specifications)
    if specifications and place in ("names", "both"):
        tree = [part for number, one in enumerate(specifications) for part in (String(f"{number:06}"), one)]
        pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array(tree)))
    return saved(pdf, **save)


def saved(pdf, **save):
    written = BytesIO()
    pdf.save(written, **save)
    return written.getvalue()


def bomb_in_attachment(megabytes=64):
    pdf = pikepdf.new()
    pdf.add_blank_page()
    stream = pdf.make_stream(zlib.compress(b" " * (megabytes << 20), 9))
    stream.Filter = Name.FlateDecode
    pdf.Root.AF = Array([Dictionary(Type=Name.Filespec, UF=String("bomb.json"), EF=Dictionary(F=stream))])
    return saved(pdf, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def bomb_in_object_stream(megabytes=64):
    """The catalogue itself stands in an object stream that expands a thousandfold."""
    packer = zlib.compressobj(9)
    packed = packer.compress(b"1 0 << /Type /Catalog /Pages 2 0 R /X (")
    packed += b"".join(packer.compress(b" " * (1 << 20)) for _ in range(megabytes)) + packer.compress(b") >>")
    packed += packer.flush()
    file, places = b"%PDF-1.7\n", {}
    for number, body in (
        (3, b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >> stream\n" % len(packed) + packed),
        (2, b"<< /Type /Pages /Kids [] /Count 0 >>"),
    ):
        places[number] = len(file)
        file += b"%d 0 obj " % number + body + (b"\nendstream" if number == 3 else b"") + b"\nendobj\n"
    rows = [(0, 0, 65535), (2, 3, 0), (1, places[2], 0), (1, places[3], 0), (1, len(file), 0)]
    table = zlib.compress(b"".join(kind.to_bytes(1) + at.to_bytes(4) + more.to_bytes(2) for kind, at, more in rows))
    entries = b"<< /Type /XRef /Size 5 /W [1 4 2] /Root 1 0 R /Filter /FlateDecode /Length %d >>" % len(table)
    start = len(file)
    return file + b"4 0 obj " + entries + b" stream\n" + table + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF" % start


def tree_that_bites_its_tail():
    pdf = pikepdf.new()
    pdf.add_blank_page()
    node = pdf.make_indirect(Dictionary())
    node.Kids = Array([node] * 8)
    pdf.Root.Names = Dictionary(EmbeddedFiles=node)
    return saved(pdf)


def qr_code(text, scale=4, error="m"):
    drawn = BytesIO()
    segno.make(text, error=error, micro=False).save(drawn, kind="png", scale=scale)
    return Image.open(drawn).convert("RGB")


def as_file(image, kind, **options):
    written = BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


def photographed(code):
    """A code that somebody took a picture of: small, turned, on something coloured."""
    scene = Image.new("RGB", (2400, 1800), "#8fa3b8")
    scene.paste(code.resize((420, 420)).rotate(13, expand=True, fillcolor="#ffffff"), (900, 500))
    return scene


def full_of_finder_patterns(side=1200):
    """Costly: every spot looks like the corner of a code."""
    pattern = Image.new("L", (7, 7), 0)
    pattern.paste(255, (1, 1, 6, 6))
    pattern.paste(0, (2, 2, 5, 5))
    scene = Image.new("L", (side, side), 255)
    for x in range(0, side - 9, 9):
        for y in range(0, side - 9, 9):
            scene.paste(pattern, (x, y))
    return scene
