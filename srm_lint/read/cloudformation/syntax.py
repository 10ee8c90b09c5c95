"""The text of a template in, a tree of nodes with exact spans out; only this module knows which notation it is in.

No tree is deeper or larger than the limits here, aliases counted as often as used, so whoever walks it may recurse.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, NoReturn

from msgspec import Struct

from srm_lint.model.source import Problem, ProblemKind, Source, Span

MAX_DEPTH = 100
"""Lists and mappings inside one another. Real templates stay under thirty."""
MAX_NODES = 300_000
"""Keys, values, lists and mappings of one template. CloudFormation takes templates of 1 MB: about 60,000 of them."""

_TEXT_UNIT = 256
"""A long text counts as one value more for each so many characters, so that aliases cannot multiply it either."""
LOOP = "Fn::ForEach::"
"""What the keys of the language extension's loops begin with."""


class Node(Struct):
    """A part of the text: where it stands, and the tag (`!Ref`) before it."""

    span: Span
    tag: str | None


class Text(Node):
    """A scalar; `plain` when it may mean a boolean or a number, `block` when its text starts on the line below."""

    text: str
    plain: bool
    block: bool = False


class Mapping(Node):
    """Members by key in order, and where each key stands. `closed` is False where a syntax error cut it short."""

    members: dict[str, Node]
    keys: dict[str, Span]
    closed: bool = True


class Sequence(Node):
    """Items in order."""

    items: list[Node]
    closed: bool = True


class Gap(Node):
    """What no text tells: something that is put here before or at deployment, for which `reason` says by whom."""

    reason: str


class Document(NamedTuple):
    """A text as a tree: `root` is None where nothing could be read, `broken` is True where it is not the whole text."""

    root: Node | None
    problems: tuple[Problem, ...]
    broken: bool


class Broken(Exception):
    """The text cannot be read on from here; `problem` says why, and the tree so far may be kept if `keep`."""

    def __init__(self, problem: Problem, *, keep: bool = True) -> None:
        super().__init__(problem.message)
        self.problem = problem
        self.keep = keep


class _Frame:
    """A list or mapping whose end has not come yet. `size` counts its nodes, aliases expanded."""

    __slots__ = ("anchor", "key", "merges", "node", "size", "skip")

    def __init__(self, node: Mapping | Sequence, anchor: str | None) -> None:
        self.node = node
        self.anchor = anchor
        self.key: Text | None = None
        self.skip = False
        self.merges: list[Node] = []
        self.size = 1


class TreeBuilder:
    """Builds the tree from the pieces that a scanner finds, in the order of the text."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self._stack: list[_Frame] = []
        self._anchors: dict[str, tuple[Node, int]] = {}

    @property
    def depth(self) -> int:
        """How many lists and mappings are open."""
        return len(self._stack)

    def report(self, kind: ProblemKind, message: str, span: Span) -> None:
        """Note something wrong that does not stop the reading."""
        self.problems.append(Problem(kind, message, span))

    def text(self, node: Text, anchor: str | None = None) -> None:
        """A scalar is next: a key where a key is due, else a value."""
        size = 1 + len(node.text) // _TEXT_UNIT
        if anchor:
            self._anchors[anchor] = (node, size)
        if not self._stack:
            self.root = node
            return
        frame = self._stack[-1]
        if type(frame.node) is Mapping and frame.key is None and not frame.skip:
            frame.key = node
            self._count(frame, size, node.span)
            return
        self._value(node, size)

    def open(self, node: Mapping | Sequence, anchor: str | None = None) -> None:
        """A list or mapping begins."""
        if len(self._stack) >= MAX_DEPTH:
            self._stop(f"lists and mappings are nested over {MAX_DEPTH} deep here; flatten them", node.span)
        self._stack.append(_Frame(node, anchor))

    def close(self, end: tuple[int, int] | None = None) -> None:
        """The innermost list or mapping ends, before line and column `end` or, without one, after its last piece."""
        frame = self._stack.pop()
        node = frame.node
        begin = node.span
        end_line, end_column = end or _last_end(node)
        node.span = Span(begin.source, begin.line, begin.column, end_line, end_column)
        if frame.merges and isinstance(node, Mapping):
            self._merge(node, frame.merges)
        if frame.anchor:
            self._anchors[frame.anchor] = (node, frame.size)
        if not self._stack:
            self.root = node
            return
        parent = self._stack[-1]
        if type(parent.node) is Mapping and parent.key is None and not parent.skip:
            self.report("syntax", "a key must be text, but this one is a list or a mapping", node.span)
            parent.skip = True
            self._count(parent, frame.size, node.span)
            return
        self._value(node, frame.size)

    def alias(self, name: str, span: Span) -> None:
        """The node that was anchored as `name` stands here once more."""
        known = self._anchors.get(name)
        if known is None:
            raise Broken(Problem("syntax", f"nothing before this is anchored as &{name}", span))
        node, size = known
        frame = self._stack[-1] if self._stack else None
        if frame is not None and type(frame.node) is Mapping and frame.key is None and not frame.skip:
            if isinstance(node, Text):
                frame.key = Text(span, None, node.text, node.plain)
            else:
                self.report("syntax", "a key must be text, but this alias is a list or a mapping", span)
                frame.skip = True
            self._count(frame, size, span)
            return
        self._value(node, size)

    def finish(self) -> Node | None:
        """The tree so far, with what is still open marked as cut short."""
        while self._stack:
            frame = self._stack[-1]
            frame.node.closed = False
            frame.anchor = None
            if frame.key is not None:
                self._value(Text(frame.key.span, None, "", plain=True), 1)
            self.close()
        return self.root

    def _value(self, node: Node, size: int) -> None:
        if not self._stack:
            self.root = node
            return
        frame = self._stack[-1]
        self._count(frame, size, node.span)
        into = frame.node
        if isinstance(into, Sequence):
            into.items.append(node)
            return
        key = frame.key
        frame.key = None
        if key is None:
            frame.skip = False
        elif key.text == "<<" and key.plain:
            frame.merges.append(node)
        else:
            if key.text in into.members:
                message = f"the key {_short(key.text)} is already written on line {into.keys[key.text].line}; keep one"
                self.report("syntax", message, key.span)
                del into.members[key.text], into.keys[key.text]
            into.members[key.text] = node
            into.keys[key.text] = key.span

    def _count(self, frame: _Frame, size: int, span: Span) -> None:
        frame.size += size
        if frame.size > MAX_NODES:
            self._stop(f"the template has over {MAX_NODES:,} values by here, aliases counted as often as used", span)

    def _merge(self, into: Mapping, merges: list[Node]) -> None:
        """What is written wins, and earlier sources win over later (https://yaml.org/type/merge.html)."""
        for merged in merges:
            for node in merged.items if isinstance(merged, Sequence) else (merged,):
                if not isinstance(node, Mapping):
                    self.report("syntax", "a merge key (<<) takes a mapping or a list of mappings", node.span)
                    continue
                for key, value in node.members.items():
                    if key not in into.members:
                        into.members[key] = value
                        into.keys[key] = node.keys[key]

    def _stop(self, message: str, span: Span) -> NoReturn:
        raise Broken(Problem("limit", message, span), keep=False)


def parse(source: Source) -> Document:
    """The tree of a YAML or JSON text. Raises nothing: what is wrong is in `problems`, the first error last."""
    from srm_lint.read.cloudformation import json_text, yaml_text

    if source.text.lstrip()[:1] not in ("{", "["):
        return _read(source, yaml_text.scan)
    # JSON first: YAML forbids some JSON (escaped surrogate pairs, long keys), and its messages would puzzle.
    document = _read(source, json_text.scan)
    if document.broken and document.problems[-1].kind == "syntax":
        other = _read(source, yaml_text.scan)
        if not other.broken:
            # CloudFormation takes what begins with a brace for JSON; a file that is called YAML may mean YAML.
            named_yaml = source.path.endswith((".yaml", ".yml"))
            return other if named_yaml else other._replace(problems=(*other.problems, document.problems[-1]))
    return document


def _read(source: Source, scan: Callable[[TreeBuilder], None]) -> Document:
    builder = TreeBuilder(source)
    try:
        scan(builder)
    except Broken as error:
        root = builder.finish() if error.keep else None
        return Document(root, (*builder.problems, error.problem), broken=True)
    return Document(builder.root, tuple(builder.problems), broken=False)


def _last_end(node: Mapping | Sequence) -> tuple[int, int]:
    if isinstance(node, Sequence):
        last = node.items[-1].span if node.items else node.span
        return max((last.end_line, last.end_column), (node.span.end_line, node.span.end_column))
    if not node.members:
        return node.span.end_line, node.span.end_column
    value, key = next(reversed(node.members.values())).span, next(reversed(node.keys.values()))
    # The value may stand before its key: an alias, or what is merged in.
    return max((value.end_line, value.end_column), (key.end_line, key.end_column))


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."
