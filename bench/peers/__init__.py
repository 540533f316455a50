"""The ones that are measured, in Python: each module is one, and has `VERSION` and `operation`.

`operation(kind, securing, documents)`: kind is issue or verify, securing one of material.SECURINGS, documents those
that will be given to it. Returns a function from JSON (or JWT) text to text: the secured badge, or "" when it was found
valid; it raises when the badge is not.
"""
