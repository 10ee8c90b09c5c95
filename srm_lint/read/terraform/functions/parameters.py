"""What a parameter of a function is: a `Value` in, the plain argument that the function wants out.

Only this module knows how arguments are converted. Each kind of parameter stands before the function that takes it.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

from msgspec import Struct

from srm_lint.model.value import List, Object, Scalar, Value
from srm_lint.read.terraform.conversion import (
    ANY,
    STRING,
    ConversionError,
    Type,
    Undetermined,
    convert_items,
    to_bool,
    to_number,
    to_text,
    unordered_unknown,
)


class Parameter(Struct, frozen=True):
    """One parameter: its name in messages, and how its argument is taken.

    `take` raises `ConversionError`, or `Undetermined` where a part that it needs is unknown. `open`: an `Unknown` is
    handed on as it is, instead of making the result unknown.
    """

    name: str
    take: Callable[[Value], object]
    open: bool = False


def anything(name: str, *, open: bool = False) -> Parameter:  # noqa: A002 - the field's name
    """A parameter of any type: the function gets the `Value` itself (null as a `Scalar`)."""
    return Parameter(name, as_it_is, open)


def as_it_is(value: Value) -> Value:
    """The value: what takes it sees nulls too."""
    return value


def text(name: str, *, open: bool = False) -> Parameter:  # noqa: A002 - the field's name
    """A string: the function gets a `str`."""
    return Parameter(name, take_text, open)


def take_text(value: Value) -> str:
    """The text of a scalar."""
    if isinstance(value, Scalar):
        return to_text(value)
    raise ConversionError("string required")


def number(name: str) -> Parameter:
    """A number: `int | Decimal`."""
    return Parameter(name, take_number)


def take_number(value: Value) -> int | Decimal:
    """The number of a scalar."""
    if isinstance(value, Scalar):
        return to_number(value)
    raise ConversionError("number required")


def whole(name: str, *, open: bool = False) -> Parameter:  # noqa: A002 - the field's name
    """A whole number of 64 bits: `int`."""
    return Parameter(name, _take_whole, open)


def _take_whole(value: Value) -> int:
    data = take_integer(value)
    if not -(2**63) <= data < 2**63:
        raise ConversionError(f"value must be a whole number, between -{2**63} and {2**63 - 1}")
    return data


def integer(name: str) -> Parameter:
    """A whole number of any size: `int`."""
    return Parameter(name, take_integer)


def take_integer(value: Value) -> int:
    """The whole number of a scalar."""
    data = take_number(value)
    if not isinstance(data, int):
        raise ConversionError("a whole number is required")
    return data


def take_bool(value: Value) -> bool:
    """The bool of a scalar."""
    if isinstance(value, Scalar):
        return to_bool(value)
    raise ConversionError("bool required")


def items(name: str) -> Parameter:
    """A list or tuple, or a set read as a list: the tuple of its items, each of which may be unknown or null."""
    return Parameter(name, take_items)


def take_items(value: Value) -> tuple[Value, ...]:
    """The items in order. Raises `Undetermined` for a set in which an unknown item may stand anywhere."""
    if isinstance(value, List) and (unknown := unordered_unknown(value)):
        raise Undetermined(unknown)
    return take_elements(value)


def sequence(name: str) -> Parameter:
    """A list or tuple, but no set: the tuple of its items."""
    return Parameter(name, _take_sequence)


def _take_sequence(value: Value) -> tuple[Value, ...]:
    if isinstance(value, List) and value.unordered:
        raise ConversionError("must be a list or tuple, not a set")
    return take_elements(value)


def elements(name: str) -> Parameter:
    """A list, tuple or set of which the order does not matter: the tuple of its items."""
    return Parameter(name, take_elements)


def take_elements(value: Value) -> tuple[Value, ...]:
    """The items in any order, each with the way that its list came."""
    listed = _take_listed(value)
    if listed.trace or listed.sensitive:
        return tuple(item.inside(listed) for item in listed.items)
    return listed.items


def whole_list(name: str, *, open: bool = False) -> Parameter:  # noqa: A002 - the field's name
    """A list, tuple or set: the `List` itself, since which of them it is decides what the result is."""
    return Parameter(name, _take_listed, open)


def _take_listed(value: Value) -> List:
    if not isinstance(value, List):
        raise ConversionError("list of any single type required")
    return value


def strings(name: str) -> Parameter:
    """`list(string)`: the tuple of its items, converted to strings, each of which may be unknown or null."""
    return Parameter(name, partial(_take_list, element=STRING))


def uniform(name: str) -> Parameter:
    """`list(any)`: the tuple of its items, converted to their one common type, each of which may be unknown or null."""
    return Parameter(name, partial(_take_list, element=ANY))


def _take_list(value: Value, element: Type) -> tuple[Value, ...]:
    return convert_items(take_items(value), element)


def members(name: str) -> Parameter:
    """A map or object: `dict[str, Value]`, each member with the way that its map came."""
    return Parameter(name, take_members)


def mapping(name: str, *, open: bool = False) -> Parameter:  # noqa: A002 - the field's name
    """A map or object: the `Object` itself, since which of them it is decides what the result is."""
    return Parameter(name, _take_mapping, open)


def _take_mapping(value: Value) -> Object:
    if not isinstance(value, Object):
        raise ConversionError("map of any single type required")
    return value


def take_members(value: Value) -> dict[str, Value]:
    """The members, each with the way that its map came."""
    mapped = _take_mapping(value)
    if mapped.trace or mapped.sensitive:
        return {name: member.inside(mapped) for name, member in mapped.members.items()}
    return dict(mapped.members)
