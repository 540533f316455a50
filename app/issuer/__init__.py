"""From a framework to a signed badge: one folder a step. See docs/issuance.md."""
