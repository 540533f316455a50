"""The authorization server of the Open Badges 3.0 API: programs that a learner lets at her badges."""
