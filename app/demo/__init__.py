"""A first look: the reference framework, invented learners and their results, and one badge."""
