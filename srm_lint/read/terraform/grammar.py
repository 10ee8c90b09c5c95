"""A syntax node in, an expression tree out; only this module knows the node types of tree-sitter-hcl's expressions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from srm_lint.model.value import Scalar
from srm_lint.read.terraform import templates
from srm_lint.read.terraform.arithmetic import negative
from srm_lint.read.terraform.expressions import (
    Attribute,
    Binary,
    Call,
    Conditional,
    Expression,
    For,
    Index,
    Literal,
    Member,
    Misunderstood,
    Name,
    ObjectOf,
    Splat,
    Step,
    Traversal,
    Tuple,
    Unary,
)
from srm_lint.read.terraform.positions import Text
from srm_lint.read.terraform.scalars import number_text

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_NESTING = 100
"""How deep expressions may nest. Generated configurations stay below 20."""

NOT_UNDERSTOOD = "this expression was not understood"
_OPERATORS = {"||", "&&", "==", "!=", "<", ">", "<=", ">=", "+", "-", "*", "/", "%"}
_STEPS = {"get_attr", "index", "splat"}


class NestedTooDeep(Exception):
    """An expression that nests over `MAX_NESTING` levels."""


def translate(content: Text, node: Node) -> Expression:
    """The expression that `node` is. Raises `NestedTooDeep`."""
    return Translation(content).expression(node, 0)


class Translation:
    """The translation of nodes of one text."""

    __slots__ = ("content",)

    def __init__(self, content: Text) -> None:
        self.content = content

    def expression(self, node: Node, depth: int) -> Expression:
        """The expression that `node` is, `depth` levels below its attribute."""
        if depth > MAX_NESTING:
            raise NestedTooDeep
        while True:
            translation = _TRANSLATIONS.get(node.type)
            if translation is not None:
                return translation(self, node, depth)
            children = _meaningful(node)
            if len(children) != 1:
                return self.misunderstood(node)
            node = children[0]

    def misunderstood(self, node: Node) -> Expression:
        """What stands for a node that makes no sense."""
        return Misunderstood(self.content.span(node), NOT_UNDERSTOOD)

    def wrapped(self, node: Node, depth: int) -> Expression:
        """`expression`: one part, a part in parentheses, either with steps after it."""
        return self.run(node, _meaningful(node), depth)

    def run(self, node: Node, children: Sequence[Node], depth: int) -> Expression:
        """The expression that the `children` of `node` (all, or those of one operand) are."""
        if not children:
            return self.misunderstood(node)
        if children[0].type != "(":
            root = self.expression(children[0], depth)
            steps = children[1:]
        elif len(children) < 3:
            return self.misunderstood(node)
        else:
            root = self.expression(children[1], depth + 1)
            steps = children[3:]
            if isinstance(root, Name):
                # `(a)` as the key of an object is a reference, unlike `a`.
                root = Traversal(root.span, root, ())
        if not steps:
            return root
        if any(step.type not in _STEPS for step in steps):
            return self.misunderstood(node)
        translated = self.steps(steps, depth)
        if translated is None:
            return self.misunderstood(node)
        return Traversal(self.content.between(children[0], children[-1]), root, translated)

    def steps(self, nodes: Sequence[Node], depth: int) -> tuple[Step, ...] | None:
        """The steps after a root; an attribute-only splat ends at the first `[`, a full one takes all that follows."""
        if depth > MAX_NESTING:
            raise NestedTooDeep
        steps: list[Step] = []
        for position, node in enumerate(nodes, 1):
            if node.type == "get_attr":
                steps.append(Attribute(self.content.span(node), self.content.text(node.children[-1])))
            elif node.type == "index":
                step = self.index(node.children[0], depth)
                if step is None:
                    return None
                steps.append(step)
            else:
                full = node.children[0].type == "full_splat"
                splat = self.splat(node, nodes[position:] if full else (), depth)
                if splat is None:
                    return None
                steps.extend(splat)
                if full:
                    break
        return tuple(steps)

    def index(self, node: Node, depth: int) -> Step | None:
        """`[key]` or `.0`."""
        span = self.content.span(node)
        if node.type == "legacy_index":
            digits = self.content.text(node).lstrip(". \t\r\n")
            return Index(span, Literal(span, Scalar(span=span, data=int(digits)))) if digits.isdigit() else None
        inner = [child for child in node.children if child.type == "expression"]
        return Index(span, self.expression(inner[0], depth + 1)) if len(inner) == 1 else None

    def splat(self, node: Node, following: Sequence[Node], depth: int) -> tuple[Step, ...] | None:
        """A splat and what follows it, in its node and after it."""
        kind = node.children[0]
        later = _meaningful(kind)[1:]
        span = self.content.span(kind.children[0])
        if kind.type == "full_splat":
            own = self.steps([*later, *following], depth + 1)
            return None if own is None else (Splat(span, own),)
        taken = 0
        while taken < len(later) and not (
            later[taken].type == "index" and later[taken].children[0].type == "new_index"
        ):
            taken += 1
        own, after = self.steps(later[:taken], depth), self.steps(later[taken:], depth)
        return None if own is None or after is None else (Splat(span, own), *after)

    def name(self, node: Node, _depth: int) -> Expression:
        """A bare word."""
        return Name(self.content.span(node), self.content.text(node))

    def literal(self, node: Node, depth: int) -> Expression:
        """A number, boolean, null or text without gaps."""
        child = node.children[0]
        span = self.content.span(child)
        kind = child.type
        if kind == "string_lit":
            return self.quoted(child, depth)
        if kind == "numeric_lit":
            number = number_of(self.content.text(child))
            return self.misunderstood(node) if number is None else Literal(span, Scalar(span=span, data=number))
        if kind == "bool_lit":
            return Literal(span, Scalar(span=span, data=child.children[0].type == "true"))
        return Literal(span, Scalar(span=span, data=None)) if kind == "null_lit" else self.misunderstood(node)

    def quoted(self, node: Node, depth: int) -> Expression:
        """`"text"`, with or without gaps."""
        return templates.quoted(self, node, depth)

    def heredoc(self, node: Node, depth: int) -> Expression:
        """`<<MARKER`."""
        return templates.heredoc(self, node, depth)

    def list(self, node: Node, depth: int) -> Expression:
        """`[a, b]`."""
        items = tuple([self.expression(child, depth + 1) for child in node.children if child.type == "expression"])
        return Tuple(self.content.span(node), items)

    def mapping(self, node: Node, depth: int) -> Expression:
        """`{key = value}`."""
        members = []
        for element in node.children:
            if element.type != "object_elem":
                continue
            parts = [child for child in element.children if child.type == "expression"]
            if len(parts) != 2:
                return self.misunderstood(node)
            key = self.expression(parts[0], depth + 1)
            if isinstance(key, Name):
                key = Literal(key.span, Scalar(span=key.span, data=key.name))
            elif isinstance(key, Literal) and parts[0].children[0].type == "literal_value":
                key = self._key(key, parts[0])
            members.append(Member(key, self.expression(parts[1], depth + 1)))
        return ObjectOf(self.content.span(node), tuple(members))

    def _key(self, key: Literal, node: Node) -> Literal:
        if isinstance(key.value.data, str):
            return key
        number = key.value.data
        written = self.content.text(node) if isinstance(number, bool) or number is None else number_text(number)
        return Literal(key.span, Scalar(span=key.span, data=written))

    def for_each(self, node: Node, depth: int) -> Expression:
        """`[for …]` and `{for …}`."""
        intro: Node | None = None
        results: list[Expression] = []
        condition: Expression | None = None
        group = False
        for child in node.children:
            kind = child.type
            if kind == "for_intro":
                intro = child
            elif kind == "expression":
                results.append(self.expression(child, depth + 1))
            elif kind == "ellipsis":
                group = True
            elif kind == "for_cond":
                condition = self.expression(child.children[-1], depth + 1)
        if intro is None or len(results) != (2 if node.type == "for_object_expr" else 1):
            return self.misunderstood(node)
        key, item, collection = self.intro(intro, depth)
        result_key = results[0] if len(results) == 2 else None
        return For(self.content.span(node), key, item, collection, result_key, results[-1], condition, group)

    def intro(self, node: Node, depth: int) -> tuple[str | None, str, Expression]:
        """`for key, item in collection`: the names and the collection."""
        names = [self.content.text(child) for child in node.children if child.type == "identifier"]
        collection = next(child for child in node.children if child.type == "expression")
        return (names[0] if len(names) > 1 else None), names[-1], self.expression(collection, depth + 1)

    def conditional(self, node: Node, depth: int) -> Expression:
        """`a ? b : c`. The grammar leans `a ? b : c ? d : e` to the left, HCL to the right, so the chain is laid out
        anew.
        """
        rest: list[tuple[Node, Node, Node]] = []
        while True:
            parts = [child for child in node.children if child.type == "expression"]
            if len(parts) != 3:
                return self.misunderstood(node)
            rest.append((node, parts[1], parts[2]))
            first = parts[0]
            if first.child_count != 1 or first.children[0].type != "conditional":
                break
            node = first.children[0]
            if len(rest) + depth > MAX_NESTING:
                raise NestedTooDeep
        condition = self.expression(first, depth + 1)
        chain: list[tuple[Expression, Node, Node]] = []
        end = rest[0][0]
        for _, then, otherwise in reversed(rest):
            chain.append((condition, first, then))
            condition, first = self.expression(otherwise, depth + 1), otherwise
        result = condition
        for test, start, then in reversed(chain):
            result = Conditional(self.content.between(start, end), test, self.expression(then, depth + 1), result)
        return result

    def operation(self, node: Node, depth: int) -> Expression:
        """An operator with its operands."""
        inner = node.children[0]
        parts = _meaningful(inner)
        span = self.content.span(node)
        if inner.type == "unary_operation":
            operand = self.run(inner, parts[1:], depth + 1)
            if parts[0].type == "-" and isinstance(operand, Literal):
                number = operand.value.data
                if isinstance(number, int | Decimal) and not isinstance(number, bool):
                    return Literal(span, Scalar(span=span, data=negative(number)))
            return Unary(span, parts[0].type, operand)
        for position, part in enumerate(parts):
            if part.type in _OPERATORS:
                left = self.run(inner, parts[:position], depth + 1)
                return Binary(span, part.type, left, self.run(inner, parts[position + 1 :], depth + 1))
        return self.misunderstood(node)

    def call(self, node: Node, depth: int) -> Expression:
        """`name(arguments)`."""
        name = self.content.text(node.children[0])
        arguments: list[Expression] = []
        expand = False
        for part in node.children:
            if part.type != "function_arguments":
                continue
            for child in part.children:
                if child.type == "expression":
                    arguments.append(self.expression(child, depth + 1))
                elif child.type == "ellipsis":
                    expand = True
        return Call(self.content.span(node), name, tuple(arguments), expand)


def _meaningful(node: Node) -> list[Node]:
    children = node.children
    return [child for child in children if child.type != "comment"] if len(children) > 1 else children


def number_of(text: str) -> int | Decimal | None:
    """The number that a literal is, or None where there is no such number (or one too large to work with)."""
    try:
        if text.isdigit() and len(text) < 400:
            return int(text)
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number.adjusted()) > 400 or len(text) > 400:
        return None
    return int(number) if number == number.to_integral_value() else number


_TRANSLATIONS: dict[str, Callable[[Translation, Node, int], Expression]] = {
    "expression": Translation.wrapped,
    "literal_value": Translation.literal,
    "string_lit": Translation.quoted,
    "quoted_template": Translation.quoted,
    "heredoc_template": Translation.heredoc,
    "variable_expr": lambda translation, node, depth: translation.name(node.children[0], depth),
    "tuple": Translation.list,
    "object": Translation.mapping,
    "for_tuple_expr": Translation.for_each,
    "for_object_expr": Translation.for_each,
    "conditional": Translation.conditional,
    "operation": Translation.operation,
    "function_call": Translation.call,
    "ERROR": lambda translation, node, _depth: translation.misunderstood(node),
}
