"""Template nodes in, expressions out: escapes, strip markers, directives, and the indentation of heredocs.

tree-sitter-hcl leaves out the white space around literals, so text is cut from the bytes between the gaps. What is
trimmed and dedented follows the order in which HCL works on its tokens
(https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#templates): a literal of a heredoc is one line, a strip
marker reaches only into the literal next to it, and indentation is taken away last.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from srm_lint.model.source import Span
from srm_lint.model.value import Scalar
from srm_lint.read.terraform.expressions import (
    Conditional,
    Expression,
    Literal,
    Misunderstood,
    Template,
    TemplateFor,
)
from srm_lint.read.terraform.scalars import composed

if TYPE_CHECKING:
    from tree_sitter import Node

    from srm_lint.read.terraform.grammar import Translation

_ESCAPE = re.compile(r"\\(?:[nrt\"\\]|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})|([$%])\1\{")
_HEREDOC_ESCAPE = re.compile(r"([$%])\1\{")
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_MARKERS = {
    "template_interpolation": "interpolation",
    "template_if_intro": "if",
    "template_else_intro": "else",
    "template_if_end": "end",
    "template_for_start": "for",
    "template_for_end": "end",
}


class _Token:
    """A literal (`text` is set), or the gap that `node` is."""

    __slots__ = ("kind", "node", "span", "text")

    def __init__(self, kind: str, node: Node | None, text: str = "", span: Span | None = None) -> None:
        self.kind = kind
        self.node = node
        self.text = text
        self.span = span


def unescape(text: str) -> str:
    """The text that a quoted literal stands for."""
    return composed(_ESCAPE.sub(_unescaped, text) if "\\" in text or "{" in text else text)


def _unescaped(match: re.Match[str]) -> str:
    if match[1]:
        return match[1] + "{"
    escape = match[0][1:]
    if escape[0] in "uU":
        code = int(escape[1:], 16)
        return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
    return _PLAIN[escape]


def quoted(translation: Translation, node: Node, depth: int) -> Expression:
    """`"…"`."""
    content = translation.content
    children = node.children
    span = content.span(node)
    if len(children) < 2 or children[-1].type != "quoted_template_end":
        return translation.misunderstood(node)
    start, end = children[0].end_byte, children[-1].start_byte
    if all(child.type == "template_literal" for child in children[1:-1]):
        text = content.data[start:end].decode()
        return Literal(span, Scalar(span=span, data=unescape(text)))
    tokens = list(_tokens(translation, children[1:-1], start, end, split=False))
    _strip(tokens)
    for token in tokens:
        if token.kind == "literal":
            token.text = unescape(token.text)
    return _assembled(translation, tokens, span, depth)


def heredoc(translation: Translation, node: Node, depth: int) -> Expression:
    """`<<MARKER … MARKER`."""
    content = translation.content
    children = node.children
    marks = [child for child in children if child.type == "heredoc_identifier"]
    if len(marks) != 2:
        return translation.misunderstood(node)
    start = content.data.find(b"\n", marks[0].end_byte) + 1
    end = content.data.rfind(b"\n", 0, marks[1].start_byte) + 1
    inner = [child for child in children if child.start_byte >= start and child.end_byte <= end]
    flush = content.text(children[0]).endswith("-")
    # Only what comes from a whole file or string has a span of its own, and a marker that adds a line end.
    padding = content.padding if marks[1].end_byte + 1 >= len(content.data) else 0
    end -= padding
    if not start or end < start:
        end = start
    span = content.at(start, end) if padding else content.span(node)
    return _heredoc(translation, inner, (start, end), span, depth, flush=flush)


def _heredoc(
    translation: Translation, nodes: Sequence[Node], range_: tuple[int, int], span: Span, depth: int, *, flush: bool
) -> Expression:
    tokens = list(_tokens(translation, nodes, *range_, split=True))
    _strip(tokens)
    if flush:
        _dedent(tokens)
    for token in tokens:
        if token.kind == "literal" and "{" in token.text:
            token.text = _HEREDOC_ESCAPE.sub(r"\1{", token.text)
    return _assembled(translation, tokens, span, depth)


def _gaps(nodes: Sequence[Node]) -> Iterator[tuple[str, Node]]:
    """The markers among `nodes` in order, those inside directives included."""
    stack = [iter(nodes)]
    while stack:
        node = next(stack[-1], None)
        if node is None:
            stack.pop()
        elif node.type in _MARKERS:
            yield _MARKERS[node.type], node
        elif node.type in ("template_directive", "template_if", "template_for"):
            stack.append(iter(node.children))
        elif node.type == "ERROR":
            yield "error", node


def _tokens(translation: Translation, nodes: Sequence[Node], start: int, end: int, *, split: bool) -> Iterator[_Token]:
    content = translation.content
    position = start

    def literals(stop: int) -> Iterator[_Token]:
        text = content.data[position:stop].decode()
        if split:
            for line in _LINE.findall(text):
                yield _Token("literal", None, line)
        elif text:
            yield _Token("literal", None, text)

    for kind, node in _gaps(nodes):
        before = content.data[position : node.start_byte]
        if kind != "error" and before.endswith(content.data[node.start_byte : node.start_byte + 1]):
            # `$${` is an escape whatever stands before it; the grammar takes `$$` and `${` for a gap after text.
            continue
        yield from literals(node.start_byte)
        yield _Token(kind, node, span=content.span(node))
        position = node.end_byte
    yield from literals(end)


def _strip(tokens: list[_Token]) -> None:
    for position, token in enumerate(tokens):
        if token.node is None:
            continue
        children = token.node.children
        if len(children) < 3:
            continue
        if children[1].type == "strip_marker" and position and tokens[position - 1].kind == "literal":
            tokens[position - 1].text = tokens[position - 1].text.rstrip()
        if (
            children[-2].type == "strip_marker"
            and position + 1 < len(tokens)
            and tokens[position + 1].kind == "literal"
        ):
            tokens[position + 1].text = tokens[position + 1].text.lstrip()


def _dedent(tokens: list[_Token]) -> None:
    least: int | None = None
    indented: list[_Token] = []
    starts_line = True
    for token in tokens:
        literal = token.kind == "literal"
        if starts_line:
            starts_line = False
            spaces: int | None = 0
            if literal:
                stripped = token.text.lstrip()
                if not stripped and token.text.endswith("\n"):
                    spaces = None
                else:
                    spaces = len(token.text) - len(stripped)
                    indented.append(token)
            if spaces is not None and (least is None or spaces < least):
                least = spaces
        if literal and token.text.endswith("\n"):
            starts_line = True
    for token in indented:
        token.text = token.text[least:]


def _assembled(translation: Translation, tokens: list[_Token], span: Span, depth: int) -> Expression:
    """The expression of a whole template: an only interpolation keeps its type."""
    if len(tokens) == 1 and tokens[0].kind == "interpolation" and tokens[0].node is not None:
        return _interpolated(translation, tokens[0].node, depth)
    if all(token.kind == "literal" for token in tokens):
        return Literal(span, Scalar(span=span, data=composed("".join([token.text for token in tokens]))))
    if any(token.kind == "error" for token in tokens):
        return Misunderstood(span, "this template was not understood")
    assembly = _Assembly(translation, tokens, span, depth)
    parts = assembly.parts(depth + 1)
    if assembly.position < len(tokens):
        return Misunderstood(span, "this template ends a directive that it does not begin")
    return Template(span, parts)


def _interpolated(translation: Translation, node: Node, depth: int) -> Expression:
    for child in node.children:
        if child.type == "expression":
            return translation.expression(child, depth + 1)
    return translation.misunderstood(node)


class _Assembly:
    """Flat tokens to nested parts."""

    def __init__(self, translation: Translation, tokens: list[_Token], span: Span, depth: int) -> None:
        self.translation = translation
        self.tokens = tokens
        self.span = span
        self.depth = depth
        self.position = 0

    def parts(self, depth: int) -> tuple[Expression, ...]:
        """The parts up to the end of the directive (which is left to the caller) or of the template."""
        from srm_lint.read.terraform.grammar import MAX_NESTING, NestedTooDeep

        if depth > MAX_NESTING:
            raise NestedTooDeep
        found: list[Expression] = []
        while self.position < len(self.tokens):
            token = self.tokens[self.position]
            if token.kind in ("else", "end"):
                break
            self.position += 1
            if token.node is None:
                if token.text:
                    found.append(Literal(self.span, Scalar(span=self.span, data=token.text)))
            elif token.kind == "interpolation":
                found.append(_interpolated(self.translation, token.node, depth))
            elif token.kind == "if":
                found.append(self._if(token, token.node, depth))
            else:
                found.append(self._for(token, token.node, depth))
        return tuple(found)

    def _if(self, token: _Token, node: Node, depth: int) -> Expression:
        condition = _interpolated(self.translation, node, depth)
        then = self.parts(depth + 1)
        otherwise: tuple[Expression, ...] = ()
        if self._takes("else"):
            otherwise = self.parts(depth + 1)
        self._takes("end")
        span = token.span or self.span
        return Conditional(span, condition, Template(span, then), Template(span, otherwise))

    def _for(self, token: _Token, node: Node, depth: int) -> Expression:
        key, item, collection = self.translation.intro(node, depth)
        body = self.parts(depth + 1)
        self._takes("end")
        span = token.span or self.span
        return TemplateFor(span, key, item, collection, Template(span, body))

    def _takes(self, kind: str) -> bool:
        if self.position < len(self.tokens) and self.tokens[self.position].kind == kind:
            self.position += 1
            return True
        return False
