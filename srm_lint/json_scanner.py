"""JSON text in, its pieces in order out, with their places; only this module knows JSON's grammar.

Both readers build their own trees of the pieces, since they differ in what a key that is written twice means. See
https://www.rfc-editor.org/rfc/rfc8259.
"""

from __future__ import annotations

import re
from json import JSONDecodeError, JSONDecoder
from typing import NoReturn, Protocol

from srm_lint.model.source import Problem, Source, Span

_DECODER = JSONDecoder()
_SPACE = re.compile(r"[ \t\r\n]*")
_WORD = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?(?![\w.+-])|(?:true|false|null)\b")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Receiver(Protocol):
    """Who takes the pieces. It may stop the scanner by an exception of its own."""

    def opened(self, bracket: str, span: Span) -> None:
        """`{` or `[`, at `span`."""

    def closed(self, end: tuple[int, int]) -> None:
        """The innermost object or list ends before line and column `end`."""

    def text(self, text: str, span: Span, offset: int) -> None:
        """A string or key: what it says, and the span and offset of what is written, quotes included."""

    def word(self, word: str, span: Span) -> None:
        """A number as written, `true`, `false` or `null`."""


class NotJson(Exception):
    """The text is no JSON from here on; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def scan(source: Source, receiver: Receiver) -> None:
    """Hands the pieces of the one value that `source` holds to `receiver`. Raises `NotJson` where it is none."""
    _Scanner(source, receiver).run()


class _Scanner:
    """Where we are: an offset, and the line that it is on."""

    def __init__(self, source: Source, receiver: Receiver) -> None:
        self.receiver = receiver
        self.path = source.path
        self.source = source.text
        self.at = 0
        self.line = 1
        self.line_start = 0

    def run(self) -> None:
        closers: list[str] = []
        self.space()
        self.value(closers)
        while closers:
            self.space()
            closer = closers[-1]
            char = self.source[self.at : self.at + 1]
            if char == closer:
                self.at += 1
                closers.pop()
                self.receiver.closed((self.line, self.column()))
                continue
            if char != ",":
                self.fail(f"expected a comma or {closer!r}")
            self.at += 1
            self.space()
            if self.source[self.at : self.at + 1] == closer:
                self.fail(f"expected another value after the comma; remove the comma before {closer!r}")
            self.item(closers)
        self.space()
        if self.at < len(self.source):
            self.fail("expected the end of the text")

    def item(self, closers: list[str]) -> None:
        """The next value of a list, or key and value of an object."""
        if closers[-1] == "}":
            if self.source[self.at : self.at + 1] != '"':
                self.fail("expected a key in double quotes")
            self.string()
            self.space()
            if self.source[self.at : self.at + 1] != ":":
                self.fail("expected a colon after the key")
            self.at += 1
            self.space()
        self.value(closers)

    def value(self, closers: list[str]) -> None:
        """A whole scalar, or the beginning of a list or object with its first item."""
        while True:
            char = self.source[self.at : self.at + 1]
            if char == '"':
                self.string()
                return
            if char not in ("{", "["):
                self.word()
                return
            self.receiver.opened(char, Span(self.path, self.line, self.column(), self.line, self.column() + 1))
            closers.append("}" if char == "{" else "]")
            self.at += 1
            self.space()
            if self.source[self.at : self.at + 1] == closers[-1]:
                return
            if char == "{":
                self.item(closers)
                return

    def string(self) -> None:
        begin = self.at
        try:
            text, self.at = _DECODER.raw_decode(self.source, begin)
        except JSONDecodeError as error:
            self.at = error.pos
            self.fail(f"{error.msg[:1].lower()}{error.msg[1:].removesuffix(' at')}")
        if _LONE_SURROGATE.search(text):
            text = _LONE_SURROGATE.sub("\ufffd", text)
        self.receiver.text(text, self.span(begin), begin)

    def word(self) -> None:
        found = _WORD.match(self.source, self.at)
        if found is None:
            self.fail("expected a value: text in double quotes, a number, true, false, null, '{' or '['")
        begin, self.at = self.at, found.end()
        self.receiver.word(found.group(), self.span(begin))

    def space(self) -> None:
        found = _SPACE.match(self.source, self.at)
        end = found.end() if found else self.at
        lines = self.source.count("\n", self.at, end)
        self.at = end
        if lines:
            self.line += lines
            self.line_start = self.source.rfind("\n", 0, self.at) + 1

    def column(self) -> int:
        return self.at - self.line_start + 1

    def span(self, begin: int) -> Span:
        return Span(self.path, self.line, begin - self.line_start + 1, self.line, self.column())

    def fail(self, expected: str) -> NoReturn:
        column = self.column()
        span = Span(self.path, self.line, column, self.line, column + (self.at < len(self.source)))
        raise NotJson(Problem("syntax", f"is not JSON: {expected}", span))
