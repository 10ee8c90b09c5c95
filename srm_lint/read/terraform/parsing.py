"""One text in, the document that it holds out, with its comments and problems; only this module runs tree-sitter.

See https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache

import tree_sitter_hcl
from tree_sitter import Language, Node, Parser, Point, Query, QueryCursor, Range

from srm_lint.model.source import Comment, Source, Span
from srm_lint.read.terraform.positions import Text
from srm_lint.read.terraform.syntax import Attribute, Block, Document


@cache
def _language() -> Language:
    return Language(tree_sitter_hcl.language())


@cache
def _parser() -> Parser:
    return Parser(_language())


def tree_of(data: bytes) -> Node:
    """The syntax tree of a text."""
    return _parser().parse(data).root_node


@lru_cache(maxsize=64)
def _root(data: bytes) -> Node:
    """The syntax tree of a file; many repositories hold copies of one file in every module."""
    return tree_of(data)


@cache
def _comments() -> Query:
    return Query(_language(), "(comment) @comment")


def parse(source: Source) -> Document:
    """The document that `source` holds. What is wrong with its syntax is in its problems; the rest of it is there."""
    document = Document(source)
    content = document.content
    root = _root(content.parsed)
    if not root.has_error:
        document.attributes, document.blocks = document.contents(top_of(root), 0)
    else:
        root = _with_errors(document, root)
    found = QueryCursor(_comments()).captures(root).get("comment", ())
    document.comments = tuple([Comment(content.span(node), content.text(node).rstrip("\r")) for node in found])
    return document


def top_of(root: Node) -> list[Node]:
    """The attributes and blocks at the top of a tree, comments among them."""
    return [node for child in root.children if child.type == "body" for node in child.children]


def first_error(content: Text, node: Node) -> Span:
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


def _with_errors(document: Document, root: Node) -> Node:
    """Fills a document in whose text the parser found errors, and gives the best tree of it."""
    from srm_lint.read.terraform.recovery import mended, second_opinion

    content = document.content
    content.parsed = mended(content.data)
    root = tree_of(content.parsed)
    if not root.has_error:
        document.attributes, document.blocks = document.contents(top_of(root), 0)
        return root
    problem = second_opinion(document.source, content, first_error(content, root))
    if problem is not None:
        document.problems.append(problem)
    blocks: list[Block] = []
    for attributes, found in _piecewise(document):
        document.attributes = {**attributes, **document.attributes}
        blocks.extend(found)
    document.blocks = tuple(blocks)
    return root


def _piecewise(document: Document) -> Iterator[tuple[dict[str, Attribute], tuple[Block, ...]]]:
    """What each top-level block holds, parsed alone, so that an error in one block cannot swallow the next."""
    from srm_lint.read.terraform.recovery import header_end, segments

    content = document.content
    for start, end in segments(content.data):
        parser = Parser(_language(), included_ranges=[Range(_point(content, start), _point(content, end), start, end)])
        nodes = list(_outermost(parser.parse(content.parsed).root_node))
        brace = header_end(content.data, start, end)
        if brace is None or any(node.type == "block" and node.start_byte < brace for node in nodes):
            yield document.contents(nodes, 0)
        else:
            yield {}, (Block.salvaged(document, start, brace, end, nodes),)


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
