"""Profiles: each an issuer with a key of its own, for one way to secure a credential."""

from dataclasses import dataclass

from app.ports import Keys, Signer
from app.vc import did, ecdsa_sd, keys

JWT = "vc+jwt"
BITSTRING = "bitstring"
# name -> key type, cryptosuite
WAYS = {
    "eddsa-rdfc-2022": ("Ed25519", "eddsa-rdfc-2022"),
    "eddsa-jcs-2022": ("Ed25519", "eddsa-jcs-2022"),
    "ecdsa-rdfc-2019-p256": ("P-256", "ecdsa-rdfc-2019"),
    "ecdsa-rdfc-2019-p384": ("P-384", "ecdsa-rdfc-2019"),
    "ecdsa-jcs-2019-p256": ("P-256", "ecdsa-jcs-2019"),
    "ecdsa-jcs-2019-p384": ("P-384", "ecdsa-jcs-2019"),
    "ecdsa-sd-2023-p256": ("P-256", "ecdsa-sd-2023"),
    "ecdsa-sd-2023-p384": ("P-384", "ecdsa-sd-2023"),
    BITSTRING: ("Ed25519", "eddsa-rdfc-2022"),
    "vc-jwt": ("P-256", JWT),
}


@dataclass(frozen=True, slots=True)
class Profile:
    """One issuer. `cryptosuite`: of app.vc.cryptosuite.SUITES, or JWT."""

    name: str
    cryptosuite: str
    issuer: str
    signer: Signer

    @property
    def verification_method(self) -> str:
        """The DID URL of its key."""
        return f"{self.issuer}#{self.issuer.removeprefix('did:key:')}"

    @property
    def has_status(self) -> bool:
        """Whether what it issues gets a status."""
        return self.name == BITSTRING

    @property
    def can_derive(self) -> bool:
        """Whether what it issues is for a holder to derive from."""
        return self.cryptosuite == ecdsa_sd.CRYPTOSUITE


def make(store: Keys) -> dict[str, Profile]:
    """All profiles by name, each with a key that is made now."""
    return {name: _profile(store, name, key_type, suite) for name, (key_type, suite) in WAYS.items()}


def _profile(store: Keys, name: str, key_type: str, cryptosuite: str) -> Profile:
    key_name, jwk = store.create(key_type)
    return Profile(name, cryptosuite, did.did_key(keys.from_jwk(jwk)), store.signer(key_name))
