"""The verifier's own sentences that readers meet most, for readers of other languages.

The verifier tells in English what it found, with names and times. Sentences that are here come out whole in the
reader's language; every other one stands in English beneath the sentence of its finding's code (check_words.py).
"""

import re

from app.pages.wording import Wording
from app.texts import N_

# English sentence -> what readers are told. Places: {name} stays as it is, {moment} is told as readers write times.
SENTENCES: dict[str, str] = {
    "It was read as {name}.": N_("It was read as %(name)s."),
    "The credential has the structure that its standards ask for.": N_(
        "It has the structure that its standards ask for."
    ),
    "Its contexts are known, and those that were signed.": N_(
        "Its vocabularies are known, and those that were signed."
    ),
    "Its contexts are known.": N_("All of its vocabularies are known."),
    "The signature fits: nothing was changed.": N_("The signature fits: nothing was changed."),
    "The signature does not fit: the document was changed after signing, or another key signed it.": N_(
        "The signature does not fit: something was changed, or another key signed."
    ),
    "The signature does not fit: the token was changed after signing, or another key signed it.": N_(
        "The signature does not fit: something was changed, or another key signed."
    ),
    "It is not signed, so there is nothing that could prove it.": N_(
        "It is not signed, so nothing proves who made it."
    ),
    "It was signed by its issuer, {name}.": N_("It was signed by its issuer, %(name)s."),
    "The key came with the document, and nothing says that it was given up.": N_(
        "The key came with the badge, and nothing says that it was given up."
    ),
    "The key is its owner's name itself, so it can be neither ended nor revoked.": N_(
        "The key is its owner's name itself, so it can be neither ended nor revoked."
    ),
    "It is in force until {moment}.": N_("It is in force until %(moment)s."),
    "It is in force, without an end.": N_("It is in force, without an end."),
    "It is valid only from {moment}.": N_("It is valid only from %(moment)s."),
    "It was valid until {moment}.": N_("It was valid until %(moment)s."),
    "No status is declared: its issuer has no way to revoke it.": N_(
        "No status is declared: its issuer has no way to revoke it."
    ),
    "It is neither revoked nor suspended.": N_("It is neither revoked nor suspended."),
    "The issuer has revoked this credential.": N_("Its issuer has revoked it."),
    "The issuer has suspended this credential for the time being.": N_(
        "Its issuer has suspended it for the time being."
    ),
    "It names no place where a newer one might be.": N_("It names no place where a newer one might be."),
    "It names no schema.": N_("It names no schema."),
    "It has the form that the schema of Open Badges 3.0 asks for.": N_(
        "It has the form that the schema of Open Badges 3.0 asks for."
    ),
    "It carries no endorsements.": N_("It carries no endorsements."),
    "Skipped because no proof holds.": N_("This was not checked, because no signature holds."),
}
PLACES = {"name": r"(?P<name>\S.{0,199})", "moment": r"(?P<moment>\d{4}-\d\d-\d\d \d\d:\d\d) UTC"}
PATTERNS = tuple((re.compile(re.escape(english).replace(r"\{", "{").replace(r"\}", "}").format(**PLACES)), sentence)
                 for english, sentence in SENTENCES.items())  # fmt: skip


def in_her_words(english: str, words: Wording) -> str | None:
    """Return the verifier's sentence in the reader's language; None when it is not one of these, or not translated."""
    for pattern, sentence in PATTERNS:
        fits = pattern.fullmatch(english)
        if fits and words.has(sentence):
            places = fits.groupdict()
            if "moment" in places:
                places["moment"] = words.minute(f"{places['moment']}+00:00")
            return words.say(sentence) % places
    return None
