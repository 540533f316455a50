"""What learners are told by mail about their awards, each kind in one function, in their language."""

from datetime import date, datetime, timedelta

from babel.dates import format_date

from app.issuer.award.shown import status_of
from app.issuer.catalogue import find
from app.ports import Services
from app.store import credential as awards
from app.store import mail as outbox
from app.store import tenancy
from app.store import wallet as store
from app.store.session import TenantSession
from app.store.tables import Award, Learner, Mail, Offer
from app.texts import LANGUAGES, N_, SOURCE, translations
from app.wallet import offers
from app.wallet.letters import Letter
from app.wallet.mails import NotYet

POST = "post"  # who acts, in the audit log
WITH_LINK = ("offer", "reissued", "link", "reminder")  # the mails that a newer offer puts out of date


def language_of(learner: Learner) -> str:
    """One of LANGUAGES: hers when we have it (BCP 47, the first subtag)."""
    wanted = (learner.language or SOURCE).split("-")[0].lower()
    return wanted if wanted in LANGUAGES else SOURCE


def day(moment: date | datetime, language: str) -> str:
    """A date as people write it in that language."""
    return format_date(moment, format="long", locale=language)


def offer(services: Services, session: TenantSession, mail: Mail, learner: Learner) -> Letter | None:
    """Somebody was awarded something: here is the link to take it. None when the tenant does not want it offered."""
    award = _in_force(services, session, mail)
    if award is None or not tenancy.own_tenant(session).offers:
        return None
    if not awards.is_issued(session, award.id):
        raise NotYet
    return _first(services, session, learner, award)


def _first(services: Services, session: TenantSession, learner: Learner, award: Award) -> Letter:
    first = N_("{issuer} has awarded you “{title}”.")
    return _with_link(services, session, learner, award, N_("{title}: yours to take"), first)


def reissued(services: Services, session: TenantSession, mail: Mail, learner: Learner) -> Letter | None:
    """What she had is replaced by a new one, which she has to take."""
    award = _in_force(services, session, mail)
    if award is None:
        return None
    first = N_(
        "{issuer} has issued “{title}” anew: something in it was corrected, or the key that signed it was replaced. "
        "The one that you have is not valid any more, so please take the new one."
    )
    return _with_link(services, session, learner, award, N_("{title}: please take the new one"), first)


def link(services: Services, session: TenantSession, mail: Mail, learner: Learner) -> Letter | None:
    """She, or her provider for her, asked for a new link; or for the first, when no mail has brought one yet."""
    award = _in_force(services, session, mail)
    if award is None:
        return None
    if not outbox.was_told(session, WITH_LINK, award.id):
        return _first(services, session, learner, award)
    first = N_("Here is a new link for “{title}”, which {issuer} has awarded you.")
    return _with_link(services, session, learner, award, N_("{title}: your new link"), first)


def reminder(services: Services, session: TenantSession, mail: Mail, learner: Learner) -> Letter | None:
    """She has not taken it yet; said once."""
    award = _in_force(services, session, mail)
    standing = store.open_offer(session, award.id) if award else None
    if award is None or standing is None or standing.taken_at is not None:
        return None
    first = N_("{issuer} has awarded you “{title}”, and you have not taken it yet.")
    return _with_link(services, session, learner, award, N_("{title} waits for you"), first)


def _with_link(
    services: Services, session: TenantSession, learner: Learner, award: Award, subject: str, first: str
) -> Letter:
    """A letter with a fresh link to the award. `subject`, `first`: English texts with places for title and issuer."""
    language, title, issuer = _about(services, session, award, learner)
    _ = translations(language).gettext
    standing, token = _standing_offer(services, session, award, learner)
    code = _("You will be asked for the code that you were given by another way.") if standing.tx_code_hash else ""
    return Letter(
        language,
        learner.email,
        _(subject).format(title=title),
        (
            _hello(learner, language),
            _(first).format(title=title, issuer=issuer),
            _("With this link you see what it says, and take it: into a wallet on your phone, as a file, or printed."),
            *filter(None, [code]),
        ),
        (_("See it and take it"), offers.claim_url(services, token)),
        (
            _("The link is for you alone and works until {date}. Please do not pass it on.").format(
                date=day(standing.expires_at, language)
            ),
        ),
    )


def _standing_offer(services: Services, session: TenantSession, award: Award, learner: Learner) -> tuple[Offer, str]:
    """The open offer of an award, or a new one when there is none that stands; never one without its code instead.

    With the token of a fresh link to it.
    """
    found = store.open_offer(session, award.id)
    if found is not None and (
        found.tx_code_hash is not None or offers.ended(found, award, learner, services.clock()) is None
    ):
        return found, offers.add_link(services, session, found)
    made = offers.make(services, session, award, actor=POST)
    return made.offer, made.token


def expiring(services: Services, session: TenantSession, mail: Mail, learner: Learner) -> Letter | None:
    """Its last day comes nearer. No word of it when less time than that lies between the award and its last day."""
    award = _in_force(services, session, mail)
    if award is None or award.valid_until is None:
        return None
    if award.awarded_at.date() + timedelta(days=mail.details["days"]) >= award.valid_until:
        return None
    language, title, issuer = _about(services, session, award, learner)
    _ = translations(language).gettext
    until = day(award.valid_until, language)
    return Letter(
        language,
        learner.email,
        _("{title} is valid until {date}").format(title=title, date=until),
        (
            _hello(learner, language),
            _("“{title}”, which {issuer} has awarded you, is valid until {date}.").format(
                title=title, issuer=issuer, date=until
            ),
            _("If it can be renewed, please ask {issuer} in good time what is needed for that.").format(issuer=issuer),
        ),
    )


def revoked(services: Services, session: TenantSession, mail: Mail, learner: Learner) -> Letter | None:
    """It was taken back for good; no word of it to whom it was never told that she has it."""
    award = _award(session, mail)
    if award is None or award.revoked_at is None or _was_never_told(session, award):
        return None
    language, title, issuer = _about(services, session, award, learner)
    _ = translations(language).gettext
    told = _(
        "{issuer} has taken back “{title}”. It is not valid any more, and whoever checks it is told so. The file or "
        "the entry in your wallet stays with you, but proves nothing any more."
    )
    return _status(_("{title} was taken back"), told, learner, title, issuer, _reason(mail, language))


def _was_never_told(session: TenantSession, award: Award) -> bool:
    """Whether she was to be told by mail that she has it, no mail went out, and she did not take it by another way."""
    if store.was_taken(session, award.id):  # by the link or the code that her provider gave her
        return False
    was_to_be = outbox.was_never_sent(session, "offer", award.id)
    return was_to_be and not outbox.was_told(session, WITH_LINK, award.id)


def suspended(services: Services, session: TenantSession, mail: Mail, learner: Learner) -> Letter | None:
    """It does not count for the time being."""
    award = _award(session, mail)
    if award is None or status_of(award, services.clock()) != "suspended":
        return None
    language, title, issuer = _about(services, session, award, learner)
    _ = translations(language).gettext
    told = _(
        "{issuer} has suspended “{title}”. Until it is reinstated, whoever checks it is told that it is suspended."
    )
    return _status(_("{title} is suspended"), told, learner, title, issuer, _reason(mail, language))


def reinstated(services: Services, session: TenantSession, mail: Mail, learner: Learner) -> Letter | None:
    """It counts again."""
    award = _in_force(services, session, mail)
    if award is None:
        return None
    language, title, issuer = _about(services, session, award, learner)
    _ = translations(language).gettext
    told = _("{issuer} has reinstated “{title}”. It is valid again, and whoever checks it is told so.")
    return _status(_("{title} is valid again"), told, learner, title, issuer, ())


def _status(subject: str, told: str, learner: Learner, title: str, issuer: str, reason: tuple[str, ...]) -> Letter:
    language = language_of(learner)
    _ = translations(language).gettext
    mistaken = _("If you think that this is a mistake, please write to {issuer}.").format(issuer=issuer)
    return Letter(
        language,
        learner.email,
        subject.format(title=title),
        (_hello(learner, language), told.format(title=title, issuer=issuer), *reason, mistaken),
    )


def _reason(mail: Mail, language: str) -> tuple[str, ...]:
    reason = mail.details.get("reason")
    return (translations(language).gettext("The reason given: {reason}").format(reason=reason),) if reason else ()


def _hello(learner: Learner, language: str) -> str:
    return translations(language).gettext("Hello {name},").format(name=learner.name)


def _award(session: TenantSession, mail: Mail) -> Award | None:
    return awards.read_award(session, mail.award_id) if mail.award_id else None


def _in_force(services: Services, session: TenantSession, mail: Mail) -> Award | None:
    """The award of a mail while it is valid and not replaced."""
    award = _award(session, mail)
    if award is None or award.replaced_at is not None or status_of(award, services.clock()) != "valid":
        return None
    return award


def _about(services: Services, session: TenantSession, award: Award, learner: Learner) -> tuple[str, str, str]:
    """(her language, the title in it or else in the framework's, the issuer's name)."""
    language = language_of(learner)
    achievement = find.achievement_as_awarded(services, session, award.achievement_id)
    title = achievement.framework.text(achievement.framework.awards[award.achievement_code]["title"], language)[0]
    return language, title, tenancy.own_tenant(session).profile["name"]
