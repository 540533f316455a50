"""What the picture of an achievement shows: its area as colour and symbol, its level, its name, its issuer.

Drawn when the provider has no picture of her own. The same achievement, issuer and language give the same picture.
"""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from app.competency.framework import Framework
from app.issuer.credential.document import asked_for
from app.issuer.credential.render.glyphs import printed
from app.issuer.credential.render.typeset import Kind, typeset
from app.texts import translations

TITLE_MOST = 140  # characters; longer names are cut with an ellipsis
ISSUER_MOST = 110
LEVEL_MOST = 60
TEMPLATE = "badge.typ"
CERTIFIED = ("Certification", "Certificate", "License")

# Dark, main and light of each family. White on main or dark has a contrast of at least 4.5 (WCAG 2.2, 1.4.3).
FAMILIES = (
    ("#27348b", "#3f51b5", "#e8eaf6"),
    ("#00504a", "#00796b", "#e0f2f1"),
    ("#7c3a06", "#b45309", "#fff3e0"),
    ("#8a1046", "#b91a5b", "#fce4ec"),
    ("#0d3c7a", "#1565c0", "#e3f2fd"),
    ("#263238", "#455a64", "#eceff1"),
    ("#4a148c", "#6a1b9a", "#f3e5f5"),
    ("#1b5e20", "#2e7d32", "#e8f5e9"),
)
CERTIFICATE_FAMILY = ("#10243f", "#1b3a63", "#f0c75e")  # dark blue and gold, whatever the area
# Symbol -> words of an area's English name that it stands for; the first that fits is taken, else the star.
SYMBOLS = {
    "shield": ("security", "privacy", "trust", "safety", "protection", "cyber"),
    "leaf": ("green", "climate", "environment", "sustainab", "energy", "resilience", "nature"),
    "bars": ("data", "analytic", "statistic", "intelligence", "digital"),
    "network": ("infrastructure", "network", "connect", "mobility", "internet", "platform", "technolog"),
    "people": ("citizen", "inclusion", "people", "communication", "social", "team", "communit", "health"),
    "coin": ("funding", "procurement", "financ", "budget", "econom", "business"),
    "flag": ("project", "delivery", "management", "planning", "leadership"),
    "institution": ("strategy", "governance", "policy", "law", "ethic", "public"),
}
UNTOLD = "star"


def picture(framework: Framework, award: dict[str, Any], issuer: str, language: str, kind: Kind) -> bytes:
    """The picture of an achievement, 600 x 600, with nothing behind it. `award`: its part of the framework."""
    return typeset(TEMPLATE, json.dumps(printed(face(framework, award, issuer, language)), sort_keys=True), kind)


def face(framework: Framework, award: dict[str, Any], issuer: str, language: str) -> dict[str, Any]:
    """What drawing.typ needs to know."""
    _ = translations(language).gettext
    certified = award["achievement_type"] in CERTIFIED
    levels = asked_for(framework, award)
    area = _area(framework, levels)
    return {
        "shape": "seal" if certified else "hexagon",
        "colours": dict(zip(("dark", "main", "light"), _family(framework, area, certified=certified), strict=True)),
        "symbol": _symbol(framework, area),
        "title": shortened(framework.text(award["title"], language)[0], TITLE_MOST),
        "kind": _("Role certificate") if certified else _("Micro-credential"),
        "level": None if certified else _level(framework, levels, language),
        "ribbon": _("Certified") if certified else _("Awarded"),
        "issuer": shortened(issuer, ISSUER_MOST),
        "language": language,
    }


def shortened(text: str, most: int) -> str:
    """The text on one line, in at most so many characters."""
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _area(framework: Framework, levels: Mapping[str, str]) -> str | None:
    """The area of most of its competencies; of equals the one that comes first."""
    counted = Counter(framework.competencies[code].get("area") for code in levels)
    counted.pop(None, None)
    return counted.most_common(1)[0][0] if counted else None


def _family(framework: Framework, area: str | None, *, certified: bool) -> tuple[str, str, str]:
    if certified:
        return CERTIFICATE_FAMILY
    return FAMILIES[list(framework.areas).index(area) % len(FAMILIES)] if area in framework.areas else FAMILIES[0]


def _symbol(framework: Framework, area: str | None) -> str:
    if area not in framework.areas:
        return UNTOLD
    name = framework.text(framework.areas[area]["name"], "en")[0].lower()
    return next((symbol for symbol, words in SYMBOLS.items() if any(word in name for word in words)), UNTOLD)


def _level(framework: Framework, levels: Mapping[str, str], language: str) -> dict[str, Any] | None:
    """The lowest level that is asked for: so much is shown in everything."""
    if not levels:
        return None
    rank = min(framework.rules.ranks[level] for level in levels.values())
    name = framework.text(framework.levels[rank - 1]["name"], language)[0]
    return {"rank": rank, "of": len(framework.levels), "name": shortened(name, LEVEL_MOST)}
