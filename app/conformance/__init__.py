"""The harness that the W3C test suites talk to; off by default, and on this machine only."""
