"""What the sender of a document asks for beside it: who it must be about, whom to ask about its issuer. Pure.

They come as members beside the document in JSON (`{"credential": …, "recipient": …, "trust": …}`), as fields of a form,
or in the query. The body goes before the query. `trust` is an object, in a field or the query its JSON:

- `issuers`: a list of ids that the caller accepts; what stands in the query or a field may be ids with commas between
- `registries`: registries themselves, as JSON (app.verifier.registry has the forms)

A caller who gives `trust` is answered by it alone; otherwise by what the operator of the service has chosen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.errors import BadInput
from app.vc import strict_json
from app.verifier.wrappers import WRAPPERS

NAMES = ("recipient", "trust")
QUOTED = tuple(f'"{name}"'.encode() for name in NAMES)
MAX_RECIPIENT = 1_000  # characters; ours: an e-mail address has 320, a did:jwk of an RSA key more
MAX_REGISTRIES = 2  # ours: each is verified like a document
CALLER = "the list that came with the question"


@dataclass(frozen=True, slots=True)
class AskedTrust:
    """Whom the caller wants asked. `issuers`: ids; `registries`: parsed JSON values."""

    issuers: tuple[str, ...] = ()
    registries: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for; None: nothing."""

    recipient: str | None = None
    trust: AskedTrust | None = None


def read_options(given: Mapping[str, Any]) -> Options:
    """Read the options. Raises BadInput, with the place of the trouble."""
    return Options(read_recipient(given.get("recipient")), read_trust(given.get("trust")))


def options_beside(content: bytes) -> dict[str, Any]:
    """Return the members beside a document in a wrapper; {} for a document that comes alone.

    Only a body that could have some is parsed here; what is no JSON is for the intake to refuse.
    """
    if not content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return {}
    if not any(name in content for name in QUOTED):
        return {}
    try:
        value = strict_json.loads(content)
    except BadInput:
        return {}
    is_wrapper = isinstance(value, dict) and not {"@context", "type"} & value.keys() and set(WRAPPERS) & value.keys()
    if not is_wrapper:  # an assertion of Open Badges 1.0 has a recipient too
        return {}
    return {name: value[name] for name in NAMES if name in value}


def read_recipient(value: Any) -> str | None:
    """Read whom the document must be about. Raises BadInput."""
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > MAX_RECIPIENT or not value.strip():
        raise BadInput(
            f"The recipient is a text of at most {MAX_RECIPIENT} characters.",
            pointer="/recipient",
            remedy="Send an e-mail address, a DID or another identifier.",
        )
    return value.strip()


def read_trust(value: Any) -> AskedTrust | None:
    """Read whom to ask about the issuer. Raises BadInput."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        words = value.strip()
        value = strict_json.loads(words) if words[:1] == "{" else {"issuers": [one.strip() for one in words.split(",")]}
    if not isinstance(value, dict) or not value or not value.keys() <= {"issuers", "registries"}:
        raise BadInput(
            "`trust` is an object with `issuers`, `registries` or both.",
            pointer="/trust",
            remedy='E.g. {"issuers": ["did:web:example.org"]}.',
        )
    issuers, registries = value.get("issuers", []), value.get("registries", [])
    if not isinstance(issuers, list) or not all(isinstance(one, str) for one in issuers):
        raise BadInput("`issuers` is a list of ids.", pointer="/trust/issuers")
    if not isinstance(registries, list) or len(registries) > MAX_REGISTRIES:
        raise BadInput(f"`registries` is a list of at most {MAX_REGISTRIES}.", pointer="/trust/registries")
    return AskedTrust(tuple(issuers), tuple(registries))
