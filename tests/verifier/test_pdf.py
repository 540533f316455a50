import json
import resource

import pikepdf
import pytest

from app.errors import BadInput, TooLarge, Unsupported
from app.vc import png, svg
from app.verifier import pdf
from app.verifier.intake import intake
from tests.vc.pictures import PNG, SVG
from tests.verifier.badges import P256, badge, signed, token, university, verified
from tests.verifier.files import (
    as_file,
    bomb_in_attachment,
    bomb_in_object_stream,
    pdf_with,
    qr_code,
    saved,
    tree_that_bites_its_tail,
)

BADGE = signed(badge())
TEXT = json.dumps(BADGE)
TOKEN = token(badge(), P256, "ES256")


def read(data):
    return intake(data, "application/pdf", max_bytes=1_048_576)


@pytest.mark.parametrize("place", ["AF", "names", "both"])
@pytest.mark.parametrize(
    ("content", "form"),
    [
        (TEXT.encode(), "data_integrity"),
        (TOKEN, "vc_jwt"),
        (png.bake(PNG, TEXT), "data_integrity"),
        (svg.bake(SVG, TEXT), "data_integrity"),
        (json.dumps({"verifiableCredential": BADGE}).encode(), "data_integrity"),
    ],
)
def test_the_attached_credential_is_taken_out(place, content, form):
    submission = read(pdf_with(("diploma.json", content), place=place))
    assert submission.secured.form == form
    assert submission.credential["id"] == BADGE["id"]
    assert [note.code for note in submission.notes] == ["attached_to_pdf"]
    assert "'diploma.json'" in submission.notes[0].message


def test_the_report_says_that_what_is_printed_was_not_checked():
    report = verified(pdf_with(TEXT.encode()))
    told = report.to_json()
    assert told["outcome"] == "valid"
    assert told["intake"] == [
        {
            "code": "attached_to_pdf",
            "message": "The credential was attached to the PDF as 'file-0'. Only it was checked, not what is printed.",
        }
    ]
    assert verified(TEXT.encode()).to_json()["intake"] == []


def test_of_several_the_first_counts_and_it_is_told():
    other = json.dumps(signed(badge(id="urn:uuid:0f1e2d3c-4b5a-4697-8877-665544332211")))
    submission = read(pdf_with(b"hello", ("one.json", TEXT.encode()), ("two.json", other.encode())))
    assert submission.credential["id"] == BADGE["id"]
    assert [note.code for note in submission.notes] == ["attached_to_pdf", "several_attached"]
    assert "2 credentials" in submission.notes[1].message


def test_an_attached_presentation_is_one():
    presentation = {"@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiablePresentation"]}
    assert read(pdf_with(json.dumps(presentation).encode())).is_presentation


@pytest.mark.parametrize(
    ("data", "what", "code"),
    [
        (pdf_with(), "it has no attachments", "no_attachment"),
        (pdf_with(b"{}", b"", b"https://example.org/badge", PNG, b"{", b"\xff\xfe"), "6 attachments", "no_attachment"),
        (pdf_with(pdf_with(TEXT.encode())), "1 attachments, and none", "no_attachment"),
        (pdf_with(as_file(qr_code("https://example.org/1"), "PNG")), "1 attachments, and none", "no_attachment"),
        (pdf_with(TEXT.encode(), encryption=pikepdf.Encryption(owner="a", user="b")), "password", "encrypted_pdf"),
        (pdf_with(TEXT.encode())[:300], "cannot be read", "malformed_pdf"),
        (b"%PDF-1.7", "cannot be read", "malformed_pdf"),
        (b"%PDF-1.7\n1 0 obj\n" + b"[" * 500_000, "cannot be read", "malformed_pdf"),
        (b"%PDF-1.7\n" + b"1 0 obj<</Length 9>>stream\n\nendobj\n" * 30_000, "cannot be read", "malformed_pdf"),
    ],
)
def test_a_pdf_without_credential_is_refused_with_what_to_do(data, what, code):
    with pytest.raises(BadInput) as refusal:
        read(data)
    assert what in refusal.value.detail
    assert refusal.value.members["code"] == code
    assert refusal.value.remedy


def test_a_pdf_that_only_forbids_changes_is_read():
    locked = pdf_with(TEXT.encode(), encryption=pikepdf.Encryption(owner="a", user=""))
    assert read(locked).credential == BADGE


def test_a_bomb_in_an_object_stream_is_not_expanded():
    data = bomb_in_object_stream(megabytes=128)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(BadInput):
        read(data)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 32 * 1024  # kilobytes; qpdf takes its own


def test_a_bomb_in_an_attachment_holds_nothing():
    assert [one.content for one in pdf.attachments(bomb_in_attachment())] == [b""]


def test_only_so_many_attachments_are_looked_at():
    data = pdf_with(*[b"%d" % number for number in range(2_000)], place="names")
    assert len(pdf.attachments(data)) <= pdf.MAX_ATTACHED
    large = pdf_with(*[b"%d" % number * 1_000_000 for number in range(1, 10)])
    assert sum(len(one.content) for one in pdf.attachments(large)) <= pdf.MAX_TOTAL_BYTES


def test_a_tree_of_names_that_bites_its_tail_comes_to_an_end():
    with pytest.raises(Unsupported, match="no attachments"):
        read(tree_that_bites_its_tail())


def test_places_that_hold_something_else_are_passed_over():
    odd = pikepdf.new()
    odd.add_blank_page()
    odd.Root.AF = pikepdf.Array([1, pikepdf.Dictionary(), pikepdf.Dictionary(EF=pikepdf.Array())])
    odd.Root.Names = pikepdf.Dictionary(EmbeddedFiles=pikepdf.Array())
    with pytest.raises(Unsupported, match="no attachments"):
        read(saved(odd))


def test_a_name_from_the_pdf_is_short_and_on_one_line():
    (one,) = pdf.attachments(pdf_with(("a\nb" * 200, b"x")))
    assert len(one.name) == pdf.NAME_MOST
    assert "\n" not in one.name


def test_a_pdf_that_is_made_to_take_long_is_given_up():
    ticks = iter(range(10_000))
    with pytest.raises(BadInput) as refusal:
        pdf.attachments(pdf_with(*[b"x"] * 30), lambda: next(ticks))
    assert refusal.value.members["code"] == "pdf_too_complex"


def test_a_pdf_may_be_twice_as_large_as_a_document():
    data = pdf_with(TEXT.encode(), bytes(range(256)) * 20, compress_streams=False)
    assert intake(data, None, max_bytes=len(data) // 2 + 1).credential == BADGE
    with pytest.raises(TooLarge):
        intake(data, None, max_bytes=len(data) // 2 - 1)


def test_a_pdf_at_an_address_or_behind_a_page_is_read():
    at = "https://university.example/diploma"
    page = b'<!doctype html><html><link rel="alternate" type="application/pdf" href="/diploma.pdf"></html>'
    web = university(**{"diploma": page, "diploma.pdf": pdf_with(("d.json", TEXT.encode()))})
    for url in (at, f"{at}.pdf"):
        told = verified({"url": url}, web).to_json()
        assert (told["outcome"], told["intake"][0]["code"]) == ("valid", "attached_to_pdf")
        assert told["fetched"][0]["url"] == url
