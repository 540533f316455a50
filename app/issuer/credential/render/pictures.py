"""The picture of an achievement: the provider's own, made square and of our size, else the one that is drawn."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from PIL import Image

from app.errors import BadInput, NotFound, TooLarge, Unsupported
from app.issuer.catalogue import find
from app.issuer.catalogue.find import FoundAchievement
from app.issuer.credential.render import face
from app.issuer.credential.render.typeset import Kind
from app.ports import Principal, Services
from app.store import audit
from app.store import picture as store
from app.store.session import TenantSession
from app.store.tables import AchievementPicture

SIDE = 600  # pixels, like the pictures that are drawn
LEAST = 90  # pixels: Open Badges asks for no less (https://www.imsglobal.org/spec/ob/v3p0/impl/)
MAX_PIXELS = 16_777_216  # ours: a photograph of a telephone has 12 million
FORMATS = ("PNG", "JPEG", "WEBP")
REMEDY = f"Send a PNG, JPEG or WebP picture of {LEAST} x {LEAST} pixels or more."
WRAPPER = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 600" width="600" height="600">'
    '<image width="600" height="600" href="data:image/png;base64,{content}"/></svg>'
)


@dataclass(frozen=True, slots=True)
class Brought:
    """A picture that was kept. `is_new`: there was none before."""

    achievement: FoundAchievement
    sha256: str
    is_new: bool


def bring(services: Services, principal: Principal, code: str, content: bytes) -> Brought:
    """Keep a provider's picture for an achievement, in place of the one before. Raises BadInput, TooLarge, NotFound.

    It counts for all versions of the framework, also for badges that were sealed: they name the picture's address.
    """
    made = normalised(content)
    now, digest = services.clock(), hashlib.sha256(made).hexdigest()
    with services.database.writing(principal.tenant_id) as session:
        found = find.achievement(services, session, code)
        row = _row(session, found)
        if row is None:
            store.add(session, _new(services.new_id(), found, made, digest, now))
        elif row.sha256 != digest:
            row.content, row.sha256, row.updated_at = made, digest, now
        else:
            return Brought(found, digest, is_new=False)
        audit.record(session, at=now, actor=principal.key_id, action="pictured", subject=found.row.id, sha256=digest)
    return Brought(found, digest, is_new=row is None)


def remove(services: Services, principal: Principal, code: str) -> None:
    """Go back to the picture that is drawn. Raises NotFound when there is no other."""
    with services.database.writing(principal.tenant_id) as session:
        found = find.achievement(services, session, code)
        row = _row(session, found)
        if row is None:
            raise NotFound(f"The achievement {code[:100]} has no picture of yours.")
        store.drop(session, row)
        at = services.clock()
        audit.record(session, at=at, actor=principal.key_id, action="unpictured", subject=found.row.id)


def brought(session: TenantSession, found: FoundAchievement) -> bytes | None:
    """The provider's own picture, PNG; None where one is drawn."""
    row = _row(session, found)
    return None if row is None else row.content


def shown(own: bytes | None, found: FoundAchievement, issuer: str, language: str, kind: Kind) -> bytes:
    """The picture as PNG or SVG."""
    if own is None:
        return face.picture(found.framework, found.framework.awards[found.row.code], issuer, language, kind)
    return own if kind == "png" else wrapped(own).encode()


def wrapped(content: bytes) -> str:
    """A PNG as SVG."""
    return WRAPPER.format(content=base64.b64encode(content).decode())


def normalised(content: bytes) -> bytes:
    """A picture of any shape as square PNG of at most SIDE pixels, without what else the file held.

    Raises BadInput, TooLarge. SVG is not taken: what a drawing program writes can do too much.
    """
    try:
        image = Image.open(BytesIO(content), formats=FORMATS)
    except Exception as error:  # foreign bytes: whatever it trips over, the picture is not in order
        raise Unsupported("This is no picture that can be read.", remedy=REMEDY) from error
    if image.width * image.height > MAX_PIXELS:
        raise TooLarge(f"The picture has {image.width} x {image.height} pixels, more than are read.", remedy=REMEDY)
    if min(image.size) < LEAST:
        raise BadInput(f"The picture has only {image.width} x {image.height} pixels.", remedy=REMEDY)
    try:
        return _square(image)
    except Exception as error:  # as above
        raise BadInput(f"The picture is damaged: {type(error).__name__}.", remedy=REMEDY) from error


def _square(image: Image.Image) -> bytes:
    image.draft("RGB", (2 * SIDE, 2 * SIDE))
    image.thumbnail((SIDE, SIDE))
    side = max(image.size)
    canvas = Image.new("RGBA", (side, side))
    canvas.paste(image.convert("RGBA"), ((side - image.width) // 2, (side - image.height) // 2))
    canvas.save(written := BytesIO(), "PNG", optimize=True)
    return written.getvalue()


def _row(session: TenantSession, found: FoundAchievement) -> AchievementPicture | None:
    return store.find(session, found.row.tenant_id, found.version.code, found.row.code)


def _new(identifier: str, found: FoundAchievement, content: bytes, digest: str, now: datetime) -> AchievementPicture:
    return AchievementPicture(
        id=identifier,
        framework_code=found.version.code,
        achievement_code=found.row.code,
        content=content,
        sha256=digest,
        updated_at=now,
    )
