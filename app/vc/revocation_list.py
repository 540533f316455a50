"""1EdTechRevocationList: what an issuer's list of revoked credentials says of one credential. Read only, never made.

1EdTech Verifiable Credentials Revocation List 1.0, which Open Badges 3.0 names for its verification
(https://www.imsglobal.org/spec/ob/v3p0/). The list is plain JSON under the URL `credentialStatus.id`:

    {"id": URL, "issuer": URL or Profile, "revokedCredential": [{"id", "revoked"?, "revocationReason"?}]}

1. the entry is well formed, and the credential has an id that a list can name
2. the list is the one under that URL, and of the credential's issuer
3. who is listed is revoked, unless `revoked` is false

The list has no proof: that it is the issuer's is known by its URL, which the issuer has signed and which the caller has
fetched over https. The member is `revokedCredential` in 1EdTech's validator and `revokedCredentials` elsewhere.
"""

from typing import Any
from urllib.parse import unquote

from app.vc.outcome import Finding, Outcome, Unsound, unknown, unsound
from app.vc.problem_types import STATUS_MALFORMED_VALUE_ERROR
from app.vc.status import malformed_list

ENTRY_TYPE = "1EdTechRevocationList"
SPELLINGS = ("revokedCredential", "revokedCredentials")
EMPTY_MEMBERS = frozenset({"@context", "id", "type", "issuer"})  # Open Badges 3.0: an empty array must be omitted


def check_entry(
    entry: dict[str, Any], revocation_list: Any, *, credential_id: Any, issuer: str | None
) -> tuple[Finding, ...]:
    """Tell what the list says of the credential that carries `entry`; nothing when it says nothing against it.

    `revocation_list`: JSON value that the caller has fetched from the entry's `id`. `credential_id`: the credential's
    `id`. `issuer`: whose list it must be, None for anyone's. Codes as in status.check_entry: `revoked` means that the
    list says so, and what cannot be told has outcome unknown.
    """
    try:
        url = _refuse_bad_entry(entry)
        listed = _listed(revocation_list, url, issuer)
        if not isinstance(credential_id, str) or not credential_id:
            raise unknown("status_without_id", "The credential has no id, so no revocation list can name it.")
        found = [one for one in listed if _same(one["id"], credential_id)]
    except Unsound as problem:
        return (problem.finding,)
    return next((_meaning(one) for one in found if one.get("revoked", True)), ())


def _refuse_bad_entry(entry: dict[str, Any]) -> str:
    """Return the URL of the list."""
    if entry.get("type") not in (ENTRY_TYPE, [ENTRY_TYPE]):
        kind = str(entry.get("type"))[:60]
        raise unknown("unsupported_status_type", f"The status type {kind!r} is not supported.", "/type")
    url = entry.get("id")
    if not isinstance(url, str):
        message = "The status entry's `id` is not the URL of a list."
        raise unsound("malformed_status_entry", message, "/id", problem_type=STATUS_MALFORMED_VALUE_ERROR)
    return url


def _listed(document: Any, url: str, issuer: str | None) -> list[dict[str, Any]]:
    """Return the entries of a list, after checking that it is the right one and that all of it can be read."""
    if not isinstance(document, dict):
        raise malformed_list("The revocation list is no JSON object.")
    if document.get("id") != url:
        message = "The revocation list has another id than the URL it was asked under."
        raise unknown("status_list_of_another_url", message)
    owner = document.get("issuer")
    owner = owner.get("id") if isinstance(owner, dict) else owner
    if not isinstance(owner, str):
        raise malformed_list("The revocation list does not say who issued it.")
    if issuer is not None and not _same(owner, issuer):
        message = "The revocation list is of another issuer than the credential."
        raise unknown("status_list_of_another_issuer", message)
    spelled = [document[name] for name in SPELLINGS if name in document]
    if not spelled and not EMPTY_MEMBERS.issuperset(document):
        raise malformed_list("What the entry names as revocation list has no `revokedCredential`.")
    return [_listed_one(one) for listed in spelled for one in _array(listed)]


def _array(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise malformed_list("The revocation list's `revokedCredential` is not a list.")
    return value


def _listed_one(one: Any) -> dict[str, Any]:
    """Return one entry of the list as an object; a text alone is the id of a revoked credential."""
    listed = {"id": one} if isinstance(one, str) else one
    if not isinstance(listed, dict) or not isinstance(listed.get("id"), str):
        raise malformed_list("The revocation list has an entry that does not name a credential.")
    if not isinstance(listed.get("revoked", True), bool):
        raise malformed_list("The revocation list has an entry whose `revoked` is neither true nor false.")
    return listed


def _same(one: str, other: str) -> bool:
    """Compare as Open Badges 3.0 compares ids: after percent-decoding, without white space around."""
    return one == other or unquote(one).strip() == unquote(other).strip()


def _meaning(listed: dict[str, Any]) -> tuple[Finding, ...]:
    reason = listed.get("revocationReason")
    said = f" The reason given is {reason[:200]!r}." if isinstance(reason, str) and reason else ""
    return (Finding("revoked", f"The issuer has revoked this credential.{said}", outcome=Outcome.INVALID),)
