"""Words in, coloured words out, or the same words where colour is off. Only this module knows terminal codes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

_CODES: Mapping[str, str] = MappingProxyType(
    {
        "fail": "1;31",
        "unknown": "1;33",
        "ignored": "1;36",
        "pass": "1;32",
        "problem": "1;35",
        "frame": "1;34",
        "strong": "1",
    }
)


class Ink(Struct, frozen=True):
    """Colours text by what it is for: https://en.wikipedia.org/wiki/ANSI_escape_code#Select_Graphic_Rendition_parameters."""

    color: bool

    def __call__(self, text: str, role: str) -> str:
        """`text` in the colour of `role`: an outcome's word, problem, frame or strong."""
        return f"\x1b[{_CODES[role]}m{text}\x1b[0m" if self.color and text else text
