import re

import pytest

from app.pages.check_words import CHECKS as WORDS
from app.verifier.check_list import CHECK_LIST
from app.verifier.checks import CHECKS, ENDORSEMENT_CHECKS, RECIPIENT_CHECKS, SD_JWT_CHECKS
from app.verifier.presented import PRESENTATION_CHECKS
from app.verifier.references import refresh, schema
from tests.verifier.badges import badge, signed, verified


def test_every_check_is_explained_once():
    made = (*CHECKS, *RECIPIENT_CHECKS, *SD_JWT_CHECKS, *ENDORSEMENT_CHECKS, *PRESENTATION_CHECKS)
    told = [one.id for one in CHECK_LIST]
    assert sorted(told) == sorted({check_id for check_id, _ in made})
    assert [one for one in told if one in dict(CHECKS)] == [check_id for check_id, _ in CHECKS]
    assert set(told) <= WORDS.keys()


def test_what_is_required_is_told_as_it_is():
    report = verified(signed(badge()))
    told = {one.id: one.is_required for one in CHECK_LIST}
    assert {check.id: check.is_required for check in report.checks}.items() <= told.items()
    assert [one for one, is_required in told.items() if not is_required] == [refresh.__name__, schema.__name__]


@pytest.mark.parametrize("one", CHECK_LIST, ids=lambda one: one.id)
def test_each_has_a_sentence_and_a_source(one):
    assert one.does.endswith(".")
    assert re.match(r"https://\S+#\S+", one.source)
