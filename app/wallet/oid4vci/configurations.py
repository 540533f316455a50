"""Which credentials an issuer has for wallets, and in which forms: the credential configurations of its metadata.

OpenID4VCI 1.0 section 12.2.4 and appendix A (https://openid.net/specs/openid-4-verifiable-credential-issuance-1_0.html).
A configuration is an achievement in one format, so that a wallet can show what it is about to get. Its id is
`FRAMEWORK.ACHIEVEMENT.FORMAT`: codes outlive the version under which something was awarded.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.issuer.credential import forms
from app.issuer.credential.forms import Form
from app.issuer.credential.types import SHOWN, type_url
from app.ports import Services
from app.settings import Settings
from app.store import catalogue
from app.store.session import TenantSession
from app.store.tables import Achievement, FrameworkVersion
from app.vc.openbadge import CREDENTIALS_CONTEXT, OPEN_BADGES_CONTEXT
from app.web.negotiation import choose_language

# Appendix A's format identifiers.
FORMATS = {
    "ldp_vc": forms.DEFAULT,
    "jwt_vc_json": forms.WRAPPED_JWT,
    "dc+sd-jwt": forms.SD_JWT_VC,
    "vc+sd-jwt": forms.W3C_SD_JWT,
}
DEFAULT_FORMAT = "ldp_vc"  # what badge wallets read
TYPES = ["VerifiableCredential", "OpenBadgeCredential"]
PROOF_ALGORITHMS = ("ES256", "EdDSA", "ES384")
# By format; all are taken for all. Wallets that prove a DID want that DID in an SD-JWT VC, where few verifiers read it.
BINDING_METHODS = {"dc+sd-jwt": ("jwk",)}
BINDING_METHODS_ELSE = ("did:key", "did:jwk", "jwk")
ANY_LANGUAGE = "*"  # what clients that do not know their reader send by themselves; then all are told


@dataclass(frozen=True, slots=True)
class Configuration:
    """One achievement in one format."""

    framework: str
    achievement: str
    format: str

    @property
    def id(self) -> str:
        """The credential_configuration_id."""
        return f"{self.framework}.{self.achievement}.{self.format}"

    @property
    def form(self) -> Form:
        """How its credential is secured."""
        return FORMATS[self.format]


def of_achievement(row: Achievement, version: FrameworkVersion) -> dict[str, Configuration]:
    """The configurations of an achievement by their ids."""
    made = (Configuration(version.code, row.code, name) for name in FORMATS)
    return {one.id: one for one in made}


def known(session: TenantSession) -> dict[tuple[str, str], tuple[Achievement, FrameworkVersion]]:
    """By (framework, achievement) code all that was ever published, each in its newest version."""
    return {(version.code, row.code): (row, version) for row, version in catalogue.achievements_ever(session)}


def supported(services: Services, session: TenantSession, accept_language: str | None) -> dict[str, dict[str, Any]]:
    """The value of `credential_configurations_supported`.

    With an Accept-Language header names are given in one language, as section 12.2.2 has it, else in all there are.
    """
    return {
        configuration.id: _described(services, configuration, row, version, accept_language)
        for row, version in known(session).values()
        for configuration in of_achievement(row, version).values()
    }


def _described(
    services: Services,
    configuration: Configuration,
    row: Achievement,
    version: FrameworkVersion,
    accept_language: str | None,
) -> dict[str, Any]:
    title: dict[str, str] = services.database.frameworks.of(version).awards[row.code]["title"]
    chosen = None if accept_language == ANY_LANGUAGE else choose_language(accept_language, tuple(title))
    shown = {chosen: title[chosen]} if chosen else title
    return {
        "format": configuration.format,
        **_content(services.settings, configuration),
        "cryptographic_binding_methods_supported": list(
            BINDING_METHODS.get(configuration.format, BINDING_METHODS_ELSE)
        ),
        "proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": list(PROOF_ALGORITHMS)}},
        "credential_metadata": {"display": list(_display(services.settings, row, shown))} | _claims(configuration),
    }


def _content(settings: Settings, configuration: Configuration) -> dict[str, Any]:
    """What is particular to the format (appendices A.1.1, A.1.2 and A.3)."""
    if configuration.format == "dc+sd-jwt":
        return {"vct": type_url(settings), "credential_signing_alg_values_supported": ["ES256"]}
    if configuration.format == "ldp_vc":
        definition = {"@context": [CREDENTIALS_CONTEXT, OPEN_BADGES_CONTEXT], "type": TYPES}
        return {
            "credential_definition": definition,
            "credential_signing_alg_values_supported": [configuration.form.name],
        }
    return {"credential_definition": {"type": TYPES}, "credential_signing_alg_values_supported": ["ES256"]}


def _display(settings: Settings, row: Achievement, title: dict[str, str]) -> Iterator[dict[str, Any]]:
    picture = f"{settings.public_url}/achievements/{row.id}/image.png"
    for language, name in title.items():
        yield {"name": name, "locale": language, "logo": {"uri": picture, "alt_text": name}}


def _claims(configuration: Configuration) -> dict[str, Any]:
    """Names of claims, in the formats in which the holder chooses among them."""
    if configuration.form not in forms.SD_JWT_FORMS:
        return {}
    named = [{"path": list(path), "display": [{"name": label, "locale": "en"}]} for path, label in SHOWN.items()]
    return {"claims": named}
