"""Text in, the characters that a reader sees out: Terraform counts and cuts strings by grapheme clusters.

Only this module knows where one ends: https://www.unicode.org/reports/tr29/#Grapheme_Cluster_Boundaries, without the
rules for prepended marks and Indic conjuncts, which need tables that Python does not carry.
"""

from __future__ import annotations

import unicodedata

_ZERO_WIDTH_JOINER = "\u200d"


def graphemes(text: str) -> list[str]:
    """The grapheme clusters of `text`, in order."""
    if text.isascii() and "\r" not in text:
        return list(text)
    clusters: list[str] = []
    for character in text:
        if clusters and _continues(clusters[-1], character):
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


def _continues(cluster: str, character: str) -> bool:
    last = cluster[-1]
    if last == "\r":
        return character == "\n"
    if unicodedata.category(last) in ("Cc", "Zl", "Zp"):
        return False
    if _extends(character):
        return True
    if last == _ZERO_WIDTH_JOINER:
        return unicodedata.category(character) == "So" and unicodedata.category(cluster[0]) == "So"
    if _is_regional(character):
        return _is_regional(last) and len(cluster) % 2 == 1
    return _joins_hangul(last, character)


def _extends(character: str) -> bool:
    if character == _ZERO_WIDTH_JOINER or "\U0001f3fb" <= character <= "\U0001f3ff":  # skin tones
        return True
    return unicodedata.category(character) in ("Mn", "Me", "Mc")


def _is_regional(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _joins_hangul(last: str, character: str) -> bool:
    leading, vowel, trailing = "\u1100" <= last <= "\u115f", "\u1160" <= last <= "\u11a7", "\u11a8" <= last <= "\u11ff"
    syllable = "\uac00" <= last <= "\ud7a3"
    open_syllable = syllable and (ord(last) - 0xAC00) % 28 == 0
    if "\u1100" <= character <= "\u115f" or "\uac00" <= character <= "\ud7a3":
        return leading
    if "\u1160" <= character <= "\u11a7":
        return leading or vowel or open_syllable
    return "\u11a8" <= character <= "\u11ff" and (vowel or trailing or syllable)
