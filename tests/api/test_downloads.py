"""Sealed credentials as files: baked pictures, certificates on paper."""

import io
import json

import pikepdf
import pytest
import typst
import zxingcpp
from PIL import Image

from app.issuer.catalogue import find
from app.issuer.credential.forms import DEFAULT
from app.issuer.credential.issue import Order, issue
from app.issuer.credential.render import typeset
from app.issuer.credential.render.certificate import Certificate, certificate, told
from app.store import credential as store
from app.store import tenancy
from app.texts import LANGUAGES
from app.vc import png, svg
from tests.certification import granted

URL = "/api/v1/credentials"
HOSTILE = '#panic("x") $1/0$ @a ```raw``` #read("typeset.py") \\ </w> "]} // /* #{'


@pytest.fixture
def issued(loaded):
    return loaded.client.post(URL, json={"achievement": "MC-02", "learner": "p-ana"}, headers=loaded.headers).json()


def get(world, path, accept=None, **parameters):
    answer = world.client.get(path, params=parameters, headers=world.headers | ({"Accept": accept} if accept else {}))
    assert answer.status_code == 200, answer.text
    return answer


def attached(content):
    with pikepdf.open(io.BytesIO(content)) as pdf:
        (name,) = pdf.attachments
        found = pdf.attachments[name]
        return name, found.get_file().read_bytes(), str(found.obj.AFRelationship), found.get_file().mime_type


def printed(world, holder="Ana Petrova", **changed):
    """Certificate values of a badge of Ana's, as a test needs them."""
    made = issue(world.services, world.principal, Order("MC-02", "p-ana", DEFAULT))
    with world.services.database.reading(world.principal.tenant_id) as session:
        tenant = tenancy.tenant(session, world.principal.tenant_id)
    for name, value in changed.items():
        setattr(made.award, name, value)
    return Certificate(tenant, made.award, made.achievement, holder, made.rendition.content)


def pages(data):
    """The certificate as pictures, page by page."""
    drawn = typst.compile(
        str(typeset.FOLDER / "certificate.typ"),
        root=str(typeset.FOLDER),
        font_paths=[str(typeset.FOLDER / "fonts")],
        ignore_system_fonts=True,
        format="png",
        ppi=100,
        sys_inputs={"data": json.dumps(data), "attachment": "{}", "picture": ""},
    )
    return [Image.open(io.BytesIO(page)) for page in (drawn if isinstance(drawn, list) else [drawn])]


@pytest.mark.parametrize("path", ["/api/v1/credentials/", "/credentials/"])
@pytest.mark.parametrize(("media_type", "name", "unbake"), [("image/png", "png", png), ("image/svg+xml", "svg", svg)])
def test_pictures_hold_the_sealed_credential_and_are_valid(loaded, issued, path, media_type, name, unbake):
    answer = get(loaded, f"{path}{issued['id']}", media_type)
    assert answer.headers["content-type"] == media_type
    assert answer.headers["content-disposition"] == f'attachment; filename="MC-02.{name}"'
    assert json.loads(unbake.unbake(answer.content).text) == issued["credential"]
    assert get(loaded, f"{path}{issued['id']}", format=name).content == answer.content
    report = loaded.client.post("/verify", content=answer.content, headers={"Content-Type": media_type}).json()
    assert report["outcome"] == "valid"


@pytest.mark.parametrize("path", ["/api/v1/credentials/", "/credentials/"])
def test_a_certificate_carries_the_very_bytes_that_were_sealed(loaded, issued, path):
    answer = get(loaded, f"{path}{issued['id']}", "application/pdf")
    assert answer.headers["content-disposition"] == 'attachment; filename="MC-02.pdf"'
    sealed = get(loaded, f"/credentials/{issued['id']}", format="json").content
    assert attached(answer.content) == ("credential.json", sealed, "/Source", "application/json")
    assert get(loaded, f"{path}{issued['id']}", format="pdf").content == answer.content


def test_a_certificate_is_made_to_be_kept_and_to_be_read_aloud(loaded, issued):
    content = get(loaded, f"{URL}/{issued['id']}", format="pdf", lang="el").content
    with pikepdf.open(io.BytesIO(content)) as pdf:
        meta = pdf.open_metadata()
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"], meta["pdfuaid:part"]) == ("3", "B", "1")
        assert meta["dc:title"] == "Σχεδιασμός και υλοποίηση έργων έξυπνης πόλης"
        assert str(pdf.Root.Lang) == "el"
        assert pdf.Root.MarkInfo.Marked
        assert [str(each.UF) for each in pdf.Root.AF] == ["credential.json"]
        box = pdf.pages[0].mediabox
        assert [round(float(each) / 72 * 25.4) for each in box[2:]] == [210, 297]


def test_the_file_of_whoever_has_the_address_does_not_tell_the_name(loaded, issued):
    mine = get(loaded, f"{URL}/{issued['id']}", format="pdf", lang="en").content
    open_to_all = get(loaded, f"/credentials/{issued['id']}", format="pdf", lang="en").content
    one = printed(loaded)
    nameless = Certificate(one.tenant, one.award, one.found, None, one.content)
    now = loaded.clock()
    assert mine == certificate(loaded.services.settings, one, "en", now)
    assert open_to_all == certificate(loaded.services.settings, nameless, "en", now)
    assert "Petrova" not in json.dumps(told(loaded.services.settings, nameless, "en", now))


def test_the_language_is_the_learners_unless_another_is_asked_for(loaded, issued):
    own = get(loaded, f"{URL}/{issued['id']}", format="pdf").content
    assert own == get(loaded, f"{URL}/{issued['id']}", format="pdf", lang="bg").content
    assert own != get(loaded, f"{URL}/{issued['id']}", format="pdf", lang="de").content


@pytest.mark.parametrize("language", LANGUAGES)
def test_competencies_levels_and_european_elements_are_printed(shared, language):
    data = told(shared.services.settings, printed(shared), language, shared.clock())
    assert [(one["code"], one["rank"], one["of"]) for one in data["competencies"]] == [
        (f"PRJ.{number}", 3, 4) for number in range(1, 6)
    ]
    assert len(data["elements"]) == 9
    assert "4 ECTS" in data["elements"][1]["value"]
    if language != "en":
        english = told(shared.services.settings, printed(shared), "en", shared.clock())
        same = {one["label"] for one in data["elements"]} & {one["label"] for one in english["elements"]}
        assert same == set()
        assert not set(data["labels"].values()) & set(english["labels"].values())


def test_the_code_on_the_paper_leads_to_the_credential(shared):
    one = printed(shared)
    data = told(shared.services.settings, one, "en", shared.clock())
    (page,) = pages(data)
    (code,) = zxingcpp.read_barcodes(page, formats=zxingcpp.BarcodeFormat.QRCode)
    assert code.text == data["url"] == f"http://127.0.0.1:8000/credentials/{one.award.id}"


@pytest.mark.parametrize("text", [HOSTILE, "Ω" * 300, "x" * 300, "a b " * 75, "", "王小明 محمد გია 😀"])
def test_no_text_breaks_a_certificate(shared, text):
    data = told(shared.services.settings, printed(shared, holder=text), "en", shared.clock())
    data |= {"title": text or "x", "description": text, "basis": text, "issuer": {"name": text}}
    data["competencies"][0] |= {"name": text, "description": text, "level": text, "code": text}
    sealed = printed(shared).content
    content = typeset.typeset(
        "certificate.typ",
        json.dumps(data, ensure_ascii=False),
        "pdf",
        (("attachment", sealed.decode()), ("picture", "")),
    )
    assert attached(content)[1] == sealed


def test_long_texts_flow_to_further_pages(shared):
    data = told(shared.services.settings, printed(shared), "en", shared.clock())
    assert len(pages(data)) == 1
    assert len(pages(data | {"description": "A long story. " * 700, "competencies": data["competencies"] * 12})) > 3


@pytest.mark.parametrize(
    ("changed", "told_first"),
    [
        ("revoked_at", "This credential was revoked: 1 September 2026"),
        ("suspended_at", "This credential is suspended, since: 1 September 2026"),
        ("valid_until", "This credential has expired: 1 September 2026"),
    ],
)
def test_a_certificate_that_does_not_count_says_so_first(shared, changed, told_first):
    now = shared.clock()
    one = printed(shared, **{changed: now.date() if changed == "valid_until" else now})
    assert told(shared.services.settings, one, "en", now.replace(day=2))["notice"] == told_first


def test_a_role_certificate_shows_its_licence_number_and_looks_different(house):
    _, made = granted(house)
    award = made["award"]
    content = get(house, f"{URL}/{award['id']}", format="pdf", lang="en").content
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert pdf.open_metadata()["dc:title"] == "Smart City Project Manager"
    number = json.loads(attached(content)[1])["credentialSubject"]["licenseNumber"]
    with house.services.database.reading(house.principal.tenant_id) as session:
        row = store.award(session, award["id"])
        found = find.achievement_as_awarded(house.services, session, row.achievement_id)
        tenant = tenancy.tenant(session, row.tenant_id)
    data = told(house.services.settings, Certificate(tenant, row, found, None, b"{}"), "de", house.clock())
    assert {"label": "Zertifikatsnummer", "value": number} in data["facts"]
    assert (data["face"]["shape"], data["kind"], data["elements"]) == ("seal", "Rollenzertifikat", [])
    assert data["competencies"]


def test_a_certificate_is_judged_by_what_is_attached(loaded, issued):
    content = get(loaded, f"{URL}/{issued['id']}", format="pdf").content
    report = loaded.client.post("/verify", content=content, headers={"Content-Type": "application/pdf"}).json()
    assert report["outcome"] == "valid"
    assert [note["code"] for note in report["intake"]] == ["attached_to_pdf"]
    with pikepdf.open(io.BytesIO(content)) as pdf:
        changed = json.loads(pdf.attachments["credential.json"].get_file().read_bytes())
        changed["name"] = "Doctor of Everything"
        pdf.attachments["credential.json"] = json.dumps(changed).encode()
        pdf.save(forged := io.BytesIO())
    report = loaded.client.post("/verify", content=forged.getvalue()).json()
    assert report["outcome"] == "invalid"


def test_a_photograph_of_the_paper_leads_to_the_credential(loaded, issued):
    one = printed(loaded)
    (page,) = pages(told(loaded.services.settings, one, "en", loaded.clock()))
    page.convert("RGB").rotate(4, fillcolor="#777").save(photograph := io.BytesIO(), "JPEG", quality=70)
    report = loaded.client.post("/verify", content=photograph.getvalue(), headers={"Content-Type": "image/jpeg"}).json()
    assert (report["outcome"], report["credential"]["id"]) == ("valid", f"urn:uuid:{issued['id']}")
    assert report["fetched"][0]["why"] == "The QR code in the picture says that the document is there."


def test_a_revoked_badge_can_still_be_had_so_that_its_status_is_seen(loaded, issued):
    revoked = loaded.client.post(f"{URL}/{issued['id']}/revoke", json={"reason": "x"}, headers=loaded.headers)
    assert revoked.status_code == 200
    content = get(loaded, f"/credentials/{issued['id']}", format="png").content
    report = loaded.client.post("/verify", content=content, headers={"Content-Type": "image/png"}).json()
    assert report["outcome"] == "invalid"


def test_a_badge_is_awarded_and_had_as_a_picture_in_one_request(loaded):
    body = {"achievement": "MC-02", "learner": "p-ana"}
    answer = loaded.client.post(URL, json=body, headers=loaded.headers | {"Accept": "image/png"})
    assert (answer.status_code, answer.headers["content-type"]) == (201, "image/png")
    assert json.loads(png.unbake(answer.content).text)["type"] == ["VerifiableCredential", "OpenBadgeCredential"]


def test_what_cannot_be_given_is_told(loaded, issued):
    for path in (f"{URL}/{issued['id']}", f"/credentials/{issued['id']}"):
        refused = loaded.client.get(path, params={"format": "gif"}, headers=loaded.headers)
        assert refused.status_code == 400
    refused = loaded.client.get(f"{URL}/{issued['id']}", headers=loaded.headers | {"Accept": "audio/ogg"})
    assert refused.status_code == 406
    unknown = "0d4f6cbb-5b0e-4d0e-9c0e-8f3e3a0c0f11"
    assert loaded.client.get(f"/credentials/{unknown}", params={"format": "pdf"}).status_code == 404
    assert loaded.client.get(f"{URL}/{issued['id']}", params={"format": "pdf"}).status_code == 401
