"""The contents of a block in, the value that it makes out: arguments, nested blocks, dynamic blocks.

See https://developer.hashicorp.com/terraform/language/expressions/dynamic-blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec.structs import replace

from srm_lint.model.source import Span
from srm_lint.model.value import Absent, List, Object, Scalar, Unknown, Value
from srm_lint.read.terraform.conversion import is_null
from srm_lint.read.terraform.expressions import Literal, Name, Traversal
from srm_lint.read.terraform.instances import any_item, items_of
from srm_lint.read.terraform.syntax import Attribute, Block
from srm_lint.read.terraform.world import BlockOrMap, Each, Scope

Settle = Callable[[Attribute, Scope], Value]

META = frozenset({"count", "for_each", "provider", "depends_on", "lifecycle", "provisioner", "connection"})
"""What belongs to Terraform, not to the resource type."""


def names_of(block: Block, *, meta: bool) -> dict[str, None]:
    """The names of the arguments and block types that are written, in order; without the meta-arguments if `meta`."""
    names = dict.fromkeys(block.attributes)
    for nested in block.blocks:
        names[nested.type] = None
    if meta:
        for name in META & names.keys():
            del names[name]
    return names


def body_of(block: Block, scope: Scope, settle: Settle) -> Object:
    """A nested block as an object."""
    members: dict[str, Value] = {}
    for name in names_of(block, meta=False):
        value = written(block, name, scope, settle)
        if value is not None:
            members[name] = value
    return Object(span=block.header, members=members, keys=keys_of(block))


def keys_of(block: Block) -> dict[str, Span]:
    """Where each name is written (of a block type, the first block)."""
    keys = {name: attribute.name_span for name, attribute in block.attributes.items()}
    for nested in block.blocks:
        keys.setdefault(nested.type, nested.header)
    return keys


def written(block: Block, name: str, scope: Scope, settle: Settle) -> Value | None:
    """What the argument or block type `name` of `block` is worth; None where it is not written (or a dynamic block
    makes none).
    """
    attribute = block.attributes.get(name)
    value = argument(settle(attribute, scope)) if attribute is not None else None
    nested = block.of_type(name)
    if not nested:
        return value
    if len(nested) == 1 and nested[0].may_be_map:
        alone = body_of(nested[0], scope, settle)
        return BlockOrMap(span=alone.span, members=alone.members, keys=alone.keys)
    items: list[Value] = []
    for each in nested:
        if each.keyword == "dynamic":
            items.extend(_dynamic(each, scope, settle))
        else:
            items.append(body_of(each, scope, settle))
    if isinstance(value, List):
        items = [*value.items, *items]
    elif value is not None and not isinstance(value, Absent):
        items = [value, *items]
    return List(span=nested[0].header, items=tuple(items)) if items else None


def argument(value: Value) -> Value:
    """The value of an argument: one that is null is not set."""
    if is_null(value):
        return Absent(span=value.span, origin=value.origin, trace=value.trace)
    if isinstance(value, Unknown) and any(map(is_null, value.candidates)):
        return replace(value, candidates=tuple([argument(candidate) for candidate in value.candidates]))
    return value


def _dynamic(block: Block, scope: Scope, settle: Settle) -> Iterator[Value]:
    each = block.attributes.get("for_each")
    content = next((nested for nested in block.blocks if nested.keyword == "content"), None)
    if each is None or content is None:
        yield Unknown(span=block.header, reason="a dynamic block needs for_each and content")
        return
    name = _iterator(block)
    collection = settle(each, scope)
    items = None if isinstance(collection, Unknown) else items_of(collection)
    if items is not None:
        for key, item in items:
            names = {name: Each(span=each.expression.span, members={"key": key, "value": item})}
            yield body_of(content, scope.within(names), settle)
        return
    if isinstance(collection, Unknown):
        doubt = collection
    elif is_null(collection):
        return
    else:
        doubt = Unknown(span=each.expression.span, reason=f"{each.text()} is not a collection")
    unknown = Unknown(span=doubt.span, reason=doubt.reason, references=doubt.references)
    inner = Scope(scope.world, {**scope.names, name: any_item(doubt, unknown)}, certain=False)
    one = body_of(content, inner, settle)
    if doubt.candidates and all(map(items_of, doubt.candidates)):
        yield one
        return
    absent = Absent(span=block.header)
    yield Unknown(
        span=doubt.span,
        trace=(*doubt.trace, block.header),
        reason=f"written once for each of {each.text()}: {doubt.reason}",
        references=doubt.references,
        candidates=(one, absent),
    )


def _iterator(block: Block) -> str:
    attribute = block.attributes.get("iterator")
    if attribute is not None:
        expression = attribute.expression
        if isinstance(expression, Traversal) and not expression.steps:
            expression = expression.root
        if isinstance(expression, Name):
            return expression.name
        if isinstance(expression, Literal) and isinstance(expression.value, Scalar):
            return str(expression.value.data)
    return block.labels[0] if block.labels else ""
