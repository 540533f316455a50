"""How fast Attesta is beside its peers, measured in one run on one machine: `make bench`, docs/performance.md.

This package needs nothing but the standard library, so that the Python peers can import it in an environment of theirs;
only the modules that say so use the service.
"""
