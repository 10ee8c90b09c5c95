"""JSON text in, a tree of it out that keeps what Terraform needs: the order, keys that are written twice, every place.

See https://github.com/hashicorp/hcl/blob/main/json/spec.md.
"""

from __future__ import annotations

from msgspec import Struct

from srm_lint.json_scanner import NotJson, scan
from srm_lint.model.source import Problem, Source, Span

MAX_DEPTH = 100
"""How deep objects and lists may nest. Generated configurations stay below 20."""
MAX_NODES = 500_000
"""How many keys and values one file may hold; a file of 8 MiB that a program wrote has half of that."""


class Text(Struct):
    """A string or key; `offset` is where its opening quote stands in the source."""

    span: Span
    text: str
    offset: int


class Word(Struct):
    """A number as written, `true`, `false` or `null`."""

    span: Span
    word: str


class Record(Struct):
    """An object: keys with values in order, a key as often as it is written. None stands for a value that is missing.
    `closed` is False where a syntax error cut it short.
    """

    span: Span
    members: list[tuple[Text, Node | None]]
    closed: bool = False


class Array(Struct):
    """A list; `closed` is as in `Record`."""

    span: Span
    items: list[Node]
    closed: bool = False


Node = Text | Word | Record | Array


class Tree:
    """Builds the tree: `root` is what could be read, `problem` what kept the rest from being read."""

    def __init__(self, source: Source) -> None:
        self.root: Node | None = None
        self.problem: Problem | None = None
        self._open: list[Record | Array] = []
        self._count = 0
        try:
            scan(source, self)
        except NotJson as error:
            self.problem = error.problem
            for node in self._open:
                last = error.problem.span
                node.span = Span(node.span.source, node.span.line, node.span.column, last.line, last.column)

    def opened(self, bracket: str, span: Span) -> None:
        """An object or list begins."""
        if len(self._open) >= MAX_DEPTH:
            message = f"objects and lists nest over {MAX_DEPTH} deep here, so the rest is not read"
            raise NotJson(Problem("limit", message, span))
        node = Record(span, []) if bracket == "{" else Array(span, [])
        self._add(node)
        self._open.append(node)

    def closed(self, end: tuple[int, int]) -> None:
        """The innermost object or list ends."""
        node = self._open.pop()
        node.closed = True
        node.span = Span(node.span.source, node.span.line, node.span.column, *end)

    def text(self, text: str, span: Span, offset: int) -> None:
        """A key where one is due, else a string."""
        node = Text(span, text, offset)
        into = self._open[-1] if self._open else None
        if isinstance(into, Record) and not (into.members and into.members[-1][1] is None):
            self._counted(span)
            into.members.append((node, None))
        else:
            self._add(node)

    def word(self, word: str, span: Span) -> None:
        """A number, boolean or null."""
        self._add(Word(span, word))

    def _add(self, node: Node) -> None:
        self._counted(node.span)
        if not self._open:
            self.root = node
            return
        into = self._open[-1]
        if isinstance(into, Array):
            into.items.append(node)
        else:
            into.members[-1] = (into.members[-1][0], node)

    def _counted(self, span: Span) -> None:
        self._count += 1
        if self._count > MAX_NODES:
            raise NotJson(Problem("limit", f"this file holds over {MAX_NODES:,} values, so the rest is not read", span))
