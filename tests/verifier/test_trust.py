import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.errors import BadInput
from app.ports import FetchFailed
from app.vc import sd_jwt
from app.vc.recognition import Entry, Publisher, Scope, is_registry, read_entries, registry_credential
from app.verifier.case import Policy
from app.verifier.options import CALLER, AskedTrust
from app.verifier.registry import listed, recognised, unsigned
from app.verifier.trust import BEYOND, MAX_CLAIMS, TrustPolicy
from app.verifier.trust_sources import CallersTrust, policy_of
from app.verifier.verify import verify
from tests.verifier.badges import (
    KEY,
    MALLORY,
    NOW,
    P256,
    UNIVERSITY,
    badge,
    method_of,
    outcomes,
    services,
    signed,
    spoiled,
    token,
    university,
)

CONSORTIUM = method_of(P256).partition("#")[0]
FRAMEWORK = "Smart City Framework"
REGISTRY_URL = "https://consortium.example/registry"
DAY = timedelta(days=1)


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def aligned(*codes, framework=f"{FRAMEWORK} 1.0"):
    subject = badge()["credentialSubject"]
    alignments = [
        {
            "type": ["Alignment"],
            "targetName": f"Competency {code}",
            "targetUrl": f"https://city.example/competencies/{code}",
            "targetCode": code,
            "targetFramework": framework,
        }
        for code in codes
    ]
    return badge(credentialSubject=subject | {"achievement": subject["achievement"] | {"alignment": alignments}})


def registry(*entries, key=P256, until=NOW + DAY, **changed):
    publisher = Publisher(method_of(key).partition("#")[0], "City Consortium")
    document = registry_credential(REGISTRY_URL, publisher, entries, NOW - DAY, until) | changed
    return signed(document, key, method_of(key), "ecdsa-rdfc-2019")


def judged(document, *registries, unread=(), web=None):
    policy = Policy(trust=TrustPolicy(tuple(registries), unread))
    return verify(json.dumps(document).encode(), None, services(web or university()), policy=policy)


def trust_of(document, *registries, **more):
    report = judged(document, *registries, **more)
    assert report.to_json()["trust"] == report.judgement.trust.to_json()
    return report.judgement.trust


def of(*entries):
    return recognised(registry(*entries), "registry.json")


def test_nobody_is_asked_unless_somebody_wants_it():
    assert trust_of(signed(badge())).outcome == "not_asked"
    assert judged(signed(badge())).outcome == "valid"


def test_accepted_issuers():
    found = trust_of(signed(badge()), listed([UNIVERSITY], CALLER, "request"))
    assert (found.outcome, found.recognition.by.name) == ("trusted", CALLER)


def test_unknown_issuer_is_not_trusted_and_the_badge_stays_valid():
    report = judged(signed(badge()), listed(["did:web:other.example"], CALLER, "request"))
    assert (report.outcome, report.judgement.trust.outcome) == ("valid", "not_trusted")
    assert "says nothing against" in report.judgement.trust.why


def test_a_name_that_anybody_can_write_is_not_trusted():
    forged = signed(badge(), MALLORY, method_of(MALLORY))
    report = judged(forged, listed([UNIVERSITY], CALLER, "request"))
    assert (report.outcome, report.judgement.trust.outcome) == ("invalid", "unknown")
    changed = signed(badge()) | {"name": "Changed"}
    assert trust_of(changed, listed([UNIVERSITY], CALLER, "request")).outcome == "unknown"


def test_registry_recognises_for_competencies_from_date_to_date():
    entry = Entry(
        UNIVERSITY, "University", None, moment("2025-01-01"), moment("2027-01-01"), (Scope(FRAMEWORK, ("C01", "C02")),)
    )
    found = trust_of(signed(aligned("C01", "C02")), of(entry))
    assert (found.outcome, found.covered, found.outside) == ("trusted", ("C01", "C02"), ())
    assert found.to_json()["by"] == {"name": "City Consortium", "id": CONSORTIUM, "source": "registry.json"}
    assert found.to_json()["scope"]["valid_until"] == "2027-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("codes", "framework", "outcome"),
    [
        (("C01", "C09"), f"{FRAMEWORK} 2.0", "not_trusted"),
        (("C09",), FRAMEWORK, "not_trusted"),
        (("C01",), "Smart City Frameworks of others", "not_trusted"),
        ((), FRAMEWORK, "not_trusted"),
        (("C01",), FRAMEWORK, "trusted"),
    ],
)
def test_scope(codes, framework, outcome):
    entry = Entry(UNIVERSITY, scope=(Scope(FRAMEWORK, ("C01",)),))
    assert trust_of(signed(aligned(*codes, framework=framework)), of(entry)).outcome == outcome


@pytest.mark.parametrize(("codes", "outcome"), [(("C01",), "trusted"), (("C01", "C09"), "not_trusted")])
def test_scope_of_an_sd_jwt_vc(codes, outcome):
    """Its competencies are told by what it has of a badge beside its claims."""
    claims = {"iss": UNIVERSITY, "vct": "https://university.example/types/1"}
    claims["credentialSubject"] = aligned(*codes)["credentialSubject"]
    header = sd_jwt.header("EdDSA", typ="dc+sd-jwt", kid=method_of(KEY, UNIVERSITY))
    text = sd_jwt.issue(claims, [], KEY, header, new_salt=lambda: "salt")
    entry = Entry(UNIVERSITY, scope=(Scope(FRAMEWORK, ("C01",)),))
    report = verify(text.encode(), None, services(university()), policy=Policy(trust=TrustPolicy((of(entry),))))
    assert (report.outcome, report.judgement.trust.outcome) == ("valid", outcome)


@pytest.mark.parametrize(
    "scope",
    [
        Scope("https://city.example/competencies"),
        Scope("https://city.example/competencies/", ("C01",)),
        Scope(FRAMEWORK, ("https://city.example/competencies/C01",)),
    ],
)
def test_scope_by_addresses(scope):
    assert trust_of(signed(aligned("C01")), of(Entry(UNIVERSITY, scope=(scope,)))).outcome == "trusted"


def test_a_scope_covers_nothing_that_nobody_looked_at():
    """Whoever is recognised for one competency could else name another one after so many of it."""
    by = of(Entry(UNIVERSITY, scope=(Scope(FRAMEWORK, ("C01",)),)))
    assert trust_of(signed(aligned(*["C01"] * MAX_CLAIMS)), by).outcome == "trusted"
    found = trust_of(signed(aligned(*["C01"] * MAX_CLAIMS, "C09")), by)
    assert (found.outcome, found.outside) == ("not_trusted", (BEYOND,))
    assert trust_of(signed(aligned(*["C01"] * MAX_CLAIMS, "C09")), of(Entry(UNIVERSITY))).outcome == "trusted"


def test_day_of_issue_counts():  # badges come into force on 2026-01-01
    late, early = (
        Entry(UNIVERSITY, valid_from=moment("2026-02-01")),
        Entry(UNIVERSITY, valid_until=moment("2025-12-01")),
    )
    assert "issued before" in trust_of(signed(badge()), of(late)).why
    assert "issued after" in trust_of(signed(badge()), of(early)).why
    ended = trust_of(signed(badge()), of(Entry(UNIVERSITY, valid_until=moment("2026-06-01"))))
    assert (ended.outcome, "ended on 2026-06-01" in ended.why) == ("trusted", True)


def test_any_of_several_entries_and_registries_suffices():
    past, now = Entry(UNIVERSITY, valid_until=moment("2024-01-01")), Entry(UNIVERSITY, valid_from=moment("2025-01-01"))
    assert trust_of(signed(badge()), of(past, now)).outcome == "trusted"
    assert trust_of(signed(badge()), of(past), listed([UNIVERSITY], "List", "list.json")).outcome == "trusted"


def test_registry_that_could_not_be_asked_leaves_it_unknown():
    other = listed(["did:web:other.example"], "List", "list.json")
    assert trust_of(signed(badge()), other, unread=("registry.json: gone.",)).outcome == "unknown"
    mine = listed([UNIVERSITY], "List", "list.json")
    assert trust_of(signed(badge()), mine, unread=("registry.json: gone.",)).outcome == "trusted"


def test_registry_reads_what_it_wrote():
    entries = (
        Entry(
            UNIVERSITY,
            "University",
            "https://university.example",
            moment("2025-01-01"),
            None,
            (Scope("F", ("a", "b")),),
        ),
        Entry(UNIVERSITY, "University", "https://university.example", None, moment("2025-01-01"), (Scope("G"),)),
        Entry("did:web:other.example"),
    )
    document = registry(*entries)
    assert is_registry(document)
    assert read_entries(document) == entries


@pytest.mark.parametrize(
    "by",
    [
        lambda action: action | {"action": "verify"},
        lambda action: action | {"validUntil": "soon"},
        lambda action: action | {"outputValidation": {"id": "https://x.example/schema", "type": "JsonSchema"}},
        lambda action: action | {"recognizedFor": "everything"},
        lambda action: action | {"recognizedFor": []},
        lambda action: action | {"recognizedFor": [{"targetCode": ["C01"]}]},
        lambda action: action | {"recognizedFor": [{"targetFramework": "F", "targetCode": []}]},
    ],
)
def test_action_that_is_not_understood_recognises_nothing(by):
    document = spoiled(registry(Entry(UNIVERSITY)), "credentialSubject", 0, "recognizedTo", 0, by=by)
    assert read_entries(document) == ()


def test_registry_of_the_digital_credentials_consortium():
    for member in ("registry", "entries"):
        told = {
            "meta": {"created": "2026-01-01"},
            member: {UNIVERSITY: {"name": "University", "url": "https://u.example"}},
        }
        assert trust_of(signed(badge()), unsigned(told, "dcc.json")).outcome == "trusted"
    with pytest.raises(BadInput):
        unsigned({"registry": []}, "dcc.json")
    assert unsigned({"name": "no registry"}, "dcc.json") is None


@pytest.mark.parametrize("issuers", ["did:web:x", [5], [""], ["x" * 5000], {}])
def test_list_that_is_none(issuers):
    with pytest.raises(BadInput):
        listed(issuers, "List", "list.json")


def read(source, web=None, remaining_s=lambda: 5.0):
    return policy_of((str(source),), services(web or university()), remaining_s)


def test_sources_of_the_operator(tmp_path):
    file = tmp_path / "registry.json"
    for content in (
        json.dumps(registry(Entry(UNIVERSITY))).encode(),
        json.dumps({"issuers": [UNIVERSITY]}).encode(),
        json.dumps({"registry": {UNIVERSITY: {"name": "University"}}}).encode(),
        b"\xef\xbb\xbf" + json.dumps({"issuers": [UNIVERSITY], "name": "Ours"}).encode(),
    ):
        file.write_bytes(content)
        policy = read(file)
        assert (policy.unread, trust_of(signed(badge()), *policy.registries).outcome) == ((), "trusted")


def test_registry_as_jwt(tmp_path):
    document = registry_credential(
        REGISTRY_URL, Publisher(CONSORTIUM, "City"), [Entry(UNIVERSITY)], NOW - DAY, NOW + DAY
    )
    file = tmp_path / "registry.jwt"
    file.write_bytes(token(document, P256, "ES256", kid=method_of(P256)))
    policy = read(file)
    assert (policy.unread, trust_of(signed(badge()), *policy.registries).outcome) == ((), "trusted")


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(registry(Entry(UNIVERSITY), until=NOW - timedelta(hours=1))),
        json.dumps(registry(Entry(UNIVERSITY)) | {"name": "Changed"}),
        json.dumps(registry(Entry(UNIVERSITY), issuer=method_of(MALLORY).partition("#")[0])),
        json.dumps({key: one for key, one in registry(Entry(UNIVERSITY)).items() if key != "proof"}),
        json.dumps(signed(badge())),
        json.dumps({"url": "https://consortium.example/registry"}),
        "[]",
        "5",
        "{",
        "",
        "https://consortium.example/registry",
    ],
    ids=[
        "expired",
        "changed",
        "of another issuer",
        "unsigned",
        "a badge",
        "a link",
        "list",
        "number",
        "cut",
        "empty",
        "address",
    ],
)
def test_registry_that_is_not_believed_is_told(tmp_path, content):
    file = tmp_path / "registry.json"
    file.write_text(content)
    policy = read(file)
    assert (policy.registries, len(policy.unread)) == ((), 1)
    assert str(file) in policy.unread[0]


def test_registry_by_address():
    web = university()
    web.documents[REGISTRY_URL] = registry(Entry(UNIVERSITY))
    assert trust_of(signed(badge()), *read(REGISTRY_URL, web).registries).outcome == "trusted"
    web.documents[REGISTRY_URL] = FetchFailed("unreachable", "gone")
    assert read(REGISTRY_URL, web).unread == (f"{REGISTRY_URL}: gone",)
    web.asked.clear()
    assert "did not answer in the time" in read(REGISTRY_URL, web, lambda: 0.0).unread[0]
    assert web.asked == []


def test_missing_and_large_files(tmp_path):
    assert "cannot be read" in read(tmp_path / "none.json").unread[0]
    (tmp_path / "large.json").write_bytes(b" " * 1_048_577)
    assert "larger than" in read(tmp_path / "large.json").unread[0]


def test_the_caller_goes_before_the_operator():
    found = services(university())
    operator = CallersTrust(AskedTrust((UNIVERSITY,)), found)
    data = json.dumps(signed(badge())).encode()
    assert verify(data, None, replace(found, trust_choice=operator)).judgement.trust.outcome == "trusted"
    asked = CallersTrust(AskedTrust(registries=(registry(Entry("did:web:other.example")),)), found)
    assert verify(data, None, replace(found, trust_choice=asked)).judgement.trust.outcome == "not_trusted"
    broken = CallersTrust(AskedTrust(registries=(registry(Entry(UNIVERSITY)) | {"name": "Changed"},)), found)
    assert verify(data, None, replace(found, trust_choice=broken)).judgement.trust.outcome == "unknown"


def test_presentation_tells_of_each_credential():
    presented = {
        "@context": badge()["@context"][:1],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [signed(badge())],
    }
    report = judged(presented, listed([UNIVERSITY], CALLER, "request"))
    assert report.judgement.trust.outcome == "not_asked"
    assert report.to_json()["credentials"][0]["trust"]["outcome"] == "trusted"
    assert "recipient" not in outcomes(report)


def test_registry_is_a_credential_that_anybody_can_verify():
    report = judged(
        registry(Entry(UNIVERSITY, "University", "https://university.example", scope=(Scope("F", ("a",)),)))
    )
    assert report.outcome == "valid"
    assert KEY.public.multikey() not in json.dumps(report.to_json())
