"""A word that nobody knows in, the known one that was probably meant out."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice

MAX_COMPARED = 2_000
"""With how many known words a word is compared: each takes some microseconds."""


def nearest(word: str, known: Iterable[str]) -> str:
    """`did you mean "x"?` where a known word resembles `word`, else nothing."""
    close = get_close_matches(word, islice(known, MAX_COMPARED), n=1)
    return f'did you mean "{close[0]}"?' if close else ""
