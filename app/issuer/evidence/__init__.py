"""What else is known of a learner: practice, attestations, prior learning, credentials of others, signatures."""
