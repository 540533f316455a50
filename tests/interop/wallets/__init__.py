"""Wallets of other makes fetch our credentials over https on loopback, and other people judge what they got."""
