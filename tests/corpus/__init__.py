"""Badges of all kinds with the verdicts that they must get: `cases/`, made by `python -m tests.corpus`."""
