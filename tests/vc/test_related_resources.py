import base64
import hashlib
from importlib import resources

import pytest

from app.vc.multiformats import multibase_encode
from app.vc.outcome import Outcome
from app.vc.problem_types import CRYPTOGRAPHIC_SECURITY_ERROR
from app.vc.related_resources import check, read_multibase, read_sri

CONTEXT = "https://www.w3.org/ns/credentials/v2"
CONTENT = (resources.files("app.vc") / "contexts" / "credentials-v2.jsonld").read_bytes()
ELSEWHERE = "https://example.org/photo.png"
CODES = {"sha256": b"\x12", "sha512": b"\x13", "sha3_256": b"\x16", "sha384": b"\x20"}


def sri(content, algorithm="sha384"):
    return f"{algorithm}-{base64.b64encode(hashlib.new(algorithm, content).digest()).decode()}"


def multihash(content, algorithm="sha256", base="u"):
    digest = hashlib.new(algorithm, content).digest()
    return multibase_encode(base, CODES[algorithm] + bytes([len(digest)]) + digest)


def codes(*items):
    return [(finding.code, finding.pointer) for finding in check({"relatedResource": list(items)})]


@pytest.mark.parametrize(
    "digest",
    [
        {"digestSRI": sri(CONTENT, "sha256")},
        {"digestSRI": sri(CONTENT)},
        {"digestSRI": f"{sri(b'another edition')} {sri(CONTENT)}"},
        {"digestSRI": f"{sri(b'a weaker digest is passed over', 'sha256')} {sri(CONTENT, 'sha512')}?opt"},
        {"digestSRI": [sri(CONTENT, "sha512")]},
        {"digestMultibase": multihash(CONTENT)},
        {"digestMultibase": multihash(CONTENT, "sha384", "z")},
        {"digestMultibase": multihash(CONTENT, "sha512")},
        {"digestMultibase": multihash(CONTENT, "sha3_256")},
        {"digestMultibase": multibase_encode("u", hashlib.sha256(CONTENT).digest())},
        {"digestMultibase": multihash(CONTENT), "digestSRI": sri(CONTENT), "mediaType": "application/ld+json"},
    ],
)
def test_the_digest_of_a_context_fits_its_bytes(digest):
    assert codes({"id": CONTEXT, **digest}) == []


@pytest.mark.parametrize(
    "digest",
    [
        {"digestSRI": sri(CONTENT + b" ")},
        {"digestSRI": f"{sri(CONTENT, 'sha256')} {sri(b'the strongest counts')}"},
        {"digestMultibase": multihash(CONTENT + b" ")},
        {"digestMultibase": multibase_encode("u", bytes(32))},
    ],
)
def test_another_digest_is_an_error(digest):
    (name,) = digest
    (finding,) = check({"relatedResource": {"id": CONTEXT, **digest}})
    assert (finding.code, finding.outcome) == ("digest_differs", Outcome.INVALID)
    assert (finding.pointer, finding.problem_type) == (f"/relatedResource/{name}", CRYPTOGRAPHIC_SECURITY_ERROR)


def test_both_digests_must_fit():
    both = {"id": CONTEXT, "digestSRI": sri(CONTENT), "digestMultibase": multihash(b"")}
    assert codes(both) == [("digest_differs", "/relatedResource/0/digestMultibase")]


def test_what_is_not_at_hand_is_not_compared():
    assert codes({"id": ELSEWHERE, "digestSRI": sri(b"whatever")}) == []


def test_a_context_that_was_changed_in_place_may_be_either_edition():
    url = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
    folder = resources.files("app.vc") / "contexts"
    for name in ("ob-3.0.3-2026-06.json", "ob-3.0.3-2024.json"):
        assert codes({"id": url, "digestSRI": sri((folder / name).read_bytes())}) == []
    assert codes({"id": url, "digestSRI": sri(b"{}")}) == [("digest_differs", "/relatedResource/0/digestSRI")]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("digestSRI", ""),
        ("digestSRI", 7),
        ("digestSRI", "md5-1B2M2Y8AsgTpgAmY7PhCfg=="),
        ("digestSRI", sri(CONTENT).replace("sha384", "sha512")),
        ("digestSRI", sri(CONTENT, "sha256").rstrip("=")),
        ("digestSRI", "sha256-_-8"),
        ("digestSRI", " ".join([sri(CONTENT)] * 9)),
        ("digestMultibase", ""),
        ("digestMultibase", []),
        ("digestMultibase", "m!"),
        ("digestMultibase", "u"),
        ("digestMultibase", multibase_encode("u", b"\x11\x14" + bytes(20))),
        ("digestMultibase", multibase_encode("u", b"\x12\x20" + bytes(31))),
        ("digestMultibase", {"u": 1}),
    ],
)
def test_malformed_digests_are_told_wherever_the_resource_is(name, value):
    assert codes({"id": ELSEWHERE, name: value}) == [("malformed_value", f"/relatedResource/0/{name}")]


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (CONTEXT, ("malformed_value", "/relatedResource/0")),
        ({"digestSRI": sri(b"")}, ("missing_member", "/relatedResource/0")),
        ({"id": "photo.png", "digestSRI": sri(b"")}, ("malformed_url", "/relatedResource/0/id")),
        ({"id": ELSEWHERE}, ("missing_member", "/relatedResource/0")),
        ({"id": ELSEWHERE, "digestSRI": sri(b""), "mediaType": 1}, ("malformed_value", "/relatedResource/0/mediaType")),
    ],
)
def test_a_resource_has_a_url_and_a_digest(item, expected):
    assert codes(item) == [expected]


def test_a_resource_is_named_once():
    item = {"id": ELSEWHERE, "digestSRI": sri(b"")}
    assert codes(item, {**item, "digestSRI": sri(b"x")}) == [("duplicate_id", "/relatedResource")]


def test_no_resource_is_fine_and_an_empty_list_is_not():
    assert list(check({})) == []
    assert codes() == [("malformed_value", "/relatedResource")]


def test_digests_are_read_as_algorithm_and_bytes():
    (digest,) = read_sri(sri(b"a", "sha512"))
    assert (digest.algorithm, digest.value) == ("sha512", hashlib.sha512(b"a").digest())
    (digest,) = read_multibase(multihash(b"a"))
    assert (digest.algorithm, digest.value) == ("sha256", hashlib.sha256(b"a").digest())
