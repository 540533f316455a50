"""The matrix as a page: what every verifier says of every sample, and why some say otherwise."""

from collections.abc import Iterable, Iterator
from functools import partial

from tests.interop.matrix.notes import STATUS_NOTE, US, Note, explanation, looks_at_status
from tests.interop.matrix.sample import Sample
from tests.interop.matrix.verdicts import JUDGES, foreign, ours

HEAD = """# Who accepts what

Made by `python -m tests.interop.matrix`, which signs and judges everything anew and fails where a verifier says what is
not true and no note tells why. `tests/interop/test_matrix.py` compares this page with what it finds.

Each badge is shown four times where the form has them: as it was signed, with a character changed after signing,
revoked, and expired. Packages: `@digitalbazaar/vc` 7.3, `openbadgeslib` 4.6, `openvc-core` 1.37, `jose` 6.2,
`@sd-jwt/sd-jwt-vc` 0.19 and `@sd-jwt/core` 0.15, `@digitalcredentials/verifier-core` 1.0.0-beta.11 of the Digital
Credentials Consortium (DCC), LearnCard's `@learncard/didkit-plugin` 1.9 and `@learncard/sd-jwt-vc-plugin` 0.2. Nothing
leaves the machine, and the keys are made for the run.
Badges of Open Badges 2.0 that openbadgeslib signs are judged in `tests/interop/test_openbadges2.py`.
"""
THEIRS = """
## Others sign, our verifier judges

| signed by | form | as signed | changed | revoked | expired |
|---|---|---|---|---|---|
"""
OURS = """
## We sign, others' verifiers judge

`accepts` means: accepts it as signed, refuses the changed one, and tells that the revoked one is revoked. `-`: it does
not read this form, nor say that it does, or is not tried with it. openbadgeslib takes the pictures apart for those that
read none.

"""


def write(foreign_samples: Iterable[Sample], our_samples: Iterable[Sample]) -> str:
    """The page as Markdown. Raises UnexplainedError where a verifier says what is not true, and no note why."""
    notes = Footnotes()
    theirs = "".join(_row_of_theirs(sample, notes) for sample in foreign_samples)
    head = f"| form | {' | '.join(JUDGES)} |\n|---|{'---|' * len(JUDGES)}\n"
    rows = "".join(f"| {sample.form} | {' | '.join(_cells(sample, notes))} |\n" for sample in our_samples)
    return HEAD + THEIRS + theirs + OURS + head + rows + notes.listed()


def _row_of_theirs(sample: Sample, notes: "Footnotes") -> str:
    cell = ours(sample)
    found = explanation(US, ours, sample, cell)
    mark = f" ({notes.mark([note.text for note in found])})" if found else ""
    told = [
        "-" if one is None else "refused, told" if one == "told" else "refused" for one in (cell.revoked, cell.expired)
    ]
    return f"| {sample.by} | {sample.form} | {cell.good}{mark} | {cell.twin} | {' | '.join(told)} |\n"


class Footnotes:
    """The notes in the order in which they are first needed."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def mark(self, texts: list[str]) -> str:
        """The marks of these notes, numbered from 1."""
        for text in texts:
            if text not in self._texts:
                self._texts.append(text)
        return ", ".join(str(self._texts.index(text) + 1) for text in texts)

    def listed(self) -> str:
        """All of them."""
        return "\n" + "".join(f"{number}. {text}\n" for number, text in enumerate(self._texts, 1))


def _cells(sample: Sample, notes: Footnotes) -> Iterator[str]:
    for name, (judge, forms) in JUDGES.items():
        if sample.form not in forms:
            yield "-"
            continue
        cell = foreign(judge, sample)
        found: list[Note] = explanation(name, partial(foreign, judge), sample, cell)
        if found:
            yield f"refuses ({notes.mark([note.text for note in found])})"
        elif looks_at_status(name, sample.form):
            yield "accepts"
        else:
            yield f"accepts ({notes.mark([STATUS_NOTE])})"
