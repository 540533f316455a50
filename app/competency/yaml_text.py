"""A framework document as YAML text, such that yaml_subset.py reads the same values.

https://yaml.org/spec/1.2.2/ : text that a reader could take for a number, a truth value or nothing is quoted.
"""

import re
from typing import Any

import yaml

WIDTH = 140
# beginning with a letter, and with nothing that means something in YAML
_PLAIN = re.compile(r"[^\W\d_][\w .,;()/'-]*", re.ASCII)
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})


class _Dumper(yaml.SafeDumper):
    """Without anchors: the same value twice is written twice."""

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    is_plain = _PLAIN.fullmatch(text) and text.lower() not in _WORDS and not text.endswith(" ")
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if is_plain else '"')


_Dumper.add_representer(str, _text)


def write_yaml(document: dict[str, Any]) -> bytes:
    """Return the document as YAML in UTF-8, members in their order."""
    text = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH)
    return str(text).encode()
