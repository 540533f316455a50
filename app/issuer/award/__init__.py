"""What is decided: rules, why and why not."""
