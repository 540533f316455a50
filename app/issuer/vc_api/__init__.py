"""VC-API, issuing: what other programs have signed by a tenant's key."""
