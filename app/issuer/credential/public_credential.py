"""A sealed credential by its unguessable public id."""

from app.errors import NotFound
from app.issuer import names
from app.ports import Services
from app.store import credential as store


def content(services: Services, credential_id: str, form_name: str) -> tuple[bytes, str]:
    """(bytes as sealed, media type) of the form that counts; a revoked one too, so that its status can be seen."""
    with services.database.everywhere(why="whoever was given the random id may read the credential") as session:
        row = store.newest_sealed(session, names.known_uuid(credential_id, "credential"), form_name)
    if row is None or row.content is None or row.media_type is None:
        raise NotFound(f"There is no credential {credential_id} in this form.")
    return row.content, row.media_type
