"""Ports made real: the only rooms that touch the outside world."""
