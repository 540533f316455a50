"""Labels of European vocabularies."""

import pytest

from app.competency.vocabulary import label


@pytest.mark.parametrize(
    ("uri", "text"),
    [
        ("http://data.europa.eu/snb/eqf/6", "EQF level 6"),
        ("http://data.europa.eu/snb/assessment/795dac4096", "project work"),
        ("http://data.europa.eu/snb/learning-assessment/920fbb3cbe", "Online"),
        ("http://data.europa.eu/snb/supervision-verification/70be69aaf9", "Supervised with ID Verification"),
        ("http://data.europa.eu/snb/supervision-verification/44314532f9",
         "http://data.europa.eu/snb/supervision-verification/44314532f9"),
        ("https://example.org/eqf/6", "https://example.org/eqf/6"),
        ("eqf/6", "eqf/6"),
        ("", ""),
    ],
)  # fmt: skip
def test_label(uri, text):
    assert label(uri) == text


def test_every_uri_of_the_reference_framework_has_a_label(reference):
    uris = {course[name] for course in reference["courses"] for name in ("mode", "learning_setting")}
    uris |= {uri for course in reference["courses"] for uri in course["isced_f"]}
    uris |= {item[name] for item in reference["assessments"] for name in ("type", "mode", "supervision")}
    uris |= {
        award["annex"][name]
        for award in reference["micro_credentials"]
        for name in ("quality_assurance", "supervision")
    }
    assert [uri for uri in uris if label(uri) == uri] == []
