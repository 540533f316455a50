"""The matrix: our verifier on what others sign, theirs on what we sign: `python -m tests.interop.matrix`.

The page that it makes is docs/matrix.md.
"""
