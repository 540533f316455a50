"""The compiled walk, with what it keeps of earlier documents, against the general path."""

import secrets

import pytest

from app.vc import walk
from tests.vc import odd_documents
from tests.vc.test_walk_equality import fresh_contexts, walked

SOME, MANY = 750, 5_000  # seeds


def compare_sharing(seeds):
    """Documents that have parts alike, or nearly: what is kept of one must not show in another."""
    contexts = fresh_contexts()
    texts = [walked(odd_documents.sharing(seed), lambda: contexts) for seed in seeds]
    kept = contexts.once(walk.States).kept
    assert len(kept.parts) < 1.7 * sum(text is not None for text in texts)  # each has two parts or more
    return sum(text is not None for text in texts) / len(seeds)


def test_documents_that_share_parts():
    assert compare_sharing(range(SOME)) > 0.2


@pytest.mark.long
def test_many_documents_that_share_parts():
    assert compare_sharing(range(MANY)) > 0.2


@pytest.mark.long
def test_documents_that_share_parts_and_were_never_seen():
    first = secrets.randbelow(2**40)
    print("first seed:", first)  # noqa: T201 - pytest shows it when this fails
    assert compare_sharing(range(first, first + 2_000)) > 0.1  # about a fifth; which ones, chance decides
