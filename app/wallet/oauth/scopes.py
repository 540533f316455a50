"""What a learner can allow (Open Badges 3.0 section 7.1, "Scopes"), in the words of the specification and in hers."""

from collections.abc import Iterable

from app.texts import N_

_BASE = "https://purl.imsglobal.org/spec/ob/v3p0/scope/"
READ = f"{_BASE}credential.readonly"
UPSERT = f"{_BASE}credential.upsert"
READ_PROFILE = f"{_BASE}profile.readonly"
UPDATE_PROFILE = f"{_BASE}profile.update"
OFFLINE = "offline_access"  # OpenID Connect Core section 11; the specification's own examples ask for it
WORDS = {
    READ: N_("see and copy all your badges and certificates"),
    UPSERT: N_("add badges to yours, and put newer versions in the place of older ones"),
    READ_PROFILE: N_("see your name and your e-mail address"),
    UPDATE_PROFILE: N_("change the profile that it reads here"),
    OFFLINE: N_("do this also while you are away, until you end it"),
}
DESCRIPTIONS = {
    READ: "Permission to read AchievementCredentials for the authenticated entity.",
    UPSERT: "Permission to create or update AchievementCredentials for the authenticated entity.",
    READ_PROFILE: "Permission to read the profile for the authenticated entity.",
    UPDATE_PROFILE: "Permission to update the profile for the authenticated entity.",
}


def split(text: str) -> tuple[str, ...]:
    """The scopes of a scope parameter (RFC 6749 section 3.3), each once."""
    return tuple(dict.fromkeys(each for each in text.split(" ") if each))


def joined(scopes: Iterable[str]) -> str:
    """The same as parameter, in our order."""
    wanted = set(scopes)
    return " ".join(each for each in WORDS if each in wanted)
