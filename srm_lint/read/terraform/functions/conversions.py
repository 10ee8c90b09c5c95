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
    SetOf,
    Type,
    Undetermined,
    convert,
    friendly,
    type_of,
)
from srm_lint.read.terraform.functions.signature import Function, Site, Table, anything


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
    return friendly(type_of(value))


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
