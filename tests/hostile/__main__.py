"""Write the hostile documents that are made here: `python -m tests.hostile`."""

from tests.hostile.corpus import MADE
from tests.hostile.trick import FOLDER

for trick in MADE:
    for name, data in trick.files.items():
        (FOLDER / name).write_bytes(data)
