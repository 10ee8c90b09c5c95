"""A conditional in, the value of the branch that it chooses out, as the type that both branches become.

See https://developer.hashicorp.com/terraform/language/expressions/conditionals#result-types.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from srm_lint.model.source import Span
from srm_lint.model.value import Scalar, Unknown, Value
from srm_lint.read.terraform.conversion import (
    ConversionError,
    ListOf,
    MapOf,
    ObjectOf,
    SetOf,
    TupleOf,
    Type,
    as_others,
    friendly,
    is_null,
    type_of,
    unify_types,
)
from srm_lint.read.terraform.expressions import Conditional, Expression, Literal, Template
from srm_lint.read.terraform.operators import Invalid, chosen, truth
from srm_lint.read.terraform.unification import MAX_NODES, Null
from srm_lint.read.terraform.world import Evaluate, Scope, World

NODES_IN_A_STEP = 4
"""How many values may be looked at in the time that one call or iteration takes."""


def conditional(expression: Conditional, scope: Scope, evaluate: Evaluate) -> Value:
    """`condition ? then : otherwise`. Raises `Invalid`."""
    condition = truth(evaluate(expression.condition, scope), expression.condition.span)
    branches = (expression.then, expression.otherwise)
    if isinstance(condition, Scalar):
        value = _taken(branches, 0 if condition.data is True else 1, scope, evaluate)
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
        span = _between(branches[0].span, branches[1].span)
        results = _as_one_type(results[0], results[1], results, span, scope.world)
    return chosen(results, expression.span, (condition,), certain=len(results) == 2)


def _taken(branches: tuple[Expression, Expression], position: int, scope: Scope, evaluate: Evaluate) -> Value:
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
    span = _between(branches[0].span, branches[1].span)
    then, otherwise = (value, beside) if position == 0 else (beside, value)
    return _as_one_type(then, otherwise, (value,), span, scope.world)[0]


def _is_as_plain(value: Value, other: Expression) -> bool:
    """Whether it is plain to see that `other` is of the same type: two texts, two numbers, or null."""
    if not isinstance(value, Scalar):
        return False
    if isinstance(other, Literal):
        return other.value.data is None or other.value.data.__class__ is value.data.__class__
    return isinstance(other, Template) and isinstance(value.data, str)


def _between(first: Span, second: Span) -> Span:
    """The span from where the one begins to where the other ends."""
    return Span(first.source, first.line, first.column, second.end_line, second.end_column)


def _as_one_type(then: Value, otherwise: Value, wanted: Sequence[Value], span: Span, world: World) -> list[Value]:
    """Those of the two that are wanted, as the one type that both become; one that does not convert is none that is
    ever chosen. Raises `Invalid`.
    """
    if any(isinstance(each, Unknown) or (is_null(each) and not isinstance(each, Null)) for each in (then, otherwise)):
        return list(wanted)
    budget = [MAX_NODES]
    try:
        types = (type_of(then, budget), type_of(otherwise, budget))
    except ConversionError:  # too large to be looked through
        return list(wanted)
    finally:
        world.spend((MAX_NODES - budget[0]) // NODES_IN_A_STEP, span)
    try:
        common = unify_types(types)
    except ConversionError:
        raise Invalid(
            "Inconsistent conditional result types: the true and false result expressions must have consistent types."
            f" {_mismatch(*types)}.",
            span,
        ) from None
    converted: list[Value] = []
    refused = ""
    for value in wanted:
        try:
            converted.append(as_others(value, types[0] if value is then else types[1], common))
        except ConversionError as error:
            refused = error.message
    if not converted:
        raise Invalid(f"Inconsistent conditional result types: {refused}.", span)
    return converted


def _mismatch(then: Type, otherwise: Type) -> str:
    """In which part the two types differ, in Terraform's words."""
    match then, otherwise:
        case ObjectOf(left), ObjectOf(right):
            for one, names, other, others in (("true", left, "false", right), ("false", right, "true", left)):
                lacking = sorted(names.keys() - others.keys())
                if lacking:
                    absent = f"which is absent in the '{other}' value"
                    return f"The '{one}' value includes object attribute \"{lacking[0]}\", {absent}"
            name = next(name for name in sorted(left) if _differ(left[name].type, right[name].type))
            return f'Type mismatch for object attribute "{name}": {_mismatch(left[name].type, right[name].type)}'
        case TupleOf(left), TupleOf(right):
            if len(left) != len(right):
                return f"The 'true' tuple has length {len(left)}, but the 'false' tuple has length {len(right)}"
            position = next(at for at, pair in enumerate(zip(left, right, strict=True)) if _differ(*pair))
            return f"Type mismatch for tuple element {position}: {_mismatch(left[position], right[position])}"
        case (ListOf(left), ListOf(right)) | (SetOf(left), SetOf(right)) | (MapOf(left), MapOf(right)):
            return f"Mismatched element types: {_mismatch(left, right)}"
    return f"The 'true' value is {friendly(then)}, but the 'false' value is {friendly(otherwise)}"


def _differ(left: Type, right: Type) -> bool:
    try:
        unify_types((left, right))
    except ConversionError:
        return True
    return False
