"""An expression and the names it may use in, its value out.

Only this module knows how Terraform evaluates; what names mean is the affair of the `World` that asks.
See https://developer.hashicorp.com/terraform/language/expressions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from msgspec.structs import replace

from srm_lint.model.source import Span
from srm_lint.model.value import List, Object, Scalar, Unknown, Value
from srm_lint.read.terraform import functions
from srm_lint.read.terraform.branches import NODES_IN_A_STEP, conditional
from srm_lint.read.terraform.constraints import type_from
from srm_lint.read.terraform.conversion import ConversionError, convert, is_null, size_of, unordered_unknown
from srm_lint.read.terraform.expressions import (
    Attribute,
    Binary,
    Call,
    Conditional,
    Expression,
    For,
    Index,
    Literal,
    Misunderstood,
    Name,
    ObjectOf,
    Splat,
    Step,
    Template,
    TemplateFor,
    Traversal,
    Tuple,
    Unary,
)
from srm_lint.read.terraform.later import Later
from srm_lint.read.terraform.loops import for_expression, template_for
from srm_lint.read.terraform.operators import (
    Invalid,
    binary,
    chosen,
    element,
    logical,
    member,
    over_candidates,
    truth,
    unary,
    unknown_of,
)
from srm_lint.read.terraform.structures import object_of
from srm_lint.read.terraform.text import joined_text
from srm_lint.read.terraform.world import Each, Scope, Uncounted


def evaluate(expression: Expression, scope: Scope) -> Value:
    """What `expression` is worth. Raises `Invalid`."""
    value = _EVALUATIONS[expression.__class__](expression, scope)
    return value.plain if isinstance(value, Uncounted) else value


def _literal(expression: Literal, _scope: Scope) -> Value:
    return expression.value


def _misunderstood(expression: Misunderstood, _scope: Scope) -> Value:
    return Unknown(span=expression.span, reason=expression.reason)


def _name(expression: Name, scope: Scope) -> Value:
    return _reference(expression, (), scope, expression.span)


def _traversal(expression: Traversal, scope: Scope) -> Value:
    if isinstance(expression.root, Name):
        return _reference(expression.root, expression.steps, scope, expression.span)
    value = _EVALUATIONS[expression.root.__class__](expression.root, scope)
    return _walk(value, expression.steps, scope, expression.span)


def _reference(name: Name, steps: Sequence[Step], scope: Scope, span: Span) -> Value:
    known = scope.names.get(name.name)
    if known is not None:
        found = _walk(known, steps, scope, span)
        return found.passed(span) if isinstance(known, Each) else found
    value, taken = scope.world.resolve(name, steps, span)
    if scope.names:
        value, taken = _listed(value, steps, taken, scope, span)
    value = _walk(value, steps[taken:], scope, span)
    if isinstance(value, Later) and not value.trace:
        return replace(value, span=span)
    return value if isinstance(value, Uncounted) or name.name in _CONSTANT else value.passed(span)


_CONSTANT = {"path", "terraform"}


def _walk(value: Value, steps: Sequence[Step], scope: Scope, span: Span) -> Value:
    for step in steps:
        if isinstance(step, Splat):
            value = _splat(value.plain if isinstance(value, Uncounted) else value, step, scope, span)
            continue
        if isinstance(value, Uncounted):
            scope.world.doubts += 1
            value = value.one
            if isinstance(step, Index):
                continue
        if isinstance(step, Attribute):
            value = _attribute(value, step.name, span)
        else:
            value = element(value, evaluate(step.key, scope), span)
    return value


def _listed(value: Value, steps: Sequence[Step], taken: int, scope: Scope, span: Span) -> tuple[Value, int]:
    """The walk through the first splat of `steps`, and how many of them that took: a list that is the same in every
    instance of a block.
    """
    through = next((position for position in range(taken, len(steps)) if isinstance(steps[position], Splat)), None)
    if through is None:
        return value, taken
    parts = steps[taken : through + 1]
    return scope.world.constants.value(parts, scope, lambda: _walk(value, parts, scope, span)), through + 1


def _attribute(value: Value, name: str, span: Span) -> Value:
    if isinstance(value, List) and not value.unordered and name.isdigit():
        return element(value, Scalar(span=span, data=int(name)), span)
    return member(value, name, span)


def _splat(value: Value, splat: Splat, scope: Scope, span: Span) -> Value:
    def apply(operands: Sequence[Value]) -> Value:
        (found,) = operands
        if is_null(found):
            return List(span=span, items=())
        if isinstance(found, List) and (open_ := unordered_unknown(found)):
            return unknown_of(found.items, span, reason=open_.reason)
        items = found.items if isinstance(found, List) else (found,)
        scope.world.spend(len(items), span)
        walked = [_walk(_inside(item, found), splat.steps, scope, span) for item in items]
        results = tuple([each.plain if isinstance(each, Uncounted) else each for each in walked])
        uniform = isinstance(found, List) and (found.uniform or found.unordered)
        return List(span=span, items=results, uniform=uniform)

    return over_candidates((value,), span, apply)


def _inside(item: Value, container: Value) -> Value:
    return item if item is container else item.inside(container)


# Text


def _template(expression: Template, scope: Scope) -> Value:
    return joined_text([evaluate(part, scope) for part in expression.parts], expression.parts, expression.span)


# Structures


def _tuple(expression: Tuple, scope: Scope) -> Value:
    return List(span=expression.span, items=tuple([evaluate(item, scope) for item in expression.items]))


# Choices and operators


def _binary(expression: Binary, scope: Scope) -> Value:
    left = evaluate(expression.left, scope)
    if expression.operator not in ("&&", "||"):
        right = evaluate(expression.right, scope)
        if isinstance(left, List | Object) and isinstance(right, List | Object):
            scope.world.spend(size_of(left) // NODES_IN_A_STEP, expression.span)
        return binary(expression.operator, left, right, expression.span)
    try:
        right = evaluate(expression.right, scope)
    except Invalid:
        # OpenTofu and recent Terraform stop at a left operand that decides.
        side = truth(left, expression.left.span)
        if isinstance(side, Scalar) and side.data is (expression.operator == "||"):
            return logical(expression.operator, left, left, expression.span)
        if isinstance(side, Unknown):
            return unknown_of((left,), expression.span)
        raise
    return logical(expression.operator, left, right, expression.span)


def _unary(expression: Unary, scope: Scope) -> Value:
    return unary(expression.operator, evaluate(expression.operand, scope), expression.span)


# Calls


def _call(expression: Call, scope: Scope) -> Value:
    return scope.world.constants.value((expression,), scope, lambda: _call_anew(expression, scope))


def _call_anew(expression: Call, scope: Scope) -> Value:
    name = expression.name.removeprefix("core::")
    if name == "try":
        return _try(expression, scope)
    if name == "can":
        return _can(expression, scope)
    if name == "convert":
        return _convert(expression, scope)
    arguments = [evaluate(argument, scope) for argument in expression.arguments]
    if expression.expand and arguments:
        last = arguments.pop()
        if isinstance(last, Unknown):
            return over_candidates(
                (last,),
                expression.span,
                lambda operands: _called(name, expression, [*arguments, *_expanded(operands[0], expression)], scope),
            )
        arguments.extend(_expanded(last, expression))
    return _called(name, expression, arguments, scope)


def _convert(expression: Call, scope: Scope) -> Value:
    """`convert(value, type)`: https://opentofu.org/docs/language/functions/convert"""
    if len(expression.arguments) != 2:
        raise Invalid(
            'Wrong number of function arguments: function "convert" expects a value and a type.', expression.span
        )
    given, wanted = expression.arguments
    type_ = type_from(wanted, lambda default: evaluate(default, scope))
    try:
        return convert(evaluate(given, scope), type_)
    except ConversionError as error:
        raise Invalid(f'Call to function "convert" failed: {error.message}.', given.span) from None


def _expanded(value: Value, expression: Call) -> Sequence[Value]:
    if isinstance(value, List):
        return [item.inside(value) for item in value.items]
    raise Invalid(
        "Invalid expanding argument value: the expanding argument (indicated by ...) must be a list, set or tuple.",
        expression.span,
    )


_PICKING = frozenset({"element", "length", "lookup"})
"""The functions that take one out of many without looking at the others."""


def _called(name: str, expression: Call, arguments: list[Value], scope: Scope) -> Value:
    span = expression.span
    looked_at = 0 if name in _PICKING else sum(map(_length, arguments))
    scope.world.spend(1 + looked_at // NODES_IN_A_STEP, span)
    try:
        return functions.call(name, arguments, span, scope.world)
    except functions.FunctionError as error:
        position = error.argument
        at = (
            expression.arguments[position].span
            if position is not None and position < len(expression.arguments)
            else span
        )
        raise Invalid(error.message, at, error.kind, null=any(map(_holds_null, arguments))) from None


def _length(value: Value) -> int:
    if isinstance(value, List):
        return len(value.items)
    return len(value.members) if isinstance(value, Object) else 0


def _holds_null(value: Value) -> bool:
    """Whether an argument is null, or holds null not far down."""
    if isinstance(value, List):
        return any(is_null(item) or (isinstance(item, Object) and _holds_null(item)) for item in value.items)
    if isinstance(value, Object) and isinstance(value.members, dict):
        return any(is_null(member) for member in value.members.values())
    return is_null(value)


def _try(expression: Call, scope: Scope) -> Value:
    world = scope.world
    refused: Invalid | None = None
    doubtful: list[Value] = []
    for argument in expression.arguments:
        before = world.doubts
        try:
            value = evaluate(argument, scope)
        except Invalid as error:
            if error.kind == "limit":
                raise
            refused = error
            continue
        if world.doubts == before and not (isinstance(value, Unknown) and value.candidates):
            doubtful.append(value)
            break
        # It may also fail, once what it rests on is known: then the next argument counts.
        doubtful.append(value)
    if not doubtful:
        raise refused or Invalid("try needs at least one argument.", expression.span)
    first = doubtful[0]
    if len(doubtful) == 1 or (isinstance(first, Unknown) and not first.candidates):
        return first
    unknown = [value for value in doubtful if isinstance(value, Unknown)]
    doubt = (
        unknown[0]
        if unknown
        else Unknown(span=expression.span, reason="it is not known whether the first argument exists")
    )
    return chosen(doubtful, expression.span, (doubt,))


def _can(expression: Call, scope: Scope) -> Value:
    world = scope.world
    before = world.doubts
    if len(expression.arguments) != 1:
        raise Invalid("can needs one argument.", expression.span)
    try:
        value = evaluate(expression.arguments[0], scope)
    except Invalid as error:
        if error.kind == "limit":
            raise
        return Scalar(span=expression.span, data=False)
    if isinstance(value, Unknown) or world.doubts != before:
        return unknown_of((value,), expression.span)
    return Scalar(span=expression.span, data=True, sensitive=value.sensitive)


_EVALUATIONS: dict[type, Callable[[Any, Scope], Value]] = {
    Literal: _literal,
    Misunderstood: _misunderstood,
    Name: _name,
    Traversal: _traversal,
    Template: _template,
    TemplateFor: lambda expression, scope: template_for(expression, scope, evaluate),
    Tuple: _tuple,
    ObjectOf: lambda expression, scope: object_of(expression, scope, evaluate),
    For: lambda expression, scope: for_expression(expression, scope, evaluate),
    Conditional: lambda expression, scope: conditional(expression, scope, evaluate),
    Binary: _binary,
    Unary: _unary,
    Call: _call,
}
