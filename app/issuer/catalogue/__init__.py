"""What can be achieved: frameworks, their achievements and assessments."""
