"""Results as other systems write them, each read to readings (reading.py), and those to result records (rows.py).

A reader only reads: which section of which assessment an item is, and on which scale, is decided by the framework's
`match` entries and by the mapping that a person saved (places.py). Nothing is guessed from names that look alike.
"""
