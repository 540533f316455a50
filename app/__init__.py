"""Attesta: from assessment results to Open Badges 3.0 that any employer can check."""

__version__ = "0.1.0"
