"""A sealed credential in a picture or on paper, for whoever holds it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from app.errors import NotFound
from app.issuer import names
from app.issuer.catalogue import find
from app.issuer.credential import forms, public
from app.issuer.credential.render import pictures
from app.issuer.credential.render.certificate import Certificate, certificate
from app.issuer.credential.render.typeset import Kind
from app.ports import Services
from app.store import credential as store
from app.store import tenancy
from app.store.tables import Award
from app.texts import LANGUAGES, SOURCE
from app.vc import png, svg
from app.web.negotiation import choose_language

UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
NAME_MOST = 60


@dataclass(frozen=True, slots=True)
class Download:
    """A file: its bytes, their media type, and what to call it."""

    content: bytes
    media_type: str
    name: str

    @property
    def headers(self) -> dict[str, str]:
        """To be kept as a file (RFC 6266); the name is ASCII."""
        return {"Content-Disposition": f'attachment; filename="{self.name}"'}


def file_name(achievement_code: str, suffix: str) -> str:
    """What to call a file of a badge, whatever its form: the achievement's code, as far as it is ASCII."""
    return f"{UNSAFE.sub('-', achievement_code)[:NAME_MOST]}{suffix}"


def for_anyone(services: Services, credential_id: str, kind: str, language: str) -> Download:
    """The download for whoever has the credential's random address: it does not tell the holder's name."""
    content, _ = public.credential_content(services, credential_id, forms.DEFAULT.name)
    with services.database.everywhere(why=public.BY_ID) as session:
        award = store.award(session, names.known_uuid(credential_id, "credential"))
    if award is None:
        raise NotFound(f"There is no credential {credential_id}.")
    return download(services, award, content, kind, language)


def download(
    services: Services, award: Award, content: bytes, kind: str, language: str | None, holder: str | None = None
) -> Download:
    """The credential as that media type, one of forms.DRAWN.

    `content`: the sealed bytes, JSON. `holder`: the name to print on a certificate, for the holder and her provider.
    """
    with services.database.reading(award.tenant_id) as session:
        found = find.achievement_as_awarded(services, session, award.achievement_id)
        tenant = tenancy.tenant(session, award.tenant_id)
        own = pictures.brought(session, found)
    spoken = choose_language(language, tuple(LANGUAGES)) or SOURCE
    code = found.row.code
    if kind == forms.PDF:
        printed = Certificate(tenant, award, found, holder, content, own)
        return Download(
            certificate(services.settings, printed, spoken, services.clock()), kind, file_name(code, ".pdf")
        )
    drawing, bake = BAKERS[kind]
    image = pictures.shown(own, found, tenant.profile["name"], spoken, drawing)
    return Download(bake(image, content.decode()), kind, file_name(code, f".{drawing}"))


BAKERS: dict[str, tuple[Kind, Callable[[bytes, str], bytes]]] = {
    forms.PNG: ("png", png.bake),
    forms.SVG: ("svg", svg.bake),
}
