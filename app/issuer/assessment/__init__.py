"""What was shown: learners and their results."""
