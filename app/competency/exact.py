"""Exact numbers and the text that people read for them. No float takes part in a comparison."""

from fractions import Fraction
from functools import lru_cache


@lru_cache(4096)  # the same few numbers stand in every rule and result
def fraction(number: float | str) -> Fraction:
    """Return exactly what stands in the file: 2.5 is 5/2, "2/3" is two thirds, "19.99" is 1999/100."""
    return Fraction(str(number))


def number_text(number: Fraction) -> str:
    """Return a text that loses nothing: "20", "19.99" where the decimals end, else a fraction such as "50/3"."""
    rest, places = number.denominator, 0
    for prime in (2, 5):
        count = 0
        while rest % prime == 0:
            rest, count = rest // prime, count + 1
        places = max(places, count)
    if rest != 1:
        return str(number)
    if places == 0:
        return str(number.numerator)
    digits = str(abs(number.numerator) * 10**places // number.denominator).rjust(places + 1, "0")
    return f"{'-' if number < 0 else ''}{digits[:-places]}.{digits[-places:]}"
