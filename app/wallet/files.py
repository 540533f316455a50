"""The sealed credential as a file, for its learner: JSON, JWT, baked into a picture, or attached to a certificate."""

from app.errors import NotFound
from app.issuer.credential import forms
from app.issuer.credential.issue import rendition_of
from app.issuer.credential.render.downloads import Download, download, file_name
from app.ports import Services
from app.texts import N_
from app.wallet.backpack import acting_for
from app.wallet.sessions import OwnLearner

PLAIN = {"json": forms.DEFAULT, "jwt": forms.JWT_FORMS["ES256"]}


def file_of(services: Services, owner: OwnLearner, award_id: str, kind: str, language: str) -> Download:
    """`kind`: one of forms.FORMATS. What was never sealed in that form is sealed now. Raises NotFound, Conflict."""
    if kind not in forms.FORMATS:
        raise NotFound(N_("There is no such file."), remedy=N_("Choose one of the files of the page."))
    issued = rendition_of(services, acting_for(owner), award_id, PLAIN.get(kind, forms.DEFAULT))
    content, media_type = issued.rendition.content or b"", forms.FORMATS[kind]
    if kind in PLAIN:
        return Download(content, media_type, file_name(issued.award.achievement_code, f".{kind}"))
    return download(services, issued.award, content, media_type, language, issued.learner.name)
