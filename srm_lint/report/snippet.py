"""Spans and the texts they stand in, in; quoted lines with carets under them out.

Only this module knows how a column of text becomes columns of a terminal, and what stands for a secret there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from srm_lint.model.source import Source, Span
from srm_lint.report.ink import Ink
from srm_lint.report.visible import (
    BRACKET_OF_COMMAND,
    CUT,
    clipped,
    columns,
    visible,
    visible_character,
    wrapped,
    written_out,
)

TAB = "    "
WITHHELD = "\0"
"""Stands in a source for each character of a secret. No text that is read holds it."""
MASK = "*****"
"""Is shown for a secret, whatever its length."""
MAX_LABEL = 400
_WITHHELD = re.compile(f"{WITHHELD}+")


class Mark(Struct, frozen=True):
    """A place to quote, and what to write under it; the `primary` one has carets."""

    span: Span
    label: str
    primary: bool = False


class Quote(Struct, frozen=True):
    """One line as it is shown, and which columns of it are underlined."""

    text: str
    start: int
    length: int


class Quotes:
    """Quotes lines of `sources`, with a mask for what is withheld there."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources
        self._lines: dict[str, list[str]] = {}

    def quote(self, span: Span, room: int) -> Quote | None:
        """The first line of `span`, in at most `room` columns around it; None where that line was not read."""
        line = self._line(span.source, span.line)
        if line is None:
            return None
        first = min(span.column - 1, len(line))
        last = min(span.end_column - 1, len(line)) if span.end_line == span.line else len(line)
        # A template can be one line of megabytes: only what could be shown is looked at.
        begin, end = max(0, first - room), min(len(line), first + 2 * room)
        cells = _cells(line[begin:end])
        return _framed(cells, first - begin, max(first, min(last, end)) - begin, (begin > 0, end < len(line)), room)

    def _line(self, source: str, number: int) -> str | None:
        if source not in self._lines:
            found = self._sources.get(source)
            self._lines[source] = found.lines() if found and found.text else []  # of a plan, no text is kept
        lines = self._lines[source]
        return lines[number - 1] if 0 < number <= len(lines) else None


def _cells(text: str) -> list[str]:
    """What is shown for each character of `text`."""
    cells = [TAB if character == "\t" else visible_character(character) for character in text]
    for run in _WITHHELD.finditer(text):
        cells[run.start() : run.end()] = [MASK, *[""] * (run.end() - run.start() - 1)]
    for bracket in BRACKET_OF_COMMAND.finditer(text):
        cells[bracket.start()] = written_out(bracket)
    return cells


def _framed(cells: list[str], first: int, last: int, more: tuple[bool, bool], room: int) -> Quote:
    """Cut `cells` to `room` columns that hold the beginning of the stretch from `first` to `last`."""
    widths = [columns(cell) for cell in cells]
    before, length = sum(widths[:first]), sum(widths[first:last])
    if not any(more) and sum(widths) <= room:
        return Quote("".join(cells), before, max(1, length))
    begin = 0
    if more[0] or before + length >= room:
        begin, context = first, 0
        while begin and context + widths[begin - 1] <= room // 4:
            begin -= 1
            context += widths[begin]
    shown = [CUT] if more[0] or begin else []
    taken, end = len(shown), begin
    while end < len(cells) and taken + widths[end] < room:
        taken += widths[end]
        end += 1
    start = len(shown) + sum(widths[begin:first])
    shown += cells[begin:end]
    if more[1] or end < len(cells):
        shown.append(CUT)
    return Quote("".join(shown), start, max(1, min(length, taken - start)))


def gutter(marks: Sequence[Mark]) -> int:
    """How many columns the line numbers of `marks` take."""
    return len(str(max(mark.span.line for mark in marks)))


def place(span: Span) -> str:
    """Where `span` begins, as users and editors write it: `main.tf:9:1`."""
    return f"{visible(span.source)}:{span.line}:{span.column}"


def snippet(marks: Sequence[Mark], quotes: Quotes, width: int, ink: Ink, role: str) -> Iterator[str]:
    """Quote `marks` in their order, the carets in the colour of `role`; the first mark's place stands above all."""
    margin = " " * gutter(marks)
    room = max(20, width - len(margin) - 3)
    bar = f"{margin} {ink('|', 'frame')}"
    above: Span | None = None
    text = ""
    for mark in marks:
        span, quote = mark.span, quotes.quote(mark.span, room)
        if above is None or above.source != span.source:
            yield f"{margin}{ink('-->' if above is None else ':::', 'frame')} {place(span)}"
            yield bar
        elif above.line not in (span.line, span.line - 1):
            yield "..."
        same_line = above is not None and (above.source, above.line) == (span.source, span.line)
        if quote is not None and not (same_line and text == quote.text):
            text = quote.text
            yield f"{ink(f'{span.line:>{len(margin)}} |', 'frame')} {text}".rstrip()
        for line in _underlined(quote, mark, room, ink, role if mark.primary else "frame"):
            yield f"{bar} {line}"
        above = span
    yield bar


def _underlined(quote: Quote | None, mark: Mark, room: int, ink: Ink, role: str) -> Iterator[str]:
    label = clipped(visible(mark.label), MAX_LABEL)
    if quote is None:
        yield from (ink(line, role) for line in wrapped(label, room))
        return
    line = ("^" if mark.primary else "-") * quote.length
    if quote.start + quote.length + 1 + columns(label) <= room:
        yield " " * quote.start + ink(f"{line} {label}".rstrip(), role)
        return
    yield " " * quote.start + ink(line, role)
    indent = min(quote.start, max(0, room - 60))
    yield from (" " * indent + ink(part, role) for part in wrapped(label, room - indent))
