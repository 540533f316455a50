"""CASE 1.1 provider: published frameworks for programs that read them by 1EdTech's API."""
