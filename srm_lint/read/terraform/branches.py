"""The values of a conditional's two branches in, the type that both become out, or why Terraform refuses them.

See https://developer.hashicorp.com/terraform/language/expressions/conditionals#result-types.
"""

from __future__ import annotations

from collections.abc import Sequence

from srm_lint.model.source import Span
from srm_lint.model.value import Unknown, Value
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
from srm_lint.read.terraform.operators import Invalid
from srm_lint.read.terraform.unification import MAX_NODES
from srm_lint.read.terraform.world import World

NODES_IN_A_STEP = 4
"""How many values may be looked at in the time that one call or iteration takes."""


def between(first: Span, second: Span) -> Span:
    """The span from where the one begins to where the other ends."""
    return Span(first.source, first.line, first.column, second.end_line, second.end_column)


def as_one_type(then: Value, otherwise: Value, wanted: Sequence[Value], span: Span, world: World) -> list[Value]:
    """Those of the two that are wanted, as the one type that both become. Raises `Invalid`."""
    if any(isinstance(each, Unknown) or is_null(each) for each in (then, otherwise)):
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
    try:
        return [as_others(value, types[0] if value is then else types[1], common) for value in wanted]
    except ConversionError as error:
        raise Invalid(f"Inconsistent conditional result types: {error.message}.", span) from None


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
