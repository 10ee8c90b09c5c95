"""Hostile text in, text that is safe on a terminal out, and how wide it is there.

Scanned files may hold escape sequences that rewrite a terminal, and bidirectional controls that show code in another
order than it runs in (https://trojansource.codes). In the log of a GitHub workflow, `::error::` at the beginning of a
line and `##[error]` anywhere in it are commands to the runner. Only this module knows how all these are written out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import category, combining, east_asian_width

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
CUT = "…"
# https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
BRACKET_OF_COMMAND = re.compile(r"(?<=##)\[")
_COLONS_OF_COMMAND = re.compile(r"^( *):(?=:[^: ])", re.MULTILINE)


def visible(text: str) -> str:
    r"""Write out the control, format and surrogate characters of `text` (`\x1b`, `\u202e`), and what is a command."""
    shown = text if text.isprintable() else "".join(map(visible_character, text))
    return BRACKET_OF_COMMAND.sub(written_out, shown) if "##[" in shown else shown


def written_out(match: re.Match[str]) -> str:
    """The character that was found, as an escape."""
    return f"\\x{ord(match[0]):02x}"


def inert(report: str) -> str:
    """A whole report, none of whose lines is a command to the runner of a workflow."""
    return _COLONS_OF_COMMAND.sub(r"\1\\x3a", report)


def visible_character(character: str) -> str:
    """`visible`, for one character."""
    if character.isprintable() or category(character) not in _HIDDEN:
        return character
    code = ord(character)
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return _SHORT.get(character) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")


def columns(text: str) -> int:
    """How many columns of a terminal the printable `text` takes: https://www.unicode.org/reports/tr11/."""
    return len(text) if text.isascii() else sum(map(_columns_of, text))


def _columns_of(character: str) -> int:
    if combining(character) or category(character) in ("Mn", "Me"):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def clipped(text: str, room: int) -> str:
    """`text`, cut to `room` columns where it is wider."""
    if columns(text) <= room:
        return text
    taken = 0
    for position, character in enumerate(text):
        taken += _columns_of(character)
        if taken >= room:
            return text[:position] + CUT
    return text


def wrapped(text: str, room: int) -> Iterator[str]:
    """Break `text` at its spaces into lines of at most `room` columns; a longer word has a line of its own."""
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if line and columns(longer) > room:
            yield line.rstrip(" ")
            longer = word
        line = longer
    yield line
