"""Functions that convert between types and mark values as sensitive.

https://developer.hashicorp.com/terraform/language/functions/tostring and its neighbours.
"""

from __future__ import annotations

from msgspec.structs import replace

from srm_lint.model.value import Scalar, Unknown, Value
from srm_lint.read.terraform.conversion import (
    ANY,
    BOOL,
    NUMBER,
    STRING,
    ConversionError,
    ListOf,
    MapOf,
    ObjectOf,
    Primitive,
    SetOf,
    TupleOf,
    Type,
    Undetermined,
    convert,
    friendly,
    type_of,
)
from srm_lint.read.terraform.functions.doubt import unknown_parts
from srm_lint.read.terraform.functions.parameters import anything
from srm_lint.read.terraform.functions.signature import Function, Site, Table


def _to(wanted: Type) -> Function:
    def run(value: Value) -> Value:
        try:
            return convert(value, wanted)
        except ConversionError as error:
            raise ConversionError(_refusal(value, wanted, error)) from None

    return Function((anything("v", open=True),), run, carries=True)


def _refusal(value: Value, wanted: Type, error: ConversionError) -> str:
    if isinstance(value, Scalar) and isinstance(value.data, str):
        if wanted == BOOL:
            return f'cannot convert "{value.data}" to bool; only the strings "true" or "false" are allowed'
        if wanted == NUMBER:
            return f'cannot convert "{value.data}" to number; it must be a decimal representation of a number'
    return f"cannot convert {friendly(type_of(value))} to {friendly(wanted)}: {error.message}"


def _sensitive(value: Value) -> Value:
    return value if value.sensitive else replace(value, sensitive=True)


def _nonsensitive(value: Value) -> Value:
    return replace(value, sensitive=False) if value.sensitive else value


def _issensitive(value: Value) -> bool | Value:
    # What a value that is not known here will be marked with is decided where it becomes known.
    if isinstance(value, Unknown) and not value.sensitive:
        raise Undetermined(value)
    return value.sensitive


def _type(value: Value) -> str:
    if unknown := unknown_parts([value]):
        raise Undetermined(unknown[0])
    return _printed(type_of(value), "")


def _printed(each: Type, indent: str) -> str:
    """A type as `terraform console` prints it. What null and an empty collection tell of it is nothing: "dynamic"."""
    inner = f"{indent}    "
    match each:
        case Primitive(name):
            return "dynamic" if each == ANY else name
        case ObjectOf(attributes):
            lines = [f"{inner}{name}: {_printed(attributes[name].type, inner)},\n" for name in sorted(attributes)]
            return f"object({{\n{''.join(lines)}{indent}}})" if lines else "object({})"
        case TupleOf(elements):
            lines = [f"{inner}{_printed(element, inner)},\n" for element in elements]
            return f"tuple([\n{''.join(lines)}{indent}])" if lines else "tuple([])"
        case ListOf(element) | SetOf(element) | MapOf(element):
            word = {ListOf: "list", SetOf: "set", MapOf: "map"}[each.__class__]
            if isinstance(element, ObjectOf | TupleOf):
                return f"{word}(\n{inner}{_printed(element, inner)},\n{indent})"
            return f"{word}({_printed(element, indent)})"


def _ephemeralasnull(site: Site, value: Value) -> Value:
    references = value.references if isinstance(value, Unknown) else ()
    return site.unknown("whether a value is ephemeral is not known to srm-lint", references)


TABLE: Table = {
    "ephemeralasnull": Function((anything("value", open=True),), _ephemeralasnull, sited=True),
    "issensitive": Function((anything("value", open=True),), _issensitive, keeps_marks=False),
    "nonsensitive": Function((anything("value", open=True),), _nonsensitive, keeps_marks=False),
    "sensitive": Function((anything("value", open=True),), _sensitive),
    "tobool": _to(BOOL),
    "tolist": _to(ListOf(ANY)),
    "tomap": _to(MapOf(ANY)),
    "tonumber": _to(NUMBER),
    "toset": _to(SetOf(ANY)),
    "tostring": _to(STRING),
    "type": Function((anything("value"),), _type),
}
