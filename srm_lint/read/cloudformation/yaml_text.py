"""YAML in, pieces of the tree out; the only home of PyYAML here.

It pulls libyaml's events one by one instead of its composed nodes: that is as fast, bounds depth and size before
anything grows (the composer recurses in C), and keeps what was read before a syntax error.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from srm_lint.model.source import Problem, Span
from srm_lint.read.cloudformation.syntax import Broken, Mapping, Sequence, Text

if TYPE_CHECKING:
    from srm_lint.read.cloudformation.syntax import TreeBuilder


class PurePython(yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser):
    """PyYAML's own source of the same events, for where it was built without libyaml; ten times slower."""

    def __init__(self, stream: str) -> None:
        yaml.reader.Reader.__init__(self, stream)
        yaml.scanner.Scanner.__init__(self)
        yaml.parser.Parser.__init__(self)


try:
    from yaml._yaml import CParser
except ImportError:
    CParser = PurePython  # type: ignore[misc,assignment] # it gives the same events


_ODD_BREAKS = re.compile("\r(?!\n)|[\x85\u2028\u2029]")
"""What YAML 1.1 calls a line break and nobody else does: editors and SARIF count lines without them."""
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BLOCKS = ("|", ">")
_CORE = "tag:yaml.org,2002:"
_Place = Callable[[Any, Any], Span]


def scan(builder: TreeBuilder) -> None:
    """Feeds the first document of the builder's text to it. Raises `Broken` where the text is no YAML."""
    text = builder.source.text
    place = _placer(builder.source.path, text)
    try:
        _feed(builder, CParser(text).get_event, place)
    except yaml.reader.ReaderError as error:
        raise Broken(_unprintable(builder, error)) from None
    except yaml.MarkedYAMLError as error:
        raise Broken(_explain(builder, error, place)) from None
    except yaml.YAMLError as error:
        raise Broken(Problem("syntax", f"is not YAML: {error}", builder.source.start())) from None


def _feed(builder: TreeBuilder, pull: Callable[[], Any], place: _Place) -> None:
    documents = 0
    while (event := pull()) is not None:
        kind = type(event)
        if kind is ScalarEvent:
            span = place(event.start_mark, event.end_mark)
            if event.style in _BLOCKS:
                span = _without_blank_end(builder.source.text, event.end_mark, span)
            builder.text(_text(event, span), event.anchor)
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            # A block has no end of its own: libyaml's lies where the next thing begins.
            span = place(event.start_mark, event.end_mark)
            flow = (span.line, span.column) != (span.end_line, span.end_column)
            builder.close((span.end_line, span.end_column) if flow else None)
        elif kind is MappingStartEvent:
            span = place(event.start_mark, event.end_mark)
            builder.open(Mapping(span, _tag(event.tag), {}, {}), event.anchor)
        elif kind is SequenceStartEvent:
            span = place(event.start_mark, event.end_mark)
            builder.open(Sequence(span, _tag(event.tag), []), event.anchor)
        elif kind is AliasEvent:
            builder.alias(event.anchor, place(event.start_mark, event.end_mark))
        elif kind is DocumentStartEvent:
            documents += 1
            if documents > 1:
                message = "a template is one YAML document; this one and those after it are not read"
                builder.report("unsupported", message, place(event.start_mark, event.end_mark))
                return


def _text(event: Any, span: Span) -> Text:
    block = event.style in _BLOCKS
    tag = event.tag
    if tag is None or tag == "!":
        return Text(span, None, event.value, event.implicit[0], block)
    if tag.startswith(_CORE):
        return Text(span, None, event.value, tag != _CORE + "str", block)
    return Text(span, tag, event.value, plain=not event.style, block=block)


def _without_blank_end(text: str, end: Any, span: Span) -> Span:
    """The span of a block scalar up to its last character: libyaml counts the blank lines below it too."""
    last = end.index
    while last and text[last - 1] in " \t\r\n":
        last -= 1
    line = span.end_line - text.count("\n", last, end.index)
    return Span(span.source, span.line, span.column, line, last - text.rfind("\n", 0, last))


def _tag(tag: str | None) -> str | None:
    return None if tag is None or tag == "!" or tag.startswith(_CORE) else tag


def _placer(path: str, text: str) -> _Place:
    if not _ODD_BREAKS.search(text):
        return lambda start, end: Span(path, start.line + 1, start.column + 1, end.line + 1, end.column + 1)
    starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def place(start: Any, end: Any) -> Span:
        line, end_line = bisect_right(starts, start.index), bisect_right(starts, end.index)
        return Span(path, line, start.index - starts[line - 1] + 1, end_line, end.index - starts[end_line - 1] + 1)

    return place


def _explain(builder: TreeBuilder, error: yaml.MarkedYAMLError, place: _Place) -> Problem:
    mark = error.problem_mark or error.context_mark
    said = error.problem or error.context or "the text"
    where = ""
    if error.context and error.context_mark is not None:
        where = f" ({error.context} that starts on line {place(error.context_mark, error.context_mark).line})"
    span = place(mark, mark) if mark is not None else builder.source.start()
    line = builder.source.lines()[span.line - 1 : span.line]
    return Problem("syntax", f"is not YAML: {said}{where}; {_advice(said, line[0] if line else '')}", span)


def _advice(said: str, line: str) -> str:
    if "{%" in line or "{{" in line or "<%" in line:
        return "this looks like a template of another program (Jinja, Helm, …): check what that program makes of it"
    if "\\t" in said or "\t" in line[: len(line) - len(line.lstrip())]:
        return "indent with spaces, not with tabs"
    if "mapping values are not allowed" in said:
        return "quote a text that holds ': ', and check the indentation of this line"
    if "expected key" in said or "block end" in said or "':'" in said:
        return "check the indentation of this line, the colon after its key, and quotes that are not closed"
    return "check the quotes, brackets and indentation here"


def _unprintable(builder: TreeBuilder, error: yaml.reader.ReaderError) -> Problem:
    text = builder.source.text
    found = _UNPRINTABLE.search(text)
    offset = found.start() if found else 0
    line = text.count("\n", 0, offset) + 1
    column = offset - (text.rfind("\n", 0, offset) + 1) + 1
    name = f"U+{ord(text[offset]):04X}" if found else str(error.reason)
    span = Span(builder.source.path, line, column, line, column + 1)
    return Problem("syntax", f"is not YAML: the character {name} is not allowed; remove it or write its escape", span)
