"""The words of a certificate: what its parts are called, to be translated."""

from collections.abc import Callable

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
