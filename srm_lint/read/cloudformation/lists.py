"""Lists in, their items and measures out: Select, Cidr, GetAZs, Length."""

from __future__ import annotations

from collections.abc import Sequence as Several

from msgspec.structs import replace

from srm_lint.model.source import Span
from srm_lint.model.value import Absent, List, Scalar, Unknown, Value
from srm_lint.read.cloudformation.expressions import ITEM, Evaluator, references
from srm_lint.read.cloudformation.networks import MAX_BLOCKS
from srm_lint.read.cloudformation.networks import cidr as blocks_of
from srm_lint.read.cloudformation.scalars import as_text, resolve
from srm_lint.read.cloudformation.scenarios import Depending
from srm_lint.read.cloudformation.syntax import Node, Sequence


def settled(evaluator: Evaluator, values: Value, span: Span) -> Value:
    """A list whose items are all there: one of several, where AWS::NoValue may leave items out."""
    if not isinstance(values, List):
        return values
    if not evaluator.spend(len(values.items)):
        return evaluator.wrong("the lists of this template are too long by here", span, kind="limit")
    places = [place for place, item in enumerate(values.items) if isinstance(item, Depending) and item.optional]
    if not places:
        return values

    def taken(known: Several[Value]) -> Value:
        items = dict(enumerate(values.items)) | dict(zip(places, known, strict=True))
        return replace(values, items=tuple(item for item in items.values() if not isinstance(item, Absent)))

    return evaluator.lift([values.items[place] for place in places], taken, span)


def select(evaluator: Evaluator, node: Node, span: Span) -> Value:
    """One item of a list."""
    if not isinstance(node, Sequence) or len(node.items) != 2:
        return evaluator.wrong("Fn::Select takes a list of an index and a list", span)
    position, items = evaluator.value(node.items[0]), settled(evaluator, evaluator.value(node.items[1]), span)

    def selected(parts: Several[Value]) -> Value:
        index, values = parts
        number = resolve(as_text(index.data)) if isinstance(index, Scalar) else None
        if isinstance(number, bool) or not isinstance(number, int):
            return evaluator.wrong("the index of Fn::Select must be a whole number", span)
        if not isinstance(values, List):
            return evaluator.wrong("Fn::Select selects from a list, and this is none", span)
        if not 0 <= number < len(values.items):
            message = f"Fn::Select asks for item {number} of a list of {len(values.items)}; the first is 0"
            return evaluator.wrong(message, span)
        return values.items[number].inside(values)

    return evaluator.lift([position, items], selected, span)


def cidr(evaluator: Evaluator, node: Node, span: Span) -> Value:
    """Address blocks inside a block."""
    if not isinstance(node, Sequence) or len(node.items) not in (2, 3):
        return evaluator.wrong("Fn::Cidr takes a list of an address block, a count and a number of bits", span)
    if len(node.items) == 2:
        return Unknown(span=span, reason="Fn::Cidr has no number of bits")
    parts = [evaluator.value(item) for item in node.items]

    def blocks(known: Several[Value]) -> Value:
        texts = [as_text(part.data) if isinstance(part, Scalar) else "" for part in known]
        if not evaluator.spend(ITEM * MAX_BLOCKS):
            return evaluator.wrong("this template makes too many address blocks by here", span, kind="limit")
        found = blocks_of(*texts)
        if isinstance(found, str):
            return evaluator.wrong(found, span)
        return List(span=span, items=tuple(Scalar(span=span, data=block) for block in found))

    return evaluator.lift(parts, blocks, span)


def get_azs(evaluator: Evaluator, node: Node, span: Span) -> Value:
    """The zones of a region, which depend on the account."""
    region = evaluator.value(node)
    reason = "the availability zones depend on the account and region"
    return Unknown(span=span, reason=reason, references=references([region]))


def length(evaluator: Evaluator, node: Node, span: Span) -> Value:
    """How many items a list has."""

    def counted(parts: Several[Value]) -> Value:
        (items,) = parts
        if not isinstance(items, List):
            return evaluator.wrong("Fn::Length takes a list", span)
        return Scalar(span=span, data=len(items.items), origin=items.origin)

    return evaluator.lift([settled(evaluator, evaluator.value(node), span)], counted, span)
