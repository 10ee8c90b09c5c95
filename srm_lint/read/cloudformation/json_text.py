"""JSON in, pieces of the tree out; `json_scanner` does the reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srm_lint.json_scanner import NotJson
from srm_lint.json_scanner import scan as scan_json
from srm_lint.model.source import Span
from srm_lint.read.cloudformation.syntax import Broken, Mapping, Sequence, Text

if TYPE_CHECKING:
    from srm_lint.read.cloudformation.syntax import TreeBuilder


def scan(builder: TreeBuilder) -> None:
    """Feeds the one value of the builder's text to it. Raises `Broken` where the text is no JSON."""
    try:
        scan_json(builder.source, _Pieces(builder))
    except NotJson as error:
        raise Broken(error.problem) from None


class _Pieces:
    """The pieces of JSON as those of a template."""

    def __init__(self, builder: TreeBuilder) -> None:
        self._builder = builder
        self.closed = builder.close

    def opened(self, bracket: str, span: Span) -> None:
        self._builder.open(Mapping(span, None, {}, {}) if bracket == "{" else Sequence(span, None, []))

    def text(self, text: str, span: Span, offset: int) -> None:
        del offset
        self._builder.text(Text(span, None, text, plain=False))

    def word(self, word: str, span: Span) -> None:
        self._builder.text(Text(span, None, word, plain=True))
