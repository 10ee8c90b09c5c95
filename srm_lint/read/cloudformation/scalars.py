"""The text of a plain scalar in, what it means out: YAML 1.1's booleans and numbers, as CloudFormation reads them.

Dates stay text, and so do times such as `22:30`, which YAML 1.1 would make a number to the base of sixty (https://yaml.org/type/).
"""

from __future__ import annotations

import re
from decimal import Decimal

from srm_lint.model.value import Plain

_WORDS: dict[str, bool | None] = {"": None, "~": None}
_WORDS.update((form, None) for form in ("null", "Null", "NULL"))
_WORDS.update((form, True) for word in ("yes", "true", "on") for form in (word, word.title(), word.upper()))
_WORDS.update((form, False) for word in ("no", "false", "off") for form in (word, word.title(), word.upper()))
_START = frozenset("-+.0123456789")
_INTEGER = re.compile(r"([-+]?)(?:0b([01_]{1,200})|0x([0-9a-fA-F_]{1,100})|0([0-7_]{1,100})|(0|[1-9][0-9_]{0,100}))")
_BASES = (2, 16, 8, 10)
_FLOAT = re.compile(r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*|[0-9][0-9_]*(?=[eE]))(?:[eE][-+]?[0-9]{1,3})?")


def resolve(text: str) -> Plain:
    """What the plain scalar `text` means; text that means nothing else means itself."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _START or len(text) > 100:
        return text
    if found := _INTEGER.fullmatch(text):
        sign, *digits = found.groups()
        for base, digit in zip(_BASES, digits, strict=True):
            if digit is not None and (plain := digit.replace("_", "")):
                return -int(plain, base) if sign == "-" else int(plain, base)
    if _FLOAT.fullmatch(text):
        return Decimal(text.replace("_", ""))
    return text


def as_text(data: Plain) -> str:
    """How CloudFormation writes a value where text is due."""
    if data is None:
        return ""
    if isinstance(data, bool):
        return "true" if data else "false"
    return str(data)
