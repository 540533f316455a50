"""Key proofs: a wallet shows that it holds the key to which its credential will be bound.

OpenID4VCI 1.0 section 8.2.1 and appendix F.1, F.4 (https://openid.net/specs/
openid-4-verifiable-credential-issuance-1_0.html#appendix-F.1). Of each proof:

1. it is a JWT of type openid4vci-proof+jwt, with an algorithm that the metadata name
2. its key is a did:key or did:jwk (`kid`), or stands in the header (`jwk`); one of the two, and no certificate
3. the signature is that key's
4. it was made for this issuer (`aud`), says when (`iat`), and carries a `nonce`, which is checked by the caller

How old it is, is bounded by the nonce, which is the issuer's own, and not by `iat`, since phones' clocks are wrong.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.errors import BadInput
from app.issuer.credential.bound import refuse_unfit_holder
from app.vc import did, jose, keys
from app.vc.jose import Jws
from app.vc.jwt_claims import check_receiver, check_times
from app.vc.keys import PublicKey
from app.vc.outcome import Unsound
from app.wallet.oid4vci.configurations import PROOF_ALGORITHMS
from app.wallet.oid4vci.metadata import BATCH_SIZE
from app.wallet.oid4vci.refused import Refused

PROOF_TYPE = "openid4vci-proof+jwt"


@dataclass(frozen=True, slots=True)
class Proved:
    """A key that was proved: its DID, and the nonce that the proof answers."""

    holder: str
    nonce: str


def read(request: dict[str, Any], issuer: str, now: datetime) -> tuple[Proved, ...]:
    """The keys that a credential request proves, each once. `issuer`: the credential issuer's identifier.

    Raises Refused invalid_proof, or invalid_credential_request for proofs in both the old and the new member.
    """
    proved = tuple(_checked(token, issuer, now) for token in _tokens(request))
    if len({one.holder for one in proved}) < len(proved):
        raise Refused("invalid_proof", "Two proofs are of the same key.")
    return proved


def _tokens(request: dict[str, Any]) -> Iterator[str]:
    """The JWTs in `proofs`; in `proof` where the wallet follows a draft."""
    proofs, proof = request.get("proofs"), request.get("proof")
    if proofs is not None and proof is not None:
        raise Refused("invalid_credential_request", "Send proofs, and not the older proof beside them.")
    if isinstance(proof, dict):
        proofs = {str(proof.get("proof_type")): [proof.get("jwt")]}
    if not isinstance(proofs, dict) or len(proofs) != 1:
        raise Refused("invalid_proof", "proofs must be there, with one type of proofs.")
    listed = proofs.get("jwt")
    if not isinstance(listed, list) or not listed:
        raise Refused("invalid_proof", "Only proofs of the type jwt are taken, in an array.")
    if len(listed) > BATCH_SIZE:
        raise Refused("invalid_proof", f"At most {BATCH_SIZE} proofs are taken at once.")
    for token in listed:
        if not isinstance(token, str):
            raise Refused("invalid_proof", "A proof of the type jwt is a text.")
        yield token


def _checked(token: str, issuer: str, now: datetime) -> Proved:
    try:
        jws = jose.decode(token)
        _refuse_header(jws)
        holder, key = _key(jws)
        refuse_unfit_holder(holder)
    except (Unsound, BadInput) as problem:
        raise Refused("invalid_proof", str(problem)) from None
    nonce = jws.payload.get("nonce")
    findings = (
        *jose.verify(jws, key),
        *check_receiver(jws.payload, issuer, None),
        *check_times(jws.payload, now),
    )
    if findings:
        raise Refused("invalid_proof", findings[0].message)
    if jose.numeric_date(jws.payload.get("iat")) is None:
        raise Refused("invalid_proof", "The proof does not say when it was made (iat).")
    if not isinstance(nonce, str) or not nonce:
        raise Refused("invalid_proof", "The proof carries no nonce; the nonce endpoint gives one.")
    return Proved(holder, nonce)


def _refuse_header(jws: Jws) -> None:
    typ, alg = jws.header.get("typ"), jws.header["alg"]
    if typ != PROOF_TYPE:
        raise Refused("invalid_proof", f"The proof's typ must be {PROOF_TYPE}.")
    if alg not in PROOF_ALGORITHMS:
        raise Refused("invalid_proof", f"The proof's alg must be one of {', '.join(PROOF_ALGORITHMS)}.")
    if len({"kid", "jwk", "x5c"} & jws.header.keys()) != 1 or "x5c" in jws.header:
        raise Refused("invalid_proof", "The proof's header must have either kid or jwk, and no certificates.")


def _key(jws: Jws) -> tuple[str, PublicKey]:
    """The DID and the key of the header; raises Unsound or Refused."""
    jwk, kid = jws.header.get("jwk"), jws.header.get("kid")
    if isinstance(jwk, dict):
        key = keys.from_jwk(jwk)
        return did.did_jwk(key), key
    if not isinstance(kid, str):
        raise Refused("invalid_proof", "The proof names no key: kid is a DID URL, jwk a JSON Web Key.")
    holder, _, fragment = kid.partition("#")
    key = did.own_key(holder)
    if fragment not in ("", "0" if holder.startswith("did:jwk:") else holder.removeprefix("did:key:")):
        raise Refused("invalid_proof", "The kid names a key that this DID does not have.")
    return holder, key
