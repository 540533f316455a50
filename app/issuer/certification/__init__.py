"""Certification of persons: applications, decisions of named officers, appeals, and what follows from them."""
