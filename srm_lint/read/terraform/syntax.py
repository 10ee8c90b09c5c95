"""Syntax nodes in; the blocks and attributes of a file out, with the problems in them.

Only this module knows what HCL's structure is made of: attributes stay syntax nodes until somebody asks what they are
worth. See https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#structural-elements.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from srm_lint.model.source import Comment, Problem, Source, Span
from srm_lint.read.terraform.expressions import Expression, Misunderstood
from srm_lint.read.terraform.grammar import MAX_NESTING, NOT_UNDERSTOOD, NestedTooDeep, translate
from srm_lint.read.terraform.positions import Text
from srm_lint.read.terraform.templates import unescape

if TYPE_CHECKING:
    from tree_sitter import Node

_WORDS = re.compile(r'"([^"]*)"|([\w-]+)')

MAX_BLOCKS = 60
"""How deep blocks may nest; providers need five or six."""


class Attribute:
    """`name = expression`, translated when it is first asked for."""

    __slots__ = ("_document", "_expression", "_name", "_node", "name")

    def __init__(
        self,
        document: Document,
        node: Node | None,
        name: str,
        place: Node | Span,
        expression: Expression | None = None,
    ) -> None:
        self._document = document
        self._node = node
        self._expression = expression
        self._name = place
        self.name = name

    @property
    def name_span(self) -> Span:
        """Where the name stands."""
        if not isinstance(self._name, Span):
            self._name = self._document.content.span(self._name)
        return self._name

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
    """A block: its type (`keyword`), labels, and contents. `span` covers it all, `header` ends at the opening brace.

    It is `damaged` where a syntax error stands in it. JSON writes a block as it does an argument that is a map: where
    only the provider could tell them apart, it `may_be_map`.
    """

    __slots__ = (
        "_attributes",
        "_blocks",
        "_by_type",
        "_document",
        "damaged",
        "header",
        "keyword",
        "labels",
        "may_be_map",
        "span",
    )

    def __init__(self, document: Document, header: Span, span: Span, keyword: str, labels: tuple[str, ...]) -> None:
        self._document = document
        self._attributes: dict[str, Attribute] = {}
        self._blocks: tuple[Block, ...] = ()
        self._by_type: dict[str, list[Block]] | None = None
        self.damaged = False
        self.may_be_map = False
        self.header = header
        self.span = span
        self.keyword = keyword
        self.labels = labels

    @classmethod
    def from_node(cls, document: Document, node: Node, depth: int) -> Block:
        """The block that a syntax node is, with its contents."""
        content = document.content
        words: list[str] = []
        body: Node | None = None
        end = node
        for child in node.children:
            kind = child.type
            if kind == "identifier":
                words.append(content.text(child))
            elif kind == "string_lit":
                words.append(_label(content.text(child)))
            elif kind == "block_start":
                end = child
            elif kind == "body":
                body = child
        block = cls(
            document, content.between(node, end), content.span(node), words[0] if words else "", tuple(words[1:])
        )
        block.damaged = node.has_error
        if body is not None or block.damaged:
            block._fill(node if body is None else body, () if body is None else body.children, depth)
        return block

    @classmethod
    def salvaged(cls, document: Document, start: int, brace: int, end: int, nodes: Iterable[Node]) -> Block:
        """The block whose header stands from `start` to `brace`, of which the parser made nothing better than
        `nodes`.
        """
        content = document.content
        words = [
            quoted or bare for quoted, bare in _WORDS.findall(content.data[start:brace].decode("utf-8", "replace"))
        ]
        block = cls(document, content.at(start, brace), content.at(start, end), words[0], tuple(words[1:]))
        block.damaged = True
        block._attributes, block._blocks = document.contents(nodes, 1)
        document.salvage(brace, end, block._attributes, block._blocks)
        return block

    def _fill(self, node: Node, children: Iterable[Node], depth: int) -> None:
        document = self._document
        if depth >= MAX_BLOCKS:
            message = f"blocks nest over {MAX_BLOCKS} levels deep here, so what is inside is not read"
            document.problems.append(Problem("limit", message, self.header))
            self.damaged = True
            return
        self._attributes, self._blocks = document.contents(children, depth + 1)
        if self.damaged:
            document.salvage(node.start_byte, node.end_byte, self._attributes, self._blocks)

    def hold(self, attributes: dict[str, Attribute], blocks: tuple[Block, ...]) -> None:
        """Gives the block its contents."""
        self._attributes, self._blocks = attributes, blocks

    @property
    def type(self) -> str:
        """What it is called by: its keyword, or that of the blocks which a `dynamic` block stands for."""
        return self.labels[0] if self.keyword == "dynamic" and self.labels else self.keyword

    @property
    def attributes(self) -> dict[str, Attribute]:
        """The attributes by name; of one that is written twice, the first."""
        return self._attributes

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The nested blocks, in order."""
        return self._blocks

    def of_type(self, type_: str) -> Sequence[Block]:
        """The nested blocks of one type, `dynamic` ones among them."""
        if self._by_type is None:
            self._by_type = {}
            for block in self._blocks:
                self._by_type.setdefault(block.type, []).append(block)
        return self._by_type.get(type_, ())

    def override(self, other: Block) -> None:
        """Takes over what the block of an override file says: its arguments, and its nested blocks instead of those
        of the same type.

        See https://developer.hashicorp.com/terraform/language/files/override.
        """
        replaced = {*other.attributes, *(block.type for block in other.blocks)}
        kept = {name: attribute for name, attribute in self._attributes.items() if name not in replaced}
        self._attributes = {**kept, **other.attributes}
        self._blocks = (*(block for block in self._blocks if block.type not in replaced), *other.blocks)
        self._by_type = None


class Document:
    """One file that was read: `blocks` at its top, `attributes` (of a variable file), `problems` found so far."""

    def __init__(self, source: Source, content: Text | None = None) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.content = Text(source) if content is None else content
        self._lines: list[str] | None = None
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
                blocks.append(Block.from_node(self, node, depth))
        return attributes, tuple(blocks)

    def _attribute(self, node: Node, attributes: dict[str, Attribute]) -> None:
        content = self.content
        children = node.children
        name = content.text(children[0])
        if name in attributes:
            message = f'the argument "{name}" was already set on line {attributes[name].name_span.line}'
            self.problems.append(Problem("syntax", message, content.span(children[0])))
            return
        value = children[-1]
        sound = value.type == "expression" and not node.has_error
        attributes[name] = Attribute(self, value if sound else None, name, children[0])

    def salvage(self, start: int, end: int, attributes: dict[str, Attribute], blocks: tuple[Block, ...]) -> None:
        """Adds to `attributes` the names that a damaged block seems to set: present, but not understood."""
        from srm_lint.read.terraform.recovery import names

        for name, first, last in names(self.content.data, start, end):
            span = self.content.at(first, last)
            if name not in attributes and not any(block.span.contains(span) for block in blocks):
                attributes[name] = Attribute(self, None, name, span)

    def cut(self, span: Span) -> str:
        """The text at `span`, on one line, of at most 80 characters."""
        if self._lines is None:
            self._lines = self.source.lines()
        lines = self._lines[span.line - 1 : span.end_line]
        lines[-1] = lines[-1][: span.end_column - 1]
        lines[0] = lines[0][span.column - 1 :]
        text = " ".join(" ".join(lines).split())
        return text if len(text) <= 80 else text[:79] + "…"


def _label(text: str) -> str:
    return unescape(text[1:-1])
