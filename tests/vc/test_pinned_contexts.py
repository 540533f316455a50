import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from importlib import resources

import pytest
from pyld import jsonld as pyld

from app.vc import jsonld, pinned_contexts

FOLDER = resources.files("app.vc") / "contexts"
INDEX = json.loads((FOLDER / "index.json").read_text())
# The bytes that the publishers serve, by what their own documents or several independent copies say.
PUBLISHED = {
    "credentials-v1.jsonld": "ab4ddd9a531758807a79a5b450510d61ae8d147eab966cc9a200c07095b0cdcc",
    "credentials-v2.jsonld": "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",  # VCDM 2.0, B.1
    "data-integrity-v2.jsonld": "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4",
    "multikey-v1.jsonld": "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597",
    "ob-3.0.3-2024.json": "ef2fa9c7846dce233cc166b43639027278be4ee44f00bb1d45c75de2dd0cd761",
    "ob-3.0.3-2026-06.json": "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84",
}
OB = "https://purl.imsglobal.org/spec/ob/v3p0/"


def test_every_file_is_pinned_and_told_about():
    files = {path.name for path in FOLDER.iterdir()} - {"index.json", "NOTICE.md"}
    assert files == {entry["file"] for entry in INDEX}
    for entry in INDEX:
        assert hashlib.sha256((FOLDER / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
        assert entry["source"]
        assert entry["licence"]


@pytest.mark.parametrize("file", PUBLISHED)
def test_published_bytes(file):
    assert {entry["sha256"] for entry in INDEX if entry["file"] == file} == {PUBLISHED[file]}


def test_a_changed_file_is_refused():
    with pytest.raises(ValueError, match="is not the file that was pinned"):
        pinned_contexts._checked(b"{}", {"file": "x.json", "sha256": "0" * 64})


def test_the_unversioned_url_means_3_0_0():
    documents = pinned_contexts.verifying().documents
    assert (
        documents[OB + "context.json"] == documents[OB + "context-3.0.0.json"] != documents[OB + "context-3.0.1.json"]
    )


def test_editions_of_3_0_3():
    newer = pinned_contexts.issuing().root_terms(pinned_contexts.OB_3_0_3)
    older = pinned_contexts.verifying_older().root_terms(pinned_contexts.OB_3_0_3)
    assert newer.keys() - older.keys() == {"endorsementJwt", "jti"}
    assert {term: newer[term] for term in older} == older
    assert pinned_contexts.changed_terms() == {"endorsementJwt", "jti"}


def test_only_documents_with_a_changed_term_are_read_twice():
    reads = pinned_contexts.is_read_otherwise
    both = {"@context": [pinned_contexts.OB_3_0_3]}
    assert not reads(both | {"name": "n"})
    assert reads(both | {"issuer": {"endorsementJwt": []}})
    assert reads(both | {"type": ["jti"]})
    assert not reads({"@context": [OB + "context-3.0.2.json"], "jti": "x"})


def test_pinned_contexts_use_nothing_that_inline_contexts_may_not():
    """The checks of expanded objects rely on this: no maps, no reverse properties, no imports, no null terms.

    A vocabulary for whatever is undefined is an inline context's to have; here only the W3C's examples have one.
    """

    def definitions(value):
        if isinstance(value, dict):
            yield value
            for member in value.values():
                yield from definitions(member)
        elif isinstance(value, list):
            for member in value:
                yield from definitions(member)

    for document in pinned_contexts.issuing().documents.values():
        for definition in definitions(document):
            assert not definition.keys() & {"@import", "@base", "@propagate", "@reverse", "@nest", "@index"}
            container = definition.get("@container", [])
            assert {*([container] if isinstance(container, str) else container)} <= {"@set", "@list", "@graph"}


def test_terms_of_agrees_with_pyld():
    contexts = pinned_contexts.issuing()
    processor = pyld.JsonLdProcessor()
    for url in contexts.documents:
        options = {"documentLoader": contexts.load, "processingMode": "json-ld-1.1", "base": None}
        active = processor.process_context(processor._get_initial_context(options), url, options)
        for term, mapping in active["mappings"].items():
            if not mapping["@id"].startswith("@"):
                assert term in contexts.terms_of[mapping["@id"]]


def test_issuing_and_verifying_share_no_caches():
    assert pinned_contexts.issuing().caches is not pinned_contexts.verifying().caches
    assert pinned_contexts.issuing().caches is pinned_contexts.issuing().caches


def test_more_contexts_do_not_reach_the_pinned_ones():
    more = pinned_contexts.issuing().with_documents({"urn:context": {"@context": {"own": "urn:own"}}})
    assert "urn:context" not in pinned_contexts.issuing().documents
    assert jsonld.to_quads({"@context": "urn:context", "own": "x"}, contexts=more)


def test_threads_do_not_disturb_each_other():
    def quads(number):
        context = ["https://www.w3.org/ns/credentials/v2", {f"own{number}": f"urn:own{number}"}]
        document = {"@context": context, "id": "urn:x", "type": "VerifiableCredential", f"own{number}": "x"}
        return jsonld.canonicalize(document, contexts=pinned_contexts.verifying())

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(quads, [number % 50 for number in range(400)]))
    assert results == [quads(number % 50) for number in range(400)]


def test_only_the_context_of_the_w3c_examples_takes_in_undefined_terms():
    documents = pinned_contexts.issuing().documents
    with_vocabulary = [url for url, document in documents.items() if '"@vocab":' in json.dumps(document)]
    assert with_vocabulary == ["https://www.w3.org/ns/credentials/examples/v2"]
