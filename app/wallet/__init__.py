"""Into the hands of the learner: offers, wallets, her backpack. Between the pages and the issuer."""
