"""JSON in, pieces of the tree out: an iterative scanner that knows where every piece stands (https://www.rfc-editor.org/rfc/rfc8259)."""

from __future__ import annotations

import re
from json import JSONDecodeError, JSONDecoder
from typing import TYPE_CHECKING, NoReturn

from srm_lint.model.source import Problem, Span
from srm_lint.read.cloudformation.syntax import Broken, Mapping, Sequence, Text

if TYPE_CHECKING:
    from srm_lint.read.cloudformation.syntax import TreeBuilder

_DECODER = JSONDecoder()
_SPACE = re.compile(r"[ \t\r\n]*")
_WORD = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?(?![\w.+-])|(?:true|false|null)\b")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def scan(builder: TreeBuilder) -> None:
    """Feeds the one value of the builder's text to it. Raises `Broken` where the text is no JSON."""
    _Scanner(builder).run()


class _Scanner:
    """Where we are: an offset, and the line that it is on."""

    def __init__(self, builder: TreeBuilder) -> None:
        self.builder = builder
        self.path = builder.source.path
        self.text = builder.source.text
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
            char = self.text[self.at : self.at + 1]
            if char == closer:
                self.at += 1
                closers.pop()
                self.builder.close((self.line, self.column()))
                continue
            if char != ",":
                self.fail(f"expected a comma or {closer!r}")
            self.at += 1
            self.space()
            if self.text[self.at : self.at + 1] == closer:
                self.fail(f"expected another value after the comma; remove the comma before {closer!r}")
            self.item(closers)
        self.space()
        if self.at < len(self.text):
            self.fail("expected the end of the text")

    def item(self, closers: list[str]) -> None:
        """The next value of a list, or key and value of an object."""
        if closers[-1] == "}":
            if self.text[self.at : self.at + 1] != '"':
                self.fail("expected a key in double quotes")
            self.builder.text(self.string())
            self.space()
            if self.text[self.at : self.at + 1] != ":":
                self.fail("expected a colon after the key")
            self.at += 1
            self.space()
        self.value(closers)

    def value(self, closers: list[str]) -> None:
        """A whole scalar, or the beginning of a list or object with its first item."""
        while True:
            char = self.text[self.at : self.at + 1]
            if char == '"':
                self.builder.text(self.string())
                return
            if char not in ("{", "["):
                self.word()
                return
            span = Span(self.path, self.line, self.column(), self.line, self.column() + 1)
            self.builder.open(Mapping(span, None, {}, {}) if char == "{" else Sequence(span, None, []))
            closers.append("}" if char == "{" else "]")
            self.at += 1
            self.space()
            if self.text[self.at : self.at + 1] == closers[-1]:
                return
            if char == "{":
                self.item(closers)
                return

    def string(self) -> Text:
        begin = self.at
        try:
            text, self.at = _DECODER.raw_decode(self.text, begin)
        except JSONDecodeError as error:
            self.at = error.pos
            self.fail(f"{error.msg[:1].lower()}{error.msg[1:].removesuffix(' at')}")
        if _LONE_SURROGATE.search(text):
            text = _LONE_SURROGATE.sub("\ufffd", text)
        return Text(self.span(begin), None, text, plain=False)

    def word(self) -> None:
        found = _WORD.match(self.text, self.at)
        if found is None:
            self.fail("expected a value: text in double quotes, a number, true, false, null, '{' or '['")
        begin, self.at = self.at, found.end()
        self.builder.text(Text(self.span(begin), None, found.group(), plain=True))

    def space(self) -> None:
        found = _SPACE.match(self.text, self.at)
        end = found.end() if found else self.at
        lines = self.text.count("\n", self.at, end)
        self.at = end
        if lines:
            self.line += lines
            self.line_start = self.text.rfind("\n", 0, self.at) + 1

    def column(self) -> int:
        return self.at - self.line_start + 1

    def span(self, begin: int) -> Span:
        return Span(self.path, self.line, begin - self.line_start + 1, self.line, self.column())

    def fail(self, expected: str) -> NoReturn:
        column = self.column()
        span = Span(self.path, self.line, column, self.line, column + (self.at < len(self.text)))
        raise Broken(Problem("syntax", f"is not JSON: {expected}", span))
