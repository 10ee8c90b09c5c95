"""Operators and steps on values: known operands give known results, unknown ones an `Unknown` that keeps reasons and
references.

Only this module knows Terraform's operators. See
https://developer.hashicorp.com/terraform/language/expressions/operators.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from itertools import product
from math import prod

from msgspec.structs import replace

from srm_lint.model.source import ProblemKind, Span
from srm_lint.model.value import MAX_CANDIDATES, List, Object, Partly, Scalar, Unknown, Value, either
from srm_lint.read.terraform import arithmetic
from srm_lint.read.terraform.conversion import (
    ConversionError,
    equal,
    friendly,
    is_null,
    references_of,
    tidy,
    to_bool,
    to_number,
    to_text,
    type_of,
)
from srm_lint.read.terraform.later import Identity
from srm_lint.read.terraform.world import BlockOrMap


class Invalid(Exception):
    """An expression that Terraform refuses (kind "syntax"), or that goes beyond a limit of ours; `span` is what is
    wrong.

    `null` is set where null stands in the way. That is mostly the default of a variable whose value is given outside of
    the files at hand, so it is no mistake of theirs.
    """

    def __init__(self, message: str, span: Span, kind: ProblemKind = "syntax", *, null: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.span = span
        self.kind: ProblemKind = kind
        self.null = null


def unknown_of(values: Iterable[Value], span: Span, *, reason: str = "") -> Unknown:
    """The open unknown that depends on the unknown ones among `values`; it is sensitive where one of all is."""
    values = tuple(values)
    unknown = [value for value in values if isinstance(value, Unknown)]
    return Unknown(
        span=span,
        reason=reason or (unknown[0].reason if unknown else "it depends on something that is not known"),
        references=references_of(unknown),
        sensitive=any(value.sensitive for value in values),
    )


def over_candidates(operands: Sequence[Value], span: Span, apply: Callable[[Sequence[Value]], Value]) -> Value:
    """What `apply` gives for the operands; for unknown ones, for each of the values that they can have.

    A combination that Terraform refuses is none that is ever deployed, so it gives no candidate. Raises `Invalid`
    where all are refused.
    """
    unknown = [value for value in operands if isinstance(value, Unknown)]
    if not unknown:
        return apply(operands)
    if not all(value.candidates for value in unknown):
        return unknown_of(operands, span)
    choices = [_choices(value) for value in operands]
    if prod(map(len, choices)) > MAX_CANDIDATES:
        return unknown_of(operands, span)
    results: list[Value] = []
    refused: Invalid | None = None
    for combination in product(*choices):
        try:
            if any(isinstance(value, Unknown) for value in combination):
                results.append(unknown_of(combination, span))
            else:
                results.append(apply(combination))
        except Invalid as error:
            refused = error
    if refused is not None and not results:
        raise refused
    return chosen(results, span, unknown, certain=refused is None)


def chosen(results: Sequence[Value], span: Span, unknown: Sequence[Unknown], *, certain: bool = True) -> Value:
    """The choice between `results` that rests on `unknown`; one value where all results are the same scalar, or all are
    equally empty. It is not `certain` where there may also be none of them, which `try` and `can` ask about.
    """
    first = results[0]
    if certain and all(_same(first, each) for each in results):
        return first
    value = either(results, span=span, reason=unknown[0].reason, references=references_of(unknown))
    return replace(value, sensitive=True) if any(each.sensitive for each in unknown) else value


def _same(left: Value, right: Value) -> bool:
    match left, right:
        case Scalar(), Scalar():
            same = left.data.__class__ is right.data.__class__ and left.data == right.data
            return same and left.encodes is right.encodes
        case List(items=()), List(items=()):
            return left.unordered is right.unordered and left.uniform is right.uniform
        case Object(members=dict(ones)), Object(members=dict(others)):
            return not ones and not others and left.uniform is right.uniform
    return False


def _choices(value: Value) -> Sequence[Value]:
    if isinstance(value, Unknown):
        return [candidate.inside(value) for candidate in value.candidates]
    return (value,)


def truth(value: Value, span: Span) -> Scalar | Unknown:
    """`value` as a condition: a boolean, or unknown. Raises `Invalid`."""
    if isinstance(value, Unknown):
        if not value.candidates:
            return value
        found = over_candidates((value,), span, lambda operands: truth(operands[0], span))
        return found if isinstance(found, Scalar | Unknown) else unknown_of((value,), span)
    if not isinstance(value, Scalar) or value.data is None:
        null = is_null(value)
        word = "null" if null else friendly(type_of(value))
        raise Invalid(f"Unsuitable value type: a bool is required, but this is {word}.", span, null=null)
    try:
        data = to_bool(value)
    except ConversionError as error:
        raise Invalid(f"Unsuitable value: {error.message}.", span) from None
    return value if value.data is data else replace(value, data=data)


def unary(operator: str, operand: Value, span: Span) -> Value:
    """`-operand` or `!operand`."""

    def apply(operands: Sequence[Value]) -> Value:
        (value,) = operands
        if operator == "!":
            return _result(span, operands, not _truth_of(value, span))
        return _result(span, operands, arithmetic.negative(_number(value, operator, span)))

    return over_candidates((operand,), span, apply)


def binary(operator: str, left: Value, right: Value, span: Span) -> Value:
    """`left operator right`, for all operators but the logical ones."""
    if operator in ("==", "!="):
        return _equality(left, right, span, same=operator == "==")
    return over_candidates((left, right), span, lambda operands: _arithmetic(operator, operands, span))


def logical(operator: str, left: Value, right: Value, span: Span) -> Value:
    """`left && right` or `left || right`; what one operand decides does not depend on an unknown other one."""
    deciding = operator == "||"
    sides = (truth(left, span), truth(right, span))
    for side in sides:
        if isinstance(side, Scalar) and side.data is deciding:
            return _result(span, (left, right), deciding)
    if not any(isinstance(side, Unknown) for side in sides):
        return _result(span, (left, right), not deciding)

    def apply(operands: Sequence[Value]) -> Value:
        return _result(
            span, operands, deciding if any(_truth_of(each, span) is deciding for each in operands) else not deciding
        )

    return over_candidates(sides, span, apply)


def _truth_of(value: Value, span: Span) -> bool:
    found = truth(value, span)
    return isinstance(found, Scalar) and found.data is True


def _equality(left: Value, right: Value, span: Span, *, same: bool) -> Value:
    if is_null(left) or is_null(right):
        return _compared_to_null(right if is_null(left) else left, span, same=same)

    def apply(operands: Sequence[Value]) -> Value:
        answer = equal(operands[0], operands[1])
        if answer is None:
            return unknown_of(_flat(operands), span)
        return _result(span, operands, answer is same)

    try:
        if (answer := equal(left, right)) is not None:
            return _result(span, (left, right), answer is same)
        return over_candidates((left, right), span, apply)
    except ConversionError as error:
        raise Invalid(error.message, span, "limit") from None


def _compared_to_null(value: Value, span: Span, *, same: bool) -> Value:
    """Whether a value is null, whatever unknown parts it has; a text with known pieces is none, nor is what a resource
    is called.
    """

    def apply(operands: Sequence[Value]) -> Value:
        return _result(span, operands, is_null(operands[0]) is same)

    if isinstance(value, Identity) or (isinstance(value, Unknown) and any(value.pieces)):
        return _result(span, (value,), not same)
    return over_candidates((value,), span, apply)


def _flat(values: Iterable[Value], depth: int = 0) -> list[Value]:
    """The values and what they hold, to find the unknown ones among them."""
    found: list[Value] = []
    for value in values:
        found.append(value)
        if depth < 5:
            if isinstance(value, List):
                found.extend(_flat(value.items, depth + 1))
            elif isinstance(value, Object) and isinstance(value.members, dict):
                found.extend(_flat(value.members.values(), depth + 1))
    return found


def _number(value: Value, operator: str, span: Span) -> int | Decimal:
    if not isinstance(value, Scalar) or value.data is None:
        raise Invalid(
            f'Invalid operand: unsuitable value for "{operator}": a number is required.', span, null=is_null(value)
        )
    try:
        return to_number(value)
    except ConversionError:
        raise Invalid(f'Invalid operand: unsuitable value for "{operator}": a number is required.', span) from None


def _arithmetic(operator: str, operands: Sequence[Value], span: Span) -> Value:
    left, right = (_number(operand, operator, span) for operand in operands)
    if operator in _COMPARISONS:
        return _result(span, operands, _COMPARISONS[operator](left, right))
    if operator == "/" and right == 0:
        raise Invalid("Division by zero.", span)
    try:
        return _result(span, operands, tidy(_OPERATIONS[operator](left, right)))
    except ConversionError:
        raise Invalid("The result is a number too large to work with.", span, "limit") from None


_COMPARISONS: dict[str, Callable[[int | Decimal, int | Decimal], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
_OPERATIONS: dict[str, Callable[[int | Decimal, int | Decimal], int | Decimal]] = {
    "+": arithmetic.add,
    "-": arithmetic.subtract,
    "*": arithmetic.multiply,
    "/": arithmetic.divide,
    "%": arithmetic.remainder,
}


def _result(span: Span, operands: Sequence[Value], data: bool | int | Decimal) -> Scalar:  # noqa: FBT001 - the result
    return Scalar(span=span, data=data, sensitive=any(operand.sensitive for operand in operands))


# Steps


def member(container: Value, name: str, span: Span) -> Value:
    """`container.name`. Raises `Invalid`."""
    if isinstance(container, Object):
        found = container.members.get(name)
        if found is None:
            raise Invalid(f'Unsupported attribute: this object does not have an attribute named "{name}".', span)
        return found.inside(container)
    if isinstance(container, Partly) and (certain := container.members.get(name)) is not None:
        return certain.inside(container)
    if isinstance(container, Unknown):
        if not container.candidates:
            return unknown_of((container,), span)
        return over_candidates((container,), span, lambda operands: member(operands[0], name, span))
    if is_null(container):
        raise Invalid(f'Attempt to get attribute "{name}" from null value.', span, null=True)
    raise Invalid(f'Unsupported attribute: {friendly(type_of(container))} values have no attribute "{name}".', span)


def element(container: Value, key: Value, span: Span) -> Value:
    """`container[key]`. Raises `Invalid`."""
    if isinstance(key, Unknown) and not key.candidates:
        return _any_element(container, key, span)
    if isinstance(container, Partly) and isinstance(key, Scalar) and isinstance(key.data, str):
        return member(container, key.data, span)
    return over_candidates((container, key), span, lambda operands: _element(operands[0], operands[1], span))


def _any_element(container: Value, key: Unknown, span: Span) -> Value:
    """One of the elements: which one is not known."""
    items: Sequence[Value] = ()
    if isinstance(container, Object):
        items = tuple(container.members.values()) if len(container.members) <= MAX_CANDIDATES else ()
    elif isinstance(container, List):
        items = container.items
    if not items or len(items) > MAX_CANDIDATES:
        return unknown_of((key, container), span)
    return chosen([item.inside(container) for item in items], span, (key,))


def _element(container: Value, key: Value, span: Span) -> Value:
    if is_null(container):
        raise Invalid("Attempt to index null value.", span, null=True)
    if not isinstance(key, Scalar) or key.data is None:
        raise Invalid("Invalid index: a string or a whole number is required.", span, null=is_null(key))
    if isinstance(container, BlockOrMap) and key.data == 0 and not isinstance(key.data, bool | str):
        return container
    if isinstance(container, Object):
        try:
            return member(container, to_text(key), span)
        except Invalid:
            raise Invalid(
                "Invalid index: the given key does not identify an element in this collection value.", span
            ) from None
    if not isinstance(container, List):
        raise Invalid("Invalid index: this value does not have any indices.", span)
    if container.unordered:
        raise Invalid("Invalid index: elements of a set are identified only by their value, they have no index.", span)
    try:
        position = to_number(key)
    except ConversionError:
        raise Invalid("Invalid index: a number is required.", span) from None
    if not isinstance(position, int) or not 0 <= position < len(container.items):
        wrong = "out of range" if isinstance(position, int) else "not a whole number"
        size = len(container.items)
        raise Invalid(f"Invalid index: the given index is {wrong}; the collection has {size} elements.", span)
    return container.items[position].inside(container)
