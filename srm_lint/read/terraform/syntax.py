"""One text in, its blocks, attributes, comments and problems out; only this module runs tree-sitter.

Attributes stay syntax nodes until somebody asks what they are worth. See https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

import tree_sitter_hcl
from tree_sitter import Language, Node, Parser, Point, Query, QueryCursor, Range

from srm_lint.model.source import Comment, Problem, Source, Span
from srm_lint.read.terraform.expressions import Expression, Misunderstood
from srm_lint.read.terraform.grammar import MAX_NESTING, NOT_UNDERSTOOD, NestedTooDeep, translate
from srm_lint.read.terraform.positions import Text
from srm_lint.read.terraform.templates import unescape

MAX_BLOCKS = 60
"""How deep blocks may nest; providers need five or six."""


class Attribute:
    """`name = expression`, translated when it is first asked for."""

    __slots__ = ("_document", "_expression", "_node", "name", "name_span")

    def __init__(self, document: Document, node: Node | None, name: str, name_span: Span) -> None:
        self._document = document
        self._node = node
        self._expression: Expression | None = None
        self.name = name
        self.name_span = name_span

    @property
    def expression(self) -> Expression:
        """What stands after the `=`."""
        if self._expression is None:
            self._expression = self._translated()
            self._node = None
        return self._expression

    def _translated(self) -> Expression:
        node = self._node
        if node is None:
            return Misunderstood(self.name_span, NOT_UNDERSTOOD)
        try:
            return translate(self._document.content, node)
        except NestedTooDeep:
            span = self._document.content.span(node)
            message = f"this expression nests over {MAX_NESTING} levels deep, so it is not evaluated"
            self._document.problems.append(Problem("limit", message, span))
            return Misunderstood(span, "it nests too deep to be evaluated")

    def text(self, span: Span | None = None) -> str:
        """The source text of the expression, or of the part of it at `span`, on one line and not too long."""
        return self._document.cut(span or self.expression.span)


class Block:
    """A block: its type (`keyword`), labels, and contents. `span` covers it all, `header` ends at the opening brace."""

    __slots__ = ("_attributes", "_blocks", "_document", "_node", "damaged", "header", "keyword", "labels", "span")

    def __init__(self, document: Document, node: Node, *, depth: int = 0) -> None:
        self._document = document
        self._node: Node | None = None
        self._attributes: dict[str, Attribute] = {}
        self._blocks: tuple[Block, ...] = ()
        self.damaged = node.has_error
        content = document.content
        labels: list[str] = []
        keyword = ""
        end = node
        for child in node.children:
            kind = child.type
            if kind == "identifier":
                if keyword:
                    labels.append(content.text(child))
                else:
                    keyword = content.text(child)
            elif kind == "string_lit":
                labels.append(_label(content.text(child)))
            elif kind == "block_start":
                end = child
            elif kind == "body":
                self._node = child
        self.keyword = keyword
        self.labels = tuple(labels)
        self.span = content.span(node)
        self.header = content.between(node, end)
        if self._node is not None or self.damaged:
            self._fill(node, depth)

    def _fill(self, node: Node, depth: int) -> None:
        document, body, self._node = self._document, self._node, None
        if depth >= MAX_BLOCKS:
            document.problems.append(
                Problem("limit", f"blocks nest over {MAX_BLOCKS} levels deep here, so what is inside is not read", self.header)
            )
            self.damaged = True
            return
        self._attributes, self._blocks = document.contents(() if body is None else body.children, depth + 1)
        if self.damaged:
            document.salvage(node if body is None else body, self._attributes, self._blocks)

    @property
    def attributes(self) -> dict[str, Attribute]:
        """The attributes by name; of one that is written twice, the first."""
        return self._attributes

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The nested blocks, in order."""
        return self._blocks

    def override(self, other: Block) -> None:
        """Takes over what the block of an override file says: its arguments, and its nested blocks instead of those of the same type.

        See https://developer.hashicorp.com/terraform/language/files/override.
        """
        self._attributes = {**self._attributes, **other.attributes}
        replaced = {block.keyword for block in other.blocks}
        self._blocks = (*(block for block in self._blocks if block.keyword not in replaced), *other.blocks)


class Document:
    """One file that was read: `blocks` at its top, `attributes` (of a variable file), `problems` found so far."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.content = Text(source)
        self.comments: tuple[Comment, ...] = ()
        self.attributes: dict[str, Attribute] = {}
        self.blocks: tuple[Block, ...] = ()

    def contents(self, nodes: Iterable[Node], depth: int) -> tuple[dict[str, Attribute], tuple[Block, ...]]:
        """The attributes and blocks among `nodes`; a name that is written twice is a problem."""
        attributes: dict[str, Attribute] = {}
        blocks: list[Block] = []
        for node in nodes:
            kind = node.type
            if kind == "attribute":
                self._attribute(node, attributes)
            elif kind == "block":
                blocks.append(Block(self, node, depth=depth))
        return attributes, tuple(blocks)

    def _attribute(self, node: Node, attributes: dict[str, Attribute]) -> None:
        content = self.content
        children = node.children
        name = content.text(children[0])
        span = content.span(children[0])
        if name in attributes:
            first = attributes[name].name_span.line
            self.problems.append(Problem("syntax", f'the argument "{name}" was already set on line {first}', span))
            return
        value = children[-1]
        sound = value.type == "expression" and not node.has_error
        attributes[name] = Attribute(self, value if sound else None, name, span)

    def salvage(self, node: Node, attributes: dict[str, Attribute], blocks: tuple[Block, ...]) -> None:
        """Adds to `attributes` the names that a damaged block seems to set: present, but not understood."""
        from srm_lint.read.terraform.recovery import names

        for name, start, end in names(self.content.data, node.start_byte, node.end_byte):
            span = self.content.at(start, end)
            if name not in attributes and not any(block.span.contains(span) for block in blocks):
                attributes[name] = Attribute(self, None, name, span)

    def cut(self, span: Span) -> str:
        """The text at `span`, on one line, of at most 80 characters."""
        lines = self.source.lines()[span.line - 1 : span.end_line]
        lines[-1] = lines[-1][: span.end_column - 1]
        lines[0] = lines[0][span.column - 1 :]
        text = " ".join(" ".join(lines).split())
        return text if len(text) <= 80 else text[:79] + "…"


@cache
def _language() -> Language:
    return Language(tree_sitter_hcl.language())


@cache
def _parser() -> Parser:
    return Parser(_language())


@cache
def _comments() -> Query:
    return Query(_language(), "(comment) @comment")


def parse(source: Source) -> Document:
    """The document that `source` holds. What is wrong with its syntax is in its problems; the rest of it is there."""
    document = Document(source)
    content = document.content
    root = _parser().parse(content.parsed).root_node
    nodes: Iterable[Node] = _top(root)
    if root.has_error:
        from srm_lint.read.terraform.recovery import mended, second_opinion, segments

        content.parsed = mended(content.data)
        root = _parser().parse(content.parsed).root_node
        nodes = _top(root)
        if root.has_error:
            problem = second_opinion(source, content, _first_error(content, root))
            if problem is not None:
                document.problems.append(problem)
            nodes = _piecewise(content, segments(content.data))
    document.attributes, document.blocks = document.contents(nodes, 0)
    found = QueryCursor(_comments()).captures(root).get("comment", ())
    document.comments = tuple([Comment(content.span(node), content.text(node).rstrip("\r")) for node in found])
    return document


def parse_expression(text: str, span: Span) -> Expression | None:
    """The expression that `text` is (a value from the command line), or None where it is none; all its spans are `span`."""
    return _only_value(Source(span.source, f"_ = {text}\n"), fixed=span)


def parse_template(text: str, path: str) -> Expression | None:
    """The template that a whole file is, or None where it is not a valid one."""
    marker = "_SRM_LINT_END_OF_TEMPLATE_"
    return _only_value(Source(path, f"_ = <<{marker}\n{text}\n{marker}\n"), shift=0, padding=1)


def _only_value(source: Source, *, fixed: Span | None = None, shift: int = 1, padding: int = 0) -> Expression | None:
    document = Document(source)
    content = document.content
    content.fixed, content.shift, content.padding = fixed, shift, padding
    root = _parser().parse(content.parsed).root_node
    if root.has_error:
        return None
    attributes, blocks = document.contents(_top(root), 0)
    return attributes["_"].expression if list(attributes) == ["_"] and not blocks else None


def _top(root: Node) -> list[Node]:
    return [node for child in root.children if child.type == "body" for node in child.children]


def _label(text: str) -> str:
    return unescape(text[1:-1])


def _first_error(content: Text, node: Node) -> Span:
    """Where the tree first holds something that was not expected, or misses something."""
    while True:
        for child in node.children:
            if child.is_error or child.is_missing:
                return content.span(child)
            if child.has_error:
                node = child
                break
        else:
            return content.span(node)


def _piecewise(content: Text, ranges: Iterable[tuple[int, int]]) -> Iterator[Node]:
    """The top-level nodes of each range parsed alone, so that an error in one block cannot swallow the next."""
    for start, end in ranges:
        parser = Parser(_language(), included_ranges=[Range(_point(content, start), _point(content, end), start, end)])
        root = parser.parse(content.parsed).root_node
        yield from _outermost(root)


def _outermost(root: Node) -> Iterator[Node]:
    """The blocks and attributes at the top; where the tree is broken, the topmost that are whole."""
    for child in root.children:
        if child.type in ("block", "attribute"):
            yield child
        elif child.type in ("body", "ERROR"):
            yield from _outermost(child)


def _point(content: Text, offset: int) -> Point:
    row = content.data.count(b"\n", 0, offset)
    return Point(row, offset - (content.data.rfind(b"\n", 0, offset) + 1))
