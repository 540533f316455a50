"""Somebody at the page "ask the holder", who has a wallet show a badge."""

import html
import re

from tests.interop.attesta_service import Service

LINK = re.compile(r'href="(openid4vp://[^"]+)"')
INVITATION = re.compile(r'href="(https://lcw\.app/request[^"]+)"')


class Employer:
    """`link`: what wallets are opened with; `invitation`: the same for the Learner Credential Wallet.

    `verdict`: what the page says once a wallet has answered.
    """

    def __init__(self, service: Service) -> None:
        self.service = service
        page = service.post("/verify/ask", expect=(303,))
        self.path = page.headers["location"]

    @property
    def page(self) -> str:
        return html.unescape(self.service.client.get(self.path, headers={"Accept": "text/html"}).text)

    @property
    def link(self) -> str:
        found = LINK.search(self.page)
        assert found is not None
        return found.group(1)

    @property
    def invitation(self) -> str:
        found = INVITATION.search(self.page)
        assert found is not None
        return found.group(1)

    @property
    def verdict(self) -> str:
        return re.findall(r'data-verdict="(\w+)"', self.page)[0]
