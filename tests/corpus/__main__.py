"""Write the corpus: `python -m tests.corpus`."""

from tests.corpus.cases import FOLDER, files

for path in FOLDER.iterdir():
    path.unlink()
for name, data in files().items():
    (FOLDER / name).write_bytes(data)
