"""Our own documents, given to the verifier without network or cache."""

from collections.abc import Callable

from app.issuer.credential import public
from app.issuer.registry import signing as registry
from app.ports import Fetched, Services


class OwnDocuments:
    """The LocalDocuments port. The services record holds this and this needs the record, so it asks for it late."""

    def __init__(self, services: Callable[[], Services]) -> None:
        self._services = services

    def get(self, url: str) -> Fetched | None:
        """The document that we ourselves serve at this URL, or None when it is not ours."""
        return public.local_document(self._services(), url) or registry.local_document(self._services(), url)
