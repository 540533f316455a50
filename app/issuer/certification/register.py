"""The public register: whether a certificate is valid, by its licence number. It says nothing about the person.

ISO/IEC 17024, 7.2: on request the body confirms that a certificate is valid.
"""

from typing import Any

from app.errors import NotFound
from app.issuer.catalogue import find
from app.issuer.certification import certificate
from app.issuer.certification.history import History
from app.ports import Services
from app.store import certification as store
from app.store import tenancy

LANGUAGE = "en"
MOST_OF_A_NUMBER = 600


def look_up(services: Services, number: str, language: str = LANGUAGE) -> dict[str, Any]:
    """What anybody may know of a certificate, its title in that language if it has it; raises NotFound."""
    with services.database.everywhere(why="the register is public by licence number") as session:
        application = store.by_licence(session, number.strip()) if len(number) <= MOST_OF_A_NUMBER else None
        award = certificate.current(session, application.id) if application else None
        if application is None or award is None:
            raise NotFound(f"No certificate has the number {number[:100]!r}.", remedy="Check how it is written.")
        today = services.clock().date()
        state = History.of(session, application.id).state(today)
        achievement = find.achievement_as_awarded(services, session, award.achievement_id)
        scheme = achievement.framework.awards[award.achievement_code]
        issuer = tenancy.tenant(session, application.tenant_id)
        return {
            "licence_number": application.licence_number,
            "status": "valid" if state == "granted" else str(state),
            "achievement": award.achievement_code,
            "title": achievement.framework.text(scheme["title"], language)[0],
            "achievement_url": f"{services.settings.public_url}/achievements/{award.achievement_id}",
            "issuer": issuer.profile["name"],
            "given_on": award.awarded_at.date().isoformat(),
            "valid_until": award.valid_until.isoformat() if award.valid_until else None,
            "as_of": today.isoformat(),
        }
