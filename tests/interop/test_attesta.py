"""Foreign judges on badges of ours, as the running service gives them out: they refuse every broken twin."""

import base64
import copy
import functools
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.interop.attesta_service import VC_JWT, Service, running
from tests.interop.judges import DigitalBazaar, LearnCardTypes, OfficialSchema, OpenBadgesLib, Verdict

pytestmark = pytest.mark.interop

LEARNERS = ("p-ana", "p-boris", "p-carmen", "p-dimi", "p-eleni", "p-iosif", "p-kiril", "p-lena")
ACHIEVEMENTS = tuple(f"MC-{number:02}" for number in range(1, 11))


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str | None], Service]]:
    """Gives the service of a public address; each is started once."""
    with ExitStack() as stack:
        yield functools.cache(
            lambda public_url: stack.enter_context(running(tmp_path_factory.mktemp("attesta"), public_url))
        )


@pytest.fixture(params=[None, "https://badges.example.org"], ids=["did:key", "did:web"])
def service(request: pytest.FixtureRequest, started: Callable[[str | None], Service]) -> Service:
    return started(request.param)


@pytest.fixture
def answer(service: Service) -> dict[str, Any]:
    return service.issue("MC-02", "p-ana").json()


@pytest.fixture
def badge(answer: dict[str, Any]) -> dict[str, Any]:
    return answer["credential"]


@pytest.fixture
def all_badges(service: Service) -> list[dict[str, Any]]:
    """Everything that can be issued to the invented learners."""
    answers = [
        service.issue(achievement, learner, expect=(200, 201, 409))
        for learner in LEARNERS
        for achievement in ACHIEVEMENTS
    ]
    return [answer.json()["credential"] for answer in answers if answer.status_code != 409]


def test_the_issuer_is_named_by_the_base_url(service: Service, badge: dict[str, Any]):
    method = "did:web:badges.example.org:" if service.public_url.startswith("https:") else "did:key:z6Mk"
    assert badge["issuer"]["id"].startswith(method)


def test_digital_bazaar_accepts_our_badge_and_status_list(
    digital_bazaar: DigitalBazaar, service: Service, badge: dict[str, Any]
):
    verdict = digital_bazaar.judge(badge, service.documents(badge))
    assert (verdict.accepted, verdict.revoked) == (True, False), verdict.reason


def _changed(badge: dict[str, Any]) -> None:
    text = badge["credentialSubject"]["achievement"]["criteria"]["narrative"]
    badge["credentialSubject"]["achievement"]["criteria"]["narrative"] = text.replace("e", "f", 1)


def _undefined_term(badge: dict[str, Any]) -> None:
    badge["credentialSubject"]["achievement"]["undefinedTerm"] = "x"


def _other_status_index(badge: dict[str, Any]) -> None:
    badge["credentialStatus"]["statusListIndex"] = "94567"


@pytest.mark.parametrize("breaking", [_changed, _undefined_term, _other_status_index])
def test_digital_bazaar_refuses_a_broken_twin(
    digital_bazaar: DigitalBazaar, service: Service, badge: dict[str, Any], breaking: Any
):
    twin = copy.deepcopy(badge)
    breaking(twin)
    assert not digital_bazaar.judge(twin, service.documents(badge)).accepted


def test_digital_bazaar_refuses_a_changed_status_list(
    digital_bazaar: DigitalBazaar, service: Service, badge: dict[str, Any]
):
    documents = copy.deepcopy(service.documents(badge))
    documents[badge["credentialStatus"]["statusListCredential"]]["credentialSubject"]["id"] += "x"
    assert not digital_bazaar.judge(badge, documents).accepted


def test_digital_bazaar_sees_a_revocation(digital_bazaar: DigitalBazaar, service: Service):
    answer = service.issue("MC-02", "p-boris").json()
    before = digital_bazaar.judge(answer["credential"], service.documents(answer["credential"]))
    service.revoke(answer["id"])
    after = digital_bazaar.judge(answer["credential"], service.documents(answer["credential"]))
    assert (before.accepted, before.revoked) == (True, False), before.reason
    assert (after.accepted, after.revoked) == (False, True), after.reason


def _token(service: Service, answer: dict[str, Any], algorithm: str) -> str:
    return service.get(f"/api/v1/credentials/{answer['id']}", accept=f"{VC_JWT};alg={algorithm}").text


def _json_part(token: str, number: int) -> dict[str, Any]:
    part = token.split(".")[number]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def _header(token: str) -> dict[str, Any]:
    return _json_part(token, 0)


def _claims(token: str) -> dict[str, Any]:
    return _json_part(token, 1)


@pytest.fixture(params=["ES256", "RS256"])
def token(request: pytest.FixtureRequest, service: Service, answer: dict[str, Any]) -> str:
    token = _token(service, answer, request.param)
    assert _header(token)["alg"] == request.param
    return token


def _judge_jwt(openbadgeslib: OpenBadgesLib, service: Service, token: str, twin: str | None = None) -> Verdict:
    """The verdict on the token, or on its broken twin with what a verifier fetches for the token."""
    return openbadgeslib.judge_jwt(twin or token, service.documents(_claims(token), accept=VC_JWT))


def test_openbadgeslib_accepts_our_jwt(openbadgeslib: OpenBadgesLib, service: Service, token: str):
    verdict = _judge_jwt(openbadgeslib, service, token)
    assert (verdict.accepted, verdict.revoked) == (True, False), verdict.reason


def test_openbadgeslib_refuses_a_changed_jwt(openbadgeslib: OpenBadgesLib, service: Service, token: str):
    header, _, signature = token.split(".")
    claims = json.dumps(_claims(token) | {"name": "Another name"}).encode()
    payload = base64.urlsafe_b64encode(claims).decode().rstrip("=")
    verdict = _judge_jwt(openbadgeslib, service, token, twin=f"{header}.{payload}.{signature}")
    assert (verdict.accepted, verdict.reason) == (False, "Invalid signature")


def test_openbadgeslib_sees_the_revocation_of_every_rendition(openbadgeslib: OpenBadgesLib, service: Service):
    answer = service.issue("MC-01", "p-ana").json()
    tokens = [_token(service, answer, algorithm) for algorithm in ("ES256", "RS256")]
    service.revoke(answer["id"])
    verdicts = [_judge_jwt(openbadgeslib, service, token) for token in tokens]
    assert [(verdict.accepted, verdict.revoked) for verdict in verdicts] == [(False, True)] * 2


def test_learncard_has_no_objection_to_any_badge(learn_card: LearnCardTypes, all_badges: list[dict[str, Any]]):
    assert len(all_badges) >= 20
    assert learn_card.errors(*all_badges) == []


@pytest.mark.may_skip("the schema is in no package registry")
def test_the_official_schema_has_no_objection_to_any_badge(
    official_schema: OfficialSchema, service: Service, answer: dict[str, Any], all_badges: list[dict[str, Any]]
):
    assert len(all_badges) >= 20
    documents = [*all_badges, *(_claims(_token(service, answer, algorithm)) for algorithm in ("ES256", "RS256"))]
    assert [official_schema.errors(document) for document in documents] == [[] for _ in documents]
