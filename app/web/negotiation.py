"""Which of our media types the caller would rather have (RFC 9110, section 12.5.1)."""

from collections.abc import Sequence


def _ranges(accept: str) -> list[tuple[str, float]]:
    ranges: list[tuple[str, float]] = []
    for part in accept.split(",")[:50]:
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    quality = min(max(float(parameter[2:]), 0.0), 1.0)
                except ValueError:
                    quality = 0.0
        if name:
            ranges.append((name, quality))
    return ranges


def _quality(offered: str, ranges: Sequence[tuple[str, float]]) -> float:
    for pattern in (offered, offered.split("/", maxsplit=1)[0] + "/*", "*/*"):
        found = [quality for name, quality in ranges if name == pattern]
        if found:
            return max(found)
    return 0.0


def choose(accept: str | None, offered: Sequence[str]) -> str | None:
    """The best of `offered` (our preference first), or None when none is acceptable. No header: our first."""
    if not accept:
        return offered[0]
    ranges = _ranges(accept)
    best = max(offered, key=lambda kind: _quality(kind, ranges))  # max keeps the first of equals
    return best if _quality(best, ranges) > 0 else None


def choose_language(accept_language: str | None, offered: Sequence[str]) -> str | None:
    """The best of `offered` (our preference first) by Accept-Language or a single tag, or None (RFC 4647, section 3.4).

    en-GB is content with en, and en with en-GB.
    """
    ranges = sorted(_ranges(accept_language or ""), key=lambda each: -each[1])
    for wanted, quality in ranges:
        if quality > 0:
            for fits in (_same_tag, _same_language):
                found = next((each for each in offered if wanted == "*" or fits(each.lower(), wanted)), None)
                if found is not None:
                    return found
    return None


def _same_tag(offered: str, wanted: str) -> bool:
    return offered == wanted


def _same_language(offered: str, wanted: str) -> bool:
    return offered.partition("-")[0] == wanted.partition("-")[0]


def parameter(accept: str | None, media_type: str, name: str) -> str | None:
    """A parameter of a media range in Accept: `alg` of `application/vc+jwt; alg=RS256`."""
    for part in (accept or "").split(",")[:50]:
        kind, *parameters = (piece.strip() for piece in part.split(";"))
        if kind.lower() == media_type:
            for each in parameters:
                key, _, value = each.partition("=")
                if key.strip().lower() == name:
                    return value.strip().strip('"')
    return None
