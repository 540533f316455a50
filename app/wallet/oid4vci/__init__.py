"""OpenID4VCI 1.0: an awarded credential goes into a wallet that proves its key, by a pre-authorized code."""
