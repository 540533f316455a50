"""The hostile corpus, tests/fixtures/hostile: how its documents are made, what each must come to, what it may cost.

`python -m tests.hostile` writes those files anew that are made here; a test compares them.
"""
