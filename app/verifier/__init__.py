"""The verifier: intake -> plan -> gather -> judge -> report. Works without a database; see docs/verification.md."""
