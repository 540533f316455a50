"""Everything that is stored of a learner, for her to take away as a zip (GDPR, article 20)."""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.ports import Services
from app.store import assessment, certification, oauth, push, wallet
from app.store import award as awards
from app.store import backpack as store
from app.store import credential as credentials
from app.store import mail as outbox
from app.store.session import TenantSession
from app.store.tables import Award, Push
from app.wallet import records
from app.wallet.backpack import by_tenant
from app.wallet.foreign import suffix
from app.wallet.records import ALL, plain
from app.wallet.sessions import OwnLearner, SignedIn, note

SUFFIXES = {
    "application/vc+ld+json": ".json",
    "application/vc+jwt": ".jwt",
    "application/vc+sd-jwt": ".sd-jwt",
    "application/dc+sd-jwt": ".sd-jwt",
}


@dataclass(frozen=True, slots=True)
class Export:
    """`data`: JSON values by topic; `files`: bytes by path in the archive."""

    data: dict[str, Any]
    files: dict[str, bytes]


def collect(services: Services, who: SignedIn) -> Export:
    """Everything of hers, at all tenants and outside of them."""
    files: dict[str, bytes] = {}
    organisations = []
    for tenant_id, learners in by_tenant(who).items():
        with services.database.reading(tenant_id) as session:
            for owner in learners:
                organisations.append(_of_tenant(services, session, owner))
                files.update(_sealed(session, owner))
    with services.database.everywhere(why="what she keeps is of no tenant") as session:
        own = _of_address(session, who, services.clock())
        for row in store.foreign_badges(session, who.email):
            badge = store.foreign_badge(session, who.email, row.id)
            if badge is not None:
                files[f"from-elsewhere/{row.id}{suffix(badge.content)}"] = badge.content
    note(services, who.learners, "learner exported her data")
    data = {"email": who.email, "exported_at": plain(services.clock()), "organisations": organisations, **own}
    return Export(data, files)


def _of_tenant(services: Services, session: TenantSession, owner: OwnLearner) -> dict[str, Any]:
    learner = assessment.learner_by_id(session, owner.id)
    held = [certification.award_with_evidence(session, row.id) for row in _awards(session, owner)]
    told = records.everything(services, session, learner, [row for row in held if row is not None])
    return (
        {"organisation": owner.tenant_name}
        | told
        | {
            "offers": [
                {"award": row.award_id, "sent_to": row.sent_to, "state": row.state, "created_at": plain(row.created_at)}
                for row, _, _ in wallet.offers(session, learner_id=owner.id, limit=ALL)
            ],
            "mails": [
                {
                    "kind": row.kind,
                    "state": row.state,
                    "created_at": plain(row.created_at),
                    "sent_at": plain(row.sent_at),
                }
                for row in outbox.mails(session, learner_id=owner.id, limit=ALL)
            ],
        }
    )


def _awards(session: TenantSession, owner: OwnLearner) -> list[Award]:
    return [award for award, _ in awards.awards_of(session, [owner.id])]


def _sealed(session: TenantSession, owner: OwnLearner) -> Iterator[tuple[str, bytes]]:
    """Every sealed form of every award, under a path that tells which it is."""
    for award in _awards(session, owner):
        for number, row in enumerate(credentials.renditions(session, award.id), start=1):
            if row.content is not None:
                form = "".join(each if each.isalnum() or each in "-." else "-" for each in row.form)
                name = f"{number}-{form}-{row.state}{SUFFIXES.get(row.media_type or '', '.txt')}"
                yield f"badges/{award.id}/{name}", row.content


def _of_address(session: TenantSession, who: SignedIn, now: datetime) -> dict[str, Any]:
    shares = store.shares(session, who.email)
    return {
        "from_elsewhere": [
            {"id": row.id, "added_at": plain(row.added_at), "holder": row.holder, "report": row.report}
            for row in store.foreign_badges(session, who.email)
        ],
        "shares": [
            {
                "id": row.id,
                "title": row.title,
                "names_her": row.names_her,
                "indexed": row.indexed,
                "created_at": plain(row.created_at),
                "expires_at": plain(row.expires_at),
                "revoked_at": plain(row.revoked_at),
                "badges": [
                    {"award": item.award_id, "from_elsewhere": item.foreign_badge_id, "is_part": bool(item.content)}
                    for item in store.share_items(session, row.id)
                ],
            }
            for row in shares
        ],
        "sent_elsewhere": [_sent(session, row) for row in push.pushes(session, who.email)],
        "profile": getattr(oauth.profile(session, who.email), "document", None),
        "services": [
            {"name": client.registered["client_name"], "may": grant.scope, "since": plain(grant.created_at)}
            for grant, client in oauth.lasting_grants(session, who.email, now)
        ],
        "sessions": [
            {"created_at": plain(row.created_at), "expires_at": plain(row.expires_at)}
            for row in store.sessions_of(session, who.email)
        ],
    }


def _sent(session: TenantSession, row: Push) -> dict[str, Any]:
    badges = [
        {"title": item.title, "award": item.award_id, "outcome": item.outcome} for item in push.items(session, row.id)
    ]
    return {"to": row.host["api"], "stage": row.stage, "made_at": plain(row.made_at), "badges": badges}


def archive(export: Export, index: bytes) -> bytes:
    """The zip file: `index.html` to read, `data.json` for programs, and the files."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("index.html", index)
        packed.writestr("data.json", json.dumps(export.data, ensure_ascii=False, indent=1))
        for path, content in export.files.items():
            packed.writestr(path, content)
    return whole.getvalue()
