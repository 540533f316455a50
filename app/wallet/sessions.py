"""How a learner signs in: by a link that is sent to her e-mail address. There is no password.

A session belongs to an e-mail address; whoever has this address at any tenant is the same person. Asking for a link
stores the request and nothing else, whoever asks: only the sweep finds out whether the address is known, so neither
the answer nor its time tells (OWASP Authentication Cheat Sheet, "Authentication and Error Messages").
"""

import hashlib
import hmac
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Depends, Request

from app.errors import BadInput, Forbidden, Gone, NotFound, Unauthenticated
from app.issuer.assessment.learners import EMAIL
from app.mailbox import folded
from app.ports import Services
from app.store import assessment, audit
from app.store import backpack as store
from app.store.session import TenantSession
from app.store.source import learners_by_email
from app.store.tables import LearnerSession, SignInLink
from app.texts import N_
from app.web.context import ServicesOf
from app.web.forms import FormOf, from_ourselves

LINK_LASTS = timedelta(minutes=30)  # mail may be slow; NIST SP 800-63B 5.1.3.2 allows 10 minutes for a second factor
SESSION_LASTS = timedelta(days=7)
LINKS_AN_HOUR = 5  # mails to one address
LINKS_KEPT = timedelta(days=1)
EMAIL_MOST = 320
LOCAL_PATH = re.compile(r"/(me|oauth|claim)(/[A-Za-z0-9._~-]+)*(\?[A-Za-z0-9._~/%&=+:,!*'()@$;-]*)?")
PATH_MOST = 2000
START = "/me"
CSRF = "csrf"


@dataclass(frozen=True, slots=True)
class OwnLearner:
    """The learner that somebody is at one tenant."""

    tenant_id: str
    tenant_slug: str
    tenant_name: str
    id: str
    code: str
    name: str
    did: str | None
    language: str | None

    @property
    def actor(self) -> str:
        """How the audit log names her: by our random id."""
        return f"learner:{self.id}"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is signed in. `email` folded (app/mailbox.py); `learners`: at least one.

    `csrf`: what every form of hers must bring.
    """

    email: str
    token: str
    learners: tuple[OwnLearner, ...]

    @property
    def csrf(self) -> str:
        """Follows from the cookie, which other sites cannot read, and does not tell it."""
        return hashlib.sha256(f"csrf {self.token}".encode()).hexdigest()

    @property
    def tenant_ids(self) -> tuple[str, ...]:
        """The tenants that she is a learner of."""
        return tuple(each.tenant_id for each in self.learners)

    @property
    def learner_ids(self) -> tuple[str, ...]:
        """Her learners' ids."""
        return tuple(each.id for each in self.learners)


def hash_of(token: str) -> str:
    """What is stored of a token: SHA-256 in hex. It holds 256 random bits, so that suffices."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def local_path(path: str) -> str:
    """The path of ours to go on to after signing in; anything else becomes the start of the backpack."""
    return path if len(path) <= PATH_MOST and LOCAL_PATH.fullmatch(path) else START


def ask(services: Services, email: str, language: str, goes_on_to: str) -> None:
    """Somebody would like a link sent to this address; raises BadInput when it is none. Known or not: no difference."""
    address = folded(email)
    if len(address) > EMAIL_MOST or not EMAIL.fullmatch(address):
        raise BadInput(N_("This is not an e-mail address."), pointer="/email", remedy=N_("Check how it is written."))
    with services.database.everywhere(why="an address is of no tenant", writes=True) as session:
        if not store.asked_links(session, address):
            row = SignInLink(
                id=services.new_id(),
                email=address,
                goes_on_to=local_path(goes_on_to),
                language=language,
                asked_at=services.clock(),
            )
            session.add(row)


def link_token(services: Services, session: TenantSession, link_id: str) -> tuple[SignInLink, str] | None:
    """The link with a fresh token, for the mail that is being written; None when it is used or over."""
    link, now = store.sign_in_link_by_id(session, link_id), services.clock()
    if link is None or link.used_at is not None or link.expires_at is None or link.expires_at <= now:
        return None
    token = services.new_secret()
    link.token_hash = hash_of(token)
    return link, token


def find_link(session: TenantSession, token: str, now: datetime) -> SignInLink:
    """The link with this token; raises NotFound, Gone."""
    link = store.sign_in_link(session, hash_of(token))
    again = N_("Ask for a new link.")
    if link is None:
        raise NotFound(N_("This link is not known here."), remedy=again)
    if link.used_at is not None:
        raise Gone(N_("This link was used already. It works once."), remedy=again)
    if link.expires_at is None or link.expires_at <= now:
        raise Gone(N_("This link is too old."), remedy=again)
    return link


def looked_at(services: Services, token: str) -> str:
    """The address that a link would sign in; looking uses nothing up, since mail scanners look. As `find_link`."""
    with services.database.everywhere(why="an address is of no tenant") as session:
        return find_link(session, token, services.clock()).email


def sign_in(services: Services, token: str) -> tuple[str, str]:
    """Use a link up: (what the cookie holds, the path to go on to). Raises NotFound, Gone."""
    now, cookie = services.clock(), services.new_secret()
    with services.database.everywhere(why="an address is of no tenant", writes=True) as session:
        link = find_link(session, token, now)
        if not store.use_link(session, link.id, now):
            raise Gone(N_("This link was used already. It works once."), remedy=N_("Ask for a new link."))
        row = LearnerSession(
            id=services.new_id(),
            token_hash=hash_of(cookie),
            email=link.email,
            created_at=now,
            expires_at=now + SESSION_LASTS,
        )
        session.add(row)
        learners = own_learners(session, link.email)
    note(services, learners, "learner signed in")
    return cookie, link.goes_on_to


def note(services: Services, learners: tuple[OwnLearner, ...], action: str) -> None:
    """Write an act of hers into the audit log of each tenant that it concerns."""
    for each in learners:
        with services.database.writing(each.tenant_id) as session:
            audit.record(session, at=services.clock(), actor=each.actor, action=action, subject=each.id)


@contextmanager
def acting(services: Services, who: SignedIn, action: str) -> Iterator[TenantSession]:
    """A transaction on what is hers and of no tenant, with its entry in the audit log of the first of her tenants.

    The logs of the others follow: a transaction has one tenant. Raises Unauthenticated when that tenant has erased her
    since the request began, so that nothing of her comes in afterwards.
    """
    first, *others = who.learners
    with services.database.writing(first.tenant_id) as session:
        if assessment.learner_by_id(session, first.id).erased_at is not None:
            raise _not_signed_in()
        yield session
        audit.record(session, at=services.clock(), actor=first.actor, action=action, subject=first.id)
    note(services, tuple(others), action)


def own_learners(session: TenantSession, email: str) -> tuple[OwnLearner, ...]:
    """Who has this address (folded), at every tenant."""
    rows = learners_by_email(session, [email]).get(email, [])
    tenants = store.tenants_by_id(session, {row.tenant_id for row in rows})
    found = (
        OwnLearner(
            row.tenant_id,
            tenants[row.tenant_id].slug,
            tenants[row.tenant_id].profile["name"],
            row.id,
            row.code,
            row.name,
            row.did,
            row.language,
        )
        for row in rows
    )
    return tuple(sorted(found, key=lambda each: (each.tenant_name, each.code)))


def find(services: Services, token: str) -> SignedIn | None:
    """Who is signed in with this cookie, or None."""
    with services.database.everywhere(why="an address is of no tenant") as session:
        row = store.learner_session(session, hash_of(token), services.clock())
        learners = () if row is None else own_learners(session, row.email)
    return SignedIn(row.email, token, learners) if row is not None and learners else None


def sign_out(services: Services, who: SignedIn, *, everywhere: bool) -> None:
    """End this session, or all of this address."""
    with acting(services, who, "learner signed out everywhere" if everywhere else "learner signed out") as session:
        if everywhere:
            store.end_sessions_of(session, who.email)
        else:
            store.end_session(session, hash_of(who.token))


def cookie_name(services: Services) -> str:
    """With https one that no other host of the domain can set (RFC 6265bis section 4.1.3.2)."""
    return "__Host-attesta" if services.settings.public_url.startswith("https:") else "attesta"


def maybe_signed_in(request: Request, services: ServicesOf) -> SignedIn | None:
    """Who is signed in, or None."""
    token = request.cookies.get(cookie_name(services))
    return find(services, token) if token else None


def signed_in(found: Annotated[SignedIn | None, Depends(maybe_signed_in)]) -> SignedIn:
    """Who is signed in; raises Unauthenticated."""
    if found is None:
        raise _not_signed_in()
    return found


def _not_signed_in() -> Unauthenticated:
    return Unauthenticated(N_("Sign in first."), remedy=N_("Ask for a link by e-mail."))


MaybeLearnerOf = Annotated[SignedIn | None, Depends(maybe_signed_in)]
LearnerOf = Annotated[SignedIn, Depends(signed_in)]


def by_herself(request: Request, services: ServicesOf, who: LearnerOf, form: FormOf) -> SignedIn:
    """Who is signed in and really sent this form: no other site did it for her. Raises Unauthenticated, Forbidden."""
    from_ourselves(request, services)
    if not hmac.compare_digest(form.one(CSRF).encode(), who.csrf.encode()):
        raise Forbidden(N_("This form is too old."), remedy=N_("Open the page again and repeat what you did."))
    return who


ActingLearnerOf = Annotated[SignedIn, Depends(by_herself)]
