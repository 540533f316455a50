"""How hosts of badges know this installation (`attesta push`): one file of the data folder, for its owner alone."""

import json
import os
from dataclasses import asdict
from pathlib import Path

from app.errors import BadInput, Unavailable
from app.wallet.ob_api.host import Host
from app.wallet.ob_api.push import Registration

FILE = "push-registrations.json"


class Registrations:
    """Registrations by the address where they were made."""

    def __init__(self, folder: Path) -> None:
        """`folder`: the data folder; it is made when the first registration is kept."""
        self._path = folder / FILE

    def take(self, host: Host) -> Registration | None:
        """The registration at that host. It is out of the file until `keep` says that the host still knows it.

        So one that a host has forgotten, and tells its learner only, is not used a second time.
        """
        known = self._read()
        found = known.pop(host.register, None)
        if found is None:
            return None
        self._write(known)
        return Registration(**found)

    def keep(self, host: Host, registration: Registration) -> None:
        """Use it the next time, too."""
        self._write(self._read() | {host.register: asdict(registration)})

    def _read(self) -> dict[str, dict[str, str]]:
        try:
            found: dict[str, dict[str, str]] = json.loads(self._path.read_text())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise BadInput(f"{self._path} cannot be read: {error}.", remedy="Remove it, and push again.") from None
        return found

    def _write(self, known: dict[str, dict[str, str]]) -> None:
        whole = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            whole.unlink(missing_ok=True)
            descriptor = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                json.dump(known, file, indent=1)
            whole.replace(self._path)
        except OSError as error:
            raise Unavailable(f"{self._path} cannot be written: {error.strerror}.") from None
