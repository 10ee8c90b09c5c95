"""A string of a JSON file in, the template or expression written in it out, with its places in that file.

Only this module knows how places in what a string says become places in what is written: escapes differ in length.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from srm_lint.model.source import Problem, Source, Span
from srm_lint.model.value import Scalar
from srm_lint.read.terraform import json_tree
from srm_lint.read.terraform.expressions import Expression, Literal, Misunderstood
from srm_lint.read.terraform.fragments import AROUND_EXPRESSION, AROUND_TEMPLATE, parse_embedded
from srm_lint.read.terraform.positions import Text
from srm_lint.read.terraform.scalars import composed
from srm_lint.read.terraform.syntax import Document

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_LOCATED = 64 * 1024
"""The longest string in which places are counted character by character, where not all of it is ASCII."""

_ESCAPE = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)")


def literal(_document: Document, string: json_tree.Text) -> Expression:
    """The text itself."""
    return Literal(string.span, Scalar(span=string.span, data=composed(string.text)))


def template(document: Document, string: json_tree.Text) -> Expression:
    """The template that the string is: text, text with gaps, or the only expression in it.

    Backslashes mean nothing in it: JSON has taken its own away. See
    https://developer.hashicorp.com/terraform/language/syntax/json#expression-mapping.
    """
    if "${" not in string.text and "%{" not in string.text:
        return literal(document, string)
    return _embedded(document, string, AROUND_TEMPLATE, "template")


def reference(document: Document, string: json_tree.Text) -> Expression:
    """The expression that the whole string is: a reference, a type, a keyword.

    What stands in `${…}`, as Terraform 0.11 wrote references, is read as a template.
    """
    if "${" in string.text:
        return template(document, string)
    return _embedded(document, string, AROUND_EXPRESSION, "expression")


def _embedded(document: Document, string: json_tree.Text, around: tuple[str, str], what: str) -> Expression:
    content = _Inside(document.source, string, around)
    expression = parse_embedded(content)
    if isinstance(expression, Problem):
        message = f"this string is not a valid {what}"
        if expression.kind == "limit":
            message = expression.message
        document.problems.append(Problem(expression.kind, message, expression.span))
        return Misunderstood(string.span, "it was not understood")
    return expression


class _Inside(Text):
    """What a string says, wrapped so that the parser takes it; its places are those in the file."""

    __slots__ = ("_escapes", "_extra", "_first", "_length", "_string")

    def __init__(self, source: Source, string: json_tree.Text, around: tuple[str, str]) -> None:
        before, after = around
        super().__init__(Source(source.path, f"{before}{string.text}{after}"))
        self.padding = after.count("\n") - 1
        self._first = len(before)
        self._length = len(string.text)
        self._string = string.span
        self._escapes: list[int] = []
        self._extra = [0]
        if not self._ascii and self._length > MAX_LOCATED:
            self.fixed = string.span
        written = string.span.end_column - string.span.column - 2
        if written != self._length:
            start = string.offset + 1
            self._measure(source.text[start : start + written])

    def _measure(self, written: str) -> None:
        extra = 0
        for match in _ESCAPE.finditer(written):
            self._escapes.append(match.start() - extra)
            extra += len(match[0]) - 1
            self._extra.append(extra)

    def between(self, first: Node, last: Node) -> Span:
        """From the start of `first` to the end of `last`."""
        return self.at(first.start_byte, last.end_byte)

    def at(self, start: int, end: int) -> Span:
        """The span from one byte offset to another; that of the whole string includes its quotes."""
        if self.fixed is not None:
            return self.fixed
        begin, stop = self._said(start), self._said(end)
        if begin == 0 and stop == self._length:
            return self._string
        line, column = self._string.line, self._string.column + 1
        return Span(self.path, line, column + self._written(begin), line, column + self._written(stop))

    def _said(self, offset: int) -> int:
        within = max(offset - self._first, 0)
        if not self._ascii:
            within = len(self.data[self._first : self._first + within].decode("utf-8", "replace"))
        return min(within, self._length)

    def _written(self, position: int) -> int:
        return position + self._extra[bisect_left(self._escapes, position)]
