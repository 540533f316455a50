"""Asking a holder's wallet (OpenID4VP): the request, and what its answer must prove."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from app.adapters.memory_process import ProcessMemory
from app.errors import BadInput, Gone, NotFound, Unavailable
from app.issuer.credential.types import type_url
from app.settings import Settings
from app.vc import pinned_contexts, proof, sd_jwt
from app.vc.cryptosuite import SUITES
from app.verifier import ask
from app.verifier.answer import answer, exchanged
from tests.service import Clock
from tests.verifier import test_sd_jwt
from tests.verifier.badges import NOW, Web, method_of, services, university
from tests.verifier.test_presented import ALICE, BADGE, BROKEN, HOLDER, V1, V2, old_jwt, presentation, presented, vp_jwt

BASE = "https://attesta.example"


class Asker:
    """Somebody who asked, and what the wallet is told."""

    def __init__(self, web: Web | None = None) -> None:
        secrets = iter(f"secret-{number}" for number in range(1_000))
        self.clock = Clock(NOW)
        made = services(web if web is not None else Web())
        members = {"memory": ProcessMemory(self.clock), "new_secret": lambda: next(secrets), "clock": self.clock}
        self.services = type(made)(**{name: getattr(made, name) for name in made.__slots__} | members)
        self.begin()

    def begin(self):
        self.ticket = ask.ask(self.services)
        link = ask.reply(self.services, self.ticket).link
        self.request = {name: value[0] for name, value in parse_qs(urlsplit(link).query).items()}
        self.name = self.request["response_uri"].rpartition("/")[2]

    @property
    def occasion(self):
        """What a Data Integrity proof signs."""
        return {"challenge": self.request["nonce"], "domain": self.request["client_id"]}

    @property
    def claims(self):
        """What a JWT signs."""
        return {"nonce": self.request["nonce"], "aud": self.request["client_id"]}

    def send(self, vp_token):
        answer(self.services, self.name, {"vp_token": vp_token if isinstance(vp_token, str) else json.dumps(vp_token)})

    @property
    def reply(self):
        return ask.reply(self.services, self.ticket)

    @property
    def outcomes(self):
        return {check["id"]: check["outcome"] for check in self.reply.report["checks"]}


@pytest.fixture
def asker():
    return Asker()


def begun(asker):
    return ask.presentation_request(asker.services, asker.name)["verifiablePresentationRequest"]


def still_open(asker, notice):
    """Whether the code still counts, and the asker is told what came."""
    reply = asker.reply
    return bool(reply.link) and reply.report is None and reply.notice == notice


def shown(asker, **more):
    request = begun(asker)
    occasion = {"challenge": request["challenge"], "domain": request["domain"]} | more
    return presented(presentation(BADGE), **occasion)


def test_an_exchange_asks_the_same_by_the_letter(asker):
    invited = parse_qs(urlsplit(asker.reply.invitation).query)["request"][0]
    assert json.loads(invited) == {"protocols": {"vcapi": f"{BASE}/verify/exchanges/{asker.name}"}}
    request = begun(asker)
    example, did_auth = request["query"]
    assert example["credentialQuery"]["example"] == {"type": ["OpenBadgeCredential"]}
    assert did_auth["type"] == "DIDAuthentication"
    assert (request["challenge"], request["domain"]) == (asker.request["nonce"], "attesta.example")


def test_a_badge_shown_in_an_exchange_is_judged(asker):
    exchanged(asker.services, asker.name, shown(asker))
    assert asker.outcomes["holder_binding"] == "valid"
    with pytest.raises(NotFound):
        begun(asker)
    with pytest.raises(NotFound):
        exchanged(asker.services, asker.name, {"type": "x"})


@pytest.mark.parametrize("wrong", [{"challenge": "another"}, {"domain": "other.example"}])
def test_what_was_signed_for_another_exchange_proves_nobody(asker, wrong):
    with pytest.raises(BadInput):
        exchanged(asker.services, asker.name, shown(asker, **wrong))
    assert still_open(asker, "unproved")
    exchanged(asker.services, asker.name, shown(asker))
    assert asker.outcomes["holder_binding"] == "valid"


@pytest.mark.parametrize("nothing", [None, {}, "", 7, []])
def test_an_exchange_without_a_presentation_uses_nothing_up(asker, nothing):
    with pytest.raises(BadInput):
        exchanged(asker.services, asker.name, nothing)
    assert begun(asker)


def test_request_is_by_the_letter(asker):
    request, link = asker.request, asker.reply.link
    assert link.startswith("openid4vp://?")
    assert (request["response_type"], request["response_mode"]) == ("vp_token", "direct_post")
    assert request["response_uri"] == f"{BASE}/verify/answers/{asker.name}"
    assert request["client_id"] == f"redirect_uri:{request['response_uri']}"
    query = json.loads(request["dcql_query"])
    assert [one["format"] for one in query["credentials"]] == ["ldp_vc", "dc+sd-jwt", "jwt_vc_json"]
    assert query["credential_sets"] == [{"options": [["ldp"], ["sd"], ["jwt"]]}]
    assert query["credentials"][1]["meta"]["vct_values"] == [type_url(asker.services.settings)]
    assert set(json.loads(request["client_metadata"])["vp_formats_supported"]) == set(ask.FORMATS)
    assert asker.ticket not in link, "whoever sees the code does not see the answer"


def test_further_types_can_be_asked_for():
    chosen = Settings(base_url=BASE, ask_for_types="https://university.example/types/1, urn:example:type")
    (_, sd, _) = ask.dcql(chosen)["credentials"]
    assert sd["meta"]["vct_values"][1:] == ["https://university.example/types/1", "urn:example:type"]


def test_each_request_is_another(asker):
    first = asker.request
    asker.begin()
    assert {first["nonce"], first["response_uri"]}.isdisjoint({asker.request["nonce"], asker.request["response_uri"]})


def signed_2020(document, purpose, occasion):
    """With the older suite, as wallets still sign presentations."""
    document = document | {"@context": [V2, "https://w3id.org/security/suites/ed25519-2020/v1"]}
    made = {"type": "Ed25519Signature2020", "created": "2026-11-20T11:59:00Z", "verificationMethod": method_of(ALICE)}
    made |= {"proofPurpose": purpose} | occasion
    suite, contexts = SUITES["Ed25519Signature2020"], pinned_contexts.verifying()
    parts = [suite.digest(part, "Ed25519", contexts) for part in (made | {"@context": document["@context"]}, document)]
    return proof.attach(document, made, ALICE.sign(b"".join(parts)))


@pytest.mark.parametrize("purpose", ["authentication", "assertionMethod"])
@pytest.mark.parametrize("suite", ["Ed25519Signature2020", "eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_presentation_with_data_integrity(asker, suite, purpose):
    """LearnCard signs with the older suite, and as an assertion."""
    document = presentation(BADGE)
    if suite == "Ed25519Signature2020":
        signed = signed_2020(document, purpose, asker.occasion)
    else:
        signed = presented(document, suite=suite, purpose=purpose, **asker.occasion)
    asker.send({"ldp": [signed]})
    assert set(asker.outcomes.values()) == {"valid"}
    (shown,) = asker.reply.report["credentials"]
    assert (shown["outcome"], asker.reply.report["holder"]) == ("valid", HOLDER)
    assert (asker.reply.link, asker.reply.report["receipt"]) == (None, None)


def test_presentation_as_jwt(asker):
    asker.send({"jwt": [vp_jwt(presentation(BADGE), **asker.claims)]})
    assert set(asker.outcomes.values()) == {"valid"}


def test_sd_jwt_with_key_binding():
    asker = Asker(university())
    bound = sd_jwt.bind(
        test_sd_jwt.issued(),
        test_sd_jwt.HOLDER,
        audience=asker.request["client_id"],
        nonce=asker.request["nonce"],
        now=NOW,
    )
    asker.send({"sd": [bound]})
    assert asker.outcomes["holder_binding"] == "valid"
    assert asker.reply.report["outcome"] == "valid"


@pytest.mark.parametrize("wrap", [lambda vp: vp, lambda vp: [vp], lambda vp: {"ldp": vp}, lambda vp: {"x": [vp]}])
def test_habits_of_older_wallets_in_wrapping(asker, wrap):
    asker.send(wrap(presented(presentation(BADGE), **asker.occasion)))
    assert asker.reply.report["outcome"] == "valid"


def test_invalid_badge_is_told_to_the_asker_and_the_wallet_has_done_its_part(asker):
    asker.send({"ldp": [presented(presentation(BROKEN), **asker.occasion)]})
    assert asker.reply.report["outcome"] == "invalid"
    assert asker.outcomes["holder_binding"] == "valid"


@pytest.mark.parametrize("wrong", [{"challenge": "another"}, {"domain": "https://attesta.example"}, {"domain": None}])
def test_made_for_another_occasion_or_verifier(asker, wrong):
    occasion = {name: value for name, value in (asker.occasion | wrong).items() if value is not None}
    with pytest.raises(BadInput, match="does not prove its holder"):
        asker.send({"ldp": [presented(presentation(BADGE), **occasion)]})
    assert still_open(asker, "unproved")


@pytest.mark.parametrize(
    "vp_token",
    [
        lambda _: presentation(BADGE),
        lambda _: BADGE,
        lambda _: test_sd_jwt.issued(),
        lambda asker: presented(presentation(BADGE, holder="did:key:z6MkOther"), **asker.occasion),
        lambda asker: vp_jwt(presentation(BADGE), **asker.claims | {"nonce": "n"}),
        lambda asker: vp_jwt(presentation(BADGE), **asker.claims | {"aud": BASE}),
    ],
    ids=["unsigned", "bare", "no key binding", "another's name", "wrong nonce", "wrong audience"],
)
def test_what_proves_no_holder_is_never_valid(asker, vp_token):
    with pytest.raises(BadInput, match="does not prove its holder"):
        asker.send({"ldp": [vp_token(asker)]})
    assert still_open(asker, "unproved")
    asker.send({"ldp": [presented(presentation(BADGE), **asker.occasion)]})
    assert asker.outcomes["holder_binding"] == "valid"


def test_answer_counts_once(asker):
    signed = presented(presentation(BADGE), **asker.occasion)
    asker.send(signed)
    with pytest.raises(NotFound):
        asker.send(signed)
    assert asker.reply.report["outcome"] == "valid"


def test_of_answers_at_the_same_instant_one_counts(asker):
    signed = presented(presentation(BADGE), **asker.occasion)

    def try_it(_):
        try:
            asker.send(signed)
        except NotFound:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(try_it, range(8))) == [False] * 7 + [True]


def test_answer_to_one_request_is_none_to_another(asker):
    signed = presented(presentation(BADGE), **asker.occasion)
    asker.begin()
    with pytest.raises(BadInput):
        asker.send(signed)
    assert still_open(asker, "unproved")


def attempt(asker, vp_token):
    """What comes of it: taken, refused, or over."""
    try:
        asker.send(vp_token)
    except BadInput:
        return "refused"
    except NotFound:
        return "over"
    return "taken"


def test_who_sees_the_code_cannot_spoil_it(asker):
    """Wrong answers at the same time as the right one: that one counts, however they fall."""
    right = presented(presentation(BADGE), **asker.occasion)
    wrong = presented(presentation(BADGE), **asker.occasion | {"challenge": "guessed"})
    answer(asker.services, asker.name, {"error": "access_denied"})
    with ThreadPoolExecutor(4) as threads:
        came = list(threads.map(lambda each: attempt(asker, each), [wrong, wrong, right, wrong, wrong]))
    assert came.count("taken") == 1
    assert asker.reply.report["outcome"] == "valid"


def test_so_many_tries_and_it_is_over(asker):
    wrong = presentation(BADGE)
    tries = [attempt(asker, wrong) for _ in range(ask.MOST_TRIES + 2)]
    assert tries == ["refused"] * ask.MOST_TRIES + ["over"] * 2
    assert asker.reply == ask.Reply(notice="spoiled")
    assert attempt(asker, presented(presentation(BADGE), **asker.occasion)) == "over"


@pytest.mark.parametrize(
    "vp_token", ["", "{}", "[]", "{", '{"ldp": [1]}', '{"ldp": []}', '["a.b.c", "d.e.f"]', "[[]]", '{"a": {}}', "null"]
)
def test_what_cannot_be_read_uses_nothing_up(asker, vp_token):
    with pytest.raises(BadInput):
        asker.send(vp_token)
    assert asker.reply.link
    assert asker.reply.notice in (None, "unread")


def test_text_that_is_no_token_is_told(asker):
    with pytest.raises(BadInput):
        asker.send("hello")
    assert still_open(asker, "unread")


def test_holder_who_declines(asker):
    answer(asker.services, asker.name, {"error": "access_denied"})
    assert still_open(asker, "declined")
    asker.send(presented(presentation(BADGE), **asker.occasion))
    assert asker.reply.report["outcome"] == "valid"


def test_it_ends_after_a_quarter_of_an_hour(asker):
    asker.clock.now += timedelta(minutes=15)
    with pytest.raises(NotFound):
        asker.send(presented(presentation(BADGE), **asker.occasion))
    with pytest.raises(Gone):
        ask.reply(asker.services, asker.ticket)


def test_name_in_the_code_leads_to_no_answer(asker):
    for guess in (asker.name, f"openid4vp:{asker.name}", "", f"asked:{asker.ticket}"):
        with pytest.raises(Gone):
            ask.reply(asker.services, guess)
    with pytest.raises(NotFound):
        answer(asker.services, asker.ticket, {"error": "access_denied"})


def test_processes_without_shared_memory_cannot_ask():
    with pytest.raises(Unavailable):
        ask.ask(services())


def test_older_data_model(asker):
    inner = presentation(BADGE, holder=None, context=V1)
    asker.send({"jwt": [old_jwt({"iss": HOLDER, "vp": inner} | asker.claims)]})
    assert asker.outcomes["holder_binding"] == "valid"
