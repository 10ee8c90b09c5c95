"""An expression and the names it may use in, its value out.

Only this module knows how Terraform evaluates; what names mean is the affair of the `World` that asks.
See https://developer.hashicorp.com/terraform/language/expressions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from srm_lint.model.source import Span
from srm_lint.model.value import List, Object, Scalar, Unknown, Value
from srm_lint.read.terraform import functions
from srm_lint.read.terraform.branches import NODES_IN_A_STEP, as_one_type, between
from srm_lint.read.terraform.constraints import type_from
from srm_lint.read.terraform.conversion import ConversionError, convert, is_null, size_of, to_text, unordered_unknown
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
from srm_lint.read.terraform.later import Later, Partly
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
from srm_lint.read.terraform.text import joined_text
from srm_lint.read.terraform.world import Each, Scope, Uncounted

MAX_UNDECIDED = 3
"""A `for` with more items than this of which it is not known whether they are taken gives an open unknown."""


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


def _template_for(expression: TemplateFor, scope: Scope) -> Value:
    def apply(operands: Sequence[Value]) -> Value:
        texts = [
            evaluate(expression.body, scope.within(names)) for names in _iterations(expression, operands[0], scope)
        ]
        return joined_text(texts, (), expression.span)

    return over_candidates((evaluate(expression.collection, scope),), expression.span, apply)


# Structures


def _tuple(expression: Tuple, scope: Scope) -> Value:
    return List(span=expression.span, items=tuple([evaluate(item, scope) for item in expression.items]))


def _object(expression: ObjectOf, scope: Scope) -> Value:
    members: dict[str, Value] = {}
    keys: dict[str, Span] = {}
    open_: list[Value] = []
    passed_over: dict[str, Value] = {}
    for each in expression.members:
        key = evaluate(each.key, scope)
        value = evaluate(each.value, scope)
        if isinstance(key, Unknown):
            open_.append(key)
            passed_over.update(members)
            members = {}
            continue
        name = _key(key, each.key.span)
        members[name] = value
        keys[name] = each.key.span
    if open_:
        # Which other names the object has is not known; it may be those that were written before.
        return _partly((*open_, *passed_over.values(), *members.values()), members, expression.span)
    return Object(span=expression.span, members=members, keys=keys)


def _partly(held: Sequence[Value], members: Mapping[str, Value], span: Span) -> Value:
    """The object that holds all these, of which only some have certain names."""
    open_ = unknown_of(held, span)
    return Partly(
        span=span, reason=open_.reason, references=open_.references, sensitive=open_.sensitive, members=members
    )


def _key(value: Value, span: Span) -> str:
    if not isinstance(value, Scalar) or value.data is None:
        raise Invalid("Can't use this value as a key: a string is required.", span, null=is_null(value))
    try:
        return to_text(value)
    except ConversionError as error:
        raise Invalid(f"Can't use this value as a key: {error.message}.", span) from None


def _for(expression: For, scope: Scope) -> Value:
    return scope.world.constants.value((expression,), scope, lambda: _for_anew(expression, scope))


def _for_anew(expression: For, scope: Scope) -> Value:
    collection = evaluate(expression.collection, scope)
    return over_candidates((collection,), expression.span, lambda operands: _for_over(expression, operands[0], scope))


def _for_over(expression: For, collection: Value, scope: Scope) -> Value:
    if isinstance(collection, List) and expression.result_key is None and (open_ := unordered_unknown(collection)):
        return unknown_of(collection.items, expression.span, reason=open_.reason)
    certain: list[tuple[Value | None, Value]] = []
    undecided: list[tuple[int, Unknown]] = []
    for names in _iterations(expression, collection, scope):
        inner = scope.within(names)
        taken: Value | None = None
        if expression.condition is not None:
            taken = truth(evaluate(expression.condition, inner), expression.condition.span)
            if isinstance(taken, Scalar) and taken.data is False:
                continue
        try:
            key = evaluate(expression.result_key, inner) if expression.result_key is not None else None
            pair = (key, evaluate(expression.result, inner))
        except Invalid as error:
            if isinstance(taken, Unknown) and error.kind != "limit":
                continue  # Terraform refuses the item, so the condition keeps it out
            raise
        if isinstance(taken, Unknown):
            undecided.append((len(certain), taken))
        certain.append(pair)
    if not undecided:
        return _gathered(expression, certain)
    unknown = [each for _, each in undecided]
    if len(undecided) > MAX_UNDECIDED:
        return unknown_of((*unknown, *(value for _, value in certain)), expression.span, reason=unknown[0].reason)
    positions = [position for position, _ in undecided]
    results = []
    for mask in range(1 << len(positions)):
        dropped = {position for bit, position in enumerate(positions) if mask >> bit & 1}
        taken_ones = [pair for position, pair in enumerate(certain) if position not in dropped]
        results.append(_gathered(expression, taken_ones))
    return chosen(results, expression.span, unknown)


def _gathered(expression: For, pairs: Sequence[tuple[Value | None, Value]]) -> Value:
    span = expression.span
    if expression.result_key is None:
        return List(span=span, items=tuple([value for _, value in pairs]))
    members: dict[str, Value] = {}
    groups: dict[str, list[Value]] = {}
    keys: dict[str, Span] = {}
    open_ = [key for key, _ in pairs if isinstance(key, Unknown)]
    if open_ and expression.group:
        return unknown_of((*open_, *(value for _, value in pairs)), span)
    for key, value in pairs:
        if key is None or isinstance(key, Unknown):
            continue
        name = _key(key, expression.result_key.span)
        if expression.group:
            groups.setdefault(name, []).append(value)
        elif name in members:
            raise Invalid(
                f'Duplicate object key: two different items produced the key "{name}" in this "for" expression;'
                ' add "..." after the value to group them.',
                expression.result_key.span,
            )
        else:
            members[name] = value
        keys[name] = key.span
    if open_:
        # No two keys may be the same, so those that are known belong to what they stand with.
        return _partly((*open_, *(value for _, value in pairs)), members, span)
    for name, values in groups.items():
        members[name] = List(span=span, items=tuple(values))
    ordered = dict(sorted(members.items()))
    return Object(span=span, members=ordered, keys=keys)


def _iterations(expression: For | TemplateFor, collection: Value, scope: Scope) -> list[dict[str, Value]]:
    span = expression.collection.span
    if is_null(collection):
        message = "Iteration over null value: a null value cannot be used as the collection in a 'for' expression."
        raise Invalid(message, span, null=True)
    pairs: list[tuple[Value, Value]] = []
    if isinstance(collection, List):
        if collection.unordered:
            pairs = [(item, item) for item in collection.items]
        else:
            pairs = [(Scalar(span=item.span, data=at), item) for at, item in enumerate(collection.items)]
    elif isinstance(collection, Object):
        keys = collection.keys
        for name in sorted(collection.members):
            item = collection.members[name]
            key_span = keys.get(name)
            pairs.append((Scalar(span=item.span if key_span is None else key_span, data=name), item))
    else:
        raise Invalid("Iteration over non-iterable value: a list, set, map or object is required.", span)
    scope.world.spend(len(pairs), span)
    if expression.key is None:
        return [{expression.item: item.inside(collection)} for _, item in pairs]
    key_name = expression.key
    return [{key_name: key.inside(collection), expression.item: item.inside(collection)} for key, item in pairs]


# Choices and operators


def _conditional(expression: Conditional, scope: Scope) -> Value:
    condition = truth(evaluate(expression.condition, scope), expression.condition.span)
    branches = (expression.then, expression.otherwise)
    if isinstance(condition, Scalar):
        value = _taken(branches, 0 if condition.data is True else 1, scope)
        return replace(value, sensitive=True) if condition.sensitive and not value.sensitive else value
    results: list[Value] = []
    refused: Invalid | None = None
    for branch in branches:
        try:
            results.append(evaluate(branch, scope))
        except Invalid as error:
            # A branch that cannot be evaluated is one that the condition keeps from being chosen.
            refused = error
    if refused is not None and not results:
        raise refused
    if len(results) == 2:
        span = between(branches[0].span, branches[1].span)
        results = as_one_type(results[0], results[1], results, span, scope.world)
    return chosen(results, expression.span, (condition,), certain=refused is None)


def _taken(branches: tuple[Expression, Expression], position: int, scope: Scope) -> Value:
    """The value of one branch, as the type that both have in common: Terraform evaluates the other one too, but what is
    wrong there does not count.
    """
    value = evaluate(branches[position], scope)
    other = branches[1 - position]
    if isinstance(value, Unknown) or is_null(value) or _is_as_plain(value, other):
        return value
    doubts = scope.world.doubts
    try:
        beside = evaluate(other, scope)
    except Invalid:
        return value
    finally:
        scope.world.doubts = doubts
    span = between(branches[0].span, branches[1].span)
    then, otherwise = (value, beside) if position == 0 else (beside, value)
    return as_one_type(then, otherwise, (value,), span, scope.world)[0]


def _is_as_plain(value: Value, other: Expression) -> bool:
    """Whether it is plain to see that `other` is of the same type: two texts, two numbers, or null."""
    if not isinstance(value, Scalar):
        return False
    if isinstance(other, Literal):
        return other.value.data is None or other.value.data.__class__ is value.data.__class__
    return isinstance(other, Template) and isinstance(value.data, str)


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
    TemplateFor: _template_for,
    Tuple: _tuple,
    ObjectOf: _object,
    For: _for,
    Conditional: _conditional,
    Binary: _binary,
    Unary: _unary,
    Call: _call,
}
