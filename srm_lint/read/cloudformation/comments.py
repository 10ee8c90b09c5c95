"""A template's text and tree in, its comments that speak to srm-lint out."""

from __future__ import annotations

import re
from bisect import bisect_right

from srm_lint.model.source import Comment, Source, Span
from srm_lint.read.cloudformation.syntax import Mapping, Node, Sequence, Text

MARK = "srm-lint"
_HASH = re.compile(r"(?:^|(?<=[ \t]))#")


def find(source: Source, root: Node | None) -> tuple[Comment, ...]:
    """The YAML comments that hold "srm-lint", in order; a `#` inside a scalar begins none."""
    if MARK not in source.text:
        return ()
    lines = source.lines()
    marked = {number for number, line in enumerate(lines, 1) if MARK in line and "#" in line}
    if not marked:
        return ()
    scalars = sorted(_scalars(root))
    starts = [start for start, _ in scalars]
    found: list[Comment] = []
    for number in sorted(marked):
        line = lines[number - 1]
        for hash_ in _HASH.finditer(line):
            at = (number, hash_.start() + 1)
            before = bisect_right(starts, at)
            if before and at < scalars[before - 1][1]:
                continue
            if MARK in line[hash_.start() :]:
                span = Span(source.path, number, at[1], number, len(line) + 1)
                found.append(Comment(span, line[hash_.start() :]))
            break
    return tuple(found)


def _scalars(root: Node | None) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Where the text of each scalar and key begins and ends."""
    spans: list[tuple[tuple[int, int], tuple[int, int]]] = []
    seen: set[int] = set()
    left = [root] if root is not None else []
    while left:
        node = left.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Mapping):
            spans.extend(((key.line, key.column), (key.end_line, key.end_column)) for key in node.keys.values())
            left.extend(node.members.values())
        elif isinstance(node, Sequence):
            left.extend(node.items)
        elif isinstance(node, Text):
            span = node.span
            start = (span.line + 1, 1) if node.block else (span.line, span.column)
            spans.append((start, (span.end_line, span.end_column)))
    return spans
