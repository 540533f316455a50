"""Foreign XML: what is read of it, and what it cannot do."""

import pytest

from app.hardened_xml import NotWellFormedError, parse

COMMENTED = b"<a><!-- c --><?p i?><b>text</b><![CDATA[d]]></a>"


def test_comments_are_kept_or_not():
    assert len(parse(COMMENTED, keeps_comments=True).root) == 3
    assert len(parse(COMMENTED, keeps_comments=False).root) == 1


def test_an_entity_is_never_expanded(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    leading_out = f'<!DOCTYPE a [<!ENTITY e SYSTEM "{secret.as_uri()}">]><a>&e;</a>'.encode()
    growing = b'<!DOCTYPE a [<!ENTITY e "ha"><!ENTITY f "&e;&e;&e;">]><a>&f;</a>'
    for document in (leading_out, growing):
        root = parse(document, keeps_comments=True).root
        assert "".join(root.xpath("//text()")) == ""


def test_entities_of_another_document_are_told():
    assert parse(b'<!DOCTYPE a SYSTEM "http://a.example/a.dtd"><a>&e;</a>', keeps_comments=True).needs_dtd
    assert not parse(COMMENTED, keeps_comments=True).needs_dtd


@pytest.mark.parametrize(
    "content", [b"", b"<a>", b"<a></b>", b"<a>\xff</a>", b"<a/><b/>", b"<a>" * 300 + b"</a>" * 300]
)
def test_what_is_not_well_formed_or_too_deep(content):
    with pytest.raises(NotWellFormedError) as raised:
        parse(content, keeps_comments=False)
    assert len(str(raised.value)) <= 200
