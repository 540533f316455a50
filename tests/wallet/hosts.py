"""Another host of badges, for tests: a service of ours, asked as any host is, and made to answer wrongly."""

import re
from dataclasses import dataclass, field
from html import unescape

from app.ports import Answered, FetchFailed
from tests.service import World


@dataclass
class Web:
    """The Sender port: that service at its own address, and what it is made to answer instead by path."""

    world: World
    address: str
    instead: dict[str, Answered | BaseException] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def send(self, method, url, *, headers, content=b""):
        path = url.removeprefix(self.address)
        self.asked.append((method, path))
        if path == url:
            raise FetchFailed("unreachable", f"{url} could not be reached.")
        if path in self.instead:
            instead = self.instead[path]
            if isinstance(instead, BaseException):
                raise instead
            return instead
        answer = self.world.client.request(method, path, headers=dict(headers), content=content)
        return Answered(answer.status_code, answer.headers.get("content-type", "").split(";")[0], answer.content)


def answers_there(world, address, url, choice="allow"):
    """Where a learner's browser is sent to, after she decided on the page of that address."""
    page = world.client.get(url.removeprefix(address))
    assert page.status_code == 200, page.text
    named = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text)
    fields = {name: unescape(value) for name, value in named}
    answer = world.client.post("/oauth/authorize", data=fields | {"choice": choice}, follow_redirects=False)
    return answer.headers["location"]
