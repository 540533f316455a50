"""What every check does, for `GET /verify/checks` and the page `/checks/{id}`: in the order in which they are made.

docs/verification.md has the codes of their findings.
"""

from dataclasses import dataclass

from app.texts import N_

VCDM = "https://www.w3.org/TR/vc-data-model-2.0/"
DATA_INTEGRITY = "https://www.w3.org/TR/vc-data-integrity/"
CID = "https://www.w3.org/TR/cid-1.0/"
OPEN_BADGES = "https://www.imsglobal.org/spec/ob/v3p0/"


@dataclass(frozen=True, slots=True)
class Explained:
    """One check. `source`: URL of the section that asks for it. `is_required`: whether nothing is valid without it.

    `does`, `made` (of what, and when): in English; the page translates them.
    """

    id: str
    title: str
    does: str
    source: str
    made: str = N_("Made of every credential.")
    is_required: bool = True

    def to_json(self) -> dict[str, object]:
        """Return it as JSON value."""
        return {
            "id": self.id,
            "title": self.title,
            "does": self.does,
            "source": self.source,
            "made": self.made,
            "required": self.is_required,
            "url": f"/checks/{self.id}",
        }


CHECK_LIST: tuple[Explained, ...] = (
    Explained(
        "form",
        "Form",
        N_("Tells as what the document was read. What cannot be read is told here with its reason."),
        f"{VCDM}#securing-mechanisms",
        N_("Made of every credential and presentation."),
    ),
    Explained(
        "structure",
        "Structure",
        N_(
            "Looks whether members, types, dates and addresses are as the Verifiable Credentials Data Model and Open "
            "Badges ask, and whether the claims of a JWT agree with the credential in it."
        ),
        f"{VCDM}#basic-concepts",
        N_("Made of every credential and presentation."),
    ),
    Explained(
        "context",
        "Vocabulary",
        N_(
            "Looks whether every JSON-LD context is known and gives no word another meaning. "
            "Contexts are never fetched."
        ),
        f"{DATA_INTEGRITY}#validating-contexts",
        N_("Made of every credential and presentation."),
    ),
    Explained(
        "proof",
        "Signature",
        N_(
            "Checks the signature with the key that it names: it fits only what was signed, "
            "so nothing was changed since."
        ),
        f"{DATA_INTEGRITY}#verify-proof",
        N_("Made of every credential and presentation."),
    ),
    Explained(
        "issuer_binding",
        "Signed by its issuer",
        N_(
            "Looks whether the key that signed is one that the issuer itself publishes. Anybody can sign; "
            "this tells who did."
        ),
        f"{CID}#retrieve-verification-method",
    ),
    Explained(
        "key_status",
        "Key when it signed",
        N_(
            "Looks whether the key was in force when it signed, and tells what became of it: a key that was revoked "
            "or has ended proves nothing any more, but it matters whether it signed before that or after."
        ),
        f"{CID}#verification-methods",
    ),
    Explained(
        "validity_period",
        "In force",
        N_("Compares the beginning and the end of validity with now: not yet valid, in force, or expired."),
        f"{VCDM}#validity-period",
    ),
    Explained(
        "status",
        "Revoked or suspended",
        N_(
            "Asks the list that the credential names whether its issuer has revoked or suspended it. A list counts "
            "only when it is the issuer's own and in force; when it cannot be had, nobody can tell."
        ),
        "https://www.w3.org/TR/vc-bitstring-status-list/#validate-algorithm",
    ),
    Explained(
        "refresh",
        "A newer one",
        N_("Tells whether the issuer names a place that may have a newer credential. It is not asked for."),
        f"{VCDM}#refreshing",
        is_required=False,
    ),
    Explained(
        "schema",
        "Schema",
        N_(
            "Looks whether the schemas that it names are kept: those of Open Badges are built in; others are not "
            "fetched, and this check is skipped."
        ),
        f"{VCDM}#data-schemas",
        is_required=False,
    ),
    Explained(
        "endorsements",
        "Endorsements",
        N_("Judges each endorsement that it carries like a credential of its own."),
        f"{OPEN_BADGES}#verification",
    ),
    Explained(
        "recipient",
        "About the person you named",
        N_(
            "Compares the e-mail address, DID or other identifier that you gave with those that the credential holds, "
            "hashed or plain."
        ),
        f"{OPEN_BADGES}#verification",
        N_("Made of every credential, when you name somebody."),
    ),
    Explained(
        "holder_binding",
        "Presented by its holder",
        N_("Looks whether the holder signed the presentation, and whether for you and now, where you asked."),
        f"{VCDM}#holder",
        N_("Made of presentations, and of SD-JWTs with key binding."),
    ),
    Explained(
        "endorsed_object",
        "What is endorsed",
        N_("Looks whether the endorsement is of the object that carries it."),
        f"{OPEN_BADGES}#verification",
        N_("Made of endorsements."),
    ),
    Explained(
        "credentials",
        "Credentials inside",
        N_("Judges each credential inside like one that was sent alone."),
        f"{VCDM}#verifiable-presentations",
        N_("Made of presentations and learner records."),
    ),
)
