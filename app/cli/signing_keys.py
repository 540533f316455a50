"""`attesta key rotate`, and what `attesta key revoke` and `attesta key list` tell of signing keys."""

from datetime import datetime
from typing import Any

import typer

from app.cli.common import show
from app.cli.opened import open_services, operator
from app.errors import BadInput
from app.issuer.credential import identity, signing_keys
from app.issuer.credential.signing_keys import Badges, Revocation
from app.ports import Principal, Services
from app.store.tables import SigningKey
from app.vc import timestamps

Tenant = typer.Option(None, "--tenant", help="Slug of the tenant; default the first one.")
MOST_LISTED = 100  # awards told by their id; the counts are of all


def rotate_keys(
    key_type: list[str] = typer.Option(
        [], "--type", help=f"{', '.join(signing_keys.KEY_TYPES)}; may be given several times; default: all in use."
    ),
    tenant: str | None = Tenant,
) -> None:
    """Make new signing keys, which sign from now on; what the old ones signed keeps verifying."""
    services = open_services()
    principal = operator(services, tenant)
    made = signing_keys.rotate(services, principal.tenant_id, key_type)
    signers = [identity.identity(services.settings, principal.tenant_slug, key) for key in made]
    show(
        {
            "rotated": [
                {"type": one.key.key_type, "name": one.key.name, "issuer": one.issuer, "key": one.verification_method}
                for one in signers
            ],
            "notes": [_rotation_note(services)],
        }
    )


def _rotation_note(services: Services) -> str:
    if identity.is_public(services.settings.public_url):
        return "The old keys stay in the DID document, so that old badges keep verifying; they sign nothing any more."
    return (
        "Without a public https address each key is an issuer of its own: badges have a new issuer from now on. "
        "Keep the old key files: they sign the status lists of the badges that they sealed."
    )


def moment(text: str | None) -> datetime | None:
    """A day (its first moment, UTC) or a date and time with its offset; raises BadInput."""
    if text is None:
        return None
    found = timestamps.read(text) or timestamps.read(f"{text}T00:00:00Z")
    if found is None:
        raise BadInput(f"{text[:40]!r} is no day.", remedy="Write it as 2026-09-01, or as 2026-09-01T08:00:00Z.")
    return found


def consider(services: Services, key: SigningKey, since: datetime | None) -> None:
    """Tell what revoking the key would do."""
    successor, badges = signing_keys.outlook(services, key, since)
    kept = None if successor is None or successor.id == key.id else successor.name
    show(
        {
            "dry_run": True,
            "name": key.name,
            "type": key.key_type,
            "successor": kept or "a new key of the same type",
            **_badges(badges),
            "notes": _limits(badges),
        }
    )


def revoke(
    services: Services, principal: Principal, name: str, since: datetime | None, reason: str | None, *, again: bool
) -> None:
    """Revoke the key and tell what that means; `again`: issue what was sealed before the compromise again."""
    done = signing_keys.revoke(services, principal.tenant_id, name, since=since, reason=reason)
    refused = _reissue(services, principal, done.badges.to_reissue_before) if again else {}
    _, badges = signing_keys.outlook(services, done.key)
    show(
        history(done.key)
        | {"successor": done.successor.name if done.successor else None}
        | _badges(badges)
        | {"refused": refused, "notes": _notes(done, badges)}
    )
    if refused:
        raise typer.Exit(1)


def _reissue(services: Services, principal: Principal, awards: tuple[str, ...]) -> dict[str, str]:
    with typer.progressbar(length=len(awards), label="Issuing again") as progress:
        return signing_keys.reissue_all(services, principal, awards, progress.update)


def history(key: SigningKey) -> dict[str, Any]:
    """A signing key with all that happened to it."""
    return {
        "id": key.id,
        "name": key.name,
        "type": key.key_type,
        "state": "revoked" if key.revoked_at else "retired" if key.retired_at else "active",
        "created_at": key.created_at.isoformat(),
        "retired_at": key.retired_at.isoformat() if key.retired_at else None,
        "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
        "compromised_since": key.compromised_since.isoformat() if key.compromised_since else None,
        "reason": key.revocation_reason,
    }


def _badges(badges: Badges) -> dict[str, Any]:
    before, after = badges.to_reissue_before, badges.to_reissue_after
    return {
        "sealed": {"before_compromise": badges.sealed_before, "since_compromise": badges.sealed_after},
        "to_issue_again": {"before_compromise": len(before), "since_compromise": len(after)},
        "awards_since_compromise": list(after[:MOST_LISTED]),
        "signed_over_vc_api": badges.for_others,
    }


def _notes(done: Revocation, badges: Badges) -> list[str]:
    notes = _limits(badges)
    if badges.to_reissue_before:
        notes.append(
            f"{len(badges.to_reissue_before)} awards need a new badge: `attesta key revoke {done.key.name} --reissue` "
            "issues them all again; `attesta reissue ID` or POST /api/v1/credentials/ID/reissue does one."
        )
    if badges.to_reissue_after:
        notes.append(
            f"{len(badges.to_reissue_after)} awards were sealed since the compromise. Look at each (its results, the "
            "audit log) before you issue it again with `attesta reissue ID`, or revoke it with `attesta revoke ID`."
        )
    if badges.for_others:
        notes.append(
            f"{badges.for_others} credentials were signed for other programs over VC-API. They are revoked too; those "
            "programs have to send them again."
        )
    if done.unsigned_lists:
        notes.append(
            f"{len(done.unsigned_lists)} status lists could not be signed for the last time, because the key cannot be "
            "opened. Until their signed form runs out, they do not tell that the badges are revoked; after that, "
            "verifiers can no longer find out. Bring the key back and run this again."
        )
    return notes


def _limits(badges: Badges) -> list[str]:
    alone = [issuer for issuer in badges.issuers if not issuer.startswith("did:web:")]
    return [
        f"The issuer {issuer} is the key itself: there is no document in which it could be revoked. Its badges are "
        "revoked in their status lists, which it signed one last time. A forgery that names another status list, or "
        "none, cannot be stopped: tell those who check badges not to trust this issuer any more."
        for issuer in alone
    ]
