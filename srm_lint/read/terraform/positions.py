"""Byte offsets of the parser in, spans and text out; only this module knows that tree-sitter counts bytes and users
count characters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from srm_lint.model.source import Source, Span

if TYPE_CHECKING:
    from tree_sitter import Node


class Text:
    """The text of one document as the parser sees it.

    `parsed` may differ from `data` in bytes that the grammar does not know, never in length. With `fixed`, every span
    is that one: text that does not come from a file stands where the user's files ask for it. `shift` turns rows into
    lines, `padding` is what was added at the end.
    """

    __slots__ = ("_ascii", "data", "fixed", "padding", "parsed", "path", "shift")

    def __init__(self, source: Source, *, fixed: Span | None = None) -> None:
        self.path = source.path
        # Lone surrogates cannot come from UTF-8 files, but a caller may hold any text.
        self.data = source.text.encode("utf-8", "replace")
        self.parsed = self.data
        self.fixed = fixed
        self.shift = 1
        self.padding = 0
        self._ascii = source.text.isascii()

    def text(self, node: Node) -> str:
        """The text of a node."""
        return self.data[node.start_byte : node.end_byte].decode()

    def span(self, node: Node) -> Span:
        """Where a node stands."""
        return self.between(node, node)

    def between(self, first: Node, last: Node) -> Span:
        """From the start of `first` to the end of `last`."""
        if self.fixed is not None:
            return self.fixed
        row, column = first.start_point
        end_row, end_column = last.end_point
        if not self._ascii:
            column = self._characters(first.start_byte, column)
            end_column = self._characters(last.end_byte, end_column)
        return Span(self.path, row + self.shift, column + 1, end_row + self.shift, end_column + 1)

    def _characters(self, offset: int, column: int) -> int:
        return len(self.data[offset - column : offset].decode("utf-8", "replace"))

    def at(self, start: int, end: int) -> Span:
        """The span from one byte offset to another."""
        if self.fixed is not None:
            return self.fixed
        row, column = self._position(start)
        end_row, end_column = self._position(end)
        return Span(self.path, row + self.shift, column + 1, end_row + self.shift, end_column + 1)

    def _position(self, offset: int) -> tuple[int, int]:
        row = self.data.count(b"\n", 0, offset)
        start = self.data.rfind(b"\n", 0, offset) + 1
        return row, self._characters(offset, offset - start)
