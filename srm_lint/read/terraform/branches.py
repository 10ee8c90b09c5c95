"""The values of a conditional's two branches in, the type that both become out, or why Terraform refuses them.

See https://developer.hashicorp.com/terraform/language/expressions/conditionals#result-types.
"""

from __future__ import annotations

from srm_lint.model.source import Span
from srm_lint.model.value import Unknown, Value
from srm_lint.read.terraform.conversion import (
    ANY,
    ConversionError,
    ListOf,
    MapOf,
    ObjectOf,
    SetOf,
    TupleOf,
    Type,
    convert_as_others,
    friendly,
    is_null,
    type_of,
    unify_types,
)
from srm_lint.read.terraform.operators import Invalid


def between(first: Span, second: Span) -> Span:
    """The span from where the one begins to where the other ends."""
    return Span(first.source, first.line, first.column, second.end_line, second.end_column)


def common_type(then: Value, otherwise: Value, span: Span) -> Type:
    """The one type that both branches become; `any` where one of them leaves that open. Raises `Invalid`."""
    if any(isinstance(each, Unknown) or is_null(each) for each in (then, otherwise)):
        return ANY
    try:
        types = (type_of(then), type_of(otherwise))
    except ConversionError:  # too large to be looked through
        return ANY
    try:
        return unify_types(types)
    except ConversionError:
        raise Invalid(
            "Inconsistent conditional result types: the true and false result expressions must have consistent types."
            f" {_mismatch(*types)}.",
            span,
        ) from None


def as_common(value: Value, common: Type, span: Span) -> Value:
    """The value of a branch as the type of both. Raises `Invalid`."""
    try:
        return convert_as_others(value, common)
    except ConversionError as error:
        raise Invalid(f"Inconsistent conditional result types: wrong type: {error.message}.", span) from None


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
