"""The matrix of the documentation is what the verifiers say: everything is signed and judged anew."""

import pytest

from tests.interop.matrix.__main__ import PAGE, made
from tests.interop.matrix.notes import UnexplainedError, explanation
from tests.interop.matrix.sample import Sample, part, tampered
from tests.interop.matrix.verdicts import Cell

pytestmark = pytest.mark.interop


def test_the_page_is_what_is_found():
    assert PAGE.read_text(encoding="utf-8") == made()


def test_a_disagreement_without_a_note_is_noticed():
    sample = Sample("Attesta", "eddsa-rdfc-2022", {}, {})
    refusing = Cell("refused", "refused", None, reason="for no reason that is known")
    with pytest.raises(UnexplainedError):
        explanation("Digital Bazaar", lambda _sample: refusing, sample, refusing)
    accepting_all = Cell("accepted", "accepted", None)
    with pytest.raises(UnexplainedError):
        explanation("jose", lambda _sample: accepting_all, sample, accepting_all)


def test_a_note_whose_mending_does_not_help_is_no_explanation():
    sample = Sample("Attesta", "eddsa-rdfc-2022", {"proof": [{}]}, {"proof": [{}]})
    stubborn = Cell("refused", "refused", None, reason="dict has no `proof`")
    with pytest.raises(UnexplainedError):
        explanation("openvc-core", lambda _sample: stubborn, sample, stubborn)


def test_a_tampered_twin_differs_in_what_is_signed():
    token = "eyJhbGciOiJFUzI1NiJ9.eyJjcmVkZW50aWFsU3ViamVjdCI6eyJhY2hpZXZlbWVudCI6eyJuYW1lIjoiQSJ9fX0.c2ln"
    twin = tampered(token)
    assert isinstance(twin, str)
    assert part(twin, 1) == {"credentialSubject": {"achievement": {"name": "A!"}}}
    assert twin.split(".")[2] == token.split(".")[2]
