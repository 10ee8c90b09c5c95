"""Text in, the characters that a reader sees out: Terraform counts and cuts strings by grapheme clusters.

Only this module knows where one ends: https://www.unicode.org/reports/tr29/tr29-41.html, the rules of Unicode 15.0,
which Terraform follows (https://github.com/apparentlymart/go-textseg): later ones also keep Indic conjuncts together.
"""

from __future__ import annotations

import unicodedata
from enum import Enum, auto
from functools import lru_cache


class _Kind(Enum):
    """What a character does at the border of a cluster: the property Grapheme_Cluster_Break."""

    OTHER = auto()
    RETURN = auto()
    NEWLINE = auto()
    CONTROL = auto()
    EXTEND = auto()
    JOINER = auto()
    SPACING = auto()
    PREPEND = auto()
    REGIONAL = auto()
    PICTURE = auto()
    LEADING = auto()
    VOWEL = auto()
    TRAILING = auto()
    OPEN_SYLLABLE = auto()
    CLOSED_SYLLABLE = auto()


def graphemes(text: str) -> list[str]:
    """The grapheme clusters of `text`, in order."""
    if text.isascii() and "\r" not in text:
        return list(text)
    starts: list[int] = []
    last: _Kind | None = None
    pictured = joined = False  # whether this cluster ends as a picture with what extends it, and then a joiner
    flags = 0
    for position, character in enumerate(text):
        kind = _kind(character)
        if last is None or not (
            (kind is _Kind.PICTURE and joined)
            or (kind is _Kind.REGIONAL and last is _Kind.REGIONAL and flags % 2 == 1)
            or _continues(last, kind)
        ):
            starts.append(position)
        joined = pictured and kind is _Kind.JOINER
        pictured = kind is _Kind.PICTURE or (pictured and kind is _Kind.EXTEND)
        flags = flags + 1 if kind is _Kind.REGIONAL else 0
        last = kind
    return [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


_BREAKING = {_Kind.RETURN, _Kind.NEWLINE, _Kind.CONTROL}
_JOINING = {_Kind.EXTEND, _Kind.JOINER, _Kind.SPACING}
_HANGUL = {
    _Kind.LEADING: {_Kind.LEADING, _Kind.VOWEL, _Kind.OPEN_SYLLABLE, _Kind.CLOSED_SYLLABLE},
    _Kind.OPEN_SYLLABLE: {_Kind.VOWEL, _Kind.TRAILING},
    _Kind.VOWEL: {_Kind.VOWEL, _Kind.TRAILING},
    _Kind.CLOSED_SYLLABLE: {_Kind.TRAILING},
    _Kind.TRAILING: {_Kind.TRAILING},
}


def _continues(last: _Kind, kind: _Kind) -> bool:
    if last in _BREAKING or kind in _BREAKING:
        return last is _Kind.RETURN and kind is _Kind.NEWLINE
    return kind in _JOINING or last is _Kind.PREPEND or kind in _HANGUL.get(last, ())


@lru_cache(maxsize=4096)
def _kind(character: str) -> _Kind:
    if character in _SPECIAL:
        return _SPECIAL[character]
    category = unicodedata.category(character)
    if category in ("Mn", "Me") or _in(_MORE_EXTENDING, character):
        return _Kind.EXTEND
    if category == "Mc":
        return _Kind.OTHER if _in(_NOT_SPACING, character) else _Kind.SPACING
    if _in(_PREPENDED, character):
        return _Kind.PREPEND
    if category in ("Cc", "Cf", "Zl", "Zp") or _in(_IGNORABLE, character):
        return _Kind.CONTROL
    if _in(_PICTURES, character):
        return _Kind.PICTURE
    return _hangul(character)


def _hangul(character: str) -> _Kind:
    if "\uac00" <= character <= "\ud7a3":
        return _Kind.CLOSED_SYLLABLE if (ord(character) - 0xAC00) % 28 else _Kind.OPEN_SYLLABLE
    if "\u1100" <= character <= "\u115f" or "\ua960" <= character <= "\ua97c":
        return _Kind.LEADING
    if "\u1160" <= character <= "\u11a7" or "\ud7b0" <= character <= "\ud7c6":
        return _Kind.VOWEL
    if "\u11a8" <= character <= "\u11ff" or "\ud7cb" <= character <= "\ud7fb":
        return _Kind.TRAILING
    return _Kind.REGIONAL if "\U0001f1e6" <= character <= "\U0001f1ff" else _Kind.OTHER


_SPECIAL = {
    "\r": _Kind.RETURN,
    "\n": _Kind.NEWLINE,
    "\u200d": _Kind.JOINER,
    "\u0e33": _Kind.SPACING,
    "\u0eb3": _Kind.SPACING,
}


def _ranges(written: str) -> tuple[tuple[str, str], ...]:
    pairs = (each.partition("-")[::2] for each in written.split())
    return tuple((chr(int(first, 16)), chr(int(last or first, 16))) for first, last in pairs)


def _in(ranges: tuple[tuple[str, str], ...], character: str) -> bool:
    return any(first <= character <= last for first, last in ranges)


# What the general category does not say, from https://www.unicode.org/Public/15.0.0/ucd/auxiliary/GraphemeBreakProperty.txt
# and https://www.unicode.org/Public/15.0.0/ucd/emoji/emoji-data.txt (Extended_Pictographic).
_MORE_EXTENDING = _ranges("200c ff9e-ff9f 1f3fb-1f3ff e0020-e007f")
_NOT_SPACING = _ranges(
    "102b-102c 1038 1062-1064 1067-106d 1083 1087-108c 108f 109a-109c 1a61 1a63-1a64 aa7b aa7d 11720-11721"
)
_PREPENDED = _ranges(
    "600-605 6dd 70f 890-891 8e2 d4e 110bd 110cd 111c2-111c3 1193f 11941 11a3a 11a84-11a89 11d46 11f02"
)
_IGNORABLE = _ranges("2065 fff0-fff8 e0000 e0002-e001f e0080-e00ff e01f0-e0fff")
_PICTURES = _ranges(
    "a9 ae 203c 2049 2122 2139 2194-2199 21a9-21aa 231a-231b 2328 2388 23cf 23e9-23f3 23f8-23fa 24c2 25aa-25ab 25b6"
    " 25c0 25fb-25fe 2600-2605 2607-2612 2614-2685 2690-2705 2708-2712 2714 2716 271d 2721 2728 2733-2734 2744 2747"
    " 274c 274e 2753-2755 2757 2763-2767 2795-2797 27a1 27b0 27bf 2934-2935 2b05-2b07 2b1b-2b1c 2b50 2b55 3030 303d"
    " 3297 3299 1f000-1f0ff 1f10d-1f10f 1f12f 1f16c-1f171 1f17e-1f17f 1f18e 1f191-1f19a 1f1ad-1f1e5 1f201-1f20f 1f21a"
    " 1f22f 1f232-1f23a 1f23c-1f23f 1f249-1f3fa 1f400-1f53d 1f546-1f64f 1f680-1f6ff 1f774-1f77f 1f7d5-1f7ff"
    " 1f80c-1f80f 1f848-1f84f 1f85a-1f85f 1f888-1f88f 1f8ae-1f8ff 1f90c-1f93a 1f93c-1f945 1f947-1faff 1fc00-1fffd"
)
