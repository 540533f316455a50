"""Make docs/matrix.md anew: `python -m tests.interop.matrix`; needs node 20, npm and the package registries once."""

import sys
import tempfile
from pathlib import Path

from tests import npm
from tests.interop.judges import BADGE_WALLETS, HERE
from tests.interop.matrix import foreign, openvc_environment, ours, page

PAGE = Path(__file__).parents[3] / "docs" / "matrix.md"


def made() -> str:
    """The page as it should be."""
    npm.install(HERE)
    npm.install(HERE / "wallets")
    npm.install(BADGE_WALLETS)
    openvc_environment.install()
    with tempfile.TemporaryDirectory() as folder, ours.samples(Path(folder)) as samples:
        return page.write(foreign.samples(), samples)


if __name__ == "__main__":
    PAGE.write_text(made(), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")
