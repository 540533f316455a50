"""What a credential is and how it is secured. Pure: no input or output, clock, randomness or environment."""
