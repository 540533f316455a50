"""openvc-core signs and judges, in an environment of its own: JSON on stdin, JSON on stdout.

{"role": "issuer", "kind", "documents", "list", "contexts", "show"} -> {"documents", "list", "issuer"}
{"role": "verifier", "credential", "documents", "contexts"} -> {"verified", "status", "error"}

`documents` of the issuer: unsigned badges, or claims of an SD-JWT VC; `list`: an unsigned status list, or of a Token
Status List its address, size and revoked indexes. `documents` of the verifier: what it may fetch, by URL.
"""

import base64
import json
import sys
import time
from datetime import UTC, datetime

from openvc import Ed25519SigningKey, P256SigningKey, VerificationPolicy, verify_credential
from openvc.did.base import DidResolverRegistry
from openvc.did.did_jwk import DidJwkResolver
from openvc.did.did_key import DidKeyResolver
from openvc.did.did_web import DidWebResolver
from openvc.errors import OpenvcError
from openvc.multibase import encode_multibase
from openvc.proof.data_integrity import DataIntegrityProofSuite
from openvc.proof.di_ecdsa_rdfc import EcdsaRdfcProofSuite
from openvc.proof.ecdsa_sd import EcdsaSdProofSuite
from openvc.proof.sd_jwt import SdJwtVcProofSuite
from openvc.proof.vc_jwt import VcJwtProofSuite
from openvc.resolvers import default_status_list_resolver, default_status_list_token_resolver
from openvc.status.issue import build_status_list_token
from openvc.status.status_list import CredentialRevoked
from openvc.status.token_status_list import new_status_list, set_status

MANDATORY = ["/issuer", "/validFrom", "/validUntil", "/credentialStatus", "/credentialSubject/achievement/name"]


def named(kind):
    """A key, the DID that it is, and its verification method."""
    if kind == "eddsa-rdfc-2022":
        key = Ed25519SigningKey.generate("k")
        multikey = encode_multibase(b"\xed\x01" + key.public_key_raw())
        return key, f"did:key:{multikey}", f"did:key:{multikey}#{multikey}"
    key = P256SigningKey.generate("k")
    if kind == "ecdsa-sd-2023":
        multikey = encode_multibase(b"\x80\x24" + key.public_key_raw())
        return key, f"did:key:{multikey}", f"did:key:{multikey}#{multikey}"
    name = base64.urlsafe_b64encode(json.dumps(key.public_jwk()).encode()).decode().rstrip("=")
    key._kid = f"did:jwk:{name}#0"
    return key, f"did:jwk:{name}", f"did:jwk:{name}#0"


def issue(request):
    kind, contexts = request["kind"], request["contexts"]
    key, issuer, method = named(kind)
    options = {"signing_key": key, "verification_method": method, "extra_contexts": contexts}

    def own(document):
        is_object = isinstance(document.get("issuer"), dict)
        return document | {"issuer": document["issuer"] | {"id": issuer} if is_object else issuer}

    def shown(document):
        base = EcdsaSdProofSuite().add_base_proof(document, mandatory_pointers=MANDATORY, **options)
        return EcdsaSdProofSuite().derive_proof(base, selective_pointers=request["show"], extra_contexts=contexts)

    def token_list(content):
        bits = new_status_list(content["size"])
        for index in content["revoked"]:
            set_status(bits, index, 1)
        return build_status_list_token(uri=content["uri"], status_list=bits, issuer=issuer, signing_key=key)

    def vc_jwt(document):
        # It writes the time of signing into `nbf`, where the standards have validFrom: only then they agree.
        while True:
            now = int(time.time())
            since = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            token = VcJwtProofSuite().sign(document | {"validFrom": since}, signing_key=key)
            if int(time.time()) == now:
                return token

    def sd_jwt(claims):
        disclosable = request["show"]
        return SdJwtVcProofSuite().issue(claims | {"iss": issuer}, signing_key=key, disclosable=disclosable)

    badge, status_list = {
        "eddsa-rdfc-2022": (lambda one: DataIntegrityProofSuite().add_proof(one, **options),) * 2,
        "ecdsa-sd-2023": (shown, lambda one: EcdsaRdfcProofSuite().add_proof(one, **options)),
        "VC-JWT": (vc_jwt, vc_jwt),
        "dc+sd-jwt": (sd_jwt, token_list),
    }[kind]
    if kind == "dc+sd-jwt":
        documents, made_list = [badge(one) for one in request["documents"]], status_list(request["list"])
    else:
        documents, made_list = [badge(own(one)) for one in request["documents"]], status_list(own(request["list"]))
    return {"documents": documents, "list": made_list, "issuer": issuer}


def judge(request):
    documents, contexts = request["documents"], request["contexts"]

    def fetch(url, **_options):
        if url not in documents:
            raise OpenvcError(f"the closed loader was asked for {url}")
        return documents[url]

    def text(url, **_options):
        document = fetch(url)
        return document if isinstance(document, str) else json.dumps(document)

    resolver = DidResolverRegistry([DidKeyResolver(), DidJwkResolver(), DidWebResolver(fetch)])
    where = {"resolver": resolver, "fetch": text, "jwt_vc_issuer_fetch": fetch}
    try:
        verify_credential(
            request["credential"],
            policy=VerificationPolicy(),
            resolver=resolver,
            resolve_status_list=default_status_list_resolver(extra_contexts=contexts, **where),
            resolve_status_list_token=default_status_list_token_resolver(**where),
            jwt_vc_issuer_fetch=fetch,
            extra_contexts=contexts,
        )
    except OpenvcError as wrong:
        reason = f"{type(wrong).__name__}: {wrong}"
        return {"verified": False, "status": True if isinstance(wrong, CredentialRevoked) else None, "error": reason}
    return {"verified": True, "status": False, "error": None}


asked = json.load(sys.stdin)
sys.stdout.write(json.dumps(issue(asked) if asked["role"] == "issuer" else judge(asked)))
