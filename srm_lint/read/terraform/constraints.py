"""The expression after `type =` in, the type that it describes out; only this module knows how types are written.

See https://developer.hashicorp.com/terraform/language/expressions/type-constraints.
"""

from __future__ import annotations

from collections.abc import Callable

from srm_lint.model.value import Value
from srm_lint.read.terraform.conversion import (
    ANY,
    BOOL,
    NUMBER,
    STRING,
    Attribute,
    ConversionError,
    ListOf,
    MapOf,
    ObjectOf,
    SetOf,
    TupleOf,
    Type,
    convert,
)
from srm_lint.read.terraform.expressions import Call, Expression, Literal, Name, Tuple
from srm_lint.read.terraform.expressions import ObjectOf as ObjectExpression
from srm_lint.read.terraform.operators import Invalid

_PRIMITIVES: dict[str, Type] = {
    "string": STRING,
    "number": NUMBER,
    "bool": BOOL,
    "any": ANY,
    "list": ListOf(ANY),
    "map": MapOf(ANY),
}
_COLLECTIONS: dict[str, type[ListOf | SetOf | MapOf]] = {"list": ListOf, "set": SetOf, "map": MapOf}


def type_from(expression: Expression, constant: Callable[[Expression], Value]) -> Type:
    """The type; `constant` evaluates the default of an optional attribute. Raises `Invalid`."""
    if isinstance(expression, Name) and expression.name in _PRIMITIVES:
        return _PRIMITIVES[expression.name]
    if isinstance(expression, Literal) and expression.value.data in _PRIMITIVES:
        return _PRIMITIVES[str(expression.value.data)]  # Terraform 0.11 wrote types as text
    if isinstance(expression, Call) and len(expression.arguments) == 1:
        argument = expression.arguments[0]
        if expression.name in _COLLECTIONS:
            return _COLLECTIONS[expression.name](type_from(argument, constant))
        if expression.name == "tuple" and isinstance(argument, Tuple):
            return TupleOf(tuple([type_from(item, constant) for item in argument.items]))
        if expression.name == "object" and isinstance(argument, ObjectExpression):
            return _object(argument, constant)
    raise Invalid(
        "Invalid type specification: a type such as string, list(string) or object({…}) is required.", expression.span
    )


def _object(expression: ObjectExpression, constant: Callable[[Expression], Value]) -> Type:
    attributes: dict[str, Attribute] = {}
    for each in expression.members:
        if not isinstance(each.key, Literal) or not isinstance(each.key.value.data, str):
            raise Invalid("Invalid type specification: the name of an attribute is required.", each.key.span)
        attributes[each.key.value.data] = _attribute(each.value, constant)
    return ObjectOf(attributes)


def _attribute(expression: Expression, constant: Callable[[Expression], Value]) -> Attribute:
    if not (isinstance(expression, Call) and expression.name == "optional" and expression.arguments):
        return Attribute(type_from(expression, constant))
    type_ = type_from(expression.arguments[0], constant)
    if len(expression.arguments) == 1:
        return Attribute(type_, optional=True)
    default = expression.arguments[1]
    try:
        return Attribute(type_, optional=True, default=convert(constant(default), type_))
    except ConversionError as error:
        raise Invalid(f"Invalid default value for optional attribute: {error.message}.", default.span) from None
