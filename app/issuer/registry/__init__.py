"""Which issuers a tenant, such as a consortium, recognises, and for what: kept, signed, served."""
