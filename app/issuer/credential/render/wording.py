"""The words of a certificate: what its parts are called, and the European vocabularies' labels, to be translated."""

from collections.abc import Callable

from app.texts import N_

Say = Callable[[str], str]


def labels(_: Say) -> dict[str, str]:
    """The headings and sentences of certificate.typ."""
    return {
        "awarded-to": _("Awarded to"),
        "certified-as": _("is certified as"),
        "outcomes": _("Learning outcomes:"),
        "competencies": _("Competencies shown"),
        "competency": _("Competency, and what the level means"),
        "level": _("Level shown"),
        "elements": _("Elements of a European micro-credential"),
        "check": _("Check this credential"),
        "scan": _("Scan the code or open the address. It shows whether the credential is valid today."),
        "attached": _(
            "The sealed credential is attached to this file as credential.json. Only the attachment is signed; what is "
            "printed is a copy for reading. A verifier or a wallet takes the file as it is."
        ),
        "attachment": _("The sealed credential (Open Badges 3.0)"),
        "page": _("Page {page} of {pages}"),
    }


# What app/competency/vocabulary.py gives, and words of app/vc/european.py: translated by their English text.
VOCABULARY = (
    N_("peer assessment"),
    N_("marked assignment"),
    N_("continuous evaluation"),
    N_("portfolio"),
    N_("group performance"),
    N_("practical assessment"),
    N_("written examination"),
    N_("level of attendance"),
    N_("project work"),
    N_("peer review"),
    N_("quiz"),
    N_("problem based learning"),
    N_("oral examination"),
    N_("artefact assessment"),
    N_("Workbased"),
    N_("Project based"),
    N_("Presential"),
    N_("Online"),
    N_("Blended"),
    N_("Research-Lab based"),
    N_("Institutional License"),
    N_("Program Quality Assurance"),
    N_("Institutional Quality Assurance"),
    N_("Program License"),
    N_("Unsupervised without ID Verification"),
    N_("Supervised with ID Verification"),
    N_("indicative"),
    N_("referenced"),
    N_("stackable"),
    N_("stand-alone"),
)
