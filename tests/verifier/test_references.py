import pytest

from tests.verifier.badges import badge, codes, made, outcomes, signed, verified

SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_{}credential_schema.json"
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"


def naming(**members):
    document = badge(**members)
    document["@context"] = [*document["@context"], EXTENSIONS]
    return verified(signed(document))


def schema(name):
    url = SCHEMA.format(name) if name.isalpha() else name
    return {"credentialSchema": [{"id": url, "type": "1EdTechJsonSchemaValidator2019"}]}


def test_nothing_named():
    assert made(verified(signed(badge())), "refresh").message == "It names no place where a newer one might be."
    assert made(verified(signed(badge())), "schema").message == "It names no schema."


def test_newer_one_is_told_of_and_not_asked_for():
    service = {"id": "https://university.example/refresh/1", "type": "1EdTechCredentialRefresh"}
    report = naming(refreshService=service)
    assert (report.outcome, codes(report, "refresh")) == ("valid", ["newer_may_exist"])
    assert service["id"] in made(report, "refresh").message
    assert service["id"] not in [need.url for need in report.needs]


@pytest.mark.parametrize("name", ["achievement", "anyachievement"])
def test_schema_of_open_badges_is_built_in(name):
    report = naming(**schema(name))
    assert (report.outcome, outcomes(report)["schema"]) == ("valid", "valid")


def test_foreign_schema_is_skipped_and_keeps_nothing_from_being_valid():
    report = naming(**schema("https://university.example/own.json"))
    assert (report.outcome, outcomes(report)["schema"], made(report, "schema").is_required) == ("valid", None, False)
    assert "never fetched" in made(report, "schema").message


def test_schema_that_is_not_kept_and_that_of_another_type():
    wrong = naming(**schema("achievement"), awardedDate="yesterday")
    assert (wrong.outcome, codes(wrong, "schema")) == ("invalid", ["schema_not_kept"])
    other = naming(**schema("endorsement"))
    assert (other.outcome, codes(other, "schema")) == ("invalid", ["schema_of_another_type"])


def test_schema_lets_a_subject_be_nobody_in_particular():
    subject = {name: value for name, value in badge()["credentialSubject"].items() if name != "id"}
    report = naming(**schema("achievement"), credentialSubject=subject)
    assert (report.outcome, codes(report, "structure")) == ("valid", ["no_subject_identity"])
    picture = badge()["credentialSubject"]["achievement"] | {"image": "https://university.example/1.png"}
    report = naming(**schema("achievement"), credentialSubject=subject | {"achievement": picture})
    assert codes(report, "schema") == ["schema_not_kept"]
