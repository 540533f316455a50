"""What is signed: renditions, status lists, keys."""
